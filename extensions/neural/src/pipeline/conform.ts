/**
 * @file Brings a volume of any orientation, spacing and slice thickness onto the fixed grid of a whole-head network: axes to the
 * patient's right, anterior and superior, isotropic spacing, centred where it is told. The affine decides, never the order
 * in memory, and oblique volumes are truly rotated.
 *
 * Complexity O(source voxels + grid voxels); memory two float32 copies of the source beside the grid.
 */
import {
  wholeBox,
  type Geometry,
  type ImageVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { fillGaps } from './gaps';
import { filledGrid, strides, type Grid, type Shape3 } from './grid';
import { alongTarget, mapAxes, orient, type AxisMap } from './orient';
import { linearAt, smallest, within } from './sample';

/** A grid whose axes run exactly to the patient's right, anterior and superior. */
export interface PatientGrid {
  readonly shape: Shape3;
  readonly spacingMm: number;
  /** Right, anterior and superior coordinate of the grid's centre (mm). */
  readonly centreRas: Vec3;
}

export interface Conformed {
  readonly grid: Grid;
  readonly frame: PatientGrid;
  /** 1 where the grid lies inside the field of view of the source. */
  readonly inside: Uint8Array;
}

export const toRas = ([left, posterior, superior]: Vec3): Vec3 => [-left, -posterior, superior];

/** Continuous index in a patient grid of a point in LPS (mm). */
export function lpsToGrid(frame: PatientGrid, pointLps: Vec3): Vec3 {
  const ras = toRas(pointLps);
  const along = (axis: 0 | 1 | 2) =>
    (ras[axis] - frame.centreRas[axis]) / frame.spacingMm + (frame.shape[axis] - 1) / 2;
  return [along(0), along(1), along(2)];
}

/**
 * Where the grid lies: its centre is the centre of the field of view. A field of view that is longer than the grid from
 * head to foot keeps its upper end, where a head lies.
 */
export function frameOf(geometry: Geometry, shape: Shape3, spacingMm: number): PatientGrid {
  const [i, j, k] = geometry.size;
  const corners = [-0.5, i - 0.5].flatMap((column) =>
    [-0.5, j - 0.5].flatMap((row) =>
      [-0.5, k - 0.5].map((slice) => toRas(geometry.ijkToLps([column, row, slice])))
    )
  );
  const lowest = (axis: 0 | 1 | 2) => Math.min(...corners.map((corner) => corner[axis]));
  const highest = (axis: 0 | 1 | 2) => Math.max(...corners.map((corner) => corner[axis]));
  const middle = (axis: 0 | 1 | 2) => (lowest(axis) + highest(axis)) / 2;
  const spare = highest(2) - lowest(2) - shape[2] * spacingMm;
  return {
    shape,
    spacingMm,
    centreRas: [middle(0), middle(1), middle(2) + Math.max(0, spare / 2)],
  };
}

/** The image on the grid around its field of view, see {@link conformer}. */
export const conform = (image: ImageVolume, shape: Shape3, spacingMm: number): Conformed =>
  conformer(image, spacingMm)(frameOf(image.geometry, shape, spacingMm));

/**
 * Samples an image on grids of one spacing, linearly; beyond the field of view, and where it has no finite value, with its smallest
 * one. The image is turned and smoothed once, however many grids follow.
 */
export function conformer(
  image: ImageVolume,
  spacingMm: number
): (frame: PatientGrid) => Conformed {
  const { geometry } = image;
  const map = mapAxes(geometry, 'RAS');
  const source = orient(image, wholeBox(geometry.size), map);
  const floor = smallest(source.values);
  fillGaps(source.values, floor);
  smooth(source, alongTarget(map, geometry.spacingMm), spacingMm);
  return (frame) => {
    const { shape } = frame;
    const grid = filledGrid(shape, floor);
    const inside = new Uint8Array(grid.values.length);
    const locate = locator(geometry, map, source.shape, frame);
    let at = 0;
    for (let a = 0; a < shape[0]; a++) {
      for (let b = 0; b < shape[1]; b++) {
        for (let c = 0; c < shape[2]; c++, at++) {
          const position = locate(a, b, c);
          if (!within(position, source.shape)) continue;
          inside[at] = 1;
          grid.values[at] = linearAt(source, position);
        }
      }
    }
    return { grid, frame, inside };
  };
}

/** Index in the oriented source of a grid voxel. Affine on a regular grid; slice by slice where slices are uneven. */
function locator(
  geometry: Geometry,
  map: AxisMap,
  sourceShape: Shape3,
  frame: PatientGrid
): (a: number, b: number, c: number) => Vec3 {
  const exact = (a: number, b: number, c: number): Vec3 => {
    const point = (at: number, axis: 0 | 1 | 2) =>
      frame.centreRas[axis] + (at - (frame.shape[axis] - 1) / 2) * frame.spacingMm;
    const ijk = geometry.lpsToIjk([-point(a, 0), -point(b, 1), point(c, 2)]);
    const along = (axis: 0 | 1 | 2) => {
      const value = ijk[map.sourceAxes[axis]];
      return map.flipped[axis] ? sourceShape[axis] - 1 - value : value;
    };
    return [along(0), along(1), along(2)];
  };
  if (!geometry.isEven || geometry.isSheared) return exact;
  const origin = exact(0, 0, 0);
  const far = frame.shape.map((extent) => extent - 1);
  const steps = [exact(far[0], 0, 0), exact(0, far[1], 0), exact(0, 0, far[2])].map((end, axis) =>
    end.map((value, at) => (value - origin[at]) / Math.max(1, far[axis]))
  );
  const position: [number, number, number] = [0, 0, 0];
  return (a, b, c) => {
    for (let axis = 0; axis < 3; axis++) {
      position[axis] = origin[axis] + a * steps[0][axis] + b * steps[1][axis] + c * steps[2][axis];
    }
    return position;
  };
}

/**
 * Smooths along every axis that is finer than the grid, in place, so that nothing is lost between its samples: a Gaussian
 * with the variance that a grid voxel (a box) has beyond a source voxel.
 */
function smooth(source: Grid, spacingMm: Vec3, targetMm: number): void {
  for (const [axis, spacing] of spacingMm.entries()) {
    if (spacing >= targetMm) continue;
    const sigma = Math.sqrt((targetMm ** 2 - spacing ** 2) / 12) / spacing;
    if (sigma > 0.1) convolve(source, axis, gaussian(sigma));
  }
}

/** Weights at distance 0, 1, 2 … of a Gaussian, cut at three sigma, of sum 1 over both sides. */
function gaussian(sigma: number): Float64Array {
  const weights = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * sigma ** 2))
  );
  const sum = weights.reduce((total, weight, at) => total + (at === 0 ? weight : 2 * weight), 0);
  return weights.map((weight) => weight / sum);
}

