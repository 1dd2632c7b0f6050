/**
 * @file The numbers of the graph: weights of n-links from differences of levels, and t-links from the regional term.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import { forwardSteps, type GridKind } from '../../kernels/cut';

/** Weight of an n-link between equal neighbours at the smallest distance. */
export const FULL_WEIGHT = 1000;

/** Neighbours of the grid: 4 and 8 in a slice, 6 and 26 in a volume. */
export function gridKind(size: Vec3, neighbours: '6' | '26'): GridKind {
  if (size[2] === 1) return neighbours === '6' ? 4 : 8;
  return neighbours === '6' ? 6 : 26;
}

/** Weights exp(−Δ² / 2σ²) · {@link FULL_WEIGHT} for differences 0 … topLevel of levels. */
export function boundaryWeights(topLevel: number, sigmaLevels: number): Float32Array {
  const weights = new Float32Array(topLevel + 1);
  for (let difference = 0; difference <= topLevel; difference++) {
    weights[difference] = FULL_WEIGHT * Math.exp(-0.5 * (difference / sigmaLevels) ** 2);
  }
  return weights;
}

/** Factor 1 / distance of each pair of directions, the smallest distance as unit. */
export function distanceFactors(kind: GridKind, spacingMm: Vec3): readonly number[] {
  const lengths = forwardSteps(kind).map((step) =>
    Math.hypot(...step.map((steps, axis) => steps * spacingMm[axis]))
  );
  const least = Math.min(...lengths);
  return lengths.map((length) => least / length);
}

/** The mean difference of voxels that share a face (levels), at least one level: what separates noise from edges. */
export function automaticSigma(levels: ArrayLike<number>, size: Vec3): number {
  let sum = 0;
  let pairs = 0;
  for (let axis = 0, step = 1; axis < 3; step *= size[axis++]) {
    // A run holds the voxels from one end of the axis to the other, without the last layer: each has a next one.
    const run = step * size[axis];
    for (let start = 0; start < levels.length; start += run) {
      const end = start + run - step;
      for (let at = start; at < end; at++) sum += Math.abs(levels[at + step] - levels[at]);
      pairs += run - step;
    }
  }
  return pairs > 0 ? Math.max(1, sum / pairs) : 1;
}

/** t-links: the log-likelihood ratio in the unit of the n-links. */
export const terminalTable = (ratio: Float64Array, weight: number): Int32Array =>
  Int32Array.from(ratio, (value) => Math.round(value * weight * FULL_WEIGHT));
