/**
 * @file Labels from one grid to another by the nearest voxel. Complexity O(target voxels · layers).
 */
import type { Geometry, LabelLayer, Vec3 } from '@cordon/extension-workbench/pure';

/** Layers of `from` on the voxels of `to`; 0 outside. */
export function resampleNearest(
  layers: readonly LabelLayer[],
  from: Geometry,
  to: Geometry
): LabelLayer[] {
  const [columns, rows, slices] = to.size;
  const results = layers.map((layer) =>
    layer instanceof Uint16Array ? new Uint16Array(to.voxelCount) : new Uint8Array(to.voxelCount)
  );
  for (let k = 0, at = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        const source = nearest(from, to.ijkToLps([i, j, k]));
        if (source < 0) continue;
        for (let layer = 0; layer < layers.length; layer++) {
          results[layer][at] = layers[layer][source];
        }
      }
    }
  }
  return results;
}

function nearest(grid: Geometry, pointLps: Vec3): number {
  const [i, j, k] = grid.lpsToIjk(pointLps).map(Math.round);
  const [columns, rows, slices] = grid.size;
  if (i < 0 || j < 0 || k < 0 || i >= columns || j >= rows || k >= slices) return -1;
  return i + columns * (j + rows * k);
}
