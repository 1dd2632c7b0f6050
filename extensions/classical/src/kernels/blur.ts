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
 * Correlates the image at `image` (float32, `size` voxels) in place with one kernel an axis; `other` is work space of the
 * same size. A kernel of one weight 1 costs nothing. Complexity O(n · sum of kernel lengths).
 */
export function blurVolume(
  kernels: BlurKernels,
  arena: Arena,
  image: number,
  other: number,
  size: Vec3,
  weights: readonly Float64Array[]
): void {
  const [columns, rows, slices] = size;
  const slice = columns * rows;
  const mark = arena.mark();
  const place = (kernel: Float64Array) => {
    const at = arena.allocate(kernel.length * 4);
    arena.f32(at, kernel.length).set(kernel);
    return at;
  };
  const radius = weights.map((kernel) => (kernel.length - 1) / 2);
  const idle = weights.map((kernel) => kernel.length === 1 && kernel[0] === 1);
  if (!idle[0]) {
    const work = arena.allocate((columns + 2 * radius[0] + 8) * 4);
    kernels.correlateRows(image, image, columns, rows * slices, place(weights[0]), radius[0], work);
  }
  let from = image;
  let to = other;
  if (!idle[1]) {
    const kernel = place(weights[1]);
    for (let k = 0; k < slices; k++) {
      const at = k * slice * 4;
      kernels.correlateLines(from + at, to + at, columns, rows, columns, kernel, radius[1]);
    }
    [from, to] = [to, from];
  }
  if (!idle[2]) {
    const kernel = place(weights[2]);
    for (let j = 0; j < rows; j++) {
      const at = j * columns * 4;
      kernels.correlateLines(from + at, to + at, columns, slices, slice, kernel, radius[2]);
    }
    from = to;
  }
  const count = slice * slices;
  if (from !== image) arena.f32(image, count).set(arena.f32(from, count));
  arena.rewind(mark);
}
