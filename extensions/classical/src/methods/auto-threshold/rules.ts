/**
 * @file Rules that choose a threshold from a histogram. Sums run in the order of scikit-image, so that ties agree. All
 * O(bins); a histogram has at least two values.
 */
import type { Histogram } from '../../kernels/histogram';

/** Zack G, Rogers W, Latt S. Automatic measurement of sister chromatid exchange frequency. J Histochem Cytochem 25, 1977. */
export function triangle({ counts, centres }: Histogram): number {
  const bins = counts.length;
  const highest = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
  const flip = highest < bins - 1 - highest;
  const at = (bin: number) => (flip ? bins - 1 - bin : bin);
  const peak = at(highest);
  const norm = Math.sqrt(counts[highest] ** 2 + peak ** 2);
  const [height, width] = [counts[highest] / norm, peak / norm];
  let best = -Infinity;
  let level = 0;
  for (let x = 0; x < peak; x++) {
    const length = height * x - width * counts[at(x)];
    if (length > best) {
      best = length;
      level = x;
    }
  }
  return centres[at(level)];
}

/** Ridler T, Calvard S. Picture thresholding using an iterative selection method. IEEE Trans SMC 8, 1978. */
export function isodata({ counts, centres }: Histogram): number {
  const bins = counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const totalSum = counts.reduce((sum, count, bin) => sum + count * centres[bin], 0);
  const width = centres[1] - centres[0];
  let below = 0;
  let sumBelow = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin];
    sumBelow += counts[bin] * centres[bin];
    const mean = (sumBelow / below + (totalSum - sumBelow) / (total - below)) / 2;
    const distance = mean - centres[bin];
    if (distance >= 0 && distance < width) return centres[bin];
  }
  return centres[0];
}

/** Kapur J, Sahoo P, Wong A. A new method for gray-level picture thresholding using the entropy of the histogram. 1985. */
export function maxEntropy({ counts, centres }: Histogram): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const entropies = counts.map((count) =>
    count > 0 ? -(count / total) * Math.log(count / total) : 0
  );
  const whole = entropies.reduce((sum, value) => sum + value, 0);
  let below = 0;
  let entropy = 0;
  let best = -Infinity;
  let level = 0;
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin];
    entropy += entropies[bin];
    const [p, q] = [below / total, (total - below) / total];
    const sum = Math.log(p) + entropy / p + Math.log(q) + (whole - entropy) / q;
    if (sum > best) {
      best = sum;
      level = bin;
    }
  }
  return centres[level];
}

/** Mean of the values above a threshold and of the others, both less the smallest value. */
export type SplitMeans = (threshold: number) => { readonly above: number; readonly below: number };

/**
 * Li C, Tam P. An iterative algorithm for minimum cross entropy thresholding. Pattern Recognition Letters 18, 1998.
 * `start`: mean of all values; all values less the smallest. Ends when a step is at most `tolerance`.
 */
export function minimumCrossEntropy(means: SplitMeans, start: number, tolerance: number): number {
  let current = -2 * tolerance;
  let next = start;
  // Each step lowers the cross entropy; it ends long before this many.
  for (let step = 0; step < 1000 && Math.abs(next - current) > tolerance; step++) {
    current = next;
    const { above, below } = means(current);
    next = (below - above) / (Math.log(below) - Math.log(above));
  }
  return next;
}

/** {@link SplitMeans} of a histogram with one bin a value. */
export function histogramMeans({ counts, centres }: Histogram): SplitMeans {
  return (threshold) => {
    const split = { above: 0, aboveSum: 0, below: 0, belowSum: 0 };
    counts.forEach((count, bin) => {
      const value = centres[bin] - centres[0];
      if (value > threshold) {
        split.above += count;
        split.aboveSum += count * value;
      } else {
        split.below += count;
        split.belowSum += count * value;
      }
    });
    return { above: split.aboveSum / split.above, below: split.belowSum / split.below };
  };
}
