/**
 * @file Joint Gaussian smoothing: every class, the background too, is blurred, and the largest value wins.
 */
import {
  BACKGROUND,
  boxVoxels,
  CordonError,
  type Box,
  type Geometry,
  type LabelResult,
  type Prompts,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import type { BlurKernels } from '../../generated/blur';
import type { MaskOpsKernels } from '../../generated/mask-ops';
import type { Arena } from '../../kernels/arena';
import { blurVolume, gaussianWeights, TRUNCATE } from '../../kernels/blur';
import { growBox, loadMask, pasteLabels, segmentBounds } from '../../kernels/segment-mask';
import { paintScribbles } from '../markers';

/** Values that differ by less are equal, and the lower label wins: float rounding decides nothing. */
const TIE = 1e-5;
const MOST_LABEL = 255;

/**
 * Smooths the segment (class 1) and all scribbles with a target label (class = label) together, by what is in `sight`. Complexity O(n · classes ·
 * kernel); 14 bytes per voxel of the box around them. Throws `LABEL_TOO_LARGE`.
 */
export function jointSmoothing(
  kernels: { readonly blur: BlurKernels; readonly maskOps: MaskOpsKernels },
  arena: Arena,
  segment: Uint8Array,
  prompts: Prompts,
  geometry: Geometry,
  { region, sight }: { readonly region: Box; readonly sight: Box },
  sigmaMm: number
): LabelResult {
  const { size, spacingMm } = geometry;
  const sigma: Vec3 = [sigmaMm / spacingMm[0], sigmaMm / spacingMm[1], sigmaMm / spacingMm[2]];
  const reach: Vec3 = [
    Math.ceil(TRUNCATE * sigma[0] + 0.5),
    Math.ceil(TRUNCATE * sigma[1] + 0.5),
    Math.ceil(TRUNCATE * sigma[2] + 0.5),
  ];
  const all = labelVolume(segment, prompts, size);
  const near = growBox(region, reach, sight);
  const bounds = segmentBounds(kernels.maskOps, arena, all, size, near);
  const box = growBox(bounds, reach, sight);
  const labels = loadMask(arena, all, size, box);
  const count = boxVoxels(box);
  const present = [...new Set(arena.u8(labels.address, count))].sort((a, b) => a - b);
  const winner = arena.allocate(count);
  const best = arena.allocate(4 * count);
  const blurred = arena.allocate(4 * count);
  arena.u8(winner, count).fill(0);
  arena.f32(best, count).fill(0);
  const weights = sigma.map((s) => gaussianWeights(s));
  for (const label of present) {
    kernels.blur.oneHot(labels.address, blurred, count, label);
    blurVolume(kernels.blur, arena, blurred, labels.size, weights);
    kernels.blur.keepLarger(blurred, best, winner, count, label, TIE);
  }
  const classes = present.filter((label) => label !== BACKGROUND).map((value) => ({ value }));
  return pasteLabels(arena.u8(winner, count), box, region, classes);
}

/** The segment as class 1 and the scribbles as theirs, on the whole grid. */
function labelVolume(segment: Uint8Array, prompts: Prompts, size: Vec3): Uint8Array {
  const tooLarge = prompts.scribbles.find(({ label }) => label > MOST_LABEL);
  if (tooLarge) {
    throw new CordonError({
      code: 'LABEL_TOO_LARGE',
      what: 'Too many segments are to be smoothed together',
      why: `label ${tooLarge.label} is larger than ${MOST_LABEL}`,
      remedy: 'smooth fewer segments at once',
    });
  }
  const all = Uint8Array.from(segment, (value) => (value === 0 ? 0 : 1));
  paintScribbles(prompts, size, { fromIjk: [0, 0, 0], toIjk: size }, all, ({ label }) =>
    label === BACKGROUND ? undefined : label
  );
  return all;
}
