/**
 * @file Changing the number of samples along an axis. Centres are half-voxel aligned (PyTorch's `align_corners=False`,
 * OpenCV's `resize`), and the edge value continues outside.
 */
import { filledGrid, strides, withExtent, type Grid, type Shape3 } from './grid';

/** Each target sample as a weighted sum of a run of source samples. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly weights: readonly Float64Array[];
}

/** Linear interpolation to `shape`, axis by axis. O(voxels). */
export const resizeLinear = (grid: Grid, shape: Shape3): Grid => resize(grid, shape, linearWeights);

/** Mean over the exact area that each target sample covers (OpenCV's INTER_AREA). O(voxels). */
export const resizeArea = (grid: Grid, shape: Shape3): Grid => resize(grid, shape, areaWeights);

/** Samples that an axis of `extent` samples gets when its spacing becomes `targetMm`; at least one. */
export const resampledExtent = (extent: number, spacingMm: number, targetMm: number): number =>
  Math.max(1, Math.round((extent * spacingMm) / targetMm));

function resize(grid: Grid, shape: Shape3, weigh: (from: number, to: number) => AxisWeights): Grid {
  return [0, 1, 2].reduce(
    (current, axis) =>
      current.shape[axis] === shape[axis]
        ? current
        : applyAlong(current, axis, weigh(current.shape[axis], shape[axis])),
    grid
  );
}

function linearWeights(from: number, to: number): AxisWeights {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, at) => {
    const position = Math.min(Math.max(0, ((at + 0.5) * from) / to - 0.5), from - 1);
    const low = Math.min(Math.floor(position), Math.max(0, from - 2));
    first[at] = low;
    return from === 1 ? Float64Array.of(1) : Float64Array.of(1 - (position - low), position - low);
  });
  return { first, weights };
}

function areaWeights(from: number, to: number): AxisWeights {
  const first = new Int32Array(to);
  const width = from / to;
  const weights = Array.from({ length: to }, (_, at) => {
    const begin = at * width;
    const end = Math.min(from, begin + width);
    const low = Math.floor(begin + 1e-9);
    first[at] = low;
    const count = Math.max(1, Math.ceil(end - 1e-9) - low);
    return Float64Array.from({ length: count }, (_, sample) => {
      const covered = Math.min(end, low + sample + 1) - Math.max(begin, low + sample);
      return covered / (end - begin);
    });
  });
  return { first, weights };
}

function applyAlong(grid: Grid, axis: number, { first, weights }: AxisWeights): Grid {
  const shape = withExtent(grid.shape, axis, first.length);
  const result = filledGrid(shape);
  const from = strides(grid.shape);
  const to = strides(shape);
  const [outer, inner] = [0, 1, 2].filter((other) => other !== axis);
  for (let a = 0; a < shape[outer]; a++) {
    for (let at = 0; at < first.length; at++) {
      const weight = weights[at];
      for (let b = 0; b < shape[inner]; b++) {
        let source = a * from[outer] + b * from[inner] + first[at] * from[axis];
        let sum = 0;
        for (let sample = 0; sample < weight.length; sample++, source += from[axis]) {
          sum += weight[sample] * grid.values[source];
        }
        result.values[a * to[outer] + b * to[inner] + at * to[axis]] = sum;
      }
    }
  }
  return result;
}
