/**
 * @file A box that is drawn in one plane and moved by its handles in any other.
 */
import { boxVoxels, clipBox, type Box } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { Vec3 } from '../volume/vector';
import type { SlicePlane } from './brush';

type Triple = [number, number, number];

/**
 * The box between two voxels of a slice, both inside. Across the slices it keeps the extent of `before`; a new box reaches
 * as far as the mean of its sides, centred on the slice. Clipped to the image.
 */
export function boxBetween(
  a: Vec3,
  b: Vec3,
  { axis, index }: SlicePlane,
  geometry: Geometry,
  before?: Box
): Box {
  const from = a.map((value, at) => Math.min(value, b[at])) as Triple;
  const to = a.map((value, at) => Math.max(value, b[at]) + 1) as Triple;
  if (before) {
    from[axis] = Math.min(before.fromIjk[axis], index);
    to[axis] = Math.max(before.toIjk[axis], index + 1);
  } else {
    const sides = ([0, 1, 2] as const)
      .filter((other) => other !== axis)
      .map((other) => (to[other] - from[other]) * geometry.spacingMm[other]);
    const depth = Math.max(1, Math.round((sides[0] + sides[1]) / 2 / geometry.spacingMm[axis]));
    from[axis] = index - Math.floor((depth - 1) / 2);
    to[axis] = from[axis] + depth;
  }
  return clipBox({ fromIjk: from, toIjk: to }, geometry.size);
}

/** A face of a box: its first (`from`) or last voxel along an axis. */
export interface BoxSide {
  readonly axis: 0 | 1 | 2;
  readonly end: 'from' | 'to';
}

/** A corner or the middle of an edge of the box as it is seen in a slice, with the sides that it moves. */
export interface BoxHandle {
  /** Continuous voxel index: faces lie half a voxel outside of the outermost centres. */
  readonly ijk: Vec3;
  readonly sides: readonly BoxSide[];
}

/** The handles in a slice; none where the slice does not cut the box. */
export function boxHandles({ fromIjk, toIjk }: Box, { axis, index }: SlicePlane): BoxHandle[] {
  if (index < fromIjk[axis] || index >= toIjk[axis]) return [];
  const [u, v] = ([0, 1, 2] as const).filter((other) => other !== axis);
  const handles: BoxHandle[] = [];
  for (const endU of ['from', 'middle', 'to'] as const) {
    for (const endV of ['from', 'middle', 'to'] as const) {
      const sides: BoxSide[] = [];
      if (endU !== 'middle') sides.push({ axis: u, end: endU });
      if (endV !== 'middle') sides.push({ axis: v, end: endV });
      if (sides.length === 0) continue;
      const ijk: Triple = [0, 0, 0];
      ijk[axis] = index;
      ijk[u] = placeOf(endU, fromIjk[u], toIjk[u]);
      ijk[v] = placeOf(endV, fromIjk[v], toIjk[v]);
      handles.push({ ijk, sides });
    }
  }
  return handles;
}

/** The box with sides moved to a voxel, which stays inside; it never gets thinner than one voxel nor leaves the image. */
export function movedBox(box: Box, sides: readonly BoxSide[], ijk: Vec3, size: Vec3): Box {
  const from = [...box.fromIjk] as Triple;
  const to = [...box.toIjk] as Triple;
  for (const { axis, end } of sides) {
    if (end === 'from') from[axis] = Math.min(ijk[axis], to[axis] - 1);
    else to[axis] = Math.max(ijk[axis] + 1, from[axis] + 1);
  }
  const moved = clipBox({ fromIjk: from, toIjk: to }, size);
  return boxVoxels(moved) > 0 ? moved : box;
}

function placeOf(end: 'from' | 'middle' | 'to', from: number, to: number): number {
  if (end === 'from') return from - 0.5;
  return end === 'to' ? to - 0.5 : (from + to - 1) / 2;
}
