import type { Region, Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { paint, randomFrom } from '../../../../../test/support/volumes';
import { liveWireWasm } from '../../generated/live-wire';
import { Arena } from '../../kernels/arena';
import { instantiate } from '../../kernels/wasm';
import { STEPS, stepCosts, type Slice } from './costs';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { liveWire } from './live-wire';
import { Wire } from './wire';

const disk = paint([40, 36, 3], Int16Array, (i, j) => (Math.hypot(i - 19, j - 17) < 11 ? 200 : 20));
const slice: Region = { kind: 'slice', axis: 2, index: 1 };
const path: readonly Vec3[] = [
  [30, 17, 1],
  [19, 28, 1],
  [8, 17, 1],
  [19, 6, 1],
];

/** Distances by Bellman and Ford: relaxes every step until nothing changes. */
function bellmanFord(costs: Int32Array, columns: number, from: number): Float64Array {
  const distances = new Float64Array(costs.length / 8).fill(Infinity);
  distances[from] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let p = 0; p < distances.length; p++) {
      for (let n = 0; n < 8; n++) {
        if (costs[8 * p + n] < 0) continue;
        const q = p + STEPS[n][0] + columns * STEPS[n][1];
        if (distances[p] + costs[8 * p + n] >= distances[q]) continue;
        distances[q] = distances[p] + costs[8 * p + n];
        changed = true;
      }
    }
  }
  return distances;
}

function lengthOf(pixels: readonly number[], costs: Int32Array, columns: number): number {
  let length = 0;
  for (let at = 1; at < pixels.length; at++) {
    const step = pixels[at] - pixels[at - 1];
    const n = STEPS.findIndex(([i, j]) => i + columns * j === step);
    if (n < 0) throw new Error('the path jumps');
    length += costs[8 * pixels[at - 1] + n];
  }
  return length;
}

const noise = (columns: number, rows: number, seed: number): Slice => {
  const random = randomFrom(seed);
  const values = Float32Array.from({ length: columns * rows }, () => Math.floor(random() * 90));
  return { values, columns, rows, spacingMm: [0.7, 1.3] };
};

async function wireOn(costs: Int32Array, columns: number): Promise<Wire> {
  const arena = new Arena();
  return new Wire(await instantiate(liveWireWasm, arena.memory), arena, costs, columns);
}

describe('live-wire', () => {
  it('follows the edge of a disk and fills it', async () => {
    const result = await runOn(liveWire, disk, { region: slice, prompts: { path } });
    for (const [i, j, k] of result.contour?.pointsIjk ?? []) {
      expect(k).toBe(1);
      expect(Math.abs(Math.hypot(i - 19, j - 17) - 11)).toBeLessThan(1.6);
    }
    const area = labelsOf(result).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(area / (Math.PI * 121) - 1)).toBeLessThan(0.2);
    expect(result.contour?.closed).toBe(true);
  });

  it('finds the cheapest path of all, from any pixel to any other, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 11 * 9 - 1 }), fc.integer({ min: 0, max: 98 })),
          {
            minLength: 1,
            maxLength: 6,
          }
        ),
        async (seed, pairs) => {
          const costs = stepCosts(noise(11, 9, seed));
          const wire = await wireOn(costs, 11);
          for (const [from, to] of pairs) {
            const pixels = wire.path(from, to);
            expect([pixels[0], pixels[pixels.length - 1]]).toEqual([from, to]);
            expect(lengthOf(pixels, costs, 11)).toBe(bellmanFord(costs, 11, from)[to]);
          }
        }
      ),
      { numRuns: 60 }
    );
  });

  it('works in every plane, and leaves an open wire open', async () => {
    const turned = paint([3, 40, 36], Int16Array, (_, i, j) =>
      Math.hypot(i - 19, j - 17) < 11 ? 200 : 20
    );
    const turnedPath = path.map(([i, j]) => [1, i, j] as const);
    const region: Region = { kind: 'slice', axis: 0, index: 1 };
    const a = await runOn(liveWire, disk, { region: slice, prompts: { path } });
    const b = await runOn(liveWire, turned, { region, prompts: { path: turnedPath } });
    expect(b.contour?.pointsIjk.map(([, i, j]) => [i, j, 1])).toEqual(a.contour?.pointsIjk);
    expect(labelsOf(b)).toEqual(labelsOf(a));
    const open = await runOn(liveWire, disk, {
      region: slice,
      prompts: { path },
      parameters: { closed: false },
    });
    expect(open.labels).toBeUndefined();
    expect(open.contour?.pointsIjk.at(-1)).toEqual(path[3]);
  });

  it('refuses a volume, no points and points elsewhere', async () => {
    const refuse = (call: object) => expect(runOn(liveWire, disk, call)).rejects;
    await refuse({ prompts: { path } }).toMatchObject({ code: 'SLICE_NEEDED' });
    await refuse({ region: slice }).toMatchObject({ code: 'ANCHORS_MISSING' });
    await refuse({ region: slice, prompts: { path: [[1, 1, 2]] } }).toMatchObject({
      code: 'ANCHOR_OUTSIDE_REGION',
    });
    await refuse({ region: slice, prompts: { path: [[1, 99, 1]] } }).toMatchObject({
      code: 'ANCHOR_OUTSIDE_IMAGE',
    });
  });

  it('takes a single point and a constant slice', async () => {
    const flat = paint([5, 4, 1], Uint8Array, () => 3);
    const one = await runOn(liveWire, flat, { prompts: { path: [[2, 1, 0]] } });
    expect(labelsOf(one).reduce((sum, value) => sum + value, 0)).toBe(1);
    const line = await runOn(liveWire, flat, {
      prompts: {
        path: [
          [0, 1, 0],
          [4, 1, 0],
        ],
      },
      parameters: { closed: false },
    });
    expect(line.contour?.pointsIjk).toHaveLength(5);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const other: Region = { kind: 'slice', axis: 2, index: 2 };
    const moved = path.map(([i, j]) => [i, j, 2] as const);
    await expectSequenceEqualsFreshRuns(liveWire, disk, [
      { region: slice, prompts: { path } },
      { region: slice, prompts: { path: path.slice(0, 2) }, parameters: { closed: false } },
      { region: slice, prompts: { path: [...path.slice(0, 3), [12, 8, 1]] } },
      { region: slice, prompts: { path }, parameters: { scaleMm: 0 } },
      { region: other, prompts: { path: moved } },
    ]);
  });
});

