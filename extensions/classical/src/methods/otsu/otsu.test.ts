import type { ImageVolume, Region, VoxelArray } from '@cordon/extension-workbench/pure';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import {
  describeWithPython,
  runPython,
  type NpyArray,
  type PythonResult,
} from '../../../../../test/support/python';
import { differences, paint, randomFrom, toNpy } from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { otsu } from './otsu';

/** Two or three noisy populations in one volume. */
function populations(seed: number, values: readonly number[], noise: number) {
  const random = randomFrom(seed);
  return () =>
    values[Math.floor(random() * values.length)] + (random() + random() + random() - 1.5) * noise;
}

const cases: Readonly<Record<string, ImageVolume>> = {
  uint8: paint([31, 17, 5], Uint8Array, populations(1, [60, 180], 60)),
  int16: paint([31, 17, 5], Int16Array, populations(2, [-900, 40, 60], 150)),
  uint16: paint([31, 17, 5], Uint16Array, populations(3, [300, 40000, 61000], 500)),
  gap: paint([31, 17, 5], Int16Array, populations(4, [-1000, 1000], 3)),
  float32: paint([31, 17, 5], Float32Array, populations(5, [0.25, 0.7], 0.4)),
  tiny: paint([31, 17, 5], Float32Array, populations(6, [1e-7, 3e-7], 1e-7)),
  negative: paint([31, 17, 5], Float32Array, populations(7, [-40.5, -12.25], 9)),
};

describe('otsu', () => {
  it('separates a bright box from a dark surround exactly', async () => {
    const inside = (i: number, j: number) => i >= 4 && i < 11 && j >= 3 && j < 9;
    const image = paint([18, 14, 3], Int16Array, (i, j, k) => (inside(i, j) ? 200 + k : -100 - k));
    const expected = paint([18, 14, 3], Uint8Array, (i, j) => Number(inside(i, j))).voxels;
    expect(differences(labelsOf(await runOn(otsu, image)), expected)).toBe(0);
    const dark = labelsOf(await runOn(otsu, image, { parameters: { side: 'dark' } }));
    expect(
      differences(
        dark,
        expected.map((value) => 1 - value)
      )
    ).toBe(0);
  });

  it('moves with an offset and keeps its labels', async () => {
    const image = cases.int16;
    const shifted = { ...image, voxels: Int16Array.from(image.voxels, (value) => value + 321) };
    const [a, b] = [await runOn(otsu, image), await runOn(otsu, shifted)];
    expect(b.values[0].value).toBe(a.values[0].value + 321);
    expect(differences(labelsOf(a), labelsOf(b))).toBe(0);
  });

  it('says that a constant region cannot be separated', async () => {
    for (const type of [Uint8Array, Int16Array, Float32Array]) {
      const result = await runOn(
        otsu,
        paint<VoxelArray>([3, 3, 1], type, () => 7)
      );
      expect(labelsOf(result).some((value) => value !== 0)).toBe(false);
      expect(result.warnings).toHaveLength(1);
      expect(result.values[0].value).toBe(7);
    }
  });

  it('ignores NaN and infinity', async () => {
    const image = cases.float32;
    const voxels = Float32Array.from(image.voxels);
    voxels.set([NaN, Infinity, -Infinity], 5);
    const result = await runOn(otsu, { ...image, voxels });
    expect([...labelsOf(result).subarray(5, 8)]).toEqual([0, 1, 0]);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const slice: Region = { kind: 'slice', axis: 2, index: 1 };
    const box: Region = { kind: 'box', box: { fromIjk: [2, 2, 0], toIjk: [20, 12, 4] } };
    await expectSequenceEqualsFreshRuns(otsu, cases.int16, [
      {},
      { region: slice },
      { region: slice, parameters: { side: 'dark' } },
      { region: box },
    ]);
  });
});

describeWithPython(['skimage', 'cv2', 'pydicom'], 'otsu against scikit-image and OpenCV', () => {
  const names = Object.keys(cases);
  let reference: PythonResult;
  beforeAll(async () => {
    reference = await runPython({
      script: `
from skimage.filters import threshold_otsu
for name, a in I.items():
    R[name] = float(threshold_otsu(a))
    O[name] = (a > threshold_otsu(a)).astype('u1')
    R[name + '-slice'] = float(threshold_otsu(a[2]))`,
      arrays: Object.fromEntries(
        names.map((name): [string, NpyArray] => [name, toNpy(cases[name])])
      ),
    });
  });

  it.each(names)('gives the threshold and the labels of scikit-image: %s', async (name) => {
    const result = await runOn(otsu, cases[name]);
    expect(result.values[0].value).toBe(reference.values[name]);
    expect(differences(labelsOf(result), reference.array(name).data)).toBe(0);
    const region: Region = { kind: 'slice', axis: 2, index: 2 };
    const slice = await runOn(otsu, cases[name], { region });
    expect(slice.values[0].value).toBe(reference.values[`${name}-slice`]);
  });

  itOnRealImages('equals both, voxel by voxel', async ({ volume }) => {
    const result = await runOn(otsu, volume);
    const real = await runPython({
      script: `
import cv2
from skimage.filters import threshold_otsu
a = I['a']
shifted = (a.astype('i4') - int(a.min())).astype('u2').reshape(a.shape[0], -1)
t, mask = cv2.threshold(shifted, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
O['opencv'] = mask.astype('u1')
R['opencv'] = t + int(a.min())
R['skimage'] = float(threshold_otsu(a))`,
      arrays: { a: toNpy(volume) },
    });
    expect(result.values[0].value).toBe(real.values.skimage);
    expect(result.values[0].value).toBe(real.values.opencv);
    expect(differences(labelsOf(result), real.array('opencv').data)).toBe(0);
  });
});
