/**
 * @file The edge operators: each makes a map (float32) and, from it, a mask of edge voxels.
 */
import type { BlurKernels } from '../../generated/blur';
import type { CannyKernels } from '../../generated/canny';
import type { EdgesKernels } from '../../generated/edges';
import type { GradientKernels } from '../../generated/gradient';
import type { ThresholdKernels } from '../../generated/threshold';
import type { Arena } from '../../kernels/arena';
import { blurVolume, gaussianWeights } from '../../kernels/blur';
import type { ResidentImage } from '../../kernels/image-session';
import { ceilF32 } from '../../kernels/mask';
import { itkGaussianWeights } from './itk-gaussian';

export const OPERATORS = [
  'sobel',
  'prewitt',
  'roberts',
  'canny',
  'laplacian',
  'log',
  'morphological',
] as const;

export type EdgeOperator = (typeof OPERATORS)[number];

export interface EdgeKernels {
  readonly gradient: GradientKernels;
  readonly edges: EdgesKernels;
  readonly blur: BlurKernels;
  readonly canny: CannyKernels;
  readonly threshold: ThresholdKernels;
}

export interface EdgeSettings {
  readonly operator: EdgeOperator;
  /** Each slice by itself. */
  readonly planar: boolean;
  readonly sigmaMm: number;
  readonly radiusMm: number;
  readonly threshold: number;
  readonly lowThreshold: number;
}

/** Unit of the map after `modality`. */
export const MAP_UNITS: Readonly<Record<EdgeOperator, string>> = {
  sobel: '/mm',
  prewitt: '/mm',
  roberts: '/mm',
  canny: '/mm',
  laplacian: '/mm²',
  log: '/mm²',
  morphological: '',
};

const TYPE_CODES = { uint8: 0, int16: 1, uint16: 2, float32: 3 } as const;

/** Work on one image with one setting; addresses live as long as the scratch around it. */
export class EdgeWork {
  readonly #planar: number;
  readonly #reciprocal: readonly [number, number, number];

  constructor(
    readonly kernels: EdgeKernels,
    readonly arena: Arena,
    readonly image: ResidentImage,
    readonly settings: EdgeSettings
  ) {
    const [x, y, z] = image.squeezedSpacingMm;
    this.#planar = Number(this.isPlanar);
    this.#reciprocal = [1 / x, 1 / y, this.isPlanar ? 0 : 1 / z];
  }

  get isPlanar(): boolean {
    return this.settings.planar || this.image.squeezedSize[2] === 1;
  }

  /** The edge map, one float32 a voxel. */
  map(): number {
    switch (this.settings.operator) {
      case 'sobel':
        return this.#gradient(1, 2);
      case 'prewitt':
        return this.#gradient(1, 1);
      case 'roberts':
        return this.#straight(this.kernels.edges.roberts, this.#reciprocal);
      case 'laplacian':
        return this.#straight(this.kernels.edges.laplacian, this.#squares());
      case 'log':
        return this.#laplacianOfGaussian();
      case 'morphological':
        return this.#morphological();
      case 'canny': {
        const { strength, mask } = this.#canny();
        this.kernels.canny.keepMarked(strength, mask, this.image.count);
        return strength;
      }
    }
  }

  /** The edge voxels, one byte each. */
  mask(): number {
    const { operator, threshold } = this.settings;
    if (operator === 'canny') return this.#canny().mask;
    const { count, squeezedSize } = this.image;
    const out = this.arena.allocate(count);
    const map = this.map();
    if (operator === 'laplacian' || operator === 'log') {
      this.kernels.edges.zeroCrossings(map, out, ...squeezedSize, this.#planar, threshold);
    } else {
      this.kernels.threshold.thresholdF32(map, out, count, ceilF32(threshold), Infinity);
    }
    return out;
  }

  #floats(): number {
    return this.arena.allocate(this.image.count * 4);
  }

