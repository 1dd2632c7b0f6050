/**
 * @file The edge flow of one slice, step by step: attributes, vectors, propagation, boundaries. All planes are float32 in kernel
 * memory.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import type { BlurKernels } from '../../generated/blur';
import type { EdgeFlowKernels } from '../../generated/edge-flow';
import type { Arena } from '../../kernels/arena';
import { blurVolume, gaussianWeights } from '../../kernels/blur';

/** Directions of flow: 0, 45, 90 … 315 degrees, x to the right, y downwards. */
const DIRECTIONS = 8;
/** The prediction comes from this many standard deviations away. */
const PREDICTION_SIGMAS = 4;
/** Highest frequency of the texture filters (cycles per pixel), and the lowest as a share of 1 / sigma. */
const TOP_FREQUENCY = 0.4;
const LOW_FREQUENCY_SIGMAS = 1 / 4;
/** Orientations of the texture filters. */
const ORIENTATIONS = 4;
/** Standard deviation of a Gabor filter's envelope in wavelengths: about one octave. */
const ENVELOPE_WAVELENGTHS = 0.56;

export interface FlowSettings {
  /** Scale in pixels along columns and rows. */
  readonly sigma: readonly [number, number];
  /** 0 … 1: share of texture, the rest is intensity. */
  readonly textureWeight: number;
}

/** Peak bytes per pixel: planes of energies, errors, probabilities, flows and filters. */
export const FLOW_BYTES = 4 * 44;

