/**
 * @file How far two segments on one grid cover the same voxels: Dice (1945) and Jaccard (1912) coefficients.
 *
 * Complexity O(n), no memory. Voxels count alike, whatever the extent of their slice.
 */
import type { SegmentVoxels } from './segment-voxels';
import { requireSameGrid } from './same-grid';

export interface Overlap {
  readonly referenceVoxels: number;
  readonly candidateVoxels: number;
  readonly sharedVoxels: number;
  /** 2|A∩B| / (|A|+|B|); null when both are empty, 0 when one is. */
  readonly dice: number | null;
  /** |A∩B| / |A∪B|; null when both are empty, 0 when one is. */
  readonly jaccard: number | null;
}

/** Compares two segments. Throws `GRIDS_DIFFER`. */
export function overlap(reference: SegmentVoxels, candidate: SegmentVoxels): Overlap {
  requireSameGrid(reference.geometry, candidate.geometry);
  const [a, b] = [reference.layer, candidate.layer];
  let inA = 0;
  let inB = 0;
  let inBoth = 0;
  for (let at = 0; at < a.length; at++) {
    const isA = a[at] === reference.number;
    const isB = b[at] === candidate.number;
    if (isA) inA++;
    if (isB) inB++;
    if (isA && isB) inBoth++;
  }
  const union = inA + inB - inBoth;
  return {
    referenceVoxels: inA,
    candidateVoxels: inB,
    sharedVoxels: inBoth,
    dice: union === 0 ? null : (2 * inBoth) / (inA + inB),
    jaccard: union === 0 ? null : inBoth / union,
  };
}
