import fc from 'fast-check';
import { Geometry } from '../volume/geometry';
import type { Vec3 } from '../volume/vector';
import { shownSlice } from './viewport-plane';

const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
const normal: Vec3 = [s, -c, 0];
const geometry = new Geometry({
  columns: 30,
  rows: 20,
  pixelSpacingMm: [0.8, 1.3],
  rowDirection: [c, s, 0],
  columnDirection: [0, 0, 1],
  slicePositionsLps: Array.from(
    { length: 10 },
    (_, k) => normal.map((v) => v * 4 * k + 7) as never
  ),
});
const imageIds = Array.from({ length: 10 }, (_, k) => `i${k}`);

describe('slice in a viewport', () => {
  it('is found in each direction of an oblique grid, seen from either side', () => {
    const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 2),
        fc.nat(29),
        fc.nat(19),
        fc.nat(9),
        fc.boolean(),
        (axis, i, j, k, fromBehind) => {
          const viewPlaneNormal = directions[axis].map((value) => (fromBehind ? -value : value));
          const camera = { focalPoint: geometry.ijkToLps([i, j, k]), viewPlaneNormal };
          const region = shownSlice({ getCamera: () => camera }, geometry, imageIds);
          expect(region).toEqual({ kind: 'slice', axis, index: [i, j, k][axis] });
        }
      )
    );
  });

  it('is refused in a plane that cuts across, unless the viewport names its image', () => {
    const camera = { focalPoint: [0, 0, 0], viewPlaneNormal: [1, 0, 0] };
    const across = { getCamera: () => camera };
    expect(() => shownSlice(across, geometry, imageIds)).toThrow('cuts across');
    const stack = { ...across, getCurrentImageId: () => 'i4' };
    expect(shownSlice(stack, geometry, imageIds)).toEqual({ kind: 'slice', axis: 2, index: 4 });
  });
});
