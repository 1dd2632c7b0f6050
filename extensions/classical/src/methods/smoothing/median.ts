/**
 * @file The median of a 0/1 mask in a box: 1 where more than half of the voxels are set.
 */
import {
  boxSize,
  boxVoxels,
  CordonError,
  type Box,
  type Geometry,
  type LabelResult,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import type { MaskOpsKernels } from '../../generated/mask-ops';
import type { Arena } from '../../kernels/arena';
import { growBox, loadMask, pasteLabels, segmentBounds } from '../../kernels/segment-mask';

/** The kernel counts in 16 bits. */
const MOST_VOXELS = 65535;

/** Voxels on each side of the window along each axis; none along an axis on which one voxel is in sight. */
export function medianRadius(geometry: Geometry, sight: Box, radiusMm: number): Vec3 {
  const extent = boxSize(sight);
  const radius = (axis: 0 | 1 | 2) =>
    extent[axis] === 1 ? 0 : Math.round(radiusMm / geometry.spacingMm[axis]);
  return [radius(0), radius(1), radius(2)];
}

/** Smooths the segment in `region` by what is in `sight`. Throws `WINDOW_TOO_LARGE`. Complexity O(n); 6 bytes per voxel. */
export function medianSmoothing(
  kernels: MaskOpsKernels,
  arena: Arena,
  segment: Uint8Array,
  geometry: Geometry,
  { region, sight }: { readonly region: Box; readonly sight: Box },
  radiusMm: number
): LabelResult {
  const radius = medianRadius(geometry, sight, radiusMm);
  const window = radius.reduce((product, r) => product * (2 * r + 1), 1);
  if (window > MOST_VOXELS) {
    throw new CordonError({
      code: 'WINDOW_TOO_LARGE',
      what: 'The radius is too large for the median',
      why: `the window has ${window} voxels, at most ${MOST_VOXELS} can be counted`,
      remedy: 'choose a smaller radius, or opening and closing, which take any radius',
    });
  }
  const { size } = geometry;
  const near = growBox(region, radius, sight);
  const bounds = segmentBounds(kernels, arena, segment, size, near);
  const box = growBox(bounds, radius, sight);
  const mask = loadMask(arena, segment, size, box);
  const count = boxVoxels(box);
  const sums = arena.allocate(2 * count);
  const other = arena.allocate(2 * count);
  const work = arena.allocate(2 * mask.size[0] + 32);
  kernels.majority(mask.address, mask.address, ...mask.size, ...radius, sums, other, work);
  return pasteLabels(arena.u8(mask.address, count), box, region);
}
