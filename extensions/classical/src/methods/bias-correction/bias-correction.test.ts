import type { ImageVolume } from '@cordon/extension-workbench/pure';
import {
  runOn,
  expectSequenceEqualsFreshRuns,
  type MethodCall,
} from '../../../../../test/support/methods';
import type { NpyData } from '../../../../../test/support/npy';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { paint, randomFrom, toNpy, volumeOf } from '../../../../../test/support/volumes';
import { itOnRealImages, smallPart } from '../../../../../test/support/real-images';
import { biasCorrection } from './bias-correction';

const size = [40, 34, 18] as const;
const random = randomFrom(8);
/** 0 outside, 1 … 3 in nested shells. */
const tissue = (i: number, j: number, k: number) => {
  const radius = Math.hypot((i - 20) / 18, (j - 17) / 15, (k - 9) / 9);
  return radius < 0.45 ? 3 : radius < 0.75 ? 2 : radius < 1 ? 1 : 0;
};
const field = (i: number, j: number, k: number) =>
  Math.exp(0.35 * Math.sin(i / 14) - 0.25 * Math.cos(j / 11) + 0.01 * k);
const biased = paint(size, Float32Array, (i, j, k) => {
  const value = [4, 200, 420, 700][tissue(i, j, k)] * (1 + 0.04 * (random() - 0.5));
  return value * field(i, j, k);
});
const head = paint(size, Uint8Array, (i, j, k) => Number(tissue(i, j, k) > 0)).voxels;

async function run(image: ImageVolume, call: MethodCall) {
  const result = await runOn(biasCorrection, image, call);
  if (!result.scalarMap) throw new Error('no map');
  return { ...result, voxels: result.scalarMap.voxels };
}

/** Standard deviation by mean of the voxels of a tissue. */
function variation(values: Float32Array, which: number): number {
  const chosen = values.filter(
    (_, at) =>
      tissue(at % size[0], Math.floor(at / size[0]) % size[1], Math.floor(at / 1360)) === which
  );
  const mean = chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
  const squares = chosen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / chosen.length) / mean;
}

/** Largest difference of two fields inside the head, as a share. */
function worst(a: Float32Array, b: NpyData): number {
  let most = 0;
  for (let at = 0; at < b.length; at++) {
    if (head[at]) most = Math.max(most, Math.abs(a[at] / b[at] - 1));
  }
  return most;
}

describe('bias-correction', () => {
  it('evens out each tissue, and finds the field up to a factor', async () => {
    const parameters = { shrinkFactor: 2, levels: 3, iterations: 20 };
    const corrected = await run(biased, { segment: head, parameters });
    for (const which of [1, 2, 3]) {
      const before = variation(biased.voxels, which);
      expect(variation(corrected.voxels, which)).toBeLessThan(before / 4);
    }
    const found = await run(biased, {
      segment: head,
      parameters: { ...parameters, result: 'field' },
    });
    const ratio = found.voxels.map(
      (value, at) => value * (corrected.voxels[at] / biased.voxels[at])
    );
    expect(Math.max(...ratio)).toBeCloseTo(1, 4);
    expect(Math.min(...ratio)).toBeCloseTo(1, 4);
  });

  it('gives an image scaled by a factor its factor back', async () => {
    const doubled = volumeOf(
      size,
      biased.voxels.map((value) => 2 * value)
    );
    const call = { parameters: { levels: 2, iterations: 10 } };
    const [a, b] = [await run(biased, call), await run(doubled, call)];
    let most = 0;
    a.voxels.forEach((value, at) => (most = Math.max(most, Math.abs(b.voxels[at] / value - 2))));
    expect(most).toBeLessThan(0.02);
  });

  it('is the same for a slice in a volume and alone, and after any sequence of updates', async () => {
    const slice = volumeOf([40, 34, 1], biased.voxels.slice(9 * 1360, 10 * 1360));
    const parameters = { shrinkFactor: 1, levels: 2, iterations: 2 };
    const region = { kind: 'slice', axis: 2, index: 9 } as const;
    const inside = await run(biased, { parameters, region });
    expect(inside.voxels).toEqual((await run(slice, { parameters })).voxels);
    await expectSequenceEqualsFreshRuns(biasCorrection, biased, [
      { parameters: { ...parameters, shrinkFactor: 3 } },
      { parameters, region },
      { parameters: { ...parameters, shrinkFactor: 4, within: 'all' }, segment: head },
    ]);
  });

  it('leaves a constant image as it is, refuses what has no positive voxel, does not fit CT', async () => {
    const flat = paint([12, 12, 12], Float32Array, () => 50);
    const kept = await run(flat, { parameters: { within: 'all', shrinkFactor: 1 } });
    expect(kept.voxels.every((value) => value === 50)).toBe(true);
    const dark = paint([12, 12, 12], Int16Array, () => -5);
    await expect(run(dark, {})).rejects.toMatchObject({ code: 'BIAS_NO_VOXELS' });
    const series = { bodyPart: '', description: '', geometry: flat.geometry };
    expect(biasCorrection.fits({ ...series, modality: 'CT' }).fits).toBe(false);
    expect(biasCorrection.fits({ ...series, modality: 'MR' }).fits).toBe(true);
  });
});

