import type { ImageVolume, Region, Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  chestCt,
  differences,
  itWithData,
  paint,
  randomFrom,
  toNpy,
} from '../../../../../test/support/volumes';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { graphCut } from './graph-cut';
import { fitMixture, logRatio } from './region-model';

/** A bright ball in noise. */
function ball(size: Vec3, radius: number, noise: number, spacingMm?: Vec3): ImageVolume {
  const random = randomFrom(12);
  const centre = size.map((extent) => (extent - 1) / 2);
  return paint(
    size,
    Int16Array,
    (i, j, k) => {
      const inside = Math.hypot(i - centre[0], j - centre[1], k - centre[2]) < radius;
      return (inside ? 120 : 40) + (random() + random() + random() - 1.5) * noise;
    },
    spacingMm
  );
}
const size: Vec3 = [24, 22, 12];
const image = ball(size, 5, 50);
const inside = (voxels: ArrayLike<number>) =>
  Uint8Array.from(voxels, (_, at) => {
    const [i, j, k] = [at % 24, Math.floor(at / 24) % 22, Math.floor(at / 528)];
    return Number(Math.hypot(i - 11.5, j - 10.5, k - 5.5) < 5);
  });
const seeds = [
  { ijk: [11, 10, 5] as const, label: 1 },
  { ijk: [12, 11, 6] as const, label: 1 },
  { ijk: [1, 1, 1] as const, label: 0 },
  { ijk: [22, 20, 10] as const, label: 0 },
  { ijk: [2, 19, 6] as const, label: 0 },
];
const prompts = { seeds };

describe('graph-cut', () => {
  it('finds a ball in noise, on voxels and on basins', async () => {
    const wanted = inside(image.voxels);
    const volume = wanted.reduce((sum, value) => sum + value, 0);
    for (const [nodes, most] of [
      ['voxels', 0.06],
      ['basins', 0.25],
    ] as const) {
      const result = await runOn(graphCut, image, {
        prompts,
        parameters: { nodes, region: 'gaussian-mixture', depth: 0 },
      });
      expect(differences(labelsOf(result), wanted) / volume).toBeLessThan(most);
    }
  });

  it('keeps every seed, and never claims what cannot be cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            ijk: fc.tuple(
              fc.integer({ min: 0, max: 23 }),
              fc.integer({ min: 0, max: 21 }),
              fc.integer({ min: 0, max: 11 })
            ),
            label: fc.integer({ min: 0, max: 1 }),
          }),
          { minLength: 2, maxLength: 8 }
        ),
        fc.constantFrom('6', '26'),
        async (drawn, neighbours) => {
          const last = new Map(drawn.map((seed) => [seed.ijk.join(), seed]));
          fc.pre(new Set([...last.values()].map(({ label }) => label)).size === 2);
          const labels = labelsOf(
            await runOn(graphCut, image, { prompts: { seeds: drawn }, parameters: { neighbours } })
          );
          for (const { ijk, label } of last.values()) {
            expect(labels[ijk[0] + 24 * (ijk[1] + 22 * ijk[2])]).toBe(label);
          }
        }
      ),
      { numRuns: 12 }
    );
  });

  it('treats another target as background and keeps its own label', async () => {
    const others = seeds.map((seed) => ({ ...seed, label: seed.label === 1 ? 3 : 7 }));
    const result = await runOn(graphCut, image, { prompts: { seeds: others } });
    expect(result.labels?.classes).toEqual([{ value: 3 }]);
    expect(new Set(labelsOf(result))).toEqual(new Set([0, 3]));
  });

  it('does not depend on the offset of the intensities', async () => {
    const shifted = { ...image, voxels: Int16Array.from(image.voxels, (value) => value - 1000) };
    const [a, b] = [
      await runOn(graphCut, image, { prompts }),
      await runOn(graphCut, shifted, { prompts }),
    ];
    expect(differences(labelsOf(a), labelsOf(b))).toBe(0);
  });

  it('refuses what it cannot do, before it starts', async () => {
    const code = (call: object) => expect(runOn(graphCut, image, call)).rejects;
    await code({}).toMatchObject({ code: 'SEEDS_MISSING' });
    await code({ prompts: { seeds: seeds.slice(0, 2) } }).toMatchObject({ code: 'ONE_CLASS_ONLY' });
    await code({ prompts: { seeds: [{ ijk: [-1, 0, 0], label: 1 }] } }).toMatchObject({
      code: 'SEED_OUTSIDE_IMAGE',
    });
    const region: Region = { kind: 'slice', axis: 2, index: 0 };
    await code({ prompts, region }).toMatchObject({ code: 'SEED_OUTSIDE_REGION' });
    const huge = paint([640, 640, 1], Uint8Array, () => 0);
    const geometry = Object.assign(
      Object.create(Object.getPrototypeOf(huge.geometry)),
      huge.geometry,
      {
        size: [640, 640, 400],
      }
    );
    await expect(
      runOn(
        graphCut,
        { ...huge, geometry },
        {
          prompts: {
            seeds: [
              { ijk: [0, 0, 0], label: 0 },
              { ijk: [9, 9, 0], label: 1 },
            ],
          },
        }
      )
    ).rejects.toMatchObject({ code: 'GRAPH_TOO_LARGE' });
  });

  it('says that seeds of both kinds lie in one basin', async () => {
    const result = await runOn(graphCut, image, {
      prompts,
      parameters: { nodes: 'basins', depth: 500 },
    });
    expect(result.warnings).toHaveLength(1);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const region: Region = { kind: 'box', box: { fromIjk: [0, 0, 0], toIjk: [24, 22, 11] } };
    const more = { seeds: [...seeds, { ijk: [15, 10, 5] as const, label: 0 }] };
    await expectSequenceEqualsFreshRuns(graphCut, image, [
      { prompts },
      { prompts: more },
      { prompts, parameters: { region: 'none' } },
      { prompts: more, parameters: { region: 'gaussian-mixture', regionWeight: 0.5 } },
      { prompts, parameters: { nodes: 'basins', depth: 1 } },
      { prompts: more, parameters: { nodes: 'basins', depth: 1 } },
      { prompts, region, parameters: { neighbours: '26' } },
    ]);
  });
});

