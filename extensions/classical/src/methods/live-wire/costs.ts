/**
 * @file What a step of the live wire costs: Mortensen & Barrett's sum of Laplacian zero crossing, gradient direction and gradient
 * magnitude, with the weights of their paper, on the true pixel spacing.
 */

/** Weights of zero crossing, direction and magnitude (Mortensen & Barrett 1995). */
export const WEIGHTS = { zeroCrossing: 0.43, direction: 0.43, magnitude: 0.14 } as const;
/** A step costs 1 … this. */
export const MOST_COST = 255;
/** Neighbours in raster order; step n and step 7 − n are opposite. */
export const STEPS = [
  [-1, -1],
  [0, -1],
  [1, -1],
  [-1, 0],
  [1, 0],
  [-1, 1],
  [0, 1],
  [1, 1],
] as const;

/** A smoothed slice. */
export interface Slice {
  readonly values: Float32Array;
  readonly columns: number;
  readonly rows: number;
  readonly spacingMm: readonly [number, number];
}

interface Features {
  /** 0 on a zero crossing of the Laplacian, else 1. */
  readonly zeroCrossing: Uint8Array;
  /** 1 − gradient magnitude as a share of the range. */
  readonly flatness: Float64Array;
  /** Unit vector along the edge; zero where there is no gradient. */
  readonly alongX: Float64Array;
  readonly alongY: Float64Array;
}

/**
 * Costs of the eight steps from each pixel, 1 … 255, −1 where the slice ends. The cost of going from p to q is 1 + round(254 ·
 * (0.43 fZ(q) + 0.43 fD(p, q) + 0.14 fG(q) · length / longest length)). Complexity O(n).
 */
export function stepCosts(slice: Slice): Int32Array {
  const { columns, rows, spacingMm } = slice;
  const { zeroCrossing, flatness, alongX, alongY } = featuresOf(slice);
  const costs = new Int32Array(8 * columns * rows).fill(-1);
  const lengths = STEPS.map(([i, j]) => Math.hypot(i * spacingMm[0], j * spacingMm[1]));
  const longest = Math.max(...lengths);
  for (let p = 0; p < columns * rows; p++) {
    const [i, j] = [p % columns, Math.floor(p / columns)];
    for (let n = 0; n < 8; n++) {
      const [di, dj] = STEPS[n];
      if (i + di < 0 || j + dj < 0 || i + di >= columns || j + dj >= rows) continue;
      const q = p + di + columns * dj;
      const [x, y] = [(di * spacingMm[0]) / lengths[n], (dj * spacingMm[1]) / lengths[n]];
      const atP = alongX[p] * x + alongY[p] * y;
      // The link is turned so that it agrees with the edge at p.
      const atQ = (alongX[q] * x + alongY[q] * y) * (atP > -RIGHT_ANGLE ? 1 : -1);
      const direction = (2 / (3 * Math.PI)) * (angle(Math.abs(atP)) + angle(atQ));
      const cost =
        WEIGHTS.zeroCrossing * zeroCrossing[q] +
        WEIGHTS.direction * direction +
        (WEIGHTS.magnitude * flatness[q] * lengths[n]) / longest;
      costs[8 * p + n] = 1 + Math.round((MOST_COST - 1) * cost);
    }
  }
  return costs;
}

/** A cosine nearer to 0 than this is a right angle: rounding, which differs between machines, must not turn the link. */
const RIGHT_ANGLE = 1e-9;

const angle = (cosine: number) => Math.acos(Math.max(-1, Math.min(1, cosine)));

function featuresOf({ values, columns, rows, spacingMm }: Slice): Features {
  const count = columns * rows;
  const laplacian = new Float64Array(count);
  const magnitude = new Float64Array(count);
  const alongX = new Float64Array(count);
  const alongY = new Float64Array(count);
  const [x2, y2] = [2 * spacingMm[0], 2 * spacingMm[1]];
  for (let at = 0; at < count; at++) {
    const [i, j] = [at % columns, Math.floor(at / columns)];
    // Border values are repeated outwards.
    const left = values[i > 0 ? at - 1 : at];
    const right = values[i < columns - 1 ? at + 1 : at];
    const above = values[j > 0 ? at - columns : at];
    const below = values[j < rows - 1 ? at + columns : at];
    const [gx, gy] = [(right - left) / x2, (below - above) / y2];
    const bendX = (left + right - 2 * values[at]) / spacingMm[0] ** 2;
    laplacian[at] = bendX + (above + below - 2 * values[at]) / spacingMm[1] ** 2;
    magnitude[at] = Math.hypot(gx, gy);
    if (magnitude[at] > 0) {
      alongX[at] = gy / magnitude[at];
      alongY[at] = -gx / magnitude[at];
    }
  }
  let [least, most] = [Infinity, -Infinity];
  for (const value of magnitude) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const range = most > least ? most - least : 1;
  const flatness = magnitude.map((value) => (most > least ? (most - value) / range : 1));
  return { zeroCrossing: zeroCrossings(laplacian, columns, rows), flatness, alongX, alongY };
}

/** 0 where the Laplacian is 0, or changes its sign to a neighbour that is farther from 0; else 1. */
function zeroCrossings(laplacian: Float64Array, columns: number, rows: number): Uint8Array {
  return Uint8Array.from(laplacian, (value, at) => {
    if (value === 0) return 0;
    const [i, j] = [at % columns, Math.floor(at / columns)];
    const neighbours = [
      i > 0 ? laplacian[at - 1] : value,
      i < columns - 1 ? laplacian[at + 1] : value,
      j > 0 ? laplacian[at - columns] : value,
      j < rows - 1 ? laplacian[at + columns] : value,
    ];
    return Number(!neighbours.some((n) => n * value < 0 && Math.abs(value) < Math.abs(n)));
  });
}
