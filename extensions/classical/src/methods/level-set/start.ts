/**
 * @file Where a level set begins: a segment, balls around seeds, a box, or a checkerboard.
 */
import {
  boxVoxels,
  clipBox,
  CordonError,
  type Box,
  type Geometry,
  type Prompts,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { copyBox } from '../../kernels/image-session';
import { requireSegment } from '../../kernels/segment-mask';
import { targetVoxels } from '../seeds';

/** Side of a square of the checkerboard (voxels), as in scikit-image. */
const SQUARE = 5;

export interface StartRequest {
  readonly prompts: Prompts;
  readonly segment?: Uint8Array;
  readonly radiusMm: number;
  /** A checkerboard when nothing else is given; otherwise that is refused. */
  readonly mayBeChecked: boolean;
}

/**
 * One byte a voxel of `region`. A segment goes before seeds, seeds before a box. Throws `START_MISSING`, `START_EMPTY` and the
 * errors of seeds.
 */
export function startMask(request: StartRequest, geometry: Geometry, region: Box): Uint8Array {
  const { prompts, segment } = request;
  const voxels = new Uint8Array(boxVoxels(region));
  if (segment) copyBox(requireSegment({ segment }, geometry), geometry.size, region, voxels);
  else if (prompts.seeds.length + prompts.scribbles.length > 0) {
    for (const { ijk } of targetVoxels(prompts, geometry.size, region)) {
      paintBall(voxels, region, geometry, ijk, request.radiusMm);
    }
  } else if (prompts.box) {
    const { fromIjk, toIjk } = clipBox(prompts.box, geometry.size);
    paint(voxels, region, (...ijk) =>
      ijk.every((value, axis) => value >= fromIjk[axis] && value < toIjk[axis])
    );
  } else if (request.mayBeChecked) {
    paint(voxels, region, (...ijk) => {
      const squares = ijk.map((value, axis) => Math.floor((value - region.fromIjk[axis]) / SQUARE));
      return (squares[0] + squares[1] + squares[2]) % 2 === 1;
    });
  } else throw startMissing();
  if (voxels.some((value) => value !== 0)) return voxels;
  throw new CordonError({
    code: 'START_EMPTY',
    what: 'The contour has nothing to start from',
    why: 'segment, seeds or box hold no voxel of the chosen region',
    remedy: 'set the start inside the region',
  });
}

/** The voxels within a distance of one. A stroke has thousands of these balls: row by row, nothing else is looked at. */
function paintBall(
  voxels: Uint8Array,
  { fromIjk, toIjk }: Box,
  { spacingMm, sliceOffsetsMm }: Geometry,
  [ci, cj, ck]: Vec3,
  radiusMm: number
): void {
  const columns = toIjk[0] - fromIjk[0];
  const rows = toIjk[1] - fromIjk[1];
  const square = radiusMm ** 2 * (1 + 1e-6);
  const reachJ = Math.floor(Math.sqrt(square) / spacingMm[1]);
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    const inSlice = square - (sliceOffsetsMm[k] - sliceOffsetsMm[ck]) ** 2;
    if (inSlice < 0) continue;
    const [firstJ, lastJ] = [
      Math.max(fromIjk[1], cj - reachJ),
      Math.min(toIjk[1] - 1, cj + reachJ),
    ];
    for (let j = firstJ; j <= lastJ; j++) {
      const inRow = inSlice - ((j - cj) * spacingMm[1]) ** 2;
      if (inRow < 0) continue;
      const reach = Math.floor(Math.sqrt(inRow) / spacingMm[0]);
      const row = columns * (j - fromIjk[1] + rows * (k - fromIjk[2])) - fromIjk[0];
      voxels.fill(
        1,
        row + Math.max(fromIjk[0], ci - reach),
        row + Math.min(toIjk[0], ci + reach + 1)
      );
    }
  }
}

function paint(
  voxels: Uint8Array,
  { fromIjk, toIjk }: Box,
  inside: (i: number, j: number, k: number) => boolean
): void {
  let at = 0;
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    for (let j = fromIjk[1]; j < toIjk[1]; j++) {
      for (let i = fromIjk[0]; i < toIjk[0]; i++) voxels[at++] = inside(i, j, k) ? 1 : 0;
    }
  }
}

function startMissing(): CordonError {
  return new CordonError({
    code: 'START_MISSING',
    what: 'There is nothing for the contour to start from',
    why: 'a geodesic contour moves from a start to the next edge',
    remedy: 'choose a segment, set a seed inside the structure, or draw a box',
  });
}
