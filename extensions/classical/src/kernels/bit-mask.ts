/**
 * @file Masks of one bit a voxel, each row of the first squeezed axis starting a 64-bit word: handing one out as labels.
 */
import { boxVoxels, type Box, type LabelResult, type Vec3 } from '@cordon/extension-workbench/pure';
import type { BitMaskKernels } from '../generated/bit-mask';
import type { Arena } from './arena';
import type { RegionGrid } from './image-session';

export interface BoxMask {
  /** Where it lies in the image. */
  readonly box: Box;
  /** Bytes in kernel memory, 0 or 1, one a voxel of the box. */
  readonly address: number;
}

/**
 * The smallest box around the voxels whose bit is set, as bytes: most of an image is not part of what grew in it, and what
 * is not in the box need not be cleared, copied, sent and looked at. The box of one voxel when no bit is set.
 */
export function unpackBits(
  kernels: BitMaskKernels,
  arena: Arena,
  grid: RegionGrid,
  bits: number
): BoxMask {
  const [nx, ny, nz] = grid.squeezedSize;
  const bounds = arena.allocate(24);
  kernels.bitBounds(bits, nx, ny, nz, arena.allocate(Math.ceil(nx / 64) * 8), bounds);
  const [x0, y0, z0, x1, y1, z1] = arena.i32(bounds, 6);
  const extent = [x1 - x0, y1 - y0, z1 - z0] as const;
  const box = imageBox(grid, [x0, y0, z0], [x1, y1, z1]);
  const address = arena.allocate(boxVoxels(box));
  kernels.unpackBits(bits, nx, ny, x0, y0, z0, ...extent, address);
  return { box, address };
}

/** The voxels whose bit is set as labels of one class, in the smallest box around them. */
export function bitsResult(
  kernels: BitMaskKernels,
  arena: Arena,
  grid: RegionGrid,
  bits: number
): LabelResult {
  const mark = arena.mark();
  const { box, address } = unpackBits(kernels, arena, grid, bits);
  const voxels = arena.u8(address, boxVoxels(box)).slice();
  arena.rewind(mark);
  return { box, voxels, classes: [{ value: 1 }] };
}

/** A box along the squeezed axes of a grid, as one of the image. */
function imageBox({ axes, box }: RegionGrid, from: Vec3, to: Vec3): Box {
  const place = (ends: Vec3): Vec3 => {
    const ijk = [...box.fromIjk] as [number, number, number];
    axes.forEach((axis, at) => (ijk[axis] += ends[at]));
    return ijk;
  };
  return { fromIjk: place(from), toIjk: place(to) };
}
