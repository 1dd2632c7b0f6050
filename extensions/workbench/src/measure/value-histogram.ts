/**
 * @file How often each value occurs in an image, for choosing ranges: bins over the part of the values that matters. A
 * few voxels far away — metal, padding outside of the field of view — do not press all others into one bin.
 *
 * Complexity O(n), two passes, up to four where outliers of a float image lie far away. Memory: the fine counts, some 500 KB at most.
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
/** Fewer fine bins than this show no shape. */
const LEAST_BINS = 64;
/** Each makes bins narrower by a factor of 1000 and more. */
const MOST_PASSES = 2;

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
  const spare = count * OUTSIDE;
  let fine = fineCounts(voxels, min, max, isWhole);
  let [first, end] = inner(fine.counts, spare);
  // Values that a few outliers have pressed into some bins are counted once more, among themselves.
  for (let pass = 0; !isWhole && pass < MOST_PASSES && end - first < LEAST_BINS; pass++) {
    const from = fine.from + first * fine.width;
    const closer = fineCounts(voxels, from, from + (end - first) * fine.width, isWhole);
    if (!(closer.width > 0) || closer.width >= fine.width) break;
    const below = spare - fine.counts.subarray(0, first).reduce((a, b) => a + b, 0);
    const above = spare - fine.counts.subarray(end).reduce((a, b) => a + b, 0);
    const part = inner(closer.counts, Math.max(0, Math.min(below, above)));
    // All of them are the same.
    if (part[1] - part[0] < 2) break;
    fine = closer;
    [first, end] = part;
  }
  const { counts, width } = fine;
  const group = Math.max(1, Math.ceil((end - first) / BINS));
  const grouped = Array.from({ length: Math.ceil((end - first) / group) }, (_, bin) =>
    counts.subarray(first + bin * group, first + (bin + 1) * group).reduce((a, b) => a + b, 0)
  );
  const from = fine.from + first * width;
  return { min, max, from, to: from + grouped.length * group * width, counts: grouped };
}

interface FineCounts {
  readonly from: number;
  readonly width: number;
  readonly counts: Float64Array;
}

/** Voxels from `from` to `to`, both inside, in fine bins. */
function fineCounts(voxels: VoxelArray, from: number, to: number, isWhole: boolean): FineCounts {
  // Whole values have bins of their own, or of equally many values each: others would show teeth that are not there.
  const span = to - from + (isWhole ? 1 : 0);
  const width = isWhole ? Math.ceil(span / FINE_BINS) : span / FINE_BINS;
  const counts = new Float64Array(Math.min(FINE_BINS, Math.ceil(span / width)));
  const last = counts.length - 1;
  for (let at = 0; at < voxels.length; at++) {
    const value = voxels[at];
    if (value >= from && value <= to) counts[Math.min(last, Math.floor((value - from) / width))]++;
  }
  return { from, width, counts };
}

/** The bins without the outermost `spare` voxels at either end: the first, and the one after the last. */
function inner(counts: Float64Array, spare: number): readonly [number, number] {
  let [first, end] = [0, counts.length];
  for (let sum = counts[first]; sum <= spare && first < end - 1; sum += counts[first]) first++;
  for (let sum = counts[end - 1]; sum <= spare && end > first + 1; sum += counts[end - 1]) end--;
  return [first, end];
}
