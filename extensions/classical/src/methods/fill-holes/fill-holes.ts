/**
 * @file Fill holes: what a segment encloses becomes part of it, in 3D or slice by slice.
 *
 * A hole is background that is not connected to the border of the region through face neighbours. Soille P. Morphological
 * Image Analysis, 2nd ed., section 6.3.7. Springer, 2003.
 * Complexity O(n). Memory: 2 bytes per voxel of the region and 4 bytes per run of background.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { maskOpsWasm } from '../../generated/mask-ops';
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import { loadMask, requireSegment } from '../../kernels/segment-mask';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  dimension: z.enum(['3d', '2d']).default('3d').meta({
    title: 'Dimension',
    unit: '',
    description: '3d fills enclosed cavities; 2d fills what is enclosed within a slice.',
  }),
  largestHoleMm3: z.number().min(0).default(0).meta({
    title: 'Largest hole',
    unit: 'mm³',
    step: 10,
    description: 'Larger holes stay open. 0 fills all of them.',
  }),
});

type Parameters = z.output<typeof parameters>;

/** What a byte of the work space says about a voxel. */
const HOLE = 0;
const OUTSIDE = 2;
const FILLED = 3;
/** The segment (state 1) and what is filled become 1, all else 0: one byte a state, the lowest state first. */
const FILL_ALL = 0x00_00_01_01;
const FILL_MARKED = 0x01_00_01_00;

export const fillHoles = defineMethod({
  id: 'fill-holes',
  version: '1.0.0',
  title: 'Fill holes',
  summary: 'Adds to a segment what it encloses, in 3D or slice by slice.',
  family: 'operation',
  group: 'clean-up',
  citation: 'Soille P. Morphological Image Analysis, 2nd ed., section 6.3.7. Springer, 2003.',
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
    return { bytes: 4 * voxels, operations: 10 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, { maskOps: maskOpsWasm });
    return {
      update: async ({ parameters: { dimension, largestHoleMm3 }, region, segment }, context) => {
        checkCancelled(context);
        const { arena, image } = session;
        const { maskOps } = session.kernels;
        const { geometry } = image;
        const mask = requireSegment({ segment }, geometry);
        const box = regionBox(region, geometry.size);
        return session.scratch(() => {
          const block = loadMask(arena, mask, geometry.size, box);
          // A slice along any axis has its two extents first, so that it is a plane for the kernel too.
          const squeezed = squeeze(block.size);
          const planar = dimension === '2d' || squeezed[2] === 1 ? 1 : 0;
          const { address } = block;
          const count = squeezed[0] * squeezed[1] * squeezed[2];
          const runs = maskOps.countRuns(address, squeezed[0], squeezed[1] * squeezed[2], 0);
          const stack = arena.allocate(runs * 4 + 4);
          maskOps.floodFromBorder(address, ...squeezed, HOLE, OUTSIDE, planar, stack);
          if (largestHoleMm3 > 0) {
            const [columnMm, rowMm, sliceMm] = geometry.spacingMm;
            const most = Math.floor(largestHoleMm3 / (columnMm * rowMm * sliceMm) + 1e-6);
            const limit = Math.min(most, 0x7fffffff);
            maskOps.floodBySize(address, ...squeezed, HOLE, FILLED, OUTSIDE, limit, planar, stack);
          }
          maskOps.translate(address, count, largestHoleMm3 > 0 ? FILL_MARKED : FILL_ALL);
          const voxels = arena.u8(address, count).slice();
          const labels = { box, voxels, classes: [{ value: 1 }] };
          return { labels, values: [], warnings: [] };
        });
      },
      close: () => {
        session.close();
      },
    };
  },
});

/** The extent with axes of one voxel moved to the end; the order in memory stays the same. */
function squeeze(size: Vec3): Vec3 {
  const long = size.filter((extent) => extent > 1);
  return [long[0] ?? 1, long[1] ?? 1, long[2] ?? 1];
}
