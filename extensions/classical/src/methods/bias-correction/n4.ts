/**
 * @file The N4 iteration: sharpen the histogram, fit a spline to what the sharpened values leave over, repeat on finer
 * lattices. Tustison N et al. N4ITK: improved N3 bias correction. IEEE TMI 29(6):1310-1320, 2010.
 */
import type { UpdateContext } from '@cordon/extension-workbench/pure';
import type { BiasKernels } from '../../generated/bias';
import type { Arena } from '../../kernels/arena';
import { breathe } from '../../kernels/image-session';
import {
  emptyLattice,
  evaluateLattice,
  fitLattice,
  refineLattice,
  type Lattice,
  type Samples,
  type Triple,
} from './lattice';
import { sharpenedValues } from './sharpen';

export interface N4Settings {
  readonly levels: number;
  readonly iterations: number;
  readonly convergence: number;
  readonly bins: number;
  readonly fullWidth: number;
  readonly wienerNoise: number;
}

export interface N4Result {
  /** Spline of the logarithm of the bias field. */
  readonly lattice: Lattice;
  readonly iterations: number;
}

/** Control points along an axis of more than one voxel at the first level. */
const FIRST_POINTS = 4;

/** `logs`: logarithms of the samples (float32), `mask`: bytes; both addresses. */
export async function estimateBias(
  kernels: BiasKernels,
  arena: Arena,
  samples: Samples,
  logs: number,
  mask: number,
  settings: N4Settings,
  context: UpdateContext
): Promise<N4Result> {
  const count = samples.positions.reduce((product, axis) => product * axis.length, 1);
  const [uncorrected, work] = [arena.allocate(count * 4), arena.allocate(count * 4)];
  let [field, next] = [arena.allocate(count * 4), arena.allocate(count * 4)];
  arena.f32(field, count).fill(0);
  const grows = samples.extent.map((extent) => extent > 1);
  let lattice = emptyLattice([FIRST_POINTS, FIRST_POINTS, FIRST_POINTS] satisfies Triple);
  let total = 0;
  for (let level = 0; level < settings.levels; level++) {
    if (level > 0) lattice = refineLattice(lattice, grows);
    let change = Infinity;
    for (let step = 0; step < settings.iterations && change > settings.convergence; step++) {
      context.onProgress?.({
        fraction: (level + step / settings.iterations) / settings.levels,
        message: `Level ${level + 1} of ${settings.levels}, iteration ${step + 1}`,
      });
      await breathe(context);
      kernels.subtract(logs, field, uncorrected, count);
      sharpenResidual(kernels, arena, uncorrected, mask, work, count, settings);
      const fitted = fitLattice(kernels, arena, samples, work, mask, lattice.size);
      lattice = {
        size: lattice.size,
        values: lattice.values.map((value, at) => value + fitted.values[at]),
      };
      evaluateLattice(kernels, arena, samples, lattice, next);
      change = relativeChange(arena, field, next, mask, count);
      [field, next] = [next, field];
      total++;
    }
  }
  return { lattice, iterations: total };
}

/** What the sharpened values leave over of the logarithms, in the mask. */
function sharpenResidual(
  kernels: BiasKernels,
  arena: Arena,
  values: number,
  mask: number,
  out: number,
  count: number,
  { bins, ...settings }: N4Settings
): void {
  const mark = arena.mark();
  const table = arena.allocate(bins * 8);
  const range = arena.allocate(16);
  kernels.maskedRange(values, mask, count, range);
  const [least, most] = arena.f64(range, 2);
  const step = (most - least) / (bins - 1);
  if (step > 0) {
    kernels.shareHistogram(values, mask, count, least, step, bins, table);
    const histogram = arena.f64(table, bins);
    histogram.set(sharpenedValues(histogram, least, step, settings));
    kernels.residual(values, mask, count, least, step, bins, table, out);
  } else arena.f32(out, count).fill(0);
  arena.rewind(mark);
}

/** Coefficient of variation of the ratio of two fields, in the mask. */
function relativeChange(
  arena: Arena,
  before: number,
  after: number,
  mask: number,
  count: number
): number {
  const [a, b, inside] = [arena.f32(before, count), arena.f32(after, count), arena.u8(mask, count)];
  let [voxels, mean, squares] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    if (inside[at] === 0) continue;
    const ratio = Math.exp(a[at] - b[at]);
    voxels++;
    const difference = ratio - mean;
    mean += difference / voxels;
    squares += difference * (ratio - mean);
  }
  return Math.sqrt(squares / (voxels - 1)) / mean;
}
