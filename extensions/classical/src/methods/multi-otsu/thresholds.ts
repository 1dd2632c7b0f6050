/**
 * @file The thresholds that split a histogram into classes with the largest variance between them. Liao P, Chen T, Chung P.
 * A fast algorithm for multilevel thresholding. J Inf Sci Eng 17:713-727, 2001.
 *
 * Solved exactly by dynamic programming over the bins that are not empty. The best last bin of a class never moves down
 * when the range grows (the objective is that of one-dimensional k-means), so each layer takes O(b log b) by halving.
 */
import type { Histogram } from '../../kernels/histogram';

/**
 * Centres of the last bins of all classes but the brightest, ascending: `classes` - 1 values, fewer when the histogram has
 * fewer values than classes.
 */
export function otsuThresholds({ counts, centres }: Histogram, classes: number): number[] {
  const bins = [...counts.keys()].filter((bin) => counts[bin] > 0);
  const most = Math.min(classes, bins.length);
  const weights = new Float64Array(bins.length + 1);
  const sums = new Float64Array(bins.length + 1);
  bins.forEach((bin, at) => {
    weights[at + 1] = weights[at] + counts[bin];
    sums[at + 1] = sums[at] + counts[bin] * (centres[bin] - centres[0]);
  });
  /** What the class of bins from … to - 1 adds to the variance between classes: its sum squared by its weight. */
  const share = (from: number, to: number) =>
    (sums[to] - sums[from]) ** 2 / (weights[to] - weights[from]);
  let best = Float64Array.from(weights, (_, to) => (to === 0 ? 0 : share(0, to)));
  const starts: Int32Array[] = [];
  for (let layer = 2; layer <= most; layer++) {
    const next = new Float64Array(bins.length + 1);
    const start = new Int32Array(bins.length + 1);
    const solve = (first: number, last: number, low: number, high: number): void => {
      if (first > last) return;
      const middle = (first + last) >> 1;
      let value = -1;
      for (let from = Math.max(low, layer - 1); from <= Math.min(high, middle - 1); from++) {
        const candidate = best[from] + share(from, middle);
        if (candidate > value) {
          value = candidate;
          start[middle] = from;
        }
      }
      next[middle] = value;
      solve(first, middle - 1, low, start[middle]);
      solve(middle + 1, last, start[middle], high);
    };
    solve(layer, bins.length, layer - 1, bins.length - 1);
    starts.push(start);
    best = next;
  }
  const thresholds: number[] = [];
  let end = bins.length;
  for (const start of starts.reverse()) {
    end = start[end];
    thresholds.unshift(centres[bins[end - 1]]);
  }
  return thresholds;
}
