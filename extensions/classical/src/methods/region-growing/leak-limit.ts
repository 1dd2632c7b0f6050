/**
 * @file The voxels that lie within a distance of a seed, as bits: growth may not go further.
 */
import type { Geometry } from '@cordon/extension-workbench/pure';
import type { RunsKernels } from '../../generated/runs';
import type { Arena } from '../../kernels/arena';
import { bitWords } from '../../kernels/components';
import { positionsMm, type RegionGrid } from '../../kernels/image-session';

/**
 * Bits of all voxels whose centre is at most `limitMm` from the centre of a seed (linear indexes in the grid).
 * Complexity O(seeds · rows within the limit).
 */
export function withinLimit(
  kernels: RunsKernels,
  arena: Arena,
  grid: RegionGrid,
  geometry: Geometry,
  seeds: readonly number[],
  limitMm: number
): number {
  const words = bitWords(grid);
  const bits = arena.allocate(words * 8);
  arena.u8(bits, words * 8).fill(0);
  const [nx, ny] = grid.squeezedSize;
  const [xs, ys, zs] = ([0, 1, 2] as const).map((axis) => positionsMm(grid, geometry, axis));
  for (const seed of seeds) {
    const x = seed % nx;
    const y = Math.floor(seed / nx) % ny;
    const z = Math.floor(seed / (nx * ny));
    eachWithin(zs, z, limitMm, (k) => {
      const left = Math.sqrt(limitMm ** 2 - (zs[k] - zs[z]) ** 2);
      eachWithin(ys, y, left, (j) => {
        const reach = Math.sqrt(left ** 2 - (ys[j] - ys[y]) ** 2);
        let first = x;
        let last = x;
        while (first > 0 && xs[x] - xs[first - 1] <= reach) first--;
        while (last < nx - 1 && xs[last + 1] - xs[x] <= reach) last++;
        kernels.setBits(bits, nx, j + ny * k, first, last);
      });
    });
  }
  return bits;
}

/** Calls `visit` for each index whose position is at most `reach` from that of `centre`. */
function eachWithin(
  positions: readonly number[],
  centre: number,
  reach: number,
  visit: (index: number) => void
): void {
  for (let at = centre; at >= 0 && positions[centre] - positions[at] <= reach; at--) visit(at);
  for (let at = centre + 1; at < positions.length && positions[at] - positions[centre] <= reach;) {
    visit(at++);
  }
}
