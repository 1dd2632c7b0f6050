/**
 * @file How likely a level belongs to object or background, learnt from the seeds: the regional term of the graph cut.
 * Histograms: Boykov & Jolly 2001. Gaussian mixture by expectation maximisation: Dempster A, Laird N, Rubin D. J R Stat Soc B
 * 39(1):1-38, 1977.
 */

export type RegionModel = 'none' | 'histogram' | 'gaussian-mixture';

const BINS = 64;
/** Seeds that a histogram is given in each bin, so that no level is impossible. */
const PSEUDO_COUNT = 0.1;
const SMOOTHING = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16];
const COMPONENTS = 3;
/** Fewer seed voxels for a component make it meaningless. */
const SEEDS_PER_COMPONENT = 10;
const ROUNDS = 25;
/** More seeds than this are thinned out evenly. */
const MOST_SAMPLES = 5000;
/** A likelihood is never below this share of the uniform one. */
const FLOOR = 1e-3;
/** The log-likelihood ratio is cut here. */
const MOST_RATIO = 10;

/**
 * ln p(level | object) − ln p(level | background) for each level 0 … topLevel. `object` and `background` are the levels of the
 * seed voxels, none of them empty.
 */
export function logRatio(
  model: RegionModel,
  object: readonly number[],
  background: readonly number[],
  topLevel: number
): Float64Array {
  const ratio = new Float64Array(topLevel + 1);
  if (model === 'none') return ratio;
  const density = model === 'histogram' ? histogramDensity : mixtureDensity;
  const [inside, outside] = [density(object, topLevel), density(background, topLevel)];
  for (let level = 0; level <= topLevel; level++) {
    const value = Math.log(inside(level) / outside(level));
    ratio[level] = Math.max(-MOST_RATIO, Math.min(MOST_RATIO, value));
  }
  return ratio;
}

type Density = (level: number) => number;

function histogramDensity(samples: readonly number[], topLevel: number): Density {
  const binOf = (level: number) => Math.floor((level * BINS) / (topLevel + 1));
  const counts = new Float64Array(BINS);
  for (const level of samples) counts[binOf(level)]++;
  const smooth = counts.map((_, bin) =>
    SMOOTHING.reduce((sum, weight, tap) => {
      const from = Math.min(BINS - 1, Math.max(0, bin + tap - 2));
      return sum + weight * counts[from];
    }, PSEUDO_COUNT)
  );
  const total = smooth.reduce((sum, value) => sum + value, 0);
  return (level) => smooth[binOf(level)] / total;
}

interface Component {
  readonly share: number;
  readonly mean: number;
  readonly variance: number;
}

function mixtureDensity(samples: readonly number[], topLevel: number): Density {
  const components = fitMixture(samples, topLevel);
  const uniform = FLOOR / (topLevel + 1);
  return (level) =>
    components.reduce(
      (sum, component) => sum + component.share * normal(level, component),
      uniform
    );
}

/** Expectation maximisation from evenly spaced quantiles. Complexity O(rounds · samples · components). */
export function fitMixture(samples: readonly number[], topLevel: number): readonly Component[] {
  const step = Math.max(1, samples.length / MOST_SAMPLES);
  const sorted = [...samples].sort((a, b) => a - b);
  const values = Array.from(
    { length: Math.floor(sorted.length / step) },
    (_, at) => sorted[Math.floor(at * step)]
  );
  const count = Math.max(1, Math.min(COMPONENTS, Math.floor(values.length / SEEDS_PER_COMPONENT)));
  // Levels are whole numbers: a component is never narrower than one of them, or than a share of the range.
  const least = Math.max(1 / 12, (topLevel / 1000) ** 2);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  let components: readonly Component[] = Array.from({ length: count }, (_, c) => ({
    share: 1 / count,
    mean: count === 1 ? mean : values[Math.floor(((c + 0.5) / count) * values.length)],
    variance: Math.max(least, spread / count ** 2),
  }));
  for (let round = 0; round < ROUNDS && count > 1; round++) {
    const weight = new Float64Array(count);
    const sum = new Float64Array(count);
    const square = new Float64Array(count);
    for (const value of values) {
      const likelihood = components.map((component) => component.share * normal(value, component));
      const total = likelihood.reduce((all, one) => all + one, 0) || 1;
      likelihood.forEach((one, c) => {
        weight[c] += one / total;
        sum[c] += (one / total) * value;
        square[c] += (one / total) * value * value;
      });
    }
    components = components.map((old, c) => {
      if (weight[c] < 1e-6) return { ...old, share: 0 };
      const centre = sum[c] / weight[c];
      const variance = Math.max(least, square[c] / weight[c] - centre * centre);
      return { share: weight[c] / values.length, mean: centre, variance };
    });
  }
  return components;
}

const normal = (value: number, { mean, variance }: Component) =>
  Math.exp((-0.5 * (value - mean) ** 2) / variance) / Math.sqrt(2 * Math.PI * variance);
