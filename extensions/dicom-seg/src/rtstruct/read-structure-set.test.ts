/** Structure sets made by hand: areas that are known, holes, overlaps, broken and foreign contours. */
import { countVoxels, segmentVolumeMl } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { structureSet as structureSetIn, type Roi } from '../../../../test/support/structure-set';
import type { SourceInstance } from '../series/source-instance';
import { fillPolygons } from './fill-polygon';
import { readStructureSet } from './read-structure-set';

const FRAME = '1.2.3.4';

const images: SourceInstance[] = Array.from({ length: 4 }, (_, k) => ({
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  sopInstanceUid: `1.2.3.${100 + k}`,
  seriesInstanceUid: '1.2.3.5',
  studyInstanceUid: '1.2.3.6',
  modality: 'CT',
  rows: 40,
  columns: 50,
  position: `-20\\-10\\${3 * k}`,
  orientation: '1\\0\\0\\0\\1\\0',
  pixelSpacing: '0.5\\0.8',
  sliceThickness: '3',
  frameOfReferenceUid: FRAME,
  attributes: [],
}));

/** A rectangle in patient coordinates on a slice. */
const rectangle = (x0: number, y0: number, x1: number, y1: number, z: number): number[] => [
  ...[x0, y0, z],
  ...[x1, y0, z],
  ...[x1, y1, z],
  ...[x0, y1, z],
];

const structureSet = (rois: readonly Roi[], frame = FRAME) => structureSetIn(rois, frame);

describe('a structure set', () => {
  it('becomes segments with the voxels whose centres lie inside', () => {
    // 10 columns of 0.8 mm by 8 rows of 0.5 mm, on slices 1 and 2.
    const contours = [3, 6].map((z) => rectangle(-20.4, -10.25, -12.4, -6.25, z));
    const { labels, warnings, label } = readStructureSet(
      structureSet([{ name: 'Box', contours }]),
      images
    );
    const [segment] = labels.segments;
    expect(countVoxels(labels, segment)).toBe(2 * 10 * 8);
    expect(segmentVolumeMl(labels, segment)).toBeCloseTo((8 * 4 * 6) / 1000, 9);
    expect(segment).toMatchObject({ label: 'Box', number: 1, colour: [10, 20, 30] });
    expect([label, warnings]).toEqual(['PLAN', []]);
    expect(labels.layers[0][50 * 40 + 0]).toBe(1);
    expect(labels.layers[0][0]).toBe(0);
  });

  it('has holes where a contour lies inside another', () => {
    const contours = [
      rectangle(-20.4, -10.25, -12.4, -6.25, 0),
      rectangle(-18.8, -9.25, -17.2, -8.25, 0),
    ];
    const { labels } = readStructureSet(structureSet([{ name: 'Ring', contours }]), images);
    expect(countVoxels(labels, labels.segments[0])).toBe(10 * 8 - 2 * 2);
  });

  it('keeps ROIs that overlap in layers of their own, others together', () => {
    const at = (x: number) => [rectangle(x, -10.25, x + 8, -6.25, 0)];
    const { labels } = readStructureSet(
      structureSet([
        { name: 'A', contours: at(-20.4) },
        { name: 'B', contours: at(-16.4) },
        { name: 'C', contours: at(-5.2) },
      ]),
      images
    );
    expect(labels.segments.map(({ layer }) => layer)).toEqual([0, 1, 0]);
    expect(labels.segments.map((segment) => countVoxels(labels, segment))).toEqual([80, 80, 80]);
  });

  it('says what it leaves out', () => {
    const { warnings, labels } = readStructureSet(
      structureSet([
        { name: 'Point', contours: [[0, 0, 0]], type: 'POINT' },
        { name: 'Far', contours: [rectangle(-20, -10, -12, -6, 300)] },
        { name: 'Between', contours: [rectangle(-20.4, -10.25, -12.4, -6.25, 4)] },
      ]),
      images
    );
    expect(warnings).toEqual([
      'Point: 1 points or open contours enclose nothing.',
      'Far: 1 contours lie beyond the images and are left out.',
      'Between: 1 contours lie between images, each went to the nearest.',
    ]);
    expect(countVoxels(labels, labels.segments[2])).toBe(80);
  });

  it.each([
    [
      'of another frame of reference',
      structureSet([{ name: 'A', contours: [] }], '9.9'),
      'RTSTRUCT_OTHER_IMAGES',
    ],
    [
      'across slices',
      structureSet([{ name: 'A', contours: [[0, 0, 0, 5, 0, 3, 5, 5, 9]] }]),
      'RTSTRUCT_NOT_PLANAR',
    ],
    [
      'with a lost coordinate',
      structureSet([{ name: 'A', contours: [[0, 0, 0, 1]] }]),
      'RTSTRUCT_DAMAGED',
    ],
  ])('%s is refused', (_, bytes, code) => {
    expect(() => readStructureSet(bytes, images)).toThrow(
      expect.objectContaining({ code }) as Error
    );
  });
});

describe('filling polygons', () => {
  const point = fc.tuple(
    fc.integer({ min: -400, max: 1400 }),
    fc.integer({ min: -400, max: 1400 })
  );

  it('fills the pixels that a ray to the right leaves an odd number of times', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(point, { minLength: 3, maxLength: 8 }), { maxLength: 3 }),
        (corners) => {
          // Hundredths off the grid: no centre lies on an edge or corner.
          const polygons = corners.map((list) =>
            Float64Array.from(list.flatMap(([x, y]) => [x / 100 + 0.0037, y / 100 + 0.0053]))
          );
          const filled = new Uint8Array(100);
          fillPolygons(polygons, 10, 10, (row, from, to) =>
            filled.fill(1, row * 10 + from, row * 10 + to)
          );
          for (let row = 0; row < 10; row++) {
            for (let column = 0; column < 10; column++) {
              let crossings = 0;
              for (const polygon of polygons) {
                for (let at = 0; at < polygon.length; at += 2) {
                  const next = (at + 2) % polygon.length;
                  const [y0, y1] = [polygon[at + 1] - row, polygon[next + 1] - row];
                  if (y0 > 0 === y1 > 0) continue;
                  const x = polygon[at] - (y0 * (polygon[next] - polygon[at])) / (y1 - y0);
                  if (x > column) crossings++;
                }
              }
              expect(filled[row * 10 + column]).toBe(crossings % 2);
            }
          }
        }
      )
    );
  });
});
