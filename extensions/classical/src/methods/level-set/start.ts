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
    const seeds = targetVoxels(prompts, geometry.size, region).map(({ ijk }) => ijk);
    paint(voxels, region, (i, j, k) =>
      seeds.some((seed) => {
        const x = (i - seed[0]) * geometry.spacingMm[0];
        const y = (j - seed[1]) * geometry.spacingMm[1];
        const z = geometry.sliceOffsetsMm[k] - geometry.sliceOffsetsMm[seed[2]];
        return x * x + y * y + z * z <= request.radiusMm ** 2 * (1 + 1e-6);
      })
    );
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
