/**
 * @file The smoothing filters on a resident image. Each returns the address of the result, one float32 a voxel, and lets
 * messages in between slices.
 */
import type { UpdateContext } from '@cordon/extension-workbench/pure';
import type { BlurKernels } from '../../generated/blur';
import type { DenoiseKernels } from '../../generated/denoise';
import type { Arena } from '../../kernels/arena';
import { blurVolume, gaussianWeights } from '../../kernels/blur';
import { breathe, type ResidentImage } from '../../kernels/image-session';

export interface FilterSettings {
  readonly sigmaMm: number;
  readonly rangeSigma: number;
  readonly radiusVoxels: number;
  readonly iterations: number;
  readonly conductance: number;
  readonly timeStep: number;
  /** Each slice by itself. */
  readonly planar: boolean;
}

export interface FilterWork {
  readonly kernels: { readonly blur: BlurKernels; readonly denoise: DenoiseKernels };
  readonly arena: Arena;
  readonly image: ResidentImage;
  readonly settings: FilterSettings;
  readonly context: UpdateContext;
}

const TYPE_CODES = { uint8: 0, int16: 1, uint16: 2, float32: 3 } as const;
/** ITK's bilateral filter ends its kernel at this many sigmas in space and in value. */
const BILATERAL_REACH = 2.5;
const BILATERAL_RANGE = 4;

/** Voxels on each side that count, along an axis with this spacing. */
export const bilateralReach = (sigmaMm: number, spacingMm: number): number =>
  Math.ceil((BILATERAL_REACH * sigmaMm) / spacingMm);

const isPlanar = ({ settings, image }: FilterWork): boolean =>
  settings.planar || image.squeezedSize[2] === 1;

function asFloat({ kernels, arena, image }: FilterWork): number {
  const floats = arena.allocate(image.count * 4);
  kernels.blur.toFloat(image.address, floats, image.count, TYPE_CODES[image.type]);
  return floats;
}

export async function gaussian(work: FilterWork): Promise<number> {
  const { kernels, arena, image, settings, context } = work;
  const floats = asFloat(work);
  const weights = image.squeezedSpacingMm.map((spacing, axis) =>
    gaussianWeights(axis === 2 && isPlanar(work) ? 0 : settings.sigmaMm / spacing)
  );
  await breathe(context);
  blurVolume(kernels.blur, arena, floats, image.squeezedSize, weights);
  return floats;
}

export async function median(work: FilterWork): Promise<number> {
  const { kernels, arena, image, settings } = work;
  const [nx, ny, nz] = image.squeezedSize;
  const radius = settings.radiusVoxels;
  const depth = isPlanar(work) ? 0 : radius;
  const rows = padded(work, radius);
  const room = arena.allocate((((2 * radius + 1) ** 2 * (2 * depth + 1)) / 2 + 3) * 16);
  await eachSlice(work, 'Median', (z) => {
    const { from, to, pad, stride } = rows;
    const reach = [radius, radius, depth] as const;
    kernels.denoise.medianSlice(from, to, room, nx, ny, nz, pad, stride, z, ...reach);
  });
  return unpadded(work, rows, rows.to);
}

export async function bilateral(work: FilterWork): Promise<number> {
  const { kernels, arena, image, settings } = work;
  const [nx, ny, nz] = image.squeezedSize;
  const spacing = image.squeezedSpacingMm;
  const [rx, ry, rz] = spacing.map((one, axis) =>
    axis === 2 && isPlanar(work) ? 0 : bilateralReach(settings.sigmaMm, one)
  );
  const rows = padded(work, rx);
  const weights: number[] = [];
  for (let z = -rz; z <= rz; z++) {
    for (let y = -ry; y <= ry; y++) {
      for (let x = -rx; x <= rx; x++) {
        const squared = (x * spacing[0]) ** 2 + (y * spacing[1]) ** 2 + (z * spacing[2]) ** 2;
        weights.push(Math.exp(-squared / (2 * settings.sigmaMm ** 2)));
      }
    }
  }
  const table = arena.allocate(weights.length * 4);
  arena.f32(table, weights.length).set(weights);
  const range = -1 / (2 * settings.rangeSigma ** 2);
  const cut = BILATERAL_RANGE * settings.rangeSigma;
  await eachSlice(work, 'Bilateral', (z) => {
    const { from, to, pad, stride } = rows;
    const box = [rx, ry, rz, range, cut] as const;
    kernels.denoise.bilateralSlice(from, to, table, nx, ny, nz, pad, stride, z, ...box);
  });
  return unpadded(work, rows, rows.to);
}

