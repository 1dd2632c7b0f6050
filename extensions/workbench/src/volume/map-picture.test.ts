import fc from 'fast-check';
import { Geometry } from './geometry';
import { picture, valueWindow, type PicturePlane } from './map-picture';
import { add, scale, type Vec3 } from './vector';

const grid = (heights: readonly number[], shift = 0) =>
  new Geometry({
    columns: 7,
    rows: 5,
    pixelSpacingMm: [0.8, 1.3],
    rowDirection: [0.8, 0.6, 0],
    columnDirection: [-0.6, 0.8, 0],
    slicePositionsLps: heights.map((z, k) => [3 + shift * k, -2, z] as const),
  });

const EVEN = grid([0, 2, 4, 6]);
const UNEVEN = grid([0, 1, 4, 4.5]);
const SHEARED = grid([0, 2, 4, 6], 0.7);

/** Every voxel has its own value. */
const ramp = (geometry: Geometry) => ({
  box: { fromIjk: [0, 0, 0] as const, toIjk: geometry.size },
  voxels: new Float32Array(geometry.voxelCount).map((_, voxel) => voxel),
});

/** The nearest voxel of each pixel, one by one, by the geometry itself. */
function expected(geometry: Geometry, plane: PicturePlane): Map<number, number> {
  const values = new Map<number, number>();
  for (let pixel = 0; pixel < plane.width * plane.height; pixel++) {
    const [x, y] = [pixel % plane.width, Math.floor(pixel / plane.width)];
    const at = add(
      plane.originLps,
      add(scale(plane.alongRowLps, x), scale(plane.alongColumnLps, y))
    );
    const ijk = geometry.lpsToIjk(at);
    // On the border between two voxels either is right.
    if (ijk.some((index) => Math.abs((((index % 1) + 1) % 1) - 0.5) < 1e-4)) continue;
    // Math.round gives −0, too.
    const [i, j, k] = ijk.map((index) => Math.round(index) + 0);
    const [columns, rows, slices] = geometry.size;
    const isInside = i >= 0 && i < columns && j >= 0 && j < rows && k >= 0 && k < slices;
    values.set(pixel, isInside ? i + columns * (j + rows * k) : NaN);
  }
  return values;
}

const vectors = (size: number): fc.Arbitrary<Vec3> => {
  const part = fc.double({ min: -size, max: size, noNaN: true });
  return fc.tuple(part, part, part);
};

describe('the picture of a map', () => {
  it.each([
    ['even', EVEN],
    ['uneven', UNEVEN],
    ['sheared', SHEARED],
  ])(
    'shows the nearest voxel in any plane through a grid with %s slices (property)',
    (_, geometry) => {
      fc.assert(
        fc.property(
          vectors(6),
          vectors(1),
          vectors(1),
          (originLps, alongRowLps, alongColumnLps) => {
            const plane = { width: 9, height: 6, originLps, alongRowLps, alongColumnLps };
            const shown = new Map<number, number>();
            picture(ramp(geometry), geometry, plane, (pixel, value) => shown.set(pixel, value));
            for (const [pixel, value] of expected(geometry, plane)) {
              expect(shown.get(pixel) ?? NaN).toBe(value);
            }
          }
        )
      );
    }
  );

  it('shows nothing outside of the box of the map, and no value that is no number', () => {
    const box = { fromIjk: [2, 1, 1] as const, toIjk: [4, 3, 2] as const };
    const voxels = Float32Array.from([1, 2, NaN, 4]);
    const plane = {
      width: 7,
      height: 5,
      originLps: EVEN.ijkToLps([0, 0, 1]),
      alongRowLps: scale(EVEN.rowDirection, 0.8),
      alongColumnLps: scale(EVEN.columnDirection, 1.3),
    };
    const shown: [number, number][] = [];
    picture({ box, voxels }, EVEN, plane, (pixel, value) => shown.push([pixel, value]));
    expect(shown).toEqual([
      [9, 1],
      [10, 2],
      [17, 4],
    ]);
  });
});

describe('the window of a map', () => {
  it('leaves out the outermost share of the values', () => {
    const voxels = new Float32Array(1001).map((_, at) => 1000 - at);
    const map = { box: EVEN.size as never, voxels };
    expect(valueWindow(map, 0.1, 0.9)).toEqual({ lower: 100, upper: 900 });
  });

  it('is never empty', () => {
    const map = (values: readonly number[]) => ({
      box: { fromIjk: [0, 0, 0] as const, toIjk: [values.length, 1, 1] as const },
      voxels: Float32Array.from(values),
    });
    expect(valueWindow(map([5, 5, 5]), 0.5, 0.99)).toEqual({ lower: 5, upper: 6 });
    expect(valueWindow(map([NaN, NaN]), 0.5, 0.99)).toEqual({ lower: 0, upper: 1 });
  });
});
