/**
 * @file What operations on a segment share: the segment in kernel memory, boxes around it, and the result.
 */
import {
  boxSize,
  boxVoxels,
  CordonError,
  regionBox,
  wholeBox,
  type Box,
  type Geometry,
  type LabelResult,
  type Region,
  type UpdateRequest,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import type { MaskOpsKernels } from '../generated/mask-ops';
import type { Arena } from './arena';
import type { MaskBlock } from './distance';
import { copyBox } from './image-session';

/** The segment of a request. Throws `SEGMENT_MISSING` and `SEGMENT_GRID`. */
export function requireSegment(
  { segment }: Pick<UpdateRequest<unknown>, 'segment'>,
  geometry: Geometry
): Uint8Array {
  if (!segment) {
    throw new CordonError({
      code: 'SEGMENT_MISSING',
      what: 'There is no segment to work on',
      why: 'this operation changes an existing segment',
      remedy: 'choose a segment',
    });
  }
  if (segment.length === geometry.voxelCount) return segment;
  throw new CordonError({
    code: 'SEGMENT_GRID',
    what: 'The segment does not fit the image',
    why: `it has ${segment.length} voxels, the image has ${geometry.size.join(' × ')}`,
    remedy: 'choose a segment that was made on this image',
  });
}

/** Copies the voxels of `box` of a segment on the grid of `size` into kernel memory. */
export function loadMask(arena: Arena, segment: Uint8Array, size: Vec3, box: Box): MaskBlock {
  const address = arena.allocate(boxVoxels(box));
  copyBox(segment, size, box, arena.u8(address, boxVoxels(box)));
  return { address, size: boxSize(box) };
}

/**
 * The smallest box around the segment's voxels in `box`, in indexes of the grid. Throws `SEGMENT_EMPTY` when there is none.
 */
export function segmentBounds(
  kernels: MaskOpsKernels,
  arena: Arena,
  segment: Uint8Array,
  size: Vec3,
  box: Box
): Box {
  const mark = arena.mark();
  try {
    const out = arena.allocate(24);
    const mask = loadMask(arena, segment, size, box);
    if (kernels.bounds(mask.address, ...mask.size, out) === 0) throw emptySegment();
    const [i0, j0, k0, i1, j1, k1] = arena.i32(out, 6);
    const [i, j, k] = box.fromIjk;
    return { fromIjk: [i + i0, j + j0, k + k0], toIjk: [i + i1, j + j1, k + k1] };
  } finally {
    arena.rewind(mark);
  }
}

export function emptySegment(): CordonError {
  return new CordonError({
    code: 'SEGMENT_EMPTY',
    what: 'The segment is empty here',
    why: 'none of its voxels lies in the chosen region',
    remedy: 'choose a region that holds a part of the segment, or another segment',
  });
}

/** What an operation sees of the grid: all of it; of a single slice that slice only, as if there were no other. */
export const sightOf = (region: Region, size: Vec3): Box =>
  region.kind === 'slice' ? regionBox(region, size) : wholeBox(size);

/** `box` with `margin` voxels more on each side of each axis, as far as `sight` reaches. */
export const growBox = (box: Box, margin: Vec3, sight: Box): Box => ({
  fromIjk: maximum(
    [box.fromIjk[0] - margin[0], box.fromIjk[1] - margin[1], box.fromIjk[2] - margin[2]],
    sight.fromIjk
  ),
  toIjk: minimum(
    [box.toIjk[0] + margin[0], box.toIjk[1] + margin[1], box.toIjk[2] + margin[2]],
    sight.toIjk
  ),
});

/** Voxels along each axis that a sphere of `radiusMm` can reach; none across slices when `planar`. */
export function reachVoxels(geometry: Geometry, radiusMm: number, planar: boolean): Vec3 {
  const offsets = geometry.sliceOffsetsMm;
  const smallestGap = offsets
    .slice(1)
    .reduce((least, offset, k) => Math.min(least, offset - offsets[k]), geometry.spacingMm[2]);
  const reach = (spacing: number) => Math.ceil(radiusMm / spacing + 1e-6);
  return [
    reach(geometry.spacingMm[0]),
    reach(geometry.spacingMm[1]),
    planar ? 0 : reach(smallestGap),
  ];
}

/** The part of `from` (labels of box `fromBox`) that lies in `region`, as labels of `region`; 0 elsewhere. */
export function pasteLabels(
  from: Uint8Array,
  fromBox: Box,
  region: Box,
  classes: LabelResult['classes'] = [{ value: 1 }]
): LabelResult {
  const voxels = new Uint8Array(boxVoxels(region));
  const [columns, rows] = boxSize(region);
  const [fromColumns, fromRows] = boxSize(fromBox);
  const common: Box = {
    fromIjk: maximum(fromBox.fromIjk, region.fromIjk),
    toIjk: minimum(fromBox.toIjk, region.toIjk),
  };
  const [width, height, depth] = boxSize(common);
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const [i0, j0, k0] = [common.fromIjk[0], common.fromIjk[1] + j, common.fromIjk[2] + k];
      const source = offset(i0, j0, k0, fromBox, fromColumns, fromRows);
      const target = offset(i0, j0, k0, region, columns, rows);
      voxels.set(from.subarray(source, source + width), target);
    }
  }
  return { box: region, voxels, classes };
}

const offset = (i: number, j: number, k: number, box: Box, columns: number, rows: number) =>
  i - box.fromIjk[0] + columns * (j - box.fromIjk[1] + rows * (k - box.fromIjk[2]));

const maximum = (a: Vec3, b: Vec3): Vec3 => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.max(a[2], b[2]),
];
const minimum = (a: Vec3, b: Vec3): Vec3 => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.min(a[2], b[2]),
];