/** Lines that are worked on side by side, so that memory is read in runs. */
const SIDE_BY_SIDE = 64;

function convolve({ shape, values }: Grid, axis: number, weights: Float64Array): void {
  const step = strides(shape)[axis];
  const extent = shape[axis];
  const radius = weights.length - 1;
  const most = Math.min(SIDE_BY_SIDE, step);
  // The edge goes on beyond both ends.
  const lines = new Float64Array((extent + 2 * radius) * most);
  for (let block = 0; block < values.length; block += extent * step) {
    for (let from = 0; from < step; from += most) {
      const width = Math.min(most, step - from);
      for (let at = -radius; at < extent + radius; at++) {
        const source = block + from + Math.min(extent - 1, Math.max(0, at)) * step;
        const target = (at + radius) * most;
        for (let line = 0; line < width; line++) lines[target + line] = values[source + line];
      }
      for (let at = 0; at < extent; at++) {
        const middle = (at + radius) * most;
        const target = block + from + at * step;
        for (let line = 0; line < width; line++) {
          let sum = weights[0] * lines[middle + line];
          for (let distance = 1; distance <= radius; distance++) {
            const away = distance * most;
            sum += weights[distance] * (lines[middle + line - away] + lines[middle + line + away]);
          }
          values[target + line] = sum;
        }
      }
    }
  }
}
