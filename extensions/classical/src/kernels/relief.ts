/**
 * @file The relief that a watershed floods: the image or its gradient magnitude, in levels of 16 bits.
 */
import type { BlurKernels } from '../generated/blur';
import type { ReliefKernels } from '../generated/relief';
import type { Arena } from './arena';
import { blurVolume, gaussianWeights } from './blur';
import type { ResidentImage, VoxelType } from './image-session';

/** The highest level; a depth of as much may be added without overflow. */
export const TOP_LEVEL = 32767;

export interface ReliefSettings {
  /** What is flooded. */
  readonly of: 'gradient' | 'image';
  /** Standard deviation of the Gaussian that smooths the image before (mm); 0 for none. */
  readonly smoothingMm: number;
}

export interface Relief {
  /** count × uint16 in kernel memory. */
  readonly address: number;
  /** Levels for one unit: of the image, or of the image per mm for a gradient. */
  readonly levelsPerUnit: number;
  /** Highest level that occurs. */
  readonly topLevel: number;
}

/** Numbers of the voxel types that the kernels take. */
export const KERNEL_TYPE = { uint8: 0, int16: 1, uint16: 2, float32: 3 } as const satisfies Record<
  VoxelType,
  number
>;

/** Peak bytes per voxel of {@link makeRelief} beside the image. */
export const RELIEF_BYTES = 14;

/**
 * Writes the relief of `image` to `address` (count × uint16). An image of integers that span at most 32767 keeps its values,
 * less the smallest one; all else is scaled to 0 … 32767. The gradient is that of ITK's GradientMagnitude in units per mm.
 * Complexity O(n). Work space (12 bytes per voxel) is given back.
 */
export function makeRelief(
  kernels: { readonly relief: ReliefKernels; readonly blur: BlurKernels },
  arena: Arena,
  image: ResidentImage,
  settings: ReliefSettings,
  address: number
): Relief {
  const { count, squeezedSize: size, squeezedSpacingMm: spacing } = image;
  const mark = arena.mark();
  const isGradient = settings.of === 'gradient';
  let source: { readonly address: number; readonly type: number } = {
    address: image.address,
    type: KERNEL_TYPE[image.type],
  };
  if (settings.smoothingMm > 0 || !isGradient) {
    const values = arena.allocate(4 * count);
    kernels.blur.toFloat(source.address, values, count, source.type);
    source = { address: values, type: KERNEL_TYPE.float32 };
    if (settings.smoothingMm > 0) {
      const weights = size.map((extent, axis) =>
        gaussianWeights(extent > 1 ? settings.smoothingMm / spacing[axis] : 0)
      );
      blurVolume(kernels.blur, arena, values, size, weights);
    }
  }
  let values = source.address;
  if (isGradient) {
    values = arena.allocate(4 * count);
    const [perColumn, perRow, perSlice] = spacing.map((mm) => 0.5 / mm);
    kernels.relief.gradientMagnitude(
      source.address,
      source.type,
      values,
      ...size,
      perColumn,
      perRow,
      perSlice
    );
  }
  const range = arena.allocate(8);
  kernels.relief.extremes(values, count, range);
  const [least, most] = arena.f32(range, 2);
  const span = least < most ? most - least : 0;
  const keepsValues = !isGradient && image.type !== 'float32' && settings.smoothingMm === 0;
  const levelsPerUnit = (keepsValues && span <= TOP_LEVEL) || span === 0 ? 1 : TOP_LEVEL / span;
  const origin = least <= most ? least : 0;
  const topLevel = Math.min(TOP_LEVEL, Math.round(span * levelsPerUnit));
  kernels.relief.toLevels(values, address, count, origin, levelsPerUnit, topLevel);
  arena.rewind(mark);
  return { address, levelsPerUnit, topLevel };
}
