/**
 * @file Dilation and erosion by a ball of exact radius in millimetres: small balls on masks of one bit a voxel, large ones and
 * uneven slices by distance. Both give the same.
 *
 * Outside of the image nothing is known: it neither grows into the image nor eats from the border.
 */
import type { BitBallKernels } from '../generated/bit-ball';
import type { DistanceKernels } from '../generated/distance';
import type { ThresholdKernels } from '../generated/threshold';
import type { Arena } from './arena';
import { squaredDistance, withinSquared, type MaskBlock, type Positions } from './distance';
import { ceilF32 } from './mask';

export interface BallKernels {
  readonly bitBall: BitBallKernels;
  readonly distance: DistanceKernels;
  readonly threshold: ThresholdKernels;
}

/** A ball of at most this many rows, and this far along columns, is faster on bits than by distance. */
const MOST_ROWS = 700;
const MOST_WIDTH = 24;
/** Slices whose gaps differ by a smaller share are even. */
const EVEN = 1e-6;

/**
 * Writes to `out` (uint8, may be the mask) 1 for each voxel that lies within `radiusMm` of the mask. Complexity O(n) for any
 * radius. Needs at most 4 bytes per voxel, given back at the end.
 */
export function dilate(
  kernels: BallKernels,
  arena: Arena,
  mask: MaskBlock,
  positions: Positions,
  radiusMm: number,
  planar: boolean,
  out: number
): void {
  const ball = smallBall(mask, positions, radiusMm, planar);
  if (ball) {
    onBits(kernels.bitBall, arena, mask, ball, 0, out);
    return;
  }
  const mark = arena.mark();
  const distance = squaredDistance(kernels.distance, arena, mask, positions, 1, planar);
  const count = mask.size[0] * mask.size[1] * mask.size[2];
  kernels.threshold.thresholdF32(distance, out, count, 0, withinSquared(radiusMm));
  arena.rewind(mark);
}

/** Writes to `out` 1 for each voxel of the mask that lies farther than `radiusMm` from all voxels outside it. */
export function erode(
  kernels: BallKernels,
  arena: Arena,
  mask: MaskBlock,
  positions: Positions,
  radiusMm: number,
  planar: boolean,
  out: number
): void {
  const ball = smallBall(mask, positions, radiusMm, planar);
  if (ball) {
    onBits(kernels.bitBall, arena, mask, ball, 1, out);
    return;
  }
  const mark = arena.mark();
  const distance = squaredDistance(kernels.distance, arena, mask, positions, 0, planar);
  const count = mask.size[0] * mask.size[1] * mask.size[2];
  const beyond = ceilF32(withinSquared(radiusMm) * (1 + 1e-7) + 1e-30);
  kernels.threshold.thresholdF32(distance, out, count, beyond, Infinity);
  arena.rewind(mark);
}

interface SmallBall {
  /** Reach along columns for each step across rows (fastest) and slices; −1 outside of the ball. */
  readonly widths: Int32Array;
  readonly reach: readonly [rows: number, slices: number];
  readonly most: number;
}

/** The ball in voxels, when it is small and the slices are even. */
function smallBall(
  { size }: MaskBlock,
  { spacingMm, sliceOffsetsMm }: Positions,
  radiusMm: number,
  planar: boolean
): SmallBall | undefined {
  const gap = size[2] > 1 ? sliceOffsetsMm[1] - sliceOffsetsMm[0] : 1;
  const uneven = sliceOffsetsMm
    .slice(1, size[2])
    .some((offset, k) => Math.abs(offset - sliceOffsetsMm[k] - gap) > EVEN * gap);
  if (uneven && !planar) return undefined;
  const limit = withinSquared(radiusMm);
  const steps = (left: number, mm: number) => Math.floor(Math.sqrt(left) / mm + 1e-9);
  const rows = Math.min(size[1] - 1, steps(limit, spacingMm[1]));
  const slices = planar ? 0 : Math.min(size[2] - 1, steps(limit, gap));
  const most = steps(limit, spacingMm[0]);
  if ((2 * rows + 1) * (2 * slices + 1) > MOST_ROWS || most > MOST_WIDTH) return undefined;
  const widths = new Int32Array((2 * rows + 1) * (2 * slices + 1)).fill(-1);
  for (let k = -slices; k <= slices; k++) {
    for (let j = -rows; j <= rows; j++) {
      const left = limit - (j * spacingMm[1]) ** 2 - (k * gap) ** 2;
      if (left >= 0) widths[(k + slices) * (2 * rows + 1) + j + rows] = steps(left, spacingMm[0]);
    }
  }
  return { widths, reach: [rows, slices], most };
}

function onBits(
  kernels: BitBallKernels,
  arena: Arena,
  { address, size }: MaskBlock,
  { widths, reach, most }: SmallBall,
  flip: 0 | 1,
  out: number
): void {
  const mark = arena.mark();
  const work = arena.allocate(kernels.ballWorkBytes(size[0], size[1] * size[2], most));
  const table = arena.allocate(widths.length * 4);
  arena.i32(table, widths.length).set(widths);
  kernels.ballDilate(address, out, ...size, flip, table, ...reach, most, work);
  arena.rewind(mark);
}
