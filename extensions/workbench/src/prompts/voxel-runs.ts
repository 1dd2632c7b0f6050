/**
 * @file Sets of voxels as runs: what a brush paints and an eraser takes away. A stroke has few runs, whatever the size of
 * the image.
 */
import type { Vec3 } from '../volume/vector';

/** Linear voxel indexes as pairs [first, beyond), ascending, never touching each other. */
export type VoxelRuns = readonly number[];

export const NO_RUNS: VoxelRuns = [];

/** Runs of linear indexes in any order, with or without duplicates. Complexity O(n log n). */
export function runsOfVoxels(voxels: Iterable<number>): VoxelRuns {
  const sorted = Uint32Array.from(voxels).sort();
  const runs: number[] = [];
  for (const voxel of sorted) append(runs, voxel, voxel + 1);
  return runs;
}

/** Linear indexes, ascending, without duplicates. */
export function voxelsOfRuns(runs: VoxelRuns): Uint32Array {
  const voxels = new Uint32Array(countRunVoxels(runs));
  let filled = 0;
  for (let at = 0; at < runs.length; at += 2) {
    for (let voxel = runs[at]; voxel < runs[at + 1]; voxel++) voxels[filled++] = voxel;
  }
  return voxels;
}

export function countRunVoxels(runs: VoxelRuns): number {
  let count = 0;
  for (let at = 0; at < runs.length; at += 2) count += runs[at + 1] - runs[at];
  return count;
}

/** Voxels of either set. Complexity O(runs). */
export function uniteRuns(a: VoxelRuns, b: VoxelRuns): VoxelRuns {
  const runs: number[] = [];
  let [x, y] = [0, 0];
  while (x < a.length || y < b.length) {
    if (y >= b.length || (x < a.length && a[x] <= b[y])) {
      append(runs, a[x], a[x + 1]);
      x += 2;
    } else {
      append(runs, b[y], b[y + 1]);
      y += 2;
    }
  }
  return runs;
}

/** Voxels of `a` that are not in `b`. Complexity O(runs). */
export function subtractRuns(a: VoxelRuns, b: VoxelRuns): VoxelRuns {
  const runs: number[] = [];
  let y = 0;
  for (let x = 0; x < a.length; x += 2) {
    let first = a[x];
    const beyond = a[x + 1];
    while (y < b.length && b[y + 1] <= first) y += 2;
    for (let z = y; z < b.length && b[z] < beyond; z += 2) {
      if (b[z] > first) runs.push(first, b[z]);
      first = Math.max(first, b[z + 1]);
    }
    if (first < beyond) runs.push(first, beyond);
  }
  return runs;
}

export function runsContain(runs: VoxelRuns, voxel: number): boolean {
  let [low, high] = [0, runs.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[2 * middle + 1] <= voxel) low = middle + 1;
    else high = middle;
  }
  return 2 * low < runs.length && runs[2 * low] <= voxel;
}

/** Linear index of a voxel of a grid of `size`. */
export const linearIndex = ([i, j, k]: Vec3, size: Vec3): number => i + size[0] * (j + size[1] * k);

/** A piece of one row of the grid: columns [from, to) of row `j` in slice `k`. */
export interface RowPiece {
  readonly from: number;
  readonly to: number;
  readonly j: number;
  readonly k: number;
}

/** The runs cut at the ends of rows. */
export function rowPieces(runs: VoxelRuns, size: Vec3): readonly RowPiece[] {
  const pieces: RowPiece[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    for (let first = runs[at]; first < runs[at + 1];) {
      const row = Math.floor(first / size[0]);
      const beyond = Math.min(runs[at + 1], (row + 1) * size[0]);
      pieces.push({
        from: first - row * size[0],
        to: beyond - row * size[0],
        j: row % size[1],
        k: Math.floor(row / size[1]),
      });
      first = beyond;
    }
  }
  return pieces;
}

/** Adds a run that begins at or after the last one. */
function append(runs: number[], first: number, beyond: number): void {
  const last = runs.length - 1;
  if (last > 0 && first <= runs[last]) runs[last] = Math.max(runs[last], beyond);
  else runs.push(first, beyond);
}
