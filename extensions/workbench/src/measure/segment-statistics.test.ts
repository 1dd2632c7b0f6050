import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { gridAt, labelVolume } from '../../../../test/support/segments';
import { chestCt, itWithData, toNpy } from '../../../../test/support/volumes';
import type { ImageVolume, VoxelArray } from '../volume/image-volume';
import { segmentStatistics } from './segment-statistics';

const imageOn = (geometry: ImageVolume['geometry'], voxels: VoxelArray): ImageVolume => ({
  geometry,
  voxels,
  modality: 'CT',
  unit: 'HU',
});

describe('segment statistics', () => {
  it('volume counts the real extent of each slice', () => {
    // Heights 0, 1, 5 mm: extents 1, 2.5 and 4 mm; a voxel covers 2 × 3 mm.
    const grid = gridAt(2, 1, [2, 3], [0, 1, 5]);
    const labels = labelVolume(grid, Uint8Array.of(1, 0, 1, 1, 0, 1), [1]);
    const [{ voxels, volumeMl }] = segmentStatistics(labels);
    expect(voxels).toBe(4);
    expect(volumeMl).toBeCloseTo((6 * (1 + 2 * 2.5 + 4)) / 1000, 12);
  });

  it.each([
    ['Int16Array', Int16Array.of(-1000, 40, 60, 30, 3000, 0)],
    ['Float32Array', Float32Array.of(-1000, 40, 60, 30, 3000, 0)],
  ])('mean, deviation, range and median by hand from %s', (_, voxels) => {
    const grid = gridAt(6, 1, [1, 1], [0]);
    const labels = labelVolume(grid, Uint8Array.of(0, 2, 2, 2, 2, 5), [2, 5, 9]);
    const [two, five, nine] = segmentStatistics(labels, imageOn(grid, voxels));
    // 40, 60, 30, 3000: mean 782.5; the median is the mean of 40 and 60.
    const squares = (40 - 782.5) ** 2 + (60 - 782.5) ** 2 + (30 - 782.5) ** 2 + (3000 - 782.5) ** 2;
    expect(two.intensity).toEqual({
      unit: 'HU',
      mean: 782.5,
      standardDeviation: Math.sqrt(squares / 4),
      min: 30,
      max: 3000,
      median: 50,
    });
    expect(five).toMatchObject({ voxels: 1, intensity: { mean: 0, min: 0, max: 0, median: 0 } });
    expect(nine).toEqual({ number: 9, voxels: 0, volumeMl: 0 });
  });

  it('leaves voxels without a value out, and converts to another unit', () => {
    const grid = gridAt(4, 1, [1, 1], [0]);
    const labels = labelVolume(grid, Uint8Array.of(1, 1, 1, 1), [1]);
    const image = imageOn(grid, Float32Array.of(NaN, 2, 4, 6));
    const [{ intensity }] = segmentStatistics(labels, image, { factor: 0.5, unit: 'g/ml' });
    expect(intensity).toMatchObject({ unit: 'g/ml', mean: 2, min: 1, max: 3, median: 2 });
  });

  it('refuses an image on another grid or without all voxels', () => {
    const grid = gridAt(2, 1, [1, 1], [0]);
    const labels = labelVolume(grid, Uint8Array.of(1, 1), [1]);
    const shifted = gridAt(2, 1, [1, 1], [1]);
    expect(() => segmentStatistics(labels, imageOn(shifted, Uint8Array.of(1, 2)))).toThrow(
      expect.objectContaining({ code: 'GRIDS_DIFFER' })
    );
    expect(() => segmentStatistics(labels, imageOn(grid, Uint8Array.of(1)))).toThrow(
      expect.objectContaining({ code: 'VOXELS_MISSING' })
    );
  });

  it('is the same from a histogram and from collected values', () => {
    const grid = gridAt(30, 1, [1, 1], [0]);
    const int16 = fc.integer({ min: -32768, max: 32767 });
    const samples = fc.array(fc.tuple(int16, fc.integer({ min: 0, max: 3 })), {
      minLength: 30,
      maxLength: 30,
    });
    fc.assert(
      fc.property(samples, (pairs) => {
        const labels = labelVolume(grid, Uint8Array.from(pairs.map(([, n]) => n)), [1, 2, 3]);
        const values = pairs.map(([value]) => value);
        const counted = segmentStatistics(labels, imageOn(grid, Int16Array.from(values)));
        const collected = segmentStatistics(labels, imageOn(grid, Float32Array.from(values)));
        counted.forEach(({ intensity, ...rest }, n) => {
          expect(collected[n]).toMatchObject(rest);
          expect(collected[n].intensity?.median).toBe(intensity?.median);
          expect(collected[n].intensity?.mean ?? 0).toBeCloseTo(intensity?.mean ?? 0, 6);
          expect(collected[n].intensity?.standardDeviation ?? 0).toBeCloseTo(
            intensity?.standardDeviation ?? 0,
            6
          );
        });
      })
    );
  });
});

const numpyStatistics = `
from scipy import ndimage
image, labels = I['image'].astype('float64'), I['labels']
for n in P['numbers']:
    v = image[labels == n]
    R[str(n)] = [int(v.size), float(v.mean()), float(v.std()), float(v.min()), float(v.max()), float(np.median(v))]
`;

describeWithPython(['numpy', 'scipy'], 'segment statistics and numpy', () => {
  itWithData('dicom-chest-ct-lidc', 'agree on tissues of a real chest CT', async () => {
    const image = await chestCt();
    const layer = Uint8Array.from(image.voxels, (hu) =>
      hu < -500 ? 1 : hu < -20 ? 2 : hu < 150 ? 3 : 4
    );
    const numbers = [1, 2, 3, 4];
    const ours = segmentStatistics(labelVolume(image.geometry, layer, numbers), image);
    const { values } = await runPython({
      script: numpyStatistics,
      arrays: { image: toNpy(image), labels: toNpy(image, layer) },
      values: { numbers },
    });
    for (const { number, voxels, volumeMl, intensity } of ours) {
      const [count, mean, deviation, min, max, median] = values[number] as number[];
      expect(voxels).toBe(count);
      expect(volumeMl).toBeCloseTo((count * 0.78125 ** 2) / 1000, 6);
      expect(intensity!.mean).toBeCloseTo(mean, 8);
      expect(intensity!.standardDeviation).toBeCloseTo(deviation, 8);
      expect([intensity!.min, intensity!.max, intensity!.median]).toEqual([min, max, median]);
    }
  });
});
