/**
 * @file A picture of a map of values — edge strengths, a filtered image — in any plane through the patient, by the nearest
 * voxel. Complexity O(pixels); nothing is interpolated, so that every colour is a value of the map.
 */
import { boxSize, type Box } from './box';
import type { Geometry } from './geometry';
import { add, scale, type Vec3 } from './vector';

/** Where the pixels of a picture lie: centre of the first one, and the steps to the next along a row and a column (LPS, mm). */
export interface PicturePlane {
  readonly width: number;
  readonly height: number;
  readonly originLps: Vec3;
  readonly alongRowLps: Vec3;
  readonly alongColumnLps: Vec3;
}

export interface ValueMap {
  readonly box: Box;
  readonly voxels: Float32Array;
}

/** Calls `paint` with each pixel of the picture that lies in the map, and its value. Values that are no numbers are left out. */
export function picture(
  map: ValueMap,
  geometry: Geometry,
  plane: PicturePlane,
  paint: (pixel: number, value: number) => void
): void {
  const { box, voxels } = map;
  const [columns, rows, slices] = boxSize(box);
  const place = placing(geometry, plane);
  for (let y = 0, pixel = 0; y < plane.height; y++) {
    for (let x = 0; x < plane.width; x++, pixel++) {
      const [i, j, k] = place(x, y);
      const column = Math.round(i) - box.fromIjk[0];
      const row = Math.round(j) - box.fromIjk[1];
      const slice = Math.round(k) - box.fromIjk[2];
      if (column < 0 || column >= columns || row < 0 || row >= rows) continue;
      if (slice < 0 || slice >= slices) continue;
      const value = voxels[column + columns * (row + rows * slice)];
      if (!Number.isNaN(value)) paint(pixel, value);
    }
  }
}

type Place = (x: number, y: number) => readonly [number, number, number];

/** Voxel index of a pixel. Between even slices without shear, and within one slice, it is linear in the pixel. */
function placing(geometry: Geometry, plane: PicturePlane): Place {
  const { originLps, alongRowLps, alongColumnLps, width, height } = plane;
  const at = (x: number, y: number) =>
    geometry.lpsToIjk(add(originLps, add(scale(alongRowLps, x), scale(alongColumnLps, y))));
  const [o, u, v] = [at(0, 0), at(width, 0), at(0, height)];
  const staysInSlice = Math.abs(u[2] - o[2]) < LEVEL && Math.abs(v[2] - o[2]) < LEVEL;
  if (!staysInSlice && (!geometry.isEven || geometry.isSheared)) return at;
  const found: [number, number, number] = [0, 0, 0];
  return (x, y) => {
    for (let axis = 0; axis < 3; axis++) {
      found[axis] =
        o[axis] + ((u[axis] - o[axis]) * x) / width + ((v[axis] - o[axis]) * y) / height;
    }
    return found;
  };
}

/** Difference in slices over the whole picture up to which it lies in one. */
const LEVEL = 1e-3;

/** The values between which a map is worth seeing: without the outermost share of them, from a sample of its voxels. */
export function valueWindow(
  { voxels }: ValueMap,
  lowerShare: number,
  upperShare: number
): { readonly lower: number; readonly upper: number } {
  const step = Math.max(1, Math.floor(voxels.length / SAMPLES));
  const picked = Float32Array.from(
    { length: Math.ceil(voxels.length / step) },
    (_, at) => voxels[at * step]
  );
  const sample = picked.filter(Number.isFinite).sort();
  if (sample.length === 0) return { lower: 0, upper: 1 };
  const last = sample.length - 1;
  const lower = sample[Math.round(lowerShare * last)];
  const upper = sample[Math.round(upperShare * last)];
  return { lower, upper: upper > lower ? upper : lower + 1 };
}

const SAMPLES = 50_000;
