/**
 * @file How often each value occurs in an image, for choosing ranges: bins over the part of the values that matters. A
 * few voxels far away — metal, padding outside of the field of view — do not press all others into one bin.
 *
 * Complexity O(n), two passes. Memory: the fine counts, some 500 KB at most.
 */
import type { VoxelArray } from '../volume/image-volume';

export interface ValueHistogram {
  /** Smallest and largest finite value of the image. */
  readonly min: number;
  readonly max: number;
  /** Lower edge of the first bin and upper edge of the last one; within `min` and `max`, give or take a bin. */
  readonly from: number;
  readonly to: number;
  /** Voxels in each bin; all bins are equally wide. */
  readonly counts: readonly number[];
}

/** Share of the voxels at either end that may lie outside of the bins. */
const OUTSIDE = 0.0005;
const FINE_BINS = 1 << 16;
const BINS = 256;

/** The histogram of an image; undefined when it has no two different values. */
export function valueHistogram(voxels: VoxelArray): ValueHistogram | undefined {
  const isWhole = !(voxels instanceof Float32Array);
  let [min, max, count] = [Infinity, -Infinity, 0];
  for (let at = 0; at < voxels.length; at++) {
    const value = voxels[at];
    if (!Number.isFinite(value)) continue;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!(max > min)) return undefined;
  // Whole values have bins of their own, or of equally many values each: others would show teeth that are not there.
  const span = max - min + (isWhole ? 1 : 0);
  const fineWidth = isWhole ? Math.ceil(span / FINE_BINS) : span / FINE_BINS;
  const fine = new Float64Array(Math.min(FINE_BINS, Math.ceil(span / fineWidth)));
  const last = fine.length - 1;
  for (let at = 0; at < voxels.length; at++) {
    const value = voxels[at];
    if (Number.isFinite(value)) fine[Math.min(last, Math.floor((value - min) / fineWidth))]++;
  }
  const [first, end] = inner(fine, count * OUTSIDE);
  const group = Math.max(1, Math.ceil((end - first) / BINS));
  const counts = Array.from({ length: Math.ceil((end - first) / group) }, (_, bin) =>
    fine.subarray(first + bin * group, first + (bin + 1) * group).reduce((a, b) => a + b, 0)
  );
  const from = min + first * fineWidth;
  return { min, max, from, to: from + counts.length * group * fineWidth, counts };
}

/** The bins without the outermost `spare` voxels at either end: the first, and the one after the last. */
function inner(counts: Float64Array, spare: number): readonly [number, number] {
  let [first, end] = [0, counts.length];
  for (let sum = counts[first]; sum <= spare && first < end - 1; sum += counts[first]) first++;
  for (let sum = counts[end - 1]; sum <= spare && end > first + 1; sum += counts[end - 1]) end--;
  return [first, end];
}
