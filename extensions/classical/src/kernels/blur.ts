/**
 * @file Gaussian smoothing and derivatives of a float32 image in kernel memory, border values repeated outwards.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import type { BlurKernels } from '../generated/blur';
import type { Arena } from './arena';

/** A Gaussian ends at this many standard deviations, as in scipy.ndimage. */
export const TRUNCATE = 4;
/** A part of the smallest cache, which the lines in reach of a pass along slices are to fit into. */
const NEAR_BYTES = 32768;

/**
 * Samples of the Gaussian with standard deviation `sigma` (voxels), sum 1; with `order` 1 those of its derivative, so that
 * correlation gives the slope along the axis per voxel. A single weight when `sigma` is 0.
 */
export function gaussianWeights(sigma: number, order: 0 | 1 = 0): Float64Array {
  const radius = Math.floor(TRUNCATE * sigma + 0.5);
  const weights = new Float64Array(2 * radius + 1);
  for (let x = -radius; x <= radius; x++) {
    weights[x + radius] = sigma > 0 ? Math.exp((-0.5 * x * x) / (sigma * sigma)) : 1;
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight, at) => {
    const slope = order === 1 ? (at - radius) / (sigma * sigma) : 1;
    return (weight / sum) * slope;
  });
}

/**
 * Correlates the image at `image` (float32, `size` voxels) in place with one kernel an axis. A kernel of one weight 1 costs
 * nothing. `paired` adds the two voxels on either side before it weighs them, which is quicker; `plain` weighs one after the
 * other, as ITK does. Complexity O(n · sum of kernel lengths); memory: some lines.
 */
export function blurVolume(
  kernels: BlurKernels,
  arena: Arena,
  image: number,
  size: Vec3,
  weights: readonly Float64Array[],
  sums: 'paired' | 'plain' = 'paired'
): void {
  const [columns, rows, slices] = size;
  const slice = columns * rows;
  const [alongColumns, alongRows, alongSlices] = weights.map((one) =>
    kernelOf(one, sums === 'paired')
  );
  const mark = arena.mark();
  // Columns and rows of one slice after the other, while it is in the cache.
  const rowPass = placed(kernels, arena, alongRows, columns);
  const columnPass = placed(kernels, arena, alongColumns, columns);
  for (let k = 0; k < slices; k++) {
    const at = image + 4 * k * slice;
    if (columnPass) {
      const { values, radius, work, isPaired } = columnPass;
      kernels.correlateRows(at, at, columns, rows, values, radius, work, isPaired);
    }
    if (rowPass) {
      const { values, radius, work, isPaired } = rowPass;
      kernels.correlateLines(at, at, columns, rows, columns, values, radius, work, isPaired);
    }
  }
  // Along slices: as many rows side by side as their lines in reach fit into the cache.
  const abreast = Math.max(
    1,
    Math.min(rows, Math.floor(NEAR_BYTES / (4 * columns * alongSlices.weights.length)))
  );
  const slicePass = placed(kernels, arena, alongSlices, columns * abreast);
  for (let j = 0; slicePass && j < rows; j += abreast) {
    const { values, radius, work, isPaired } = slicePass;
    const at = image + 4 * j * columns;
    const width = columns * Math.min(abreast, rows - j);
    kernels.correlateLines(at, at, width, slices, slice, values, radius, work, isPaired);
  }
  arena.rewind(mark);
}

/** A kernel with its weights and its work space in kernel memory, for lines of `width`; undefined when it changes nothing. */
function placed(kernels: BlurKernels, arena: Arena, kernel: Kernel, width: number) {
  if (kernel.isIdle) return undefined;
  const { weights, radius, isPaired } = kernel;
  const values = arena.allocate(weights.length * 4);
  arena.f32(values, weights.length).set(weights);
  // A row with its repeated ends is less than the lines in reach.
  const bytes = Math.max(kernels.linesWork(width, radius), (width + 2 * radius + 8) * 4);
  return { values, radius, isPaired, work: arena.allocate(bytes) };
}

interface Kernel {
  readonly weights: Float64Array;
  readonly radius: number;
  readonly isIdle: boolean;
  /** 1 when the weights read the same from both ends, and may be used in pairs. */
  readonly isPaired: 0 | 1;
}

function kernelOf(weights: Float64Array, mayPair: boolean): Kernel {
  const last = weights.length - 1;
  return {
    weights,
    radius: last / 2,
    isIdle: last === 0 && weights[0] === 1,
    isPaired: mayPair && weights.every((weight, at) => weight === weights[last - at]) ? 1 : 0,
  };
}
