import type { ImageVolume } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  markedIn,
  runOn,
} from '../../../../../test/support/methods';
import { describeWithPython, runPython, type NpyArray } from '../../../../../test/support/python';
import { differences, paint, randomFrom, toNpy } from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { multiOtsu } from './multi-otsu';
import { otsuThresholds } from './thresholds';

function mixture(seed: number, values: readonly number[], noise: number) {
  const random = randomFrom(seed);
  return () =>
    values[Math.floor(random() * values.length)] + (random() + random() + random() - 1.5) * noise;
}

const cases: Readonly<Record<string, ImageVolume>> = {
  uint8: paint([31, 17, 5], Uint8Array, mixture(1, [40, 120, 200], 60)),
  int16: paint([31, 17, 5], Int16Array, mixture(2, [-100, 0, 60, 110], 40)),
  float32: paint([31, 17, 5], Float32Array, mixture(3, [0.1, 0.5, 0.9], 0.3)),
};

/** The variance between classes by its definition, for all choices of last bins. */
function bruteForce(counts: readonly number[], classes: number): number {
  let best = -1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const mean = counts.reduce((sum, count, bin) => sum + count * bin, 0) / total;
  const choose = (ends: readonly number[]) => {
    if (ends.length < classes - 1) {
      const from = ends.length > 0 ? ends[ends.length - 1] + 1 : 0;
      for (let end = from; end < counts.length - 1; end++) choose([...ends, end]);
      return;
    }
    best = Math.max(best, variance(counts, ends, mean));
  };
  choose([]);
  return best;
}

function variance(counts: readonly number[], ends: readonly number[], mean: number): number {
  const bounds = [-1, ...ends, counts.length - 1];
  return bounds.slice(1).reduce((sum, end, at) => {
    const part = counts.slice(bounds[at] + 1, end + 1);
    const weight = part.reduce((total, count) => total + count, 0);
    if (weight === 0) return sum;
    const centre =
      part.reduce((total, count, bin) => total + count * (bin + bounds[at] + 1), 0) / weight;
    return sum + weight * (centre - mean) ** 2;
  }, 0);
}

describe('multi-otsu', () => {
  it('separates nested shells of known values', async () => {
    const value = (i: number, j: number, k: number) => {
      const radius = Math.hypot(i - 10, j - 10, k - 10);
      return radius < 4 ? 300 : radius < 7 ? 100 : radius < 9 ? -50 : -900;
    };
    const image = paint([21, 21, 21], Int16Array, value);
    const result = await runOn(multiOtsu, image, { parameters: { classes: 4 } });
    const expected = paint([21, 21, 21], Uint8Array, (i, j, k) =>
      [-900, -50, 100, 300].indexOf(value(i, j, k))
    );
    expect(differences(labelsOf(result), expected.voxels)).toBe(0);
    expect(result.labels!.classes.map((one) => one.value)).toEqual([1, 2, 3]);
    const all = await runOn(multiOtsu, image, { parameters: { classes: 4, includeDarkest: true } });
    expect(
      differences(
        labelsOf(all),
        expected.voxels.map((label) => label + 1)
      )
    ).toBe(0);
    expect(all.labels!.classes).toHaveLength(4);
  });

  it('reaches the largest variance of all choices', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 6, maxLength: 14 }),
        fc.integer({ min: 2, max: 5 }),
        (counts, classes) => {
          fc.pre(counts.filter((count) => count > 0).length >= classes);
          const histogram = {
            counts: Float64Array.from(counts),
            centres: Float64Array.from(counts, (_, bin) => bin),
            total: 0,
          };
          const total = counts.reduce((sum, count) => sum + count, 0);
          const mean = counts.reduce((sum, count, bin) => sum + count * bin, 0) / total;
          const ours = variance(counts, otsuThresholds(histogram, classes), mean);
          expect(ours).toBeCloseTo(bruteForce(counts, classes), 6);
        }
      ),
      { numRuns: 150 }
    );
  });

  it('says when there are fewer values than classes', async () => {
    const image = paint([4, 4, 1], Uint8Array, (i) => (i > 1 ? 9 : 3));
    const result = await runOn(multiOtsu, image, { parameters: { classes: 5 } });
    expect(result.warnings).toEqual(['The region has only 2 different values.']);
    expect(markedIn(labelsOf(result))).toBe(8);
    expect(result.labels!.classes).toEqual([{ value: 1 }]);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    await expectSequenceEqualsFreshRuns(multiOtsu, cases.int16, [
      { parameters: { classes: 4 } },
      { parameters: { classes: 3, includeDarkest: true } },
      { parameters: { classes: 3 }, region: { kind: 'slice', axis: 0, index: 7 } },
    ]);
  });
});

describeWithPython(['skimage', 'pydicom'], 'multi-otsu against scikit-image', () => {
  it.each(Object.keys(cases))('gives its thresholds and classes: %s', async (name) => {
    const reference = await runPython({
      script: `
from skimage.filters import threshold_multiotsu
for classes in (2, 3, 4):
    t = threshold_multiotsu(I['a'], classes)
    R[str(classes)] = [float(v) for v in t]
    O[str(classes)] = np.digitize(I['a'], t, right=True).astype('u1')`,
      arrays: { a: toNpy(cases[name]) } satisfies Record<string, NpyArray>,
    });
    for (const classes of [2, 3, 4]) {
      const result = await runOn(multiOtsu, cases[name], { parameters: { classes } });
      expect(result.values.map(({ value }) => value)).toEqual(reference.values[String(classes)]);
      expect(differences(labelsOf(result), reference.array(String(classes)).data)).toBe(0);
    }
  });

  itOnRealImages('gives its classes', async ({ volume }) => {
    const reference = await runPython({
      script: `
from skimage.filters import threshold_multiotsu
O['labels'] = np.digitize(I['a'], threshold_multiotsu(I['a'], 3), right=True).astype('u1')`,
      arrays: { a: toNpy(volume) },
    });
    const labels = labelsOf(await runOn(multiOtsu, volume));
    expect(differences(labels, reference.array('labels').data)).toBe(0);
  });
});
