import type { Region, Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  differences,
  paint,
  randomFrom,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { growCut } from './grow-cut';

const size: Vec3 = [23, 19, 9];
const random = randomFrom(31);
const image = paint(size, Int16Array, (i, j, k) =>
  Math.round((i < 11 ? 100 : 300) + (j < 9 ? 0 : 80) + 20 * k + 60 * random())
);
const seeds = [
  { ijk: [3, 3, 2] as const, label: 1 },
  { ijk: [18, 4, 5] as const, label: 2 },
  { ijk: [5, 16, 7] as const, label: 0 },
  { ijk: [20, 17, 1] as const, label: 9 },
];
/** The automaton as the paper writes it: all cells at once, until nothing changes. */
const bruteForce = `
a = I['image'].astype('f4'); m = I['markers']
scale = np.float32(1) / np.float32(a.max() - a.min()) if a.max() > a.min() else np.float32(0)
pa = np.pad(a, 1); s = np.pad((m > 0).astype('f4'), 1); l = np.pad(m, 1)
steps = [(k, j, i) for k in (-1, 0, 1) for j in (-1, 0, 1) for i in (-1, 0, 1) if (k, j, i) != (0, 0, 0)]
if not P['full']: steps = [x for x in steps if sum(map(abs, x)) == 1]
core = (slice(1, -1),) * 3
rounds = 0
while True:
    best, label = s[core].copy(), l[core].copy()
    for k, j, i in steps:
        near = tuple(slice(1 + d, n - 1 + d) for d, n in zip((k, j, i), s.shape))
        attack = (np.float32(1) - np.abs(a - pa[near]) * scale) * s[near]
        wins = attack > best
        best[wins] = attack[wins]; label[wins] = l[near][wins]
    if (best == s[core]).all(): break
    s[core] = best; l[core] = label; rounds += 1
O['labels'] = l[core]
R['rounds'] = rounds`;

describe('grow-cut', () => {
  it('meets on the step between two seeds', async () => {
    const step = paint([20, 9, 5], Uint8Array, (i) => (i < 7 ? 10 : 200));
    const drawn = [
      { ijk: [0, 4, 2] as const, label: 1 },
      { ijk: [19, 4, 2] as const, label: 0 },
    ];
    const labels = labelsOf(await runOn(growCut, step, { prompts: { seeds: drawn } }));
    labels.forEach((label, at) => {
      expect(label).toBe(Number(at % 20 < 7));
    });
  });

  it('shares a constant image by distance', async () => {
    const flat = volumeOf([9, 1, 1], new Float32Array(9).fill(4));
    const drawn = [
      { ijk: [1, 0, 0] as const, label: 1 },
      { ijk: [8, 0, 0] as const, label: 2 },
    ];
    const labels = labelsOf(await runOn(growCut, flat, { prompts: { seeds: drawn } }));
    expect([...labels]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it('does not depend on the offset of the intensities', async () => {
    const shifted = { ...image, voxels: Int16Array.from(image.voxels, (value) => value + 512) };
    const [a, b] = [
      await runOn(growCut, image, { prompts: { seeds } }),
      await runOn(growCut, shifted, { prompts: { seeds } }),
    ];
    expect(differences(labelsOf(a), labelsOf(b))).toBe(0);
  });

  it('refuses what it cannot separate', async () => {
    await expect(runOn(growCut, image)).rejects.toMatchObject({ code: 'SEEDS_MISSING' });
    await expect(
      runOn(growCut, image, { prompts: { seeds: seeds.slice(0, 1) } })
    ).rejects.toMatchObject({ code: 'ONE_CLASS_ONLY' });
    await expect(
      runOn(growCut, image, { prompts: { seeds: [{ ijk: [0, 0, 99], label: 1 }] } })
    ).rejects.toMatchObject({ code: 'SEED_OUTSIDE_IMAGE' });
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const region: Region = { kind: 'slice', axis: 1, index: 3 };
    const scribbles = [
      { label: 1, voxels: Uint32Array.of(3 + 23 * 3, 4 + 23 * 3) },
      { label: 300, voxels: Uint32Array.of(20 + 23 * (3 + 19 * 8)) },
    ];
    await expectSequenceEqualsFreshRuns(growCut, image, [
      { prompts: { seeds } },
      { prompts: { scribbles }, region },
      { prompts: { seeds }, parameters: { neighbours: '6' } },
    ]);
  });
});

describeWithPython(['numpy'], 'grow-cut against the automaton written out', () => {
  it.each([
    ['6', size, 40],
    ['26', size, 40],
    ['6', [31, 27, 1], 40],
    ['26', [31, 27, 1], 40],
    // Of three values, where the strongest paths are many and equally strong.
    ['6', size, 3],
    ['26', size, 3],
    ['6', [31, 27, 1], 3],
    ['26', [31, 27, 1], 3],
  ] as const)(
    'is voxel-exact with %s neighbours on %j, %d values',
    async (neighbours, grid, levels) => {
      const noise = randomFrom(5);
      const slope = levels > 3 ? 3 : 0;
      const small = paint(grid, Int16Array, (i, j) =>
        Math.floor(levels * noise() + slope * Math.abs(i - j))
      );
      const drawn = seeds.map(({ ijk: [i, j, k], label }) => ({
        ijk: [i, j, Math.min(k, grid[2] - 1)] as const,
        label,
      }));
      const labels = [0, 1, 2, 9];
      const markers = new Uint16Array(small.voxels.length);
      for (const { ijk, label } of drawn) {
        markers[ijk[0] + grid[0] * (ijk[1] + grid[1] * ijk[2])] = labels.indexOf(label) + 1;
      }
      const reference = await runPython({
        script:
          grid[2] === 1
            ? bruteForce.replace('(k, j, i) != (0, 0, 0)', 'k == 0 and (j, i) != (0, 0)')
            : bruteForce,
        arrays: { image: toNpy(small), markers: toNpy(small, markers) },
        values: { full: neighbours === '26' },
      });
      expect(reference.values.rounds).toBeGreaterThan(8);
      const result = await runOn(growCut, small, {
        prompts: { seeds: drawn },
        parameters: { neighbours },
      });
      const wanted = Array.from(reference.array('labels').data, (value) => [0, ...labels][value]);
      expect(differences(labelsOf(result), Uint8Array.from(wanted))).toBe(0);
    }
  );

  itOnRealImages('is voxel-exact', async (real) => {
    const { volume } = smallPart(real, [48, 40, 16]);
    const [nx, ny, nz] = volume.geometry.size;
    const drawn = [
      { ijk: [5, 5, nz >> 1] as const, label: 0 },
      { ijk: [nx - 8, ny - 10, nz >> 1] as const, label: 1 },
      { ijk: [20, 15, nz >> 2] as const, label: 2 },
    ];
    const reference = await runPython({
      script: `
I['markers'] = np.zeros(I['image'].shape, 'u2')
for i, j, k, label in P['seeds']: I['markers'][k, j, i] = label + 1
${bruteForce}`,
      arrays: { image: toNpy(volume) },
      values: { full: true, seeds: drawn.map(({ ijk, label }) => [...ijk, label]) },
    });
    const result = labelsOf(await runOn(growCut, volume, { prompts: { seeds: drawn } }));
    const wanted = Array.from(reference.array('labels').data, (value) => value - 1);
    expect(differences(result, Uint8Array.from(wanted))).toBe(0);
    expect(new Set(result).size).toBe(3);
  });
});
