/**
 * @file Margin: grows or shrinks a segment by a distance in millimetres, the same in every direction of the patient.
 *
 * Exact Euclidean distance between voxel centres on the true grid (anisotropic, uneven slices): Maurer C, Qi R, Raghavan V.
 * A linear time algorithm for computing exact Euclidean distance transforms of binary images in arbitrary dimensions.
 * IEEE Trans PAMI 25(2):265-270, 2003.
 * Complexity O(n) in the box around the segment and its margin, for any margin. Memory: 6 bytes per voxel of that box.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type Geometry,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { bitBallWasm } from '../../generated/bit-ball';
import { distanceWasm } from '../../generated/distance';
import { maskOpsWasm } from '../../generated/mask-ops';
import { thresholdWasm } from '../../generated/threshold';
import type { Arena } from '../../kernels/arena';
import { dilate, erode, type BallKernels } from '../../kernels/ball';
import { positionsOf } from '../../kernels/distance';
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import {
  growBox,
  loadMask,
  pasteLabels,
  reachVoxels,
  requireSegment,
  segmentBounds,
  sightOf,
} from '../../kernels/segment-mask';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  marginMm: z.number().min(-100).max(100).default(3).meta({
    title: 'Margin',
    unit: 'mm',
    description: 'Positive grows the segment by this distance, negative shrinks it.',
  }),
  dimension: z.enum(['3d', '2d']).default('3d').meta({
    title: 'Dimension',
    unit: '',
    description:
      '3d works in all directions, 2d within each slice only; a single slice stands alone in both.',
  }),
});

type Parameters = z.output<typeof parameters>;

export const margin = defineMethod({
  id: 'margin',
  version: '1.1.0',
  title: 'Margin',
  summary: 'Grows or shrinks a segment by a distance in millimetres, exactly.',
  family: 'operation',
  group: 'clean-up',
  citation:
    'Maurer C, Qi R, Raghavan V. A linear time algorithm for computing exact Euclidean distance transforms of binary images in arbitrary dimensions. IEEE Trans PAMI 25(2):265-270, 2003.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'required',
    prompts: [],
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: 7 * voxels, operations: 60 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, {
      bitBall: bitBallWasm,
      distance: distanceWasm,
      threshold: thresholdWasm,
      maskOps: maskOpsWasm,
    });
    return {
      update: async ({ parameters: { marginMm, dimension }, region, segment }, context) => {
        checkCancelled(context);
        const { geometry } = session.image;
        const mask = requireSegment({ segment }, geometry);
        const planar = dimension === '2d' && region.kind !== 'slice';
        const target = regionBox(region, geometry.size);
        const sight = sightOf(region, geometry.size);
        const labels = session.scratch(() => {
          const near = growBox(target, reachVoxels(geometry, Math.max(0, marginMm), planar), sight);
          const { maskOps } = session.kernels;
          const bounds = segmentBounds(maskOps, session.arena, mask, geometry.size, near);
          const { box, voxels } = moveSurface(
            session.kernels,
            session.arena,
            mask,
            geometry,
            { bounds, sight },
            marginMm,
            planar
          );
          return pasteLabels(voxels, box, target);
        });
        return { labels, values: [], warnings: [] };
      },
      close: () => {
        session.close();
      },
    };
  },
});

/**
 * The segment with its surface moved outwards by `distanceMm` (inwards when negative), in a box that holds all of the
 * result. `bounds` is the box around the segment's voxels that matter, `sight` what else is looked at. The voxels live until the
 * arena is used again.
 */
export function moveSurface(
  kernels: BallKernels,
  arena: Arena,
  segment: Uint8Array,
  geometry: Geometry,
  { bounds, sight }: { readonly bounds: Box; readonly sight: Box },
  distanceMm: number,
  planar: boolean
): { readonly box: Box; readonly voxels: Uint8Array } {
  const { size } = geometry;
  // One layer of voxels around the bounds is enough to know the nearest voxel outside.
  const reach = distanceMm > 0 ? reachVoxels(geometry, distanceMm, planar) : ([1, 1, 1] as const);
  const box = growBox(bounds, reach, sight);
  const mask = loadMask(arena, segment, size, box);
  const positions = positionsOf(geometry, box.fromIjk[2]);
  const move = distanceMm > 0 ? dilate : erode;
  if (distanceMm !== 0) {
    move(kernels, arena, mask, positions, Math.abs(distanceMm), planar, mask.address);
  }
  return { box, voxels: arena.u8(mask.address, mask.size[0] * mask.size[1] * mask.size[2]) };
}
