import type { Region } from '@cordon/extension-workbench/pure';
import { labelsOf, runOn } from '../../../../../test/support/methods';
import { describeWithPython, runPython, type NpyArray } from '../../../../../test/support/python';
import { differences, paint, randomFrom, toNpy } from '../../../../../test/support/volumes';
import { itOnRealImages } from '../../../../../test/support/real-images';
import { connectedComponents } from './connected-components';

/** Noise with the given share of foreground, in sizes that end within, at and beyond a word of 64. */
const sizes = [
  [1, 1, 1],
  [63, 5, 4],
  [64, 7, 3],
  [65, 1, 6],
  [130, 9, 5],
  [1, 40, 30],
  [200, 1, 1],
] as const;
const noise = sizes.flatMap((size, at) =>
  [0.15, 0.4, 0.9].map((share) => {
    const random = randomFrom(at * 10 + share);
    const image = paint(size, Uint8Array, () => Number(random() < share));
    image.voxels[0] = 1;
    return image;
  })
);

describe('connected-components', () => {
  it('keeps apart what touches only at a corner, and joins a ring that closes late', async () => {
    const ring = paint([7, 5, 1], Uint8Array, (i, j) =>
      Number((j === 4 && i < 6) || ((i === 0 || i === 5) && j > 0) || (i === 6 && j === 0))
    );
    const call = { segment: ring.voxels };
    const faces = await runOn(connectedComponents, ring, call);
    expect(faces.values).toEqual([{ name: 'components', value: 2, unit: '' }]);
    expect(faces.labels!.classes).toHaveLength(2);
    const corners = await runOn(connectedComponents, ring, {
      ...call,
      parameters: { neighbours: '26' },
    });
    expect(corners.values[0].value).toBe(1);
  });

  it('works in a slice of the segment only', async () => {
    const image = paint([6, 6, 6], Uint8Array, (i) => Number(i !== 3));
    const region: Region = { kind: 'slice', axis: 1, index: 2 };
    const { labels } = await runOn(connectedComponents, image, { segment: image.voxels, region });
    expect([...labels!.voxels.subarray(0, 6)]).toEqual([1, 1, 1, 0, 2, 2]);
    expect(labels!.voxels).toHaveLength(36);
  });

  it('refuses an empty segment, none, one of another grid, and too many parts', async () => {
    const image = paint([380, 360, 1], Uint8Array, (i, j) => (i + j) % 2);
    const run = (segment?: Uint8Array) => runOn(connectedComponents, image, { segment });
    await expect(run(new Uint8Array(380 * 360))).rejects.toMatchObject({ code: 'SEGMENT_EMPTY' });
    await expect(run()).rejects.toMatchObject({ code: 'SEGMENT_MISSING' });
    await expect(run(new Uint8Array(5))).rejects.toMatchObject({ code: 'SEGMENT_GRID' });
    await expect(run(image.voxels)).rejects.toMatchObject({ code: 'TOO_MANY_COMPONENTS' });
  });
});

describeWithPython(
  ['SimpleITK', 'scipy', 'pydicom'],
  'connected-components against scipy and ITK',
  () => {
    it('equals scipy on noise of every density, size and neighbourhood', async () => {
      const reference = await runPython({
        script: `
from scipy import ndimage
for name, a in I.items():
    for rank, neighbours in ((1, 6), (2, 18), (3, 26)):
        O[name + '-' + str(neighbours)] = ndimage.label(a, ndimage.generate_binary_structure(3, rank))[0].astype('u2')`,
        arrays: Object.fromEntries(
          noise.map((image, at): [string, NpyArray] => [`a${at}`, toNpy(image)])
        ),
      });
      for (const [at, image] of noise.entries()) {
        for (const neighbours of ['6', '18', '26']) {
          const call = { segment: image.voxels, parameters: { neighbours } };
          const labels = labelsOf(await runOn(connectedComponents, image, call));
          const expected = reference.array(`a${at}-${neighbours}`).data;
          expect({ at, neighbours, wrong: differences(labels, expected) }).toEqual({
            at,
            neighbours,
            wrong: 0,
          });
        }
      }
    });

    itOnRealImages('equals ITK', async ({ volume, range }) => {
      const inRange = (value: number) => Number(value >= range.lower && value <= range.upper);
      const segment = Uint8Array.from(volume.voxels, inRange);
      const labels = labelsOf(await runOn(connectedComponents, volume, { segment }));
      const reference = await runPython({
        script: `
import SimpleITK as sitk
O['labels'] = sitk.GetArrayFromImage(sitk.ConnectedComponent(sitk.GetImageFromArray(I['mask']))).astype('u2')`,
        arrays: { mask: toNpy(volume, segment) },
      });
      expect(differences(labels, reference.array('labels').data)).toBe(0);
      expect(Math.max(...new Set(labels))).toBeGreaterThan(20);
    });
  }
);
