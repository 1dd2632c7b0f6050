/**
 * @file Changing the number of samples along an axis. Centres are half-voxel aligned (PyTorch's `align_corners=False`,
 * OpenCV's `resize`), and the edge value continues outside.
 */
import { filledGrid, gridLength, strides, withExtent, type Grid, type Shape3 } from './grid';

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

/** Axis by axis: first those that lose samples, then those that gain some; rows, which cost most, while there are fewest. */
function resize(grid: Grid, shape: Shape3, weigh: (from: number, to: number) => AxisWeights): Grid {
  const shrinking = [0, 1, 2].filter((axis) => shape[axis] < grid.shape[axis]);
  const growing = [2, 1, 0].filter((axis) => shape[axis] > grid.shape[axis]);
  return [...shrinking, ...growing].reduce(
    (current, axis) => applyAlong(current, axis, weigh(current.shape[axis], shape[axis])),
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

function applyAlong(grid: Grid, axis: number, axisWeights: AxisWeights): Grid {
  const shape = withExtent(grid.shape, axis, axisWeights.first.length);
  const result = filledGrid(shape);
  // What lies behind the axis is one run in memory: of length 1 along the last axis.
  const run = strides(grid.shape)[axis];
  if (run === 1) applyAlongRows(grid, result, axisWeights);
  else applyToRuns(grid, result, axis, run, axisWeights);
  return result;
}

/** Along the last axis: row by row. */
function applyAlongRows(grid: Grid, result: Grid, { first, weights }: AxisWeights): void {
  const [from, to] = [grid.shape[2], result.shape[2]];
  const lines = gridLength(grid.shape) / from;
  const [source, target] = [grid.values, result.values];
  if (weights.every(({ length }) => length === 2)) {
    const before = Float64Array.from(weights, ([share]) => share);
    const after = Float64Array.from(weights, ([, share]) => share);
    for (let line = 0, row = 0, out = 0; line < lines; line++, row += from) {
      for (let at = 0; at < to; at++, out++) {
        const begin = row + first[at];
        target[out] = before[at] * source[begin] + after[at] * source[begin + 1];
      }
    }
    return;
  }
  for (let line = 0; line < lines; line++) {
    const [row, out] = [line * from, line * to];
    for (let at = 0; at < to; at++) {
      const begin = row + first[at];
      const weight = weights[at];
      let sum = 0;
      for (let sample = 0; sample < weight.length; sample++) {
        sum += weight[sample] * source[begin + sample];
      }
      target[out + at] = sum;
    }
  }
}

/** Along another axis: whole runs are weighed and added. */
function applyToRuns(
  grid: Grid,
  result: Grid,
  axis: number,
  run: number,
  { first, weights }: AxisWeights
): void {
  const [source, target] = [grid.values, result.values];
  const [from, to] = [grid.shape[axis], first.length];
  const blocks = source.length / (from * run);
  const sums = new Float64Array(run);
  for (let block = 0; block < blocks; block++) {
    for (let at = 0; at < to; at++) {
      const begin = (block * from + first[at]) * run;
      const out = (block * to + at) * run;
      const weight = weights[at];
      if (weight.length === 2) {
        const [before, after] = weight;
        for (let c = 0; c < run; c++) {
          target[out + c] = before * source[begin + c] + after * source[begin + run + c];
        }
        continue;
      }
      sums.fill(0);
      for (let sample = 0; sample < weight.length; sample++) {
        const row = begin + sample * run;
        for (let c = 0; c < run; c++) sums[c] += weight[sample] * source[row + c];
      }
      target.set(sums, out);
    }
  }
}
