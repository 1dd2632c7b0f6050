/**
 * @file Thresholding a resident image into a mask of bytes, and handing a mask out as the result of a method.
 */
import type { LabelResult, ValueRange } from '@cordon/extension-workbench/pure';
import type { ThresholdKernels } from '../generated/threshold';
import type { Arena } from './arena';
import type { RegionGrid, ResidentImage, VoxelType } from './image-session';

const INTEGER_RANGES = {
  uint8: { min: 0, max: 255 },
  int16: { min: -32768, max: 32767 },
  uint16: { min: 0, max: 65535 },
} as const;

/**
 * Writes 1 at `out` (bytes, one a voxel) where the value lies in `range`, both ends inclusive, and 0 elsewhere.
 * NaN lies in no range.
 */
export function thresholdMask(
  kernels: ThresholdKernels,
  arena: Arena,
  image: ResidentImage,
  range: ValueRange,
  out: number
): void {
  const { address, count, type } = image;
  const bounds = boundsFor(type, range);
  if (!bounds) {
    arena.u8(out, count).fill(0);
    return;
  }
  const kernel = {
    uint8: kernels.thresholdU8,
    int16: kernels.thresholdI16,
    uint16: kernels.thresholdU16,
    float32: kernels.thresholdF32,
  }[type];
  kernel(address, out, count, bounds.lower, bounds.upper);
}

/** Adds 1 to the bytes at `out` where the value lies in `range`. */
export function accumulateMask(
  kernels: ThresholdKernels,
  image: ResidentImage,
  range: ValueRange,
  out: number
): void {
  const { address, count, type } = image;
  const bounds = boundsFor(type, range);
  if (!bounds) return;
  const kernel = {
    uint8: kernels.accumulateU8,
    int16: kernels.accumulateI16,
    uint16: kernels.accumulateU16,
    float32: kernels.accumulateF32,
  }[type];
  kernel(address, out, count, bounds.lower, bounds.upper);
}

/** The values above `threshold`, or those up to it. */
export function sideOf(threshold: number, side: 'bright' | 'dark', type: VoxelType): ValueRange {
  if (side === 'dark') {
    return { lower: -Infinity, upper: type === 'float32' ? -ceilF32(-threshold) : threshold };
  }
  const next = type === 'float32' ? nextF32(threshold) : Math.floor(threshold) + 1;
  return { lower: next, upper: Infinity };
}

/** The smallest float32 above `value`. */
function nextF32(value: number): number {
  const rounded = ceilF32(value);
  return rounded > value ? rounded : ceilF32(rounded + Math.abs(rounded) * 2 ** -30 + 2 ** -149);
}

/**
 * The bounds as a kernel for voxels of `type` takes them: the smallest and the largest value of the type inside `range`, in 32 bits
 * the bounds as an image would write them, so that a bound of 0.7 holds the voxels of 0.7. Undefined when there is none.
 */
export function boundsFor(type: VoxelType, range: ValueRange): ValueRange | undefined {
  if (type === 'float32') {
    return { lower: Math.fround(range.lower), upper: Math.fround(range.upper) };
  }
  const { min, max } = INTEGER_RANGES[type];
  const lower = Math.max(Math.ceil(range.lower), min);
  const upper = Math.min(Math.floor(range.upper), max);
  return lower <= upper ? { lower, upper } : undefined;
}

/** The mask at `out` as labels of one class. Copies `image.count` bytes. */
export function maskResult(arena: Arena, image: RegionGrid, out: number): LabelResult {
  return {
    box: image.box,
    voxels: arena.u8(out, image.count).slice(),
    classes: [{ value: 1 }],
  };
}

/** The smallest float32 that is not below `value`. */
export function ceilF32(value: number): number {
  const rounded = Math.fround(value);
  if (!(rounded < value)) return rounded;
  const float = new Float32Array([rounded]);
  const bits = new Int32Array(float.buffer);
  if (rounded === 0) bits[0] = 1;
  else bits[0] += rounded > 0 ? 1 : -1;
  return float[0];
}
