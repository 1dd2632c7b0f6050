/**
 * @file From a box of the source image to the axes that a network was trained on, and back.
 *
 * The axes are chosen by direction in the patient, never by order in memory: each target axis takes the source axis that
 * runs closest to it and flips it where it runs the other way. Nothing is interpolated.
 */
import {
  boxSize,
  type Box,
  type Geometry,
  type ImageVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { gridLength, type Grid, type Shape3 } from './grid';

/** `RAS`: axes 0, 1, 2 run to right, anterior, superior. `asStored`: slice, row, column of the source. */
export type TargetAxes = 'RAS' | 'asStored';

export interface AxisMap {
  /** Source axis (0 column, 1 row, 2 slice) of each target axis. */
  readonly sourceAxes: Shape3;
  /** Whether a target axis runs against its source axis. */
  readonly flipped: readonly [boolean, boolean, boolean];
}

/** Unit vectors of right, anterior, superior in LPS. */
const RAS_AXES: readonly Vec3[] = [
  [-1, 0, 0],
  [0, -1, 0],
  [0, 0, 1],
];

/** How target axes lie in the grid of `geometry`. */
export function mapAxes(geometry: Geometry, target: TargetAxes): AxisMap {
  if (target === 'asStored') return { sourceAxes: [2, 1, 0], flipped: [false, false, false] };
  const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
  const cosine = (axis: number, source: number) =>
    RAS_AXES[axis].reduce((sum, value, at) => sum + value * directions[source][at], 0);
  // The assignment with the largest sum of absolute cosines: oblique volumes have no per-axis winner.
  const permutations: readonly Shape3[] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const closeness = (sources: Shape3) =>
    sources.reduce((sum, source, axis) => sum + Math.abs(cosine(axis, source)), 0);
  const sourceAxes = permutations.reduce((best, next) =>
    closeness(next) > closeness(best) + 1e-9 ? next : best
  );
  const flip = (axis: number) => cosine(axis, sourceAxes[axis]) < 0;
  return { sourceAxes, flipped: [flip(0), flip(1), flip(2)] };
}

/** Extent of a box, or spacing, along the target axes. */
export const alongTarget = (map: AxisMap, perSourceAxis: Vec3): Shape3 => [
  perSourceAxis[map.sourceAxes[0]],
  perSourceAxis[map.sourceAxes[1]],
  perSourceAxis[map.sourceAxes[2]],
];

/** The voxels of `box` along the target axes. O(voxels of the box). */
export function orient(image: ImageVolume, box: Box, map: AxisMap): Grid {
  const shape = alongTarget(map, boxSize(box));
  const values = new Float32Array(gridLength(shape));
  const { voxels } = image;
  visit(image.geometry.size, box, map, shape, (target, source, step) => {
    for (let c = 0, from = source; c < shape[2]; c++, from += step)
      values[target + c] = voxels[from];
  });
  return { shape, values };
}

/** Writes a grid along target axes into `values`, those of `box` in the source's order: columns fastest. */
export function orientBack(grid: Grid, box: Box, map: AxisMap, values: Float32Array): void {
  if (isAsStored(map)) {
    values.set(grid.values);
    return;
  }
  const size = boxSize(box);
  const local: Box = { fromIjk: [0, 0, 0], toIjk: size };
  const { shape } = grid;
  visit(size, local, map, shape, (target, source, step) => {
    for (let c = 0, to = source; c < shape[2]; c++, to += step)
      values[to] = grid.values[target + c];
  });
}

/** True when lines of the target are rows of the source, from the first slice to the last. */
const isAsStored = ({ sourceAxes, flipped }: AxisMap) =>
  sourceAxes.every((source, axis) => source === 2 - axis) && !flipped.includes(true);

/**
 * Calls `copyLine` for each line along the last target axis: linear index of its first voxel in the target grid and in the source
 * volume, and the step from voxel to voxel in the source.
 */
function visit(
  sourceSize: Vec3,
  box: Box,
  map: AxisMap,
  shape: Shape3,
  copyLine: (target: number, source: number, step: number) => void
): void {
  const sourceStrides: Shape3 = [1, sourceSize[0], sourceSize[0] * sourceSize[1]];
  const [begin, step] = [0, 1, 2].reduce<[number, number[]]>(
    ([offset, steps], axis) => {
      const source = map.sourceAxes[axis];
      const first = map.flipped[axis] ? box.toIjk[source] - 1 : box.fromIjk[source];
      const stride = sourceStrides[source];
      return [offset + first * stride, [...steps, map.flipped[axis] ? -stride : stride]];
    },
    [0, []]
  );
  let target = 0;
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      copyLine(target, begin + a * step[0] + b * step[1], step[2]);
      target += shape[2];
    }
  }
}
