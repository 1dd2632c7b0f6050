/**
 * @file Hollow: a shell of even thickness along the surface of a segment, for example a vessel wall.
 *
 * Exact Euclidean distance in millimetres as in the margin operation (Maurer 2003). Complexity O(n) in the box around the
 * segment. Memory: 8 bytes per voxel of that box.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { bitBallWasm } from '../../generated/bit-ball';
import { distanceWasm } from '../../generated/distance';
import { maskOpsWasm } from '../../generated/mask-ops';
import { thresholdWasm } from '../../generated/threshold';
import { dilate, erode } from '../../kernels/ball';
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
  thicknessMm: z.number().positive().max(100).default(3).meta({
    title: 'Thickness',
    unit: 'mm',
    step: 0.5,
    description: 'Thickness of the shell.',
  }),
  surface: z.enum(['outside', 'inside', 'medial']).default('outside').meta({
    title: 'The segment is',
    unit: '',
    description:
      'What the surface of the present segment becomes: the outside of the shell (which then lies within it), its inside, or its middle.',
  }),
  dimension: z.enum(['3d', '2d']).default('3d').meta({
    title: 'Dimension',
    unit: '',
    description:
      '3d works in all directions, 2d within each slice only; a single slice stands alone in both.',
  }),
});

type Parameters = z.output<typeof parameters>;

/** How far the two surfaces of the shell lie outside of the segment's, as shares of the thickness. */
const SURFACES = {
  outside: { outer: 0, inner: -1 },
  inside: { outer: 1, inner: 0 },
  medial: { outer: 0.5, inner: -0.5 },
} as const;

/** `a without b` of the kernel. */
const WITHOUT = 2;

export const hollow = defineMethod({
  id: 'hollow',
  version: '1.1.0',
  title: 'Hollow',
  summary: 'Replaces a segment by a shell of even thickness along its surface.',
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
    return { bytes: 9 * voxels, operations: 120 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, {
      bitBall: bitBallWasm,
      distance: distanceWasm,
      threshold: thresholdWasm,
      maskOps: maskOpsWasm,
    });
    return {
      update: async (
        { parameters: { thicknessMm, surface, dimension }, region, segment },
        context
      ) => {
        checkCancelled(context);
        const { kernels, arena, image } = session;
        const { geometry } = image;
        const mask = requireSegment({ segment }, geometry);
        const planar = dimension === '2d' && region.kind !== 'slice';
        const { outer, inner } = SURFACES[surface];
        const target = regionBox(region, geometry.size);
        const sight = sightOf(region, geometry.size);
        const labels = session.scratch(() => {
          const reach = reachVoxels(geometry, outer * thicknessMm, planar);
          const near = growBox(target, reach, sight);
          const bounds = segmentBounds(kernels.maskOps, arena, mask, geometry.size, near);
          const box = growBox(bounds, [reach[0] + 1, reach[1] + 1, reach[2] + 1], sight);
          const positions = positionsOf(geometry, box.fromIjk[2]);
          const block = loadMask(arena, mask, geometry.size, box);
          const count = block.size[0] * block.size[1] * block.size[2];
          const within = arena.allocate(count);
          arena.u8(within, count).set(arena.u8(block.address, count));
          const { address } = block;
          if (inner < 0) {
            erode(kernels, arena, block, positions, -inner * thicknessMm, planar, within);
          }
          if (outer > 0) {
            dilate(kernels, arena, block, positions, outer * thicknessMm, planar, address);
          }
          kernels.maskOps.combine(address, within, address, count, WITHOUT);
          return pasteLabels(arena.u8(address, count), box, target);
        });
        return { labels, values: [], warnings: [] };
      },
      close: () => {
        session.close();
      },
    };
  },
});