describeWithPython(['scipy'], 'live-wire against the formulas of the paper', () => {
  const script = `
v = I['v'].astype('f8'); ny, nx = v.shape; sx, sy = P['spacing']
p = np.pad(v, 1, mode='edge')
gx = (p[1:-1, 2:] - p[1:-1, :-2]) / (2 * sx); gy = (p[2:, 1:-1] - p[:-2, 1:-1]) / (2 * sy)
lap = (p[1:-1, 2:] + p[1:-1, :-2] - 2 * v) / sx ** 2 + (p[2:, 1:-1] + p[:-2, 1:-1] - 2 * v) / sy ** 2
g = np.hypot(gx, gy); fg = (g.max() - g) / (g.max() - g.min())
ln = np.pad(lap, 1, mode='edge')
fz = np.ones(v.shape)
fz[lap == 0] = 0
for near in (ln[1:-1, 2:], ln[1:-1, :-2], ln[2:, 1:-1], ln[:-2, 1:-1]):
    fz[(near * lap < 0) & (abs(lap) < abs(near))] = 0
safe = np.where(g > 0, g, 1)
d = np.stack([gy / safe, -gx / safe], -1)
steps = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)]
longest = np.hypot(sx, sy)
costs = -np.ones((ny, nx, 8))
for j in range(ny):
    for i in range(nx):
        for n, (di, dj) in enumerate(steps):
            x, y = i + di, j + dj
            if not (0 <= x < nx and 0 <= y < ny): continue
            l = np.array([di * sx, dj * sy]); length = np.linalg.norm(l); l /= length
            if d[j, i] @ l < -1e-9: l = -l
            fd = 2 / (3 * np.pi) * (np.arccos(np.clip(d[j, i] @ l, -1, 1)) + np.arccos(np.clip(l @ d[y, x], -1, 1)))
            costs[j, i, n] = 1 + 254 * (0.43 * fz[y, x] + 0.43 * fd + 0.14 * fg[y, x] * length / longest)
O['costs'] = costs`;

  const compare = async (one: Slice) => {
    const reference = await runPython({
      script,
      arrays: { v: { data: one.values, shape: [one.rows, one.columns] } },
      values: { spacing: one.spacingMm },
    });
    const wanted = reference.array('costs').data;
    const found = stepCosts(one);
    const worst = found.reduce((most, cost, at) => Math.max(most, Math.abs(cost - wanted[at])), 0);
    expect(worst).toBeLessThanOrEqual(0.5 + 1e-6);
    return found;
  };

  it('has their costs on noise', async () => {
    await compare(noise(23, 17, 4));
  });

  itOnRealImages('has their costs and cheapest paths', async (real) => {
    const { volume } = smallPart(real, [64, 48, 1]);
    const values = Float32Array.from(volume.voxels);
    const [x, y] = volume.geometry.spacingMm;
    const costs = await compare({ values, columns: 64, rows: 48, spacingMm: [x, y] });
    const wire = await wireOn(costs, 64);
    const distances = bellmanFord(costs, 64, 700);
    for (const to of [3, 64 * 47 + 60, 1500, 2800]) {
      expect(lengthOf(wire.path(700, to), costs, 64)).toBe(distances[to]);
    }
  });
});
