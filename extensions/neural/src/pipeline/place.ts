/**
 * @file Padding a grid to a size and cutting it out again.
 */
import { filledGrid, strides, type Grid, type Shape3 } from './grid';

/** Where a grid begins inside a larger or smaller one: floor((target − extent) / 2) on each axis. */
export const centreOffset = (shape: Shape3, target: Shape3): Shape3 => [
  Math.floor((target[0] - shape[0]) / 2),
  Math.floor((target[1] - shape[1]) / 2),
  Math.floor((target[2] - shape[2]) / 2),
];

/**
 * A grid of `shape` that holds `grid` from `offset` on and `outside` elsewhere. A negative offset cuts off what lies
 * before the first sample, so that the same function crops. O(target).
 */
export function place(grid: Grid, shape: Shape3, offset: Shape3, outside = 0): Grid {
  const result = filledGrid(shape, outside);
  const from = strides(grid.shape);
  const to = strides(shape);
  const begin = (axis: number) => Math.max(0, -offset[axis]);
  const end = (axis: number) => Math.min(grid.shape[axis], shape[axis] - offset[axis]);
  const length = end(2) - begin(2);
  if (length <= 0) return result;
  for (let a = begin(0); a < end(0); a++) {
    for (let b = begin(1); b < end(1); b++) {
      const source = a * from[0] + b * from[1] + begin(2);
      const target = (a + offset[0]) * to[0] + (b + offset[1]) * to[1] + begin(2) + offset[2];
      result.values.set(grid.values.subarray(source, source + length), target);
    }
  }
  return result;
}

/** The part of `grid` that {@link place} put there: the inverse with the same offset. */
export const takeBack = (grid: Grid, shape: Shape3, offset: Shape3): Grid =>
  place(grid, shape, [-offset[0], -offset[1], -offset[2]]);
