/**
 * @file The numbers of the graph: weights of n-links from differences of levels, and t-links from the regional term.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import type { ResidentImage } from '../../kernels/image-session';
import type { Arena } from '../../kernels/arena';
import { forwardSteps, type GridKind } from '../../kernels/cut';

/** Weight of an n-link between equal neighbours at the smallest distance. */
export const FULL_WEIGHT = 1000;
/** Pairs of neighbours that are looked at for the automatic sigma. */
const MOST_PAIRS = 200_000;

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

/** The mean difference of neighbours along rows, at least one level: what separates noise from edges. */
export function automaticSigma(arena: Arena, image: ResidentImage, levels: number): number {
  const values = arena.u16(levels, image.count);
  const columns = image.squeezedSize[0];
  const step = Math.max(1, Math.floor(image.count / MOST_PAIRS));
  let sum = 0;
  let pairs = 0;
  for (let at = 0; at + 1 < image.count; at += step) {
    if (at % columns === columns - 1) continue;
    sum += Math.abs(values[at + 1] - values[at]);
    pairs++;
  }
  return pairs > 0 ? Math.max(1, sum / pairs) : 1;
}

/** t-links: the log-likelihood ratio in the unit of the n-links. */
export const terminalTable = (ratio: Float64Array, weight: number): Int32Array =>
  Int32Array.from(ratio, (value) => Math.round(value * weight * FULL_WEIGHT));
