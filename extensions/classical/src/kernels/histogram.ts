/**
 * @file The histogram of a resident image, as scikit-image's `exposure.histogram` defines it: integers have one bin a
 * value from the smallest to the largest that occurs; floats have 256 bins of equal width between them.
 */
import type { HistogramKernels } from '../generated/histogram';
import type { Arena } from './arena';
import type { ResidentImage } from './image-session';

export interface Histogram {
  /** Voxels in each bin. First and last are never 0. */
  readonly counts: Float64Array;
  /** Value that each bin stands for: its centre. */
  readonly centres: Float64Array;
  /** Finite voxels. */
  readonly total: number;
}

export const FLOAT_BINS = 256;

/** Complexity O(n); 1 MiB beside the image. Empty when no voxel is finite. */
export function imageHistogram(
  kernels: HistogramKernels,
  arena: Arena,
  image: ResidentImage
): Histogram {
  const mark = arena.mark();
  try {
    return image.type === 'float32'
      ? floatHistogram(kernels, arena, image)
      : integerHistogram(kernels, arena, image, image.type);
  } finally {
    arena.rewind(mark);
  }
}

function integerHistogram(
  kernels: HistogramKernels,
  arena: Arena,
  { address, count }: ResidentImage,
  type: 'uint8' | 'int16' | 'uint16'
): Histogram {
  const bins = type === 'uint8' ? 256 : 65536;
  const tables = arena.allocate(4 * bins * 4);
  if (type === 'uint8') kernels.histogramU8(address, count, tables);
  else kernels.histogram16(address, count, tables);
  const all = arena.u32(tables, bins);
  // Two's complement: the negative values come first.
  if (type === 'int16') {
    const positive = all.slice(0, 32768);
    all.copyWithin(0, 32768);
    all.set(positive, 32768);
  }
  const first = all.findIndex((value) => value > 0);
  const last = all.findLastIndex((value) => value > 0);
  const counts = Float64Array.from(all.subarray(first, last + 1));
  const firstValue = type === 'int16' ? first - 32768 : first;
  return { counts, centres: counts.map((_, bin) => firstValue + bin), total: count };
}

/** Bin edges and centres in float32, step by step as numpy computes them. */
function floatHistogram(
  kernels: HistogramKernels,
  arena: Arena,
  { address, count }: ResidentImage
): Histogram {
  const range = arena.allocate(8);
  kernels.rangeF32(address, count, range);
  const [min, max] = arena.f32(range, 2);
  if (!(min <= max)) return { counts: new Float64Array(), centres: new Float64Array(), total: 0 };
  if (min === max) {
    return { counts: Float64Array.of(count), centres: Float64Array.of(min), total: count };
  }
  const edgesAt = arena.allocate((FLOAT_BINS + 1) * 4);
  const table = arena.allocate(FLOAT_BINS * 4);
  const edges = arena.f32(edgesAt, FLOAT_BINS + 1);
  const step = (max - min) / FLOAT_BINS;
  for (let bin = 0; bin < FLOAT_BINS; bin++) edges[bin] = min + bin * step;
  edges[FLOAT_BINS] = max;
  kernels.histogramF32(address, count, edgesAt, FLOAT_BINS, table);
  const counts = Float64Array.from(arena.u32(table, FLOAT_BINS));
  const centres = counts.map((_, bin) => Math.fround(Math.fround(edges[bin] + edges[bin + 1]) / 2));
  return { counts, centres, total: counts.reduce((sum, value) => sum + value, 0) };
}
