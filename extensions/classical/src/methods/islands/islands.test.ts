import { Geometry, type ImageVolume } from '@cordon/extension-workbench/pure';
import { labelsOf, markedIn, runOn } from '../../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../../test/support/python';
import { differences, paint, toNpy } from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { islands } from './islands';

/** Three bars of 4, 12 and 8 voxels in slices 0, 2 and 4. */
const bars = paint([16, 3, 5], Uint8Array, (i, j, k) =>
  Number(j === 1 && ((k === 0 && i < 4) || (k === 2 && i < 12) || (k === 4 && i < 8)))
);
const call = (parameters: Readonly<Record<string, number | string>>) => ({
  segment: bars.voxels,
  parameters,
});
const sliceCounts = (labels: Uint8Array | Uint16Array) =>
  [0, 2, 4].map((k) => markedIn(labels.slice(k * 48, k * 48 + 48)));

describe('islands', () => {
  it('keeps the largest, or the largest few', async () => {
    expect(sliceCounts(labelsOf(await runOn(islands, bars, call({}))))).toEqual([0, 12, 0]);
    const two = await runOn(islands, bars, call({ count: 2 }));
    expect(sliceCounts(labelsOf(two))).toEqual([0, 12, 8]);
    expect(two.values[0]).toEqual({ name: 'islands', value: 3, unit: '' });
  });

  it('drops by volume in cubic millimetres, with the real extent of uneven slices', async () => {
    const geometry = new Geometry({
      columns: 16,
      rows: 3,
      pixelSpacingMm: [0.5, 2],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      // Extents 1, 1, 1.5, 6, 10 mm: volumes 4, 18 and 80 mm³.
      slicePositionsLps: [0, 1, 2, 4, 14].map((z) => [0, 0, z] as const),
    });
    const image: ImageVolume = { ...bars, geometry };
    const kept = async (minimumMm3: number) =>
      sliceCounts(labelsOf(await runOn(islands, image, call({ mode: 'drop-small', minimumMm3 }))));
    expect(await kept(4)).toEqual([4, 12, 8]);
    expect(await kept(4.1)).toEqual([0, 12, 8]);
    expect(await kept(18.1)).toEqual([0, 0, 8]);
    const none = await runOn(islands, image, call({ mode: 'drop-small', minimumMm3: 80.1 }));
    expect(markedIn(labelsOf(none))).toBe(0);
    expect(none.warnings).toHaveLength(1);
    expect(labelsOf(await runOn(islands, image, call({})))[4 * 48 + 16]).toBe(1);
  });

  it('splits into segments, largest first', async () => {
    const { labels } = await runOn(islands, bars, call({ mode: 'split', minimumMm3: 0 }));
    expect(labels!.classes.map(({ value }) => value)).toEqual([1, 2, 3]);
    const at = (k: number) => labels!.voxels[k * 48 + 16];
    expect([at(0), at(2), at(4)]).toEqual([3, 1, 2]);
    const some = await runOn(islands, bars, call({ mode: 'split', minimumMm3: 0, mostParts: 2 }));
    expect(sliceCounts(labelsOf(some))).toEqual([0, 12, 8]);
    expect(some.warnings).toHaveLength(1);
  });

  it('keeps what a seed touches and refuses a seed beside it', async () => {
    const selected = (ijk: readonly [number, number, number]) =>
      runOn(islands, bars, {
        ...call({ mode: 'selected' }),
        prompts: { seeds: [{ ijk, label: 1 }] },
      });
    expect(sliceCounts(labelsOf(await selected([3, 1, 0])))).toEqual([4, 0, 0]);
    await expect(selected([4, 1, 0])).rejects.toMatchObject({ code: 'SEED_OUTSIDE_SEGMENT' });
    await expect(runOn(islands, bars, call({ mode: 'selected' }))).rejects.toMatchObject({
      code: 'SEEDS_MISSING',
    });
  });
});

describeWithPython(['scipy', 'pydicom'], 'islands against scipy', () => {
  itOnRealImages('drops the same small parts', async ({ volume, range }) => {
    const inRange = (value: number) => Number(value >= range.lower && value <= range.upper);
    const segment = Uint8Array.from(volume.voxels, inRange);
    const parameters = { mode: 'drop-small', minimumMm3: 20, neighbours: '26' };
    const labels = labelsOf(await runOn(islands, volume, { segment, parameters }));
    const reference = await runPython({
      script: `
from scipy import ndimage
l, n = ndimage.label(I['mask'], np.ones((3, 3, 3)))
sizes = ndimage.sum(I['mask'], l, range(n + 1)) * P['voxel']
O['kept'] = ((sizes >= 20)[l] & (l > 0)).astype('u1')`,
      arrays: { mask: toNpy(volume, segment) },
      values: { voxel: volume.geometry.voxelVolumeMm3(0) },
    });
    expect(differences(labels, reference.array('kept').data)).toBe(0);
    expect(markedIn(labels)).toBeLessThan(markedIn(segment));
  });
});
