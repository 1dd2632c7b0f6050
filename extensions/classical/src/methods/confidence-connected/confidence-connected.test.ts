import type { Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  chestCtPart,
  cropOf,
  differences,
  itWithData,
  paint,
  randomFrom,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { confidenceConnected } from './confidence-connected';

const seedAt = (...ijk: readonly [number, number, number]) => ({ seeds: [{ ijk, label: 1 }] });

const random = randomFrom(4);
const inBall = (i: number, j: number, k: number) => Math.hypot(i - 15, j - 15, k - 15) < 8;
const ball = paint(
  [30, 30, 30],
  Int16Array,
  (i, j, k) => (inBall(i, j, k) ? 200 : 0) + Math.round((random() - 0.5) * 20)
);

describe('confidence-connected', () => {
  it('finds a noisy ball from one seed, and reports mean and deviation of it', async () => {
    const prompts = seedAt(15, 15, 15);
    const result = await runOn(confidenceConnected, ball, { prompts });
    const expected = paint([30, 30, 30], Uint8Array, (i, j, k) => Number(inBall(i, j, k)));
    expect(differences(labelsOf(result), expected.voxels)).toBe(0);
    const [mean, deviation] = result.values.map(({ value }) => value);
    expect(Math.abs(mean - 200)).toBeLessThan(0.5);
    // A uniform distribution of width 20.
    expect(deviation).toBeCloseTo(20 / Math.sqrt(12), 0);
  });

  it('moves with an offset', async () => {
    const moved = { ...ball, voxels: ball.voxels.map((value) => value + 700) };
    const prompts = seedAt(15, 15, 15);
    const [a, b] = await Promise.all(
      [ball, moved].map((image) => runOn(confidenceConnected, image, { prompts }))
    );
    expect(differences(labelsOf(a), labelsOf(b))).toBe(0);
    expect(b.values[0].value).toBeCloseTo(a.values[0].value + 700, 6);
  });

  it('gives in a slice what it gives in a volume of that slice', async () => {
    const slice = cropOf(ball, { fromIjk: [0, 0, 15], toIjk: [30, 30, 16] });
    const alone = await runOn(confidenceConnected, slice, { prompts: seedAt(15, 15, 0) });
    const region = { kind: 'slice', axis: 2, index: 15 } as const;
    const inside = await runOn(confidenceConnected, ball, { prompts: seedAt(15, 15, 15), region });
    expect(inside.labels!.voxels).toEqual(alone.labels!.voxels);
    expect(inside.values).toEqual(alone.values);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(confidenceConnected, ball, [
      { prompts: seedAt(15, 15, 15) },
      { prompts: seedAt(1, 1, 1), parameters: { iterations: 0, multiplier: 1 } },
      { prompts: seedAt(15, 15, 12), parameters: { initialRadiusVoxels: 2 } },
    ]);
  });

  it('refuses no seed, and a seed in a flat surround', async () => {
    await expect(runOn(confidenceConnected, ball)).rejects.toMatchObject({ code: 'SEEDS_MISSING' });
    const flat = paint([5, 5, 5], Int16Array, () => 7);
    await expect(
      runOn(confidenceConnected, flat, { prompts: seedAt(2, 2, 2) })
    ).rejects.toMatchObject({ code: 'SEED_WITHOUT_SPREAD' });
  });
});

describeWithPython(['SimpleITK', 'pydicom'], 'confidence-connected against ITK', () => {
  itWithData('dicom-chest-ct-lidc', 'equals ConfidenceConnected on the real CT', async () => {
    const ct = await chestCtPart();
    const cases = [
      { seeds: [[60, 60, 20]], multiplier: 2.5, iterations: 4, radius: 1 },
      {
        seeds: [
          [60, 60, 20],
          [62, 70, 22],
        ],
        multiplier: 3,
        iterations: 2,
        radius: 2,
      },
      { seeds: [[170, 90, 20]], multiplier: 2, iterations: 0, radius: 3 },
      { seeds: [[0, 0, 0]], multiplier: 2.5, iterations: 5, radius: 2 },
    ];
    for (const type of [Int16Array, Float32Array]) {
      const image = volumeOf(ct.geometry.size, type.from(ct.voxels));
      const reference = await runPython({
        script: `
import SimpleITK as sitk
image = sitk.GetImageFromArray(I['ct'])
for n, c in enumerate(P['cases']):
    O[str(n)] = sitk.GetArrayFromImage(sitk.ConfidenceConnected(image, c['seeds'], c['iterations'], c['multiplier'], c['radius'], 1))`,
        arrays: { ct: toNpy(image) },
        values: { cases },
      });
      for (const [at, { seeds, multiplier, iterations, radius }] of cases.entries()) {
        const labels = labelsOf(
          await runOn(confidenceConnected, image, {
            parameters: { multiplier, iterations, initialRadiusVoxels: radius },
            prompts: { seeds: seeds.map((ijk) => ({ ijk: ijk as unknown as Vec3, label: 1 })) },
          })
        );
        const wrong = differences(labels, reference.array(String(at)).data);
        expect({ at, type: type.name, wrong }).toEqual({ at, type: type.name, wrong: 0 });
        expect(markedIn(labels)).toBeGreaterThan(10);
      }
    }
  });
});
