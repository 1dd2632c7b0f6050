/** @file Marks over another series: in the right place of the patient, or not at all. */
import { Geometry } from '../../volume/geometry';
import type { Vec3 } from '../../volume/vector';
import { echoPlane } from './echo-plane';

const grid = (spacingMm: number, slices: number, firstMm: number) =>
  new Geometry({
    columns: 20,
    rows: 20,
    pixelSpacingMm: [1, 1],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: slices }, (_, k): Vec3 => [
      0,
      0,
      firstMm + k * spacingMm,
    ]),
  });
const series = (geometry: Geometry, frameOfReferenceUid = '2.25.1') => ({
  geometry,
  frameOfReferenceUid,
});
const viewport = (focalPoint: Vec3, viewPlaneNormal: Vec3 = [0, 0, -1]) => ({
  getCamera: () => ({ focalPoint, viewPlaneNormal }),
});

describe('marks over another series', () => {
  const source = series(grid(4, 5, 10));
  const shown = series(grid(1, 40, 0));

  it('are those of the slice at the same place in the patient', () => {
    // Slices of the source lie at 10, 14, 18, 22, 26 mm.
    for (const [mm, index] of [
      [10, 0],
      [15.9, 1],
      [16.1, 2],
      [26, 4],
    ]) {
      const plane = echoPlane(viewport([5, 5, mm]), shown, source);
      expect(plane).toEqual({ kind: 'slice', axis: 2, index });
    }
    const across = echoPlane(viewport([7.2, 5, 18], [1, 0, 0]), shown, source);
    expect(across).toEqual({ kind: 'slice', axis: 0, index: 7 });
  });

  it('are none beyond the slices that they are drawn on', () => {
    expect(echoPlane(viewport([5, 5, 2]), shown, source)).toBeUndefined();
    expect(echoPlane(viewport([5, 5, 33]), shown, source)).toBeUndefined();
  });

  it('are cut by a plane across the grid', () => {
    const [focal, normal]: [Vec3, Vec3] = [
      [5, 5, 18],
      [0, Math.SQRT1_2, Math.SQRT1_2],
    ];
    const plane = echoPlane(viewport(focal, normal), shown, source);
    expect(plane?.kind).toBe('oblique');
  });

  it('are none in another frame of reference, in an unknown one, and on their own series', () => {
    const at = viewport([5, 5, 18]);
    expect(echoPlane(at, series(shown.geometry, '2.25.2'), source)).toBeUndefined();
    expect(echoPlane(at, series(shown.geometry, ''), series(source.geometry, ''))).toBeUndefined();
    expect(echoPlane(at, source, source)).toBeUndefined();
  });
});
