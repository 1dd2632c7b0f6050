/**
 * @file 2.5D input: each slice with its neighbours as channels.
 */
import type { Grid } from './grid';

/**
 * Slices `from` … `to` (exclusive) along axis 0, each with the slices at `neighbours` as channels, image after image; a slice
 * outside the grid is 0. All grids have one shape. Shape (to − from, images · neighbours, shape[1], shape[2]).
 */
export function sliceBatch(
  grids: readonly Grid[],
  from: number,
  to: number,
  neighbours: readonly number[]
): Float32Array {
  const [{ shape }] = grids;
  const plane = shape[1] * shape[2];
  const batch = new Float32Array((to - from) * grids.length * neighbours.length * plane);
  let at = 0;
  for (let slice = from; slice < to; slice++) {
    for (const { values } of grids) {
      for (const step of neighbours) {
        const source = slice + step;
        if (source >= 0 && source < shape[0]) {
          batch.set(values.subarray(source * plane, (source + 1) * plane), at);
        }
        at += plane;
      }
    }
  }
  return batch;
}

/** Whole grids of one shape one after another: (images, shape[0], shape[1], shape[2]). Nothing is copied for one. */
export function stackGrids(grids: readonly Grid[]): Float32Array {
  const [{ values: first }] = grids;
  if (grids.length === 1) return first;
  const stacked = new Float32Array(grids.length * first.length);
  for (const [image, { values }] of grids.entries()) stacked.set(values, image * first.length);
  return stacked;
}
