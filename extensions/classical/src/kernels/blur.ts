/**
 * @file Gaussian smoothing and derivatives of a float32 image in kernel memory, border values repeated outwards.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import type { BlurKernels } from '../generated/blur';
import type { Arena } from './arena';

/** A Gaussian ends at this many standard deviations, as in scipy.ndimage. */
export const TRUNCATE = 4;

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
  const place = ({ weights: values }: Kernel) => {
    const at = arena.allocate(values.length * 4);
    arena.f32(at, values.length).set(values);
    return at;
  };
  if (!alongColumns.isIdle) {
    const { radius, isPaired } = alongColumns;
    const at = place(alongColumns);
    const work = arena.allocate((columns + 2 * radius + 8) * 4);
    const lines = rows * slices;
    kernels.correlateRows(image, image, columns, lines, at, radius, work, isPaired);
  }
  const across = (kernel: Kernel, count: number, start: number, length: number, stride: number) => {
    if (kernel.isIdle) return;
    const { radius, isPaired } = kernel;
    const values = place(kernel);
    const work = arena.allocate(kernels.linesWork(columns, radius));
    for (let one = 0; one < count; one++) {
      const at = image + 4 * one * start;
      const shape = [columns, length, stride] as const;
      kernels.correlateLines(at, at, ...shape, values, radius, work, isPaired);
    }
  };
  across(alongRows, slices, slice, rows, columns);
  across(alongSlices, rows, columns, slices, slice);
  arena.rewind(mark);
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
