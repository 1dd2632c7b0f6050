/**
 * @file The images of a network that wants several: one for each name in its manifest, all on the grid of the first.
 */
import { CordonError, type ImageVolume } from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';
import { ontoGrid } from '../pipeline/onto-grid';

/** Throws `CHANNEL_MISSING` when there are fewer images than names, `CHANNEL_UNFIT` when one lies elsewhere in the patient. */
export function matchChannels(
  { cordon: { title, channels: names = ['image'] } }: Manifest,
  images: readonly ImageVolume[]
): readonly ImageVolume[] {
  return names.map((name, at) => {
    const image = images.at(at);
    if (!image) {
      throw new CordonError({
        code: 'CHANNEL_MISSING',
        what: `"${title}" cannot start`,
        why: `it takes ${names.join(', ')}, and there is no image for ${name}`,
        remedy: 'choose a series for each of them',
      });
    }
    const matched = ontoGrid(image, images[0].geometry);
    if (matched) return matched;
    throw new CordonError({
      code: 'CHANNEL_UNFIT',
      what: `The image for ${name} cannot be used`,
      why: `no voxel of it lies where the image for ${names[0]} is`,
      remedy: 'choose a series of the same part of the body, from the same visit',
    });
  });
}