describe('region model', () => {
  it('finds two well separated populations', () => {
    const random = randomFrom(2);
    const samples = Array.from({ length: 600 }, (_, at) =>
      Math.round((at % 3 === 0 ? 900 : 200) + (random() + random() - 1) * 30)
    );
    const found = fitMixture(samples, 1000).filter(({ share }) => share > 0.02);
    const near = (mean: number) =>
      found.filter((c) => Math.abs(c.mean - mean) < 30).reduce((sum, c) => sum + c.share, 0);
    expect(near(900)).toBeCloseTo(1 / 3, 1);
    expect(near(200)).toBeCloseTo(2 / 3, 1);
  });

  it('prefers the object where its seeds are, and nothing without a model', () => {
    for (const model of ['histogram', 'gaussian-mixture'] as const) {
      const ratio = logRatio(model, [100, 101, 99, 102], [10, 12, 11], 127);
      expect(ratio[100]).toBeGreaterThan(1);
      expect(ratio[11]).toBeLessThan(-1);
    }
    expect(logRatio('none', [1], [2], 7).every((value) => value === 0)).toBe(true);
  });
});

/** The graph of the method's page, built and cut by scipy. */
const script = `
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow, breadth_first_order
a = I['image'].astype(int); a -= a.min()
nz, ny, nx = a.shape
sp = P['spacing']
steps = [(i, j, k) for k in (-1, 0, 1) for j in (-1, 0, 1) for i in (-1, 0, 1)]
steps = [s for s in steps if (s[2], s[1], s[0]) > (0, 0, 0)]
if nz == 1: steps = [s for s in steps if s[2] == 0]
if not P['full']: steps = [s for s in steps if sum(map(abs, s)) == 1]
length = [np.hypot(np.hypot(s[0] * sp[0], s[1] * sp[1]), s[2] * sp[2]) for s in steps]
table = (1000 * np.exp(-0.5 * (np.arange(a.max() + 1) / P['sigma']) ** 2)).astype('f4')
index = np.arange(a.size).reshape(a.shape)
rows, cols, caps = [], [], []
cut = lambda n, d: (slice(max(0, -d), n - max(0, d)), slice(max(0, d), n - max(0, -d)))
for s, l in zip(steps, length):
    (z0, z1), (y0, y1), (x0, x1) = cut(nz, s[2]), cut(ny, s[1]), cut(nx, s[0])
    p, q = index[z0, y0, x0].ravel(), index[z1, y1, x1].ravel()
    w = table[np.abs(a.ravel()[p] - a.ravel()[q])] * np.float32(min(length) / l)
    w = np.maximum(1, np.floor(w + np.float32(0.5))).astype(int)
    rows += [p, q]; cols += [q, p]; caps += [w, w]
n = a.size
for i, j, k, label in P['seeds']:
    v = index[k, j, i]
    rows.append([n if label else v]); cols.append([v if label else n + 1]); caps.append([2 ** 24])
graph = csr_matrix((np.concatenate(caps).astype('i4'), (np.concatenate(rows), np.concatenate(cols))), shape=(n + 2, n + 2))
residual = graph - maximum_flow(graph, n, n + 1).flow
residual.data[residual.data < 0] = 0
residual.eliminate_zeros()
side = np.zeros(n + 2, 'u1'); side[breadth_first_order(residual, n, return_predecessors=False)] = 1
O['labels'] = side[:n].reshape(a.shape)`;

