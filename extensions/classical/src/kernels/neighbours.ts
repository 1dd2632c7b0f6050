/**
 * @file Neighbours of a voxel as steps in memory.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';

/** Faces (6), or faces, edges and corners (26); in a grid of one slice 4 and 8. */
export type Neighbourhood = 'face' | 'full';

/** A grid with a border of one voxel on each side; none across a single slice. */
export interface PaddedGrid {
  readonly size: Vec3;
  /** Border slices on each side: 1, or 0 for a single slice. */
  readonly pad: 0 | 1;
  /** Voxels with the border. */
  readonly total: number;
  /** Steps to the neighbours in raster order: those before a voxel first, as many behind it. */
  readonly offsets: Int32Array;
}

export function paddedGrid(size: Vec3, neighbourhood: Neighbourhood): PaddedGrid {
  const [columns, rows, slices] = size;
  const pad = slices === 1 ? 0 : 1;
  const width = columns + 2;
  const slice = width * (rows + 2);
  const steps = neighbourSteps(slices, neighbourhood).map(([i, j, k]) => i + width * j + slice * k);
  return { size, pad, total: slice * (slices + 2 * pad), offsets: Int32Array.from(steps) };
}

/** The neighbours of a voxel in raster order, in a grid of `slices` slices. */
export function neighbourSteps(slices: number, neighbourhood: Neighbourhood): readonly Vec3[] {
  const near = [-1, 0, 1];
  const planes = slices === 1 ? [0] : near;
  return planes
    .flatMap((k) => near.flatMap((j) => near.map((i) => [i, j, k] as const)))
    .filter(([i, j, k]) => {
      const steps = Math.abs(i) + Math.abs(j) + Math.abs(k);
      return neighbourhood === 'face' ? steps === 1 : steps > 0;
    });
}
