/**
 * @file Intensity normalisation, in place: percentile clipping, z-score, window. Float64 sums, float32 values.
 */

/**
 * Percentiles as numpy's default (linear interpolation between order statistics). `percentages` lie in 0 … 100.
 * O(n log n) on a copy.
 */
export function percentiles(
  values: Float32Array,
  percentages: readonly number[]
): readonly number[] {
  const sorted = values.slice().sort();
  return percentages.map((percentage) => {
    const position = ((sorted.length - 1) * percentage) / 100;
    const low = Math.floor(position);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
  });
}

/** Limits values to [low, high]. */
export function clip(values: Float32Array, low: number, high: number): void {
  const [lower, upper] = [Math.fround(low), Math.fround(high)];
  for (let at = 0; at < values.length; at++) {
    if (values[at] < lower) values[at] = lower;
    else if (values[at] > upper) values[at] = upper;
  }
}

/** Subtracts the mean and divides by the population standard deviation plus `epsilon`. */
export function zScore(values: Float32Array, epsilon: number): void {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const factor = 1 / (Math.sqrt(squares / values.length) + epsilon);
  for (let at = 0; at < values.length; at++) values[at] = (values[at] - mean) * factor;
}

/** Clips to two percentiles and maps them to 0 and 1; a constant image becomes 0. */
export function percentilesToUnit(
  values: Float32Array,
  percentages: readonly [number, number]
): void {
  const [low, high] = percentiles(values, percentages);
  const range = Math.max(high - low, 1e-6);
  for (let at = 0; at < values.length; at++) {
    values[at] = Math.min(1, Math.max(0, (values[at] - low) / range));
  }
}

/** Maps [low, high] to [0, 1] and limits what lies outside: a CT window. */
export function windowToUnit(values: Float32Array, low: number, high: number): void {
  clip(values, low, high);
  for (let at = 0; at < values.length; at++) values[at] = (values[at] - low) / (high - low);
}
