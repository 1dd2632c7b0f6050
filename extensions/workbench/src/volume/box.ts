/**
 * @file Boxes of voxels, half open: `from` is inside, `to` is not.
 */
import type { Vec3 } from './vector';

export interface Box {
  /** First voxel inside: column, row, slice. */
  readonly fromIjk: Vec3;
  /** First voxel beyond: column, row, slice. */
  readonly toIjk: Vec3;
}

/** The box that holds a whole grid of `size` voxels. */
export const wholeBox = (size: Vec3): Box => ({ fromIjk: [0, 0, 0], toIjk: size });

/** Columns, rows and slices of a box; never negative. */
export const boxSize = (box: Box): Vec3 => [
  Math.max(0, box.toIjk[0] - box.fromIjk[0]),
  Math.max(0, box.toIjk[1] - box.fromIjk[1]),
  Math.max(0, box.toIjk[2] - box.fromIjk[2]),
];

/** Number of voxels in a box. */
export function boxVoxels(box: Box): number {
  const [columns, rows, slices] = boxSize(box);
  return columns * rows * slices;
}

/** The part of `box` that lies inside a grid of `size` voxels. */
export const clipBox = (box: Box, size: Vec3): Box => ({
  fromIjk: [
    Math.min(Math.max(0, box.fromIjk[0]), size[0]),
    Math.min(Math.max(0, box.fromIjk[1]), size[1]),
    Math.min(Math.max(0, box.fromIjk[2]), size[2]),
  ],
  toIjk: [
    Math.min(Math.max(0, box.toIjk[0]), size[0]),
    Math.min(Math.max(0, box.toIjk[1]), size[1]),
    Math.min(Math.max(0, box.toIjk[2]), size[2]),
  ],
});

/** True when the voxel lies inside the box. */
export const boxContains = (box: Box, ijk: Vec3): boolean =>
  ijk.every((value, axis) => value >= box.fromIjk[axis] && value < box.toIjk[axis]);

/** True when every voxel of `inner` lies inside `outer`. */
export const boxCovers = (outer: Box, inner: Box): boolean =>
  outer.fromIjk.every((value, axis) => value <= inner.fromIjk[axis]) &&
  outer.toIjk.every((value, axis) => value >= inner.toIjk[axis]);

/** True when two boxes share a voxel. */
export const boxesMeet = (a: Box, b: Box): boolean =>
  a.fromIjk.every((value, axis) => value < b.toIjk[axis]) &&
  b.fromIjk.every((value, axis) => value < a.toIjk[axis]);

/** True when two boxes hold the same voxels. */
export const boxEquals = (a: Box, b: Box): boolean =>
  a.fromIjk.every((value, axis) => value === b.fromIjk[axis]) &&
  a.toIjk.every((value, axis) => value === b.toIjk[axis]);
