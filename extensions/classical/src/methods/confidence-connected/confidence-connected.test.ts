import type { Vec3 } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
  wholeLabels,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import {
  cropOf,
  differences,
  paint,
  randomFrom,
  toNpy,
  volumeOf,
} from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
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
    expect(differences(wholeLabels(result, ball), expected.voxels)).toBe(0);
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
    expect(b.labels!.box).toEqual(a.labels!.box);
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

  it('keeps a seed that stands alone, and reports no spread of it', async () => {
    const { voxels, geometry } = paint([9, 9, 5], Int16Array, (i, j, k) => (i + j + k) % 3);
    const at = 4 + 9 * (4 + 9 * 2);
    voxels[at] = 900;
    const image = volumeOf(geometry.size, voxels);
    const result = await runOn(confidenceConnected, image, {
      prompts: { seeds: [{ ijk: [4, 4, 2], label: 1 }] },
      parameters: { multiplier: 0.1 },
    });
    expect(wholeLabels(result, image).indexOf(1)).toBe(at);
    expect(markedIn(labelsOf(result))).toBe(1);
    expect(result.values.slice(0, 2).map(({ value }) => value)).toEqual([900, 0]);
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
  itOnRealImages('equals ConfidenceConnected', async ({ volume, seedIjk, backgroundIjk }) => {
    const [i, j, k] = seedIjk;
    const cases = [
      { seeds: [seedIjk], multiplier: 2.5, iterations: 4, radius: 1 },
      { seeds: [seedIjk, [i + 2, j + 4, k]], multiplier: 3, iterations: 2, radius: 2 },
      { seeds: [backgroundIjk], multiplier: 2, iterations: 0, radius: 3 },
      { seeds: [[i - 9, j + 12, k]], multiplier: 2.5, iterations: 5, radius: 2 },
    ];
    for (const image of [volume, { ...volume, voxels: Float32Array.from(volume.voxels) }]) {
      const reference = await runPython({
        script: `
import SimpleITK as sitk
# One slice is a plane: in 3D, ITK would count each of its voxels three times.
image = sitk.GetImageFromArray(I['a'].squeeze())
dim = image.GetDimension()
for n, c in enumerate(P['cases']):
    c['seeds'] = [s[:dim] for s in c['seeds']]
    O[str(n)] = sitk.GetArrayFromImage(sitk.ConfidenceConnected(image, c['seeds'], c['iterations'], c['multiplier'], c['radius'], 1))`,
        arrays: { a: toNpy(image) },
        values: { cases },
      });
      for (const [at, { seeds, multiplier, iterations, radius }] of cases.entries()) {
        const result = await runOn(confidenceConnected, image, {
          parameters: { multiplier, iterations, initialRadiusVoxels: radius },
          prompts: { seeds: seeds.map((ijk) => ({ ijk: ijk as unknown as Vec3, label: 1 })) },
        });
        const labels = wholeLabels(result, image);
        const wrong = differences(labels, reference.array(String(at)).data);
        expect({ at, wrong }).toEqual({ at, wrong: 0 });
        expect(markedIn(labels)).toBeGreaterThan(0);
      }
    }
  });
});
