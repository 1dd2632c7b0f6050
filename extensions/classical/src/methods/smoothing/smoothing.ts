/**
 * @file Smoothing of a segment: median (removes small spikes and dents), opening (removes what is thinner than the ball),
 * closing (fills what is narrower), and joint Gaussian smoothing of several segments that keeps them apart.
 *
 * Median: majority in a box. Opening and closing: exact balls by distance (Maurer 2003). Joint: each class is blurred as a
 * 0/1 image, and each voxel takes the class with the largest value, as in Pinter C, Lasso A, Fichtinger G. Polymorph
 * segmentation representation for medical image computing. Comput Methods Programs Biomed 171:19-26, 2019.
 * Complexity O(n); joint O(n · classes · kernel). Memory per voxel of the box around the segments: median 6 bytes, opening
 * and closing 5, joint 14.
 */
import {
  boxVoxels,
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type Geometry,
  type MethodSession,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
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
import { jointSmoothing } from './joint';
import { medianRadius, medianSmoothing } from './median';

const parameters = z.object({
  method: z
    .enum(['median', 'opening', 'closing', 'joint-gaussian'])
    .default('median')
    .meta({
      title: 'Method',
      unit: '',
      spelled: { 'joint-gaussian': 'Joint Gaussian' },
      description:
        'median evens the surface; opening removes thin parts; closing fills narrow gaps; joint-gaussian smooths several segments and keeps them apart.',
    }),
  radiusMm: z.number().positive().max(50).default(3).meta({
    title: 'Radius',
    unit: 'mm',
    step: 0.5,
    description:
      'Half the window of the median, the radius of the ball of opening and closing, the standard deviation of the Gaussian.',
  }),
});

type Parameters = z.output<typeof parameters>;

export const smoothing = defineMethod({
  id: 'smoothing',
  version: '1.1.0',
  title: 'Smoothing',
  summary:
    'Evens the surface of a segment, or of several segments at once without gaps or overlap.',
  family: 'operation',
  group: 'clean-up',
  citation:
    'Pinter C, Lasso A, Fichtinger G. Polymorph segmentation representation for medical image computing. Comput Methods Programs Biomed 171:19-26, 2019.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'required',
    prompts: ['scribbles'],
    promptsWhen: { parameter: 'method', is: ['joint-gaussian'] },
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: 16 * voxels, operations: 200 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, {
      bitBall: bitBallWasm,
      distance: distanceWasm,
      threshold: thresholdWasm,
      maskOps: maskOpsWasm,
      blur: blurWasm,
    });
    const { kernels } = session;
    /** Opening or closing of the segment in the region of the request, by what is in sight. */
    const openOrClose = (
      segment: Uint8Array,
      { region, sight }: { readonly region: Box; readonly sight: Box },
      radiusMm: number,
      steps: readonly (typeof dilate)[]
    ) => {
      const { arena, image } = session;
      const { geometry } = image;
      const [i, j, k] = reachVoxels(geometry, radiusMm, false);
      // Both steps look one radius around; one voxel more shows what lies outside of the segment.
      const near = growBox(region, [2 * i, 2 * j, 2 * k], sight);
      const bounds = segmentBounds(kernels.maskOps, arena, segment, geometry.size, near);
      const box = growBox(bounds, [i + 1, j + 1, k + 1], sight);
      const mask = loadMask(arena, segment, geometry.size, box);
      const positions = positionsOf(geometry, box.fromIjk[2]);
      for (const step of steps) {
        step(kernels, arena, mask, positions, radiusMm, false, mask.address);
      }
      return pasteLabels(arena.u8(mask.address, boxVoxels(box)), box, region);
    };
    return {
      update: async ({ parameters: { method, radiusMm }, region, segment, prompts }, context) => {
        checkCancelled(context);
        const { arena, image } = session;
        const { geometry } = image;
        const mask = requireSegment({ segment }, geometry);
        const sight = sightOf(region, geometry.size);
        const target = { region: regionBox(region, geometry.size), sight };
        const labels = session.scratch(() => {
          switch (method) {
            case 'median':
              return medianSmoothing(kernels.maskOps, arena, mask, geometry, target, radiusMm);
            case 'opening':
              return openOrClose(mask, target, radiusMm, [erode, dilate]);
            case 'closing':
              return openOrClose(mask, target, radiusMm, [dilate, erode]);
            case 'joint-gaussian':
              return jointSmoothing(kernels, arena, mask, prompts, geometry, target, radiusMm);
          }
        });
        const radius = method === 'median' ? medianRadius(geometry, sight, radiusMm) : undefined;
        const warnings = radius ? medianWarnings(radius, geometry, radiusMm) : [];
        return { labels, values: [], warnings };
      },
      close: () => {
        session.close();
      },
    };
  },
});

/** Says where whole voxels make the window another than was asked for. */
function medianWarnings(radius: Vec3, geometry: Geometry, radiusMm: number): string[] {
  if (radius.every((voxels) => voxels === 0)) {
    return [`A radius of ${radiusMm} mm is less than half a voxel: the segment stays as it is.`];
  }
  const reachMm = radius[2] * geometry.spacingMm[2];
  if (reachMm < 1.5 * radiusMm) return [];
  return [
    `Slices are ${geometry.spacingMm[2].toFixed(1)} mm apart: between them the median looks as far instead of ${radiusMm} mm, and parts in one slice go. Choose Slice as region to smooth in the plane only.`,
  ];
}