export class FlowField {
  readonly #kernels: { readonly blur: BlurKernels; readonly flow: EdgeFlowKernels };
  readonly #arena: Arena;
  readonly #columns: number;
  readonly #rows: number;
  readonly #count: number;
  #flowX: number;
  #flowY: number;
  #nextX: number;
  #nextY: number;
  readonly #tables: {
    readonly cosines: number;
    readonly sines: number;
    readonly shiftX: number;
    readonly shiftY: number;
  };

  /** Computes the vectors of `image` (float32 at an address). The planes live until the arena is rewound. */
  constructor(
    kernels: { readonly blur: BlurKernels; readonly flow: EdgeFlowKernels },
    arena: Arena,
    image: number,
    [columns, rows]: readonly [number, number],
    settings: FlowSettings
  ) {
    this.#kernels = kernels;
    this.#arena = arena;
    [this.#columns, this.#rows, this.#count] = [columns, rows, columns * rows];
    this.#flowX = this.#plane();
    this.#flowY = this.#plane();
    this.#nextX = this.#plane();
    this.#nextY = this.#plane();
    const angle = (d: number) => (2 * Math.PI * d) / DIRECTIONS;
    const table = (value: (d: number) => number) => {
      const at = arena.allocate(4 * DIRECTIONS);
      arena.f32(at, DIRECTIONS).forEach((_, d, all) => {
        all[d] = value(d);
      });
      return at;
    };
    this.#tables = {
      cosines: table((d) => Math.cos(angle(d))),
      sines: table((d) => Math.sin(angle(d))),
      shiftX: table((d) => PREDICTION_SIGMAS * settings.sigma[0] * Math.cos(angle(d))),
      shiftY: table((d) => PREDICTION_SIGMAS * settings.sigma[1] * Math.sin(angle(d))),
    };
    const mark = arena.mark();
    this.#makeFlow(image, settings);
    arena.rewind(mark);
  }

  /** One step of the propagation; returns how many vectors moved. */
  step(): number {
    const { flow } = this.#kernels;
    const [x, y] = [this.#flowX, this.#flowY];
    const moved = flow.propagate(x, y, this.#nextX, this.#nextY, this.#columns, this.#rows);
    [this.#flowX, this.#flowY, this.#nextX, this.#nextY] = [this.#nextX, this.#nextY, x, y];
    return moved;
  }

  /** The vectors now, as copies. */
  vectors(): { readonly x: Float32Array; readonly y: Float32Array } {
    const { f32 } = { f32: (at: number) => this.#arena.f32(at, this.#count).slice() };
    return { x: f32(this.#flowX), y: f32(this.#flowY) };
  }

  /** Writes the boundary energy of each pixel to `out` (float32). */
  boundaries(out: number): void {
    this.#kernels.flow.meet(this.#flowX, this.#flowY, out, this.#columns, this.#rows);
  }

  #plane(planes = 1): number {
    const at = this.#arena.allocate(4 * planes * this.#count);
    this.#arena.f32(at, planes * this.#count).fill(0);
    return at;
  }

  #makeFlow(image: number, { sigma, textureWeight }: FlowSettings): void {
    const { flow } = this.#kernels;
    const energies = this.#plane(DIRECTIONS / 2);
    const probabilities = this.#plane(DIRECTIONS);
    if (textureWeight < 1) {
      this.#addAttribute([image], sigma, 1 - textureWeight, energies, probabilities);
    }
    if (textureWeight > 0) {
      const mark = this.#arena.mark();
      const features = this.#textureFeatures(image, sigma);
      this.#addAttribute(features, sigma, textureWeight, energies, probabilities);
      this.#arena.rewind(mark);
    }
    const { cosines, sines } = this.#tables;
    const [x, y] = [this.#flowX, this.#flowY];
    flow.makeFlow(energies, probabilities, cosines, sines, x, y, this.#count);
  }

  /** Energies and probabilities of features that belong together, each normalised by its own energy, then all by their mean. */
  #addAttribute(
    features: readonly number[],
    sigma: readonly [number, number],
    weight: number,
    totalEnergies: number,
    probabilities: number
  ): void {
    const { flow } = this.#kernels;
    const mark = this.#arena.mark();
    const energies = this.#plane(DIRECTIONS / 2);
    const errors = this.#plane(DIRECTIONS);
    const [smooth, slopeX, slopeY] = [this.#plane(), this.#plane(), this.#plane()];
    for (const feature of features) {
      const norm = Math.sqrt(flow.energyOf(feature, this.#count) / this.#count);
      this.#filter(feature, smooth, gaussianWeights(sigma[0]), gaussianWeights(sigma[1]));
      this.#filter(feature, slopeX, gaussianWeights(sigma[0], 1), gaussianWeights(sigma[1]));
      this.#filter(feature, slopeY, gaussianWeights(sigma[0]), gaussianWeights(sigma[1], 1));
      const { cosines, sines, shiftX, shiftY } = this.#tables;
      flow.addFeature(
        smooth,
        slopeX,
        slopeY,
        features.length > 1 && norm > 0 ? 1 / norm : 1,
        energies,
        errors,
        this.#columns,
        this.#rows,
        cosines,
        sines,
        shiftX,
        shiftY
      );
    }
    const mean = flow.sumOf(energies, (DIRECTIONS / 2) * this.#count) / this.#count;
    const scale = mean > 0 ? weight / mean : 0;
    flow.addAttribute(energies, errors, scale, weight, totalEnergies, probabilities, this.#count);
    this.#arena.rewind(mark);
  }

  /** Amplitudes of a bank of Gabor filters on the image less its local mean. */
  #textureFeatures(image: number, sigma: readonly [number, number]): readonly number[] {
    const { flow } = this.#kernels;
    const detail = this.#plane();
    const mean = 2 * Math.max(...sigma);
    this.#filter(image, detail, gaussianWeights(mean), gaussianWeights(mean));
    flow.mix(image, 1, detail, -1, detail, this.#count);
    const [real, imaginary, a, b] = [this.#plane(), this.#plane(), this.#plane(), this.#plane()];
    return textureFrequencies(Math.max(...sigma)).flatMap((frequency) =>
      Array.from({ length: ORIENTATIONS }, (_, o) => {
        const angle = (Math.PI * o) / ORIENTATIONS;
        const [x, y] = [frequency * Math.cos(angle), frequency * Math.sin(angle)];
        const envelope = ENVELOPE_WAVELENGTHS / frequency;
        const [cx, sx] = gaborWeights(x, envelope);
        const [cy, sy] = gaborWeights(y, envelope);
        // (cx + i sx)(cy + i sy), filter by filter.
        this.#filter(detail, a, cx, cy);
        this.#filter(detail, b, sx, sy);
        flow.mix(a, 1, b, -1, real, this.#count);
        this.#filter(detail, a, cx, sy);
        this.#filter(detail, b, sx, cy);
        flow.mix(a, 1, b, 1, imaginary, this.#count);
        const feature = this.#plane();
        flow.amplitude(real, imaginary, feature, this.#count);
        return feature;
      })
    );
  }

  /** Correlates a copy of `from` with one kernel along columns and one along rows. */
  #filter(from: number, to: number, alongColumns: Float64Array, alongRows: Float64Array): void {
    const mark = this.#arena.mark();
    this.#arena.f32(to, this.#count).set(this.#arena.f32(from, this.#count));
    const size: Vec3 = [this.#columns, this.#rows, 1];
    const weights = [alongColumns, alongRows, Float64Array.of(1)];
    blurVolume(this.#kernels.blur, this.#arena, to, size, weights);
    this.#arena.rewind(mark);
  }
}

/** Centre frequencies of the texture filters, an octave apart. */
export function textureFrequencies(sigma: number): readonly number[] {
  const low = LOW_FREQUENCY_SIGMAS / sigma;
  const octaves = Math.max(
    1,
    Math.round(Math.log2(TOP_FREQUENCY / Math.min(low, TOP_FREQUENCY / 2)))
  );
  return Array.from({ length: octaves }, (_, at) => TOP_FREQUENCY / 2 ** (at + 0.5));
}

/** Cosine and sine of a frequency (cycles per pixel) under a Gaussian envelope. */
function gaborWeights(frequency: number, envelope: number): readonly [Float64Array, Float64Array] {
  const gaussian = gaussianWeights(envelope);
  const radius = (gaussian.length - 1) / 2;
  const phase = (at: number) => 2 * Math.PI * frequency * (at - radius);
  return [
    gaussian.map((weight, at) => weight * Math.cos(phase(at))),
    gaussian.map((weight, at) => weight * Math.sin(phase(at))),
  ];
}