describeWithPython(['scipy'], 'graph-cut against an independent maximum flow', () => {
  it.each([
    ['3D, 6 neighbours', ball([14, 12, 8], 4, 170, [0.7, 0.7, 2]), '6'],
    ['3D, 26 neighbours', ball([12, 11, 7], 3.5, 170, [1, 1.5, 3]), '26'],
    ['2D, 4 neighbours', ball([26, 22, 1], 7, 170, [0.5, 1, 1]), '6'],
    ['2D, 8 neighbours', ball([26, 22, 1], 7, 170), '26'],
  ] as const)(
    'is the minimum cut of the graph in the page of the method: %s',
    async (_, small, neighbours) => {
      const [nx, ny, nz] = small.geometry.size;
      const middle: Vec3 = [nx >> 1, ny >> 1, nz >> 1];
      const drawn = [
        { ijk: middle, label: 1 },
        { ijk: [middle[0] - 1, middle[1], middle[2]] as const, label: 1 },
        { ijk: [middle[0] + 2, middle[1] + 1, middle[2]] as const, label: 1 },
        { ijk: [middle[0] - 2, middle[1] + 2, middle[2]] as const, label: 1 },
        { ijk: [middle[0], middle[1] - 2, middle[2]] as const, label: 1 },
        { ijk: [0, 0, 0] as const, label: 0 },
        { ijk: [nx - 1, ny - 1, nz - 1] as const, label: 0 },
        { ijk: [nx - 1, 0, 0] as const, label: 0 },
      ];
      const sigma = 40;
      const reference = await runPython({
        script,
        arrays: { image: toNpy(small) },
        values: {
          full: neighbours === '26',
          sigma,
          spacing: small.geometry.spacingMm,
          seeds: drawn.map(({ ijk, label }) => [...ijk, label]),
        },
      });
      const result = await runOn(graphCut, small, {
        prompts: { seeds: drawn },
        parameters: { neighbours, sigma, region: 'none' },
      });
      const wanted = reference.array('labels').data;
      expect(differences(labelsOf(result), wanted)).toBe(0);
      expect(wanted.filter((value) => value === 1).length).toBeGreaterThan(6);
    }
  );
});

describeWithPython(['scipy'], 'graph-cut on real data', () => {
  itOnRealImages('is the minimum cut of a small part', async (real) => {
    const part = smallPart(real, [24, 20, 8]);
    const { volume } = part;
    const [nx, ny] = volume.geometry.size;
    const at = (voxel: number): Vec3 => [
      voxel % nx,
      Math.floor(voxel / nx) % ny,
      Math.floor(voxel / (nx * ny)),
    ];
    // What lies in the middle of the range of values counts as object, what lies far outside of it as background.
    const middle = (part.range.lower + part.range.upper) / 2;
    const far = Array.from(volume.voxels, (value) => Math.abs(value - middle));
    const order = far.map((_, voxel) => voxel).sort((a, b) => far[a] - far[b] || a - b);
    const drawn = [
      ...order.slice(0, 25).map((voxel) => ({ ijk: at(voxel), label: 1 })),
      ...order.slice(-25).map((voxel) => ({ ijk: at(voxel), label: 0 })),
    ];
    const sigma = { CT: 60, MR: 12, 'X-ray': 6 }[real.kind];
    const reference = await runPython({
      script,
      arrays: { image: toNpy(volume) },
      values: {
        full: false,
        sigma,
        spacing: volume.geometry.spacingMm,
        seeds: drawn.map(({ ijk, label }) => [...ijk, label]),
      },
    });
    const result = await runOn(graphCut, volume, {
      prompts: { seeds: drawn },
      parameters: { sigma, region: 'none' },
    });
    const wanted = reference.array('labels').data;
    expect(differences(labelsOf(result), wanted)).toBe(0);
    expect(wanted.filter((value) => value === 1).length).toBeGreaterThan(25);
  });

  itWithData(
    'dicom-chest-ct-lidc',
    'cuts lung from tissue in a real CT alike on voxels and on basins',
    async () => {
      const ct = await chestCt();
      const box = { fromIjk: [180, 180, 60], toIjk: [260, 260, 80] } as const;
      const drawn: { ijk: Vec3; label: number }[] = [];
      for (let k = 61; k < 80; k += 6) {
        for (let j = 182; j < 260; j += 9) {
          for (let i = 182; i < 260; i += 9) {
            const value = ct.voxels[i + 512 * (j + 512 * k)];
            if (value < -700) drawn.push({ ijk: [i, j, k], label: 1 });
            if (value > 0) drawn.push({ ijk: [i, j, k], label: 0 });
          }
        }
      }
      const region: Region = { kind: 'box', box };
      const run = (nodes: string) =>
        runOn(graphCut, ct, { region, prompts: { seeds: drawn }, parameters: { nodes } });
      const [voxels, basins] = [labelsOf(await run('voxels')), labelsOf(await run('basins'))];
      const both = voxels.reduce((sum, value, at) => sum + (value & basins[at]), 0);
      const either = voxels.reduce((sum, value, at) => sum + (value | basins[at]), 0);
      expect(both / either).toBeGreaterThan(0.9);
      expect(drawn.length).toBeGreaterThan(20);
    }
  );
});
