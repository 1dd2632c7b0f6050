/**
 * @file Intensity normalisation, in place: percentile clipping, z-score, window. Float64 sums, float32 values.
 */

/**
 * Percentiles as numpy's default (linear interpolation between order statistics). `percentages` lie in 0 … 100.
 * O(n): values are counted by their leading 16 bits, and only those that share them with an order statistic are sorted.
 */
export function percentiles(
  values: Float32Array,
  percentages: readonly number[]
): readonly number[] {
  const keys = orderedKeys(values);
  const counts = new Uint32Array(65_536);
  for (let at = 0; at < keys.length; at++) counts[keys[at] >>> 16]++;
  return percentages.map((percentage) => {
    const position = ((values.length - 1) * percentage) / 100;
    const low = Math.floor(position);
    const below = valueOfRank(keys, counts, low);
    if (position === low) return below;
    return below + (valueOfRank(keys, counts, low + 1) - below) * (position - low);
  });
}

/** Whole numbers in the order of the values: their bits, with the sign turned round. */
function orderedKeys(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.length);
  new Float32Array(bits.buffer).set(values);
  for (let at = 0; at < bits.length; at++) {
    bits[at] = bits[at] & 0x8000_0000 ? ~bits[at] : bits[at] | 0x8000_0000;
  }
  return bits;
}

/** The value with `rank` smaller ones before it. */
function valueOfRank(keys: Uint32Array, counts: Uint32Array, rank: number): number {
  let [bucket, before] = [0, 0];
  while (before + counts[bucket] <= rank) before += counts[bucket++];
  const sharing = new Uint32Array(counts[bucket]);
  let found = 0;
  for (let at = 0; at < keys.length; at++) {
    if (keys[at] >>> 16 === bucket) sharing[found++] = keys[at];
  }
  const key = sharing.sort()[rank - before];
  const bits = Uint32Array.of(key & 0x8000_0000 ? key & 0x7fff_ffff : ~key);
  return new Float32Array(bits.buffer)[0];
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
  for (let at = 0; at < values.length; at++) sum += values[at];
  const mean = sum / values.length;
  let squares = 0;
  for (let at = 0; at < values.length; at++) {
    const offset = values[at] - mean;
    squares += offset * offset;
  }
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
