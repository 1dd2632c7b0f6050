import type { Region, Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { paint, randomFrom } from '../../../../../test/support/volumes';
import { blurWasm } from '../../generated/blur';
import { edgeFlowWasm } from '../../generated/edge-flow';
import { Arena } from '../../kernels/arena';
import { instantiate } from '../../kernels/wasm';
import { edges } from '../edges/edges';
import { edgeFlow } from './edge-flow';
import { FlowField, type FlowSettings } from './flow-field';

async function fieldOf(
  values: Float32Array,
  size: readonly [number, number],
  settings: FlowSettings
): Promise<{ readonly field: FlowField; readonly boundaries: () => Float32Array }> {
  const arena = new Arena();
  const kernels = {
    blur: await instantiate(blurWasm, arena.memory),
    flow: await instantiate(edgeFlowWasm, arena.memory),
  };
  const image = arena.allocate(4 * values.length);
  arena.f32(image, values.length).set(values);
  const out = arena.allocate(4 * values.length);
  const field = new FlowField(kernels, arena, image, size, settings);
  return {
    field,
    boundaries: () => {
      field.boundaries(out);
      return arena.f32(out, values.length).slice();
    },
  };
}

/** Two textures of equal mean and contrast: stripes of the same frequency, turned by 90 degrees at column 48. */
const textures = paint(
  [96, 80, 1],
  Float32Array,
  (i, j) => 100 + 30 * Math.sin((2 * Math.PI * (i < 48 ? i : j)) / 5)
);
const step = paint([40, 24, 1], Float32Array, (i) => (i < 17 ? 0 : 100));

/** Share of pixels on the right side of a border when every region belongs to the side where most of it lies. */
function agreement(labels: ArrayLike<number>, columns: number, border: number): number {
  const sides = new Map<number, [number, number]>();
  for (let at = 0; at < labels.length; at++) {
    const counts = sides.get(labels[at]) ?? [0, 0];
    counts[at % columns < border ? 0 : 1]++;
    sides.set(labels[at], counts);
  }
  let right = 0;
  for (const counts of sides.values()) right += Math.max(...counts);
  return right / labels.length;
}

describe('edge-flow', () => {
  it('points to a step from both sides, and gathers there', async () => {
    const { field, boundaries } = await fieldOf(step.voxels, [40, 24], {
      sigma: [2, 2],
      textureWeight: 0,
    });
    const before = field.vectors();
    for (let j = 0; j < 24; j++) {
      for (let i = 11; i < 23; i++) {
        const x = before.x[i + 40 * j];
        expect(i < 17 ? x > 0 : x < 0).toBe(true);
      }
    }
    const total = (x: Float32Array, from: number, to: number) =>
      x.reduce((sum, value, at) => (at % 40 >= from && at % 40 < to ? sum + value : sum), 0);
    const flowing = total(before.x, 0, 17);
    while (field.step() > 0);
    const after = field.vectors();
    // Nothing is lost on the way, and all of it stands beside the step.
    expect(total(after.x, 0, 17)).toBeCloseTo(flowing, 1);
    expect(total(after.x, 16, 17) / flowing).toBeGreaterThan(0.999);
    const found = boundaries();
    for (let at = 0; at < found.length; at++) {
      expect(found[at] > 0).toBe(at % 40 === 16 || at % 40 === 17);
    }
  });

  it('separates two textures of equal mean, which the edge methods cannot', async () => {
    const parameters = { scaleMm: 4, textureWeight: 1 };
    const result = await runOn(edgeFlow, textures, { parameters });
    expect(result.labels?.classes.length).toBeLessThanOrEqual(4);
    expect(agreement(labelsOf(result), 96, 48)).toBeGreaterThan(0.95);
    // How much the border stands out from the inside of the left texture, column by column.
    const contrast = (map: Float32Array | undefined) => {
      const mean = (from: number, to: number) => {
        let sum = 0;
        map?.forEach((value, at) => {
          const [i, j] = [at % 96, Math.floor(at / 96)];
          if (i >= from && i < to && j >= 20 && j < 60) sum += Math.abs(value);
        });
        return sum / (to - from);
      };
      return mean(44, 52) / mean(16, 40);
    };
    expect(contrast(result.scalarMap?.voxels)).toBeGreaterThan(5);
    for (const operator of ['sobel', 'roberts', 'prewitt', 'laplacian', 'morphological']) {
      const found = await runOn(edges, textures, { parameters: { operator } });
      expect(contrast(found.scalarMap?.voxels)).toBeLessThan(1.3);
    }
  });

  it('finds regions by brightness alone, in any plane', async () => {
    const parameters = { textureWeight: 0, strength: 0.3 };
    const flat = await runOn(edgeFlow, step, { parameters });
    expect(flat.labels?.classes).toHaveLength(2);
    expect(agreement(labelsOf(flat), 40, 17)).toBe(1);
    const turned = paint([3, 40, 24], Float32Array, (_, i) => (i < 17 ? 0 : 100));
    const region: Region = { kind: 'slice', axis: 0, index: 1 };
    const other = await runOn(edgeFlow, turned, { region, parameters });
    expect(labelsOf(other)).toEqual(labelsOf(flat));
    expect(other.scalarMap?.voxels).toEqual(flat.scalarMap?.voxels);
  });

  it('does not change with an offset, and finds nothing in a constant slice', async () => {
    const shifted = { ...textures, voxels: textures.voxels.map((value) => value + 64) };
    const parameters = { scaleMm: 4, textureWeight: 1 };
    const [a, b] = [
      labelsOf(await runOn(edgeFlow, textures, { parameters })),
      labelsOf(await runOn(edgeFlow, shifted, { parameters })),
    ];
    const moved = a.reduce((sum, value, at) => sum + Number(value !== b[at]), 0);
    expect(moved / a.length).toBeLessThan(0.01);
    const flat = paint([20, 15, 1], Int16Array, () => 7);
    const one = await runOn(edgeFlow, flat);
    expect(one.values[0].value).toBe(1);
    expect(one.scalarMap?.voxels.every((value) => value === 0)).toBe(true);
    const dot = await runOn(
      edgeFlow,
      paint([1, 1, 1], Int16Array, () => 7)
    );
    expect([...labelsOf(dot)]).toEqual([1]);
  });

  it('refuses a volume', async () => {
    const volume = paint([4, 4, 4], Int16Array, () => 0);
    await expect(runOn(edgeFlow, volume)).rejects.toMatchObject({ code: 'SLICE_NEEDED' });
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const region: Region = { kind: 'box', box: { fromIjk: [10, 10, 0], toIjk: [70, 60, 1] } };
    await expectSequenceEqualsFreshRuns(edgeFlow, textures, [
      {},
      { parameters: { textureWeight: 0 } },
      { region, parameters: { scaleMm: 3 } },
    ]);
  });
});

describeWithPython(['scipy'], 'edge-flow against the paper, step by step', () => {
  const size: Vec3 = [37, 29, 1];
  const random = randomFrom(6);
  const noise = paint(size, Float32Array, (i, j) => (i + j > 30 ? 80 : 20) + 30 * random());

  it('has the vectors of the formulas, and every step of their propagation', async () => {
    const { field, boundaries } = await fieldOf(noise.voxels, [37, 29], {
      sigma: [1.5, 1.5],
      textureWeight: 0,
    });
    const first = field.vectors();
    const steps = [first];
    const moves: number[] = [];
    for (let n = 0; n < 6; n++) {
      moves.push(field.step());
      steps.push(field.vectors());
    }
    const plane = (data: Float32Array) => ({ data, shape: [29, 37] });
    const arrays = Object.fromEntries([
      ['image', plane(noise.voxels)],
      ['meet', plane(boundaries())],
      ...steps.flatMap(({ x, y }, n) => [
        [`x${n}`, plane(x)],
        [`y${n}`, plane(y)],
      ]),
    ]);
    const reference = await runPython({
      script: `
import scipy.ndimage as nd
v = I['image'].astype('f8'); s = P['sigma']; ny, nx = v.shape
smooth = nd.gaussian_filter(v, s, mode='nearest')
gx = nd.gaussian_filter(v, s, order=(0, 1), mode='nearest'); gy = nd.gaussian_filter(v, s, order=(1, 0), mode='nearest')
angles = np.arange(8) * np.pi / 4
jj, ii = np.mgrid[:ny, :nx].astype('f8')
E = np.stack([abs(np.cos(t) * gx + np.sin(t) * gy) for t in angles])
err = np.stack([abs(nd.map_coordinates(smooth, [jj + 4 * s * np.sin(t), ii + 4 * s * np.cos(t)], order=1, mode='nearest') - smooth) for t in angles])
Pr = np.stack([err[d] / (err[d] + err[(d + 4) % 8]) for d in range(8)])
E /= E[:4].sum(0).mean()
half = np.stack([sum(Pr[(d + n) % 8] for n in range(4)) for d in range(8)])
order = np.sort(half, 0)
clear = order[-1] - order[-2] > 1e-4
first = half.argmax(0)
fx, fy = np.zeros(v.shape), np.zeros(v.shape)
for n in range(4):
    d = (first + n) % 8
    e = np.take_along_axis(E, d[None], 0)[0]
    fx += e * np.cos(d * np.pi / 4); fy += e * np.sin(d * np.pi / 4)
R['clear'] = float(clear.mean())
R['vectors'] = float(max(abs(fx - I['x0'])[clear].max(), abs(fy - I['y0'])[clear].max()))

def propagate(x, y):
    nx_, ny_, moved = np.zeros_like(x), np.zeros_like(y), 0
    for j in range(ny):
        for i in range(nx):
            f = np.array([x[j, i], y[j, i]])
            if not f.any(): continue
            angle = int(np.round(np.arctan2(f[1], f[0]) / (np.pi / 4))) % 8
            di = [1, 1, 0, -1, -1, -1, 0, 1][angle]; dj = [0, 1, 1, 1, 0, -1, -1, -1][angle]
            a, b = i + di, j + dj
            goes = 0 <= a < nx and 0 <= b < ny and f @ np.array([x[b, a], y[b, a]]) > 0
            if goes: moved += 1
            else: a, b = i, j
            nx_[b, a] += f[0]; ny_[b, a] += f[1]
    return nx_, ny_, moved
x, y = I['x0'].astype('f8'), I['y0'].astype('f8')
worst, moves = 0, []
for n in range(6):
    x, y, moved = propagate(x, y)
    moves.append(moved)
    worst = max(worst, abs(x - I['x%d' % (n + 1)]).max(), abs(y - I['y%d' % (n + 1)]).max())
R['worst'], R['moves'] = float(worst), moves
meet = np.zeros(v.shape)
for j in range(ny):
    for i in range(nx):
        for b, a, f in ((j, i + 1, x), (j + 1, i, y)):
            if a < nx and b < ny and f[j, i] > 0 and f[b, a] < 0:
                energy = f[j, i] - f[b, a]
                meet[j, i] = max(meet[j, i], energy); meet[b, a] = max(meet[b, a], energy)
R['meet'] = float(abs(meet - I['meet']).max())`,
      arrays,
      values: { sigma: 1.5 },
    });
    expect(reference.values.clear).toBeGreaterThan(0.95);
    expect(reference.values.vectors).toBeLessThan(1e-3);
    expect(reference.values.moves).toEqual(moves);
    expect(moves[0]).toBeGreaterThan(200);
    expect(reference.values.worst).toBeLessThan(1e-3);
    expect(reference.values.meet).toBeLessThan(1e-3);
  });
});