  #asFloat(): number {
    const { address, count, type } = this.image;
    const floats = this.#floats();
    this.kernels.blur.toFloat(address, floats, count, TYPE_CODES[type]);
    return floats;
  }

  #squares(): readonly [number, number, number] {
    const [x, y, z] = this.#reciprocal;
    return [x * x, y * y, z * z];
  }

  /** Weights are whole numbers; what they sum to and the two steps between neighbours are divided out at the end. */
  #gradient(side: number, centre: number): number {
    const { address, type, squeezedSize } = this.image;
    const out = this.#floats();
    const work = this.arena.allocate((9 * (squeezedSize[0] + 8) + 8) * 4);
    const { gradient } = this.kernels;
    const kernel = {
      uint8: gradient.gradientU8,
      int16: gradient.gradientI16,
      uint16: gradient.gradientU16,
      float32: gradient.gradientF32,
    }[type];
    const sum = 2 * side + centre;
    const scale = 0.5 / (this.isPlanar ? sum : sum * sum);
    const [kx, ky, kz] = this.#reciprocal.map((value) => value * scale);
    kernel(address, out, work, ...squeezedSize, this.#planar, side, centre, kx, ky, kz);
    return out;
  }

  #straight(kernel: EdgesKernels['roberts'], factors: readonly [number, number, number]): number {
    const floats = this.#asFloat();
    const out = this.#floats();
    kernel(floats, out, ...this.image.squeezedSize, this.#planar, ...factors);
    return out;
  }

  /** Sum over the axes of the second derivative of the Gaussian along it and the Gaussian along the others. */
  #laplacianOfGaussian(): number {
    const { count, squeezedSize, squeezedSpacingMm } = this.image;
    const axes = this.isPlanar ? [0, 1] : [0, 1, 2];
    const sigmas = squeezedSpacingMm.map((spacing) => this.settings.sigmaMm / spacing);
    const smooth = [0, 1, 2].map((axis) => gaussianWeights(axes.includes(axis) ? sigmas[axis] : 0));
    const source = this.#asFloat();
    const [sum, part] = [this.#floats(), this.#floats()];
    this.arena.f32(sum, count).fill(0);
    for (const axis of axes) {
      this.kernels.edges.copy(source, part, count);
      const weights = [...smooth];
      const scale = 1 / squeezedSpacingMm[axis] ** 2;
      weights[axis] = secondDerivative(sigmas[axis]).map((value) => value * scale);
      blurVolume(this.kernels.blur, this.arena, part, squeezedSize, weights);
      this.kernels.edges.add(sum, part, sum, count);
    }
    return sum;
  }

  /** Dilation minus erosion with a box that reaches `radiusMm`, at least one voxel, along each axis. */
  #morphological(): number {
    const source = this.#asFloat();
    const most = this.#extreme(source, 1);
    const least = this.#extreme(source, 0);
    this.kernels.edges.subtract(most, least, most, this.image.count);
    return most;
  }

  #extreme(source: number, most: 0 | 1): number {
    const { squeezedSize, squeezedSpacingMm } = this.image;
    const [nx, ny, nz] = squeezedSize;
    const { edges } = this.kernels;
    const radius = squeezedSpacingMm.map((spacing) =>
      Math.max(1, Math.floor(this.settings.radiusMm / spacing + 1e-9))
    );
    const [a, b] = [this.#floats(), this.#floats()];
    const work = this.arena.allocate((nx + 2 * radius[0] + 8) * 4);
    edges.extremeRows(source, a, nx, ny * nz, radius[0], most, work);
    for (let z = 0; z < nz; z++) {
      const at = z * nx * ny * 4;
      edges.extremeLines(a + at, b + at, nx, ny, nx, radius[1], most);
    }
    if (this.isPlanar) return b;
    for (let y = 0; y < ny; y++) {
      const at = y * nx * 4;
      edges.extremeLines(b + at, a + at, nx, nz, nx * ny, radius[2], most);
    }
    return a;
  }

  /** The edges that hysteresis keeps; the strength is the slope there, and of no meaning elsewhere. */
  #canny(): { readonly strength: number; readonly mask: number } {
    const { count, squeezedSize: size, squeezedSpacingMm } = this.image;
    const { canny, blur } = this.kernels;
    const { sigmaMm, threshold: high } = this.settings;
    const low = Math.min(this.settings.lowThreshold, high);
    const mask = this.arena.allocate(count);
    const smooth = this.#asFloat();
    const [second, strength] = [this.#floats(), this.#floats()];
    const flagBytes = canny.flagBytes(...size);
    const [flags, near] = [this.arena.allocate(flagBytes), this.arena.allocate(flagBytes)];
    const weights = squeezedSpacingMm.map((spacing, axis) =>
      itkGaussianWeights(axis === 2 && this.isPlanar ? 0 : (sigmaMm / spacing) ** 2)
    );
    blurVolume(blur, this.arena, smooth, size, weights, 'plain');
    const shape = [...size, this.#planar] as const;
    const perMm = this.#reciprocal;
    canny.cannySlope(smooth, strength, flags, ...shape, ...perMm, low);
    canny.spreadFlags(flags, near, ...shape);
    canny.cannySecond(smooth, near, second, ...shape, ...perMm);
    canny.cannyThin(smooth, second, strength, flags, ...shape, ...perMm, high);
    this.arena.u8(mask, count).fill(0);
    canny.hysteresis(strength, flags, mask, second, ...shape, low, high);
    return { strength, mask };
  }
}

/**
 * The second derivative of the Gaussian with standard deviation `sigma` (voxels), so that a constant gives 0 and a parabola its
 * second derivative: samples alone do neither when the Gaussian is narrow, and a thick slice would show its values as edges. The
 * narrowest one is [1, -2, 1].
 */
function secondDerivative(sigma: number): Float64Array {
  const smooth = gaussianWeights(sigma);
  const radius = (smooth.length - 1) / 2;
  if (radius === 0) return Float64Array.of(1, -2, 1);
  const sampled = smooth.map(
    (weight, at) => weight * ((at - radius) ** 2 / sigma ** 4 - 1 / sigma ** 2)
  );
  const onConstant = sampled.reduce((sum, weight) => sum + weight, 0);
  const weights = sampled.map((weight, at) => weight - onConstant * smooth[at]);
  weights[radius] = 0;
  const onParabola = weights.reduce((sum, weight, at) => sum + weight * (at - radius) ** 2, 0);
  const sides = weights.map((weight) => (2 * weight) / onParabola);
  sides[radius] = -sides.reduce((sum, weight) => sum + weight, 0);
  return sides;
}
