/**
 * @file 2.5D input: each slice with its neighbours as channels.
 */
import type { Grid } from './grid';

/**
 * Slices `from` … `to` (exclusive) along axis 0, each with the slices at `neighbours` as channels; a slice outside the
 * grid is 0. Shape (to − from, neighbours, shape[1], shape[2]).
 */
export function sliceBatch(
  grid: Grid,
  from: number,
  to: number,
  neighbours: readonly number[]
): Float32Array {
  const plane = grid.shape[1] * grid.shape[2];
  const batch = new Float32Array((to - from) * neighbours.length * plane);
  let at = 0;
  for (let slice = from; slice < to; slice++) {
    for (const step of neighbours) {
      const source = slice + step;
      if (source >= 0 && source < grid.shape[0]) {
        batch.set(grid.values.subarray(source * plane, (source + 1) * plane), at);
      }
      at += plane;
    }
  }
  return batch;
}
