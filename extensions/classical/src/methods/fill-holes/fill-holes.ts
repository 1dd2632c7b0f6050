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
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { maskOpsWasm } from '../../generated/mask-ops';
import { voxelVolumes } from '../../kernels/components';
import { checkCancelled, ImageSession, regionGrid } from '../../kernels/image-session';
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
/** Sums of volumes are not exact: a hole of just the limit is filled. */
const ROUNDING = 1e-9;

export const fillHoles = defineMethod({
  id: 'fill-holes',
  version: '1.1.0',
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
          const grid = regionGrid(geometry, box);
          const squeezed = grid.squeezedSize;
          const planar = dimension === '2d' || squeezed[2] === 1 ? 1 : 0;
          const { address } = block;
          const { count } = grid;
          const runs = maskOps.countRuns(address, squeezed[0], squeezed[1] * squeezed[2], 0);
          const stack = arena.allocate(runs * 4 + 4);
          maskOps.floodFromBorder(address, ...squeezed, HOLE, OUTSIDE, planar, stack);
          if (largestHoleMm3 > 0) {
            const table = voxelVolumes(grid, geometry);
            const volumes = arena.allocate(table.byteLength);
            arena.f64(volumes, table.length).set(table);
            const most = largestHoleMm3 * (1 + ROUNDING);
            maskOps.floodByVolume(
              address,
              ...squeezed,
              HOLE,
              FILLED,
              OUTSIDE,
              most,
              planar,
              stack,
              volumes
            );
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
