/**
 * @file Distances between the surfaces of two segments: 95th percentile Hausdorff distance and average symmetric surface
 * distance (Heimann et al., IEEE TMI 28(8), 2009).
 *
 * The surface of a segment is the centres of its voxels that have a neighbour across a face outside of it; voxels at the
 * edge of the image belong to it. Positions are those of the patient (mm), so that anisotropic, uneven and sheared grids
 * are exact. Complexity O(n + s log s) for n voxels and s surface voxels; about 60 bytes a surface voxel, and 4 a voxel of the
 * box around both surfaces.
 */
import type { Geometry } from '../volume/geometry';
import { scale } from '../volume/vector';
import { frameVoxels, gridDistances, isStraight } from './grid-distance';
import { percentileOfSorted } from './percentile';
import { PointTree } from './point-tree';
import { requireSameGrid } from './same-grid';
import { paddedMask, type PaddedMask, type SegmentVoxels } from './segment-voxels';

export interface SurfaceDistances {
  /** The larger of the two directed 95th percentiles (mm). */
  readonly hd95Mm: number;
  /** Hausdorff distance: the largest distance from one surface to the other (mm). */
  readonly hausdorffMm: number;
  /** Mean over all surface voxels of both of their distance to the other surface (mm). */
  readonly assdMm: number;
}

/** Compares two segments; null when one of them is empty. Throws `GRIDS_DIFFER`. */
export function surfaceDistances(a: SegmentVoxels, b: SegmentVoxels): SurfaceDistances | null {
  requireSameGrid(a.geometry, b.geometry);
  const surfaceA = surfaceOf(a);
  const surfaceB = surfaceOf(b);
  if (!surfaceA || !surfaceB) return null;
  const fromA = sortedDistances(a.geometry, surfaceA, surfaceB);
  const fromB = sortedDistances(a.geometry, surfaceB, surfaceA);
  return {
    hd95Mm: Math.max(percentileOfSorted(fromA, 95), percentileOfSorted(fromB, 95)),
    hausdorffMm: Math.max(fromA[fromA.length - 1], fromB[fromB.length - 1]),
    assdMm: (sum(fromA) + sum(fromB)) / (fromA.length + fromB.length),
  };
}

interface Surface {
  /** Linear indexes of its voxels in the grid, ascending. */
  readonly voxels: Uint32Array;
  /** x, y, z of each (mm, LPS). */
  readonly points: Float64Array;
}

function surfaceOf(segment: SegmentVoxels): Surface | undefined {
  const mask = paddedMask(segment);
  if (!mask) return undefined;
  const { geometry } = segment;
  const [columns, rows] = geometry.size;
  const alongRow = scale(geometry.rowDirection, geometry.spacingMm[0]);
  const alongColumn = scale(geometry.columnDirection, geometry.spacingMm[1]);
  const inside = surfaceIndexes(mask);
  const voxels = new Uint32Array(inside.length);
  const points = new Float64Array(3 * inside.length);
  const [width, height] = mask.size;
  for (let n = 0; n < inside.length; n++) {
    const i = (inside[n] % width) + mask.originIjk[0];
    const line = Math.floor(inside[n] / width);
    const j = (line % height) + mask.originIjk[1];
    const k = Math.floor(line / height) + mask.originIjk[2];
    voxels[n] = i + columns * (j + rows * k);
    const origin = geometry.slicePositionsLps[k];
    for (let axis = 0; axis < 3; axis++) {
      points[3 * n + axis] = origin[axis] + i * alongRow[axis] + j * alongColumn[axis];
    }
  }
  return { voxels, points };
}

function surfaceIndexes({ voxels, size }: PaddedMask): Uint32Array {
  const [width, height] = size;
  const area = width * height;
  const isSurface = (at: number) =>
    voxels[at] === 1 &&
    (voxels[at - 1] &
      voxels[at + 1] &
      voxels[at - width] &
      voxels[at + width] &
      voxels[at - area] &
      voxels[at + area]) ===
      0;
  let count = 0;
  for (let at = area; at < voxels.length - area; at++) if (isSurface(at)) count++;
  const found = new Uint32Array(count);
  for (let at = area, n = 0; n < count; at++) if (isSurface(at)) found[n++] = at;
  return found;
}

/** The transform visits every voxel around both surfaces, the tree only their points, each for so much longer. */
const VOXELS_PER_POINT = 60;
/** More than this is not taken for the transform (voxels of 4 bytes). */
const MOST_VOXELS = 2 ** 27;

/** Distance of each voxel of `from` to the nearest of `to`, ascending (mm). The tree is exact, the transform within 1 µm. */
function sortedDistances(geometry: Geometry, from: Surface, to: Surface): Float64Array {
  const points = from.voxels.length + to.voxels.length;
  const voxels = frameVoxels(geometry, from.voxels, to.voxels);
  const suits =
    isStraight(geometry) && voxels <= MOST_VOXELS && voxels <= VOXELS_PER_POINT * points;
  return suits
    ? gridDistances(geometry, from.voxels, to.voxels).sort()
    : treeDistances(from, to).sort();
}

function treeDistances(from: Surface, to: Surface): Float64Array {
  const distances = new Float64Array(from.voxels.length);
  const tree = new PointTree(to.points);
  let other = 0;
  for (let n = 0; n < distances.length; n++) {
    const voxel = from.voxels[n];
    while (other < to.voxels.length && to.voxels[other] < voxel) other++;
    if (to.voxels[other] === voxel) continue; // a shared voxel: distance 0
    const at = 3 * n;
    const { points } = from;
    distances[n] = tree.nearestDistance(points[at], points[at + 1], points[at + 2]);
  }
  return distances;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
