/**
 * @file The guard of measures that compare voxel by voxel.
 */
import { CordonError } from '../errors/cordon-error';
import type { Geometry } from '../volume/geometry';

/** Throws `GRIDS_DIFFER` when the voxels of two grids do not lie at the same places. */
export function requireSameGrid(a: Geometry, b: Geometry): void {
  if (a === b || a.matches(b)) return;
  throw new CordonError({
    code: 'GRIDS_DIFFER',
    what: 'The two cannot be compared',
    why: `their voxels lie at different places (${a.size.join(' × ')} and ${b.size.join(' × ')} voxels)`,
    remedy: 'bring both onto the grid of one image first',
  });
}
