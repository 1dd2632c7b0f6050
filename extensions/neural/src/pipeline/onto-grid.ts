/**
 * @file An image on the voxels of another one, by their places in the patient.
 */
import type { Geometry, ImageVolume, Vec3 } from '@cordon/extension-workbench/pure';
import type { Grid } from './grid';
import { linearAt, smallest, within } from './sample';

/**
 * Samples `image` at the voxel centres of `geometry`, linearly; beyond its field of view, which ends half a voxel around its
 * outermost centres, with its smallest value. The image itself where the grids are the same; undefined where they do not meet.
 * O(voxels of the grid); memory: the result and the values of the image as float32.
 */
export function ontoGrid(image: ImageVolume, geometry: Geometry): ImageVolume | undefined {
  if (image.geometry === geometry || image.geometry.matches(geometry)) return image;
  const [columns, rows, slices] = image.geometry.size;
  const source: Grid = { shape: [slices, rows, columns], values: Float32Array.from(image.voxels) };
  const voxels = new Float32Array(geometry.voxelCount).fill(smallest(source.values));
  const [width, height, depth] = geometry.size;
  let [at, met] = [0, 0];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const locate = alongRow(image.geometry, geometry, j, k);
      for (let i = 0; i < width; i++, at++) {
        const position = locate(i);
        if (!within(position, source.shape)) continue;
        voxels[at] = linearAt(source, position);
        met++;
      }
    }
  }
  return met === 0 ? undefined : { ...image, geometry, voxels };
}

/** Index (slice, row, column) in the source of each voxel of a row; a straight line where the source's slices are even. */
function alongRow(source: Geometry, target: Geometry, j: number, k: number): (i: number) => Vec3 {
  const exact = (i: number): Vec3 => {
    const [column, row, slice] = source.lpsToIjk(target.ijkToLps([i, j, k]));
    return [slice, row, column];
  };
  if (!source.isEven || source.isSheared) return exact;
  const last = Math.max(1, target.size[0] - 1);
  const [begin, end] = [exact(0), exact(last)];
  const step = end.map((value, axis) => (value - begin[axis]) / last);
  const position: [number, number, number] = [0, 0, 0];
  return (i) => {
    for (let axis = 0; axis < 3; axis++) position[axis] = begin[axis] + i * step[axis];
    return position;
  };
}
