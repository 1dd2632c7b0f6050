/**
 * @file The voxels that a region stands for.
 */
import { CordonError } from '../errors/cordon-error';
import { boxVoxels, clipBox, wholeBox, type Box } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import type { Region } from './contract';

/** The box of voxels that a region covers. Throws `REGION_EMPTY` when none of it lies inside the image. */
export function regionBox(region: Region, size: Vec3): Box {
  const box = clipBox(unclippedBox(region, size), size);
  if (boxVoxels(box) > 0) return box;
  throw new CordonError({
    code: 'REGION_EMPTY',
    what: 'The chosen region holds no voxel of the image',
    why: `the image has ${size.join(' × ')} voxels`,
    remedy: 'choose a region that overlaps the image',
  });
}

function unclippedBox(region: Region, size: Vec3): Box {
  switch (region.kind) {
    case 'volume':
      return wholeBox(size);
    case 'box':
      return region.box;
    case 'slice': {
      const from: [number, number, number] = [0, 0, 0];
      const to: [number, number, number] = [...size];
      from[region.axis] = region.index;
      to[region.axis] = region.index + 1;
      return { fromIjk: from, toIjk: to };
    }
  }
}