describeWithPython(['SimpleITK'], 'bias-correction against ITK', () => {
  it.each([
    ['3d', 1, 1],
    ['3d', 3, 6],
    ['2d', 3, 8],
  ] as const)(
    'finds the field of N4 within 0.1 %%: %s, levels %i',
    async (dimension, levels, iterations) => {
      const flat = dimension === '2d';
      const image = flat ? volumeOf([40, 34, 1], biased.voxels.slice(9 * 1360, 10 * 1360)) : biased;
      const segment = flat ? head.slice(9 * 1360, 10 * 1360) : head;
      const parameters = { shrinkFactor: 1, levels, iterations, convergence: 0, result: 'field' };
      const ours = await run(image, { segment, parameters });
      const reference = await runPython({
        script: `
import SimpleITK as sitk
a, m = (I['a'][0], I['m'][0]) if P['flat'] else (I['a'], I['m'])
f = sitk.N4BiasFieldCorrectionImageFilter()
f.SetMaximumNumberOfIterations([P['iterations']] * P['levels'])
f.SetConvergenceThreshold(0)
f.Execute(sitk.GetImageFromArray(a), sitk.GetImageFromArray(m))
O['field'] = np.exp(sitk.GetArrayFromImage(f.GetLogBiasFieldAsImage(sitk.GetImageFromArray(a))))`,
        arrays: { a: toNpy(image), m: toNpy(image, segment) },
        values: { flat, levels, iterations },
      });
      const theirs = reference.array('field').data;
      const difference = flat
        ? Math.max(
            ...Array.from(theirs, (value, at) =>
              segment[at] ? Math.abs(ours.voxels[at] / value - 1) : 0
            )
          )
        : worst(ours.voxels, theirs);
      expect({ difference, near: difference < 0.001 }).toMatchObject({ near: true });
      // The field is there at all.
      expect(Math.max(...theirs) / Math.min(...theirs)).toBeGreaterThan(
        iterations > 1 ? 1.2 : 1.01
      );
    }
  );

  itOnRealImages(
    'finds the field of N4 within 1 %% of its range',
    async (real) => {
      const { volume } = smallPart(real, [80, 72, 16]);
      const segment = Uint8Array.from(volume.voxels, (value) => Number(value > 60));
      const parameters = { shrinkFactor: 1, levels: 2, iterations: 8, convergence: 0 };
      const ours = await run(volume, { segment, parameters: { ...parameters, result: 'field' } });
      const reference = await runPython({
        script: `
import SimpleITK as sitk
image = sitk.GetImageFromArray(I['a'].astype('f4')); mask = sitk.GetImageFromArray(I['m'])
for one in (image, mask): one.SetSpacing(P['spacing'])
f = sitk.N4BiasFieldCorrectionImageFilter()
f.SetMaximumNumberOfIterations([8, 8])
f.SetConvergenceThreshold(0)
f.Execute(image, mask)
O['field'] = np.exp(sitk.GetArrayFromImage(f.GetLogBiasFieldAsImage(image)))`,
        arrays: { a: toNpy(volume), m: toNpy(volume, segment) },
        values: { spacing: [...volume.geometry.spacingMm] },
      });
      const theirs = reference.array('field').data;
      let most = 0;
      theirs.forEach((value, at) => {
        if (segment[at]) most = Math.max(most, Math.abs(ours.voxels[at] / value - 1));
      });
      expect({ most, near: most < 0.01 }).toMatchObject({ near: true });
      expect(Math.max(...theirs) / Math.min(...theirs)).toBeGreaterThan(1.05);
    },
    ['MR']
  );
});
