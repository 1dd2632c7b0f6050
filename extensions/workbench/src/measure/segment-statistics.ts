/**
 * @file Volume of segments and the values of the image inside: mean, standard deviation, minimum, maximum, median.
 *
 * All segments in one pass over each layer. 8- and 16-bit images are counted in a histogram a segment (512 KB), from which all
 * numbers follow exactly; of float images the values are collected (4 bytes a voxel of the segment).
 * Complexity O(n), and O(m log m) for the median of m float values.
 */
import { CordonError } from '../errors/cordon-error';
import type { Geometry } from '../volume/geometry';
import type { ImageVolume, VoxelArray } from '../volume/image-volume';
import type { LabelLayer, LabelVolume } from '../volume/label-volume';
import { percentileOfSorted } from './percentile';
import { requireSameGrid } from './same-grid';

/** Values of the image inside a segment, in its unit; voxels without a value (NaN) are left out. */
export interface IntensityStatistics {
  readonly unit: string;
  readonly mean: number;
  /** Of the population: divided by the number of voxels. */
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  /** Mean of the two middle values when their number is even. */
  readonly median: number;
}

export interface SegmentStatistics {
  readonly number: number;
  readonly voxels: number;
  /** With the real extent of each slice (mL). */
  readonly volumeMl: number;
  /** Absent without an image, and for a segment without any value. */
  readonly intensity?: IntensityStatistics;
}

/**
 * Measures all segments of a volume, in the order of its list. `scaled` converts the values, for example to SUV.
 * Throws `GRIDS_DIFFER` and `VOXELS_MISSING`.
 */
export function segmentStatistics(
  labels: LabelVolume,
  image?: ImageVolume,
  scaled: { readonly factor: number; readonly unit: string } = {
    factor: 1,
    unit: image?.unit ?? '',
  }
): readonly SegmentStatistics[] {
  if (image) {
    requireSameGrid(labels.geometry, image.geometry);
    requireVoxels(image.voxels, labels.geometry.voxelCount);
  }
  const layers = labels.layers.map((layer, index) => {
    const numbers = labels.segments.filter((s) => s.layer === index).map((s) => s.number);
    return measureLayer(layer, labels.geometry, numbers, image?.voxels);
  });
  return labels.segments.map(({ number, layer }) => {
    const { slices, values } = layers[layer].get(number)!;
    const voxels = slices.reduce((sum, count) => sum + count, 0);
    const mm3 = slices.reduce((sum, n, k) => sum + n * labels.geometry.voxelVolumeMm3(k), 0);
    const summary = values?.summary();
    const intensity = summary && scaleSummary(summary, scaled.factor);
    return {
      number,
      voxels,
      volumeMl: mm3 / 1000,
      ...(intensity && { intensity: { unit: scaled.unit, ...intensity } }),
    };
  });
}

type Summary = Omit<IntensityStatistics, 'unit'>;

interface Collected {
  /** Voxels in each slice. */
  readonly slices: Float64Array;
  readonly values: Values | undefined;
}

interface Values {
  add(value: number): void;
  /** Undefined without values. */
  summary(): Summary | undefined;
}

function measureLayer(
  layer: LabelLayer,
  geometry: Geometry,
  numbers: readonly number[],
  image: VoxelArray | undefined
): ReadonlyMap<number, Collected> {
  const byNumber = new Map<number, Collected>();
  for (const number of numbers) {
    const values = image && (image instanceof Float32Array ? new Sample() : new Histogram(image));
    byNumber.set(number, { slices: new Float64Array(geometry.size[2]), values });
  }
  const sliceVoxels = geometry.size[0] * geometry.size[1];
  for (let k = 0, at = 0; k < geometry.size[2]; k++) {
    let lastNumber = 0;
    let last: Collected | undefined;
    for (const end = at + sliceVoxels; at < end; at++) {
      const number = layer[at];
      if (number === 0) continue;
      if (number !== lastNumber) {
        lastNumber = number;
        last = byNumber.get(number);
      }
      if (!last) continue;
      last.slices[k]++;
      if (image) last.values!.add(image[at]);
    }
  }
  return byNumber;
}

/** Counts of 8- or 16-bit values. */
class Histogram implements Values {
  readonly #lowest: number;
  readonly #counts: Float64Array;

  constructor(image: VoxelArray) {
    this.#lowest = image instanceof Int16Array ? -32768 : 0;
    this.#counts = new Float64Array(image.BYTES_PER_ELEMENT === 1 ? 256 : 65536);
  }

  add(value: number): void {
    this.#counts[value - this.#lowest]++;
  }

  summary(): Summary | undefined {
    const counts = this.#counts;
    let [total, sum, min, max] = [0, 0, Infinity, -Infinity];
    for (let at = 0; at < counts.length; at++) {
      if (counts[at] === 0) continue;
      const value = at + this.#lowest;
      total += counts[at];
      sum += counts[at] * value;
      min = Math.min(min, value);
      max = value;
    }
    if (total === 0) return undefined;
    const mean = sum / total;
    let squares = 0;
    for (let at = 0; at < counts.length; at++) {
      if (counts[at] > 0) squares += counts[at] * (at + this.#lowest - mean) ** 2;
    }
    const median = (this.#ranked((total - 1) >> 1) + this.#ranked(total >> 1)) / 2;
    return { mean, standardDeviation: Math.sqrt(squares / total), min, max, median };
  }

  /** The value with this rank from 0. */
  #ranked(rank: number): number {
    let at = 0;
    for (let passed = this.#counts[0]; passed <= rank; passed += this.#counts[at]) at++;
    return at + this.#lowest;
  }
}

/** Values of a float image. */
class Sample implements Values {
  #values = new Float32Array(1024);
  #count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    if (this.#count === this.#values.length) {
      const grown = new Float32Array(2 * this.#count);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = value;
  }

  summary(): Summary | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#values.slice(0, this.#count).sort();
    let sum = 0;
    for (const value of sorted) sum += value;
    const mean = sum / sorted.length;
    let squares = 0;
    for (const value of sorted) squares += (value - mean) ** 2;
    return {
      mean,
      standardDeviation: Math.sqrt(squares / sorted.length),
      min: sorted[0],
      max: sorted[sorted.length - 1],
      median: percentileOfSorted(sorted, 50),
    };
  }
}

const scaleSummary = (summary: Summary, factor: number): Summary => ({
  mean: summary.mean * factor,
  standardDeviation: summary.standardDeviation * Math.abs(factor),
  min: factor < 0 ? summary.max * factor : summary.min * factor,
  max: factor < 0 ? summary.min * factor : summary.max * factor,
  median: summary.median * factor,
});

function requireVoxels(voxels: VoxelArray, expected: number): void {
  if (voxels.length === expected) return;
  throw new CordonError({
    code: 'VOXELS_MISSING',
    what: 'The image cannot be measured',
    why: `it has ${voxels.length} values for ${expected} voxels`,
    remedy: 'load the series again; some of its images may be missing',
  });
}
