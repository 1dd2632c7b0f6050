/**
 * @file One slice as an image of its own. A step that works on it sees no neighbours: those hold nothing of the steps before, and
 * would wear the slice away.
 */
import { boxSize, Geometry, type Box, type ImageVolume } from '@cordon/extension-workbench/pure';
import { copyBox } from '../../kernels/image-session';

/** The voxels of `box`, which is one slice along any axis, on a grid of their own. */
export function sliceAlone(image: ImageVolume, box: Box): ImageVolume {
  const { geometry, voxels } = image;
  const [columns, rows, slices] = boxSize(box);
  const [i, j, k] = box.fromIjk;
  const part = new (voxels.constructor as new (length: number) => ImageVolume['voxels'])(
    columns * rows * slices
  );
  copyBox(voxels, geometry.size, box, part);
  return {
    ...image,
    voxels: part,
    geometry: new Geometry({
      columns,
      rows,
      pixelSpacingMm: [geometry.spacingMm[0], geometry.spacingMm[1]],
      rowDirection: geometry.rowDirection,
      columnDirection: geometry.columnDirection,
      slicePositionsLps: Array.from({ length: slices }, (_, n) => geometry.ijkToLps([i, j, k + n])),
      sliceThicknessMm: geometry.sliceExtentMm(k),
    }),
  };
}