export async function curvatureDiffusion(work: FilterWork): Promise<number> {
  const { kernels, arena, image, settings } = work;
  const [nx, ny, nz] = image.squeezedSize;
  const planar = Number(isPlanar(work));
  const [sx, sy, sz] = image.squeezedSpacingMm.map((spacing) => 1 / spacing);
  const rows = padded(work, 4);
  const { pad, stride } = rows;
  const [fluxX, fluxY] = [arena.allocate((stride + 8) * 4), arena.allocate(stride * 4)];
  const fluxZ = arena.allocate(ny * stride * 4);
  let { from, to } = rows;
  for (let iteration = 0; iteration < settings.iterations; iteration++) {
    const layout = [nx, ny, nz, pad, stride, planar] as const;
    const sum = kernels.denoise.squaredGradientSum(from, ...layout, sx, sy, planar ? 0 : sz);
    const k = -2 * settings.conductance ** 2 * (sum / image.count);
    if (k === 0) break;
    arena.f32(fluxZ, ny * stride).fill(0);
    const slopes = [sx, sy, planar ? 0 : sz, 1 / k, settings.timeStep] as const;
    const title = `Diffusion, step ${iteration + 1} of ${settings.iterations}`;
    await eachSlice(work, title, (z) => {
      kernels.denoise.diffuseSlice(from, to, fluxX, fluxY, fluxZ, ...layout, z, ...slopes);
    });
    [from, to] = [to, from];
  }
  return unpadded(work, rows, from);
}

interface PaddedRows {
  readonly from: number;
  readonly to: number;
  readonly pad: number;
  readonly stride: number;
}

/** The image in rows with at least `reach` voxels beside them, and room for a result of the same layout. */
function padded(work: FilterWork, reach: number): PaddedRows {
  const { kernels, arena, image } = work;
  const [nx, ny, nz] = image.squeezedSize;
  const pad = Math.max(4, Math.ceil(reach / 4) * 4);
  const stride = Math.ceil(nx / 4) * 4 + 2 * pad;
  const rows = ny * nz;
  const from = arena.allocate(rows * stride * 4);
  const to = arena.allocate(rows * stride * 4);
  const mark = arena.mark();
  kernels.denoise.padRows(asFloat(work), from, nx, rows, pad, stride);
  arena.rewind(mark);
  return { from, to, pad, stride };
}

/** Copies padded rows to the place of the other image: what is not needed any more. */
function unpadded(work: FilterWork, rows: PaddedRows, result: number): number {
  const [nx, ny, nz] = work.image.squeezedSize;
  const free = result === rows.to ? rows.from : rows.to;
  work.kernels.denoise.unpadRows(result, free, nx, ny * nz, rows.pad, rows.stride);
  return free;
}

/** Calls `slice` for each; lets messages in about every 250 000 voxels. */
async function eachSlice(
  { image, context }: FilterWork,
  message: string,
  slice: (z: number) => void
): Promise<void> {
  const [nx, ny, nz] = image.squeezedSize;
  const pause = Math.max(1, Math.floor(2 ** 18 / (nx * ny)));
  for (let z = 0; z < nz; z++) {
    if (z % pause === 0) {
      context.onProgress?.({ fraction: z / nz, message });
      await breathe(context);
    }
    slice(z);
  }
}
