/**
 * @file Voxels without a finite value, which some programs write where they know nothing: one of them would leave no number in an
 * image that is normalised or smoothed.
 */
import type { Box, ImageVolume } from '@cordon/extension-workbench/pure';

/** Gives every voxel a finite value, in place. */
export function fillGaps(values: Float32Array, value: number): void {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) values[at] = value;
  }
}

/** How many voxels of `box` are filled, in the words of a warning; none where all values are finite. O(voxels of the box). */
export function gapWarnings(images: readonly ImageVolume[], box: Box): string[] {
  const count = images.reduce((sum, image) => sum + countGaps(image, box), 0);
  if (count === 0) return [];
  return [
    `${count} voxels have no finite value and were taken as the smallest value that the network sees.`,
  ];
}

function countGaps({ geometry, voxels }: ImageVolume, { fromIjk, toIjk }: Box): number {
  if (!(voxels instanceof Float32Array)) return 0;
  const [columns, rows] = geometry.size;
  let count = 0;
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    for (let j = fromIjk[1]; j < toIjk[1]; j++) {
      const row = columns * (j + rows * k);
      for (let at = row + fromIjk[0]; at < row + toIjk[0]; at++) {
        if (!Number.isFinite(voxels[at])) count++;
      }
    }
  }
  return count;
}
