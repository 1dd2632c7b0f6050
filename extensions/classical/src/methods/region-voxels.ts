/**
 * @file How many voxels a piece of work has: what every estimate starts from.
 */
import { boxVoxels, regionBox, type WorkSize } from '@cordon/extension-workbench/pure';

/** Voxels of the region. Throws `REGION_EMPTY`. */
export const regionVoxels = (work: WorkSize): number =>
  boxVoxels(regionBox(work.region, work.size));
