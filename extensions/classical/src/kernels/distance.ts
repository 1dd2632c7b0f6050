/**
 * @file Exact Euclidean distance to a mask in millimetres, on any spacing, even and uneven.
 */
import type { Geometry, Vec3 } from '@cordon/extension-workbench/pure';
import type { DistanceKernels } from '../generated/distance';
import type { Arena } from './arena';

/** A mask of bytes in kernel memory: 0 is outside, anything else inside. */
export interface MaskBlock {
  readonly address: number;
  /** Columns, rows, slices. */
  readonly size: Vec3;
}

/** Where the voxels of a block lie: spacing along columns and rows, position of each slice along the normal (mm). */
export interface Positions {
  readonly spacingMm: readonly [number, number];
  readonly sliceOffsetsMm: readonly number[];
}

/** The positions of the voxels of `geometry` from slice `fromSlice` on. */
export const positionsOf = (geometry: Geometry, fromSlice: number): Positions => ({
  spacingMm: [geometry.spacingMm[0], geometry.spacingMm[1]],
  sliceOffsetsMm: geometry.sliceOffsetsMm.slice(fromSlice),
});

/**
 * Squared distance (mm², float32) from each voxel centre to the nearest voxel centre inside (`target` 1) or outside
 * (`target` 0) the mask; infinite when there is none. With `planar` each slice stands alone. Returns the address of the
 * new array, 4 bytes a voxel, which is all that stays allocated. Complexity O(n).
 */
export function squaredDistance(
  kernels: DistanceKernels,
  arena: Arena,
  mask: MaskBlock,
  positions: Positions,
  target: 0 | 1,
  planar: boolean
): number {
  const [columns, rows, slices] = mask.size;
  const out = arena.allocate(columns * rows * slices * 4);
  const mark = arena.mark();
  const longest = Math.max(columns, rows, slices);
  const work = arena.allocate(kernels.distanceWorkBytes(longest));
  const at = arena.allocate(longest * 8);
  kernels.distanceRows(
    mask.address,
    out,
    columns,
    rows * slices,
    positions.spacingMm[0],
    target,
    work
  );
  if (rows > 1) {
    arena.f64(at, rows).forEach((_, row, all) => {
      all[row] = row * positions.spacingMm[1];
    });
    for (let k = 0; k < slices; k++) {
      kernels.distanceLines(out, k * columns * rows, columns, rows, columns, at, work);
    }
  }
  if (slices > 1 && !planar) {
    arena.f64(at, slices).set(positions.sliceOffsetsMm.slice(0, slices));
    kernels.distanceLines(out, 0, columns * rows, slices, columns * rows, at, work);
  }
  arena.rewind(mark);
  return out;
}

/** Peak bytes per voxel of {@link squaredDistance}. */
export const DISTANCE_BYTES = 4;

/** Squared distances up to this one (mm²) count as within `radiusMm`, in spite of rounding. */
export const withinSquared = (radiusMm: number): number =>
  Math.fround(radiusMm * radiusMm * (1 + 1e-6));
