/**
 * @file Connected components: gives each connected part of a segment a label of its own, in the order of first voxels.
 * Rosenfeld A, Pfaltz J. Sequential operations in digital picture processing. J ACM 13(4):471-494, 1966; by runs and
 * union-find (see kernels/components).
 *
 * Complexity O(n / 64 + runs). Memory: 5 bytes and 1 bit per voxel of the region, 8 bytes a run.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { runsWasm } from '../../generated/runs';
import {
  labelComponents,
  maskBits,
  paintComponents16,
  type Neighbours,
} from '../../kernels/components';
import { checkCancelled, ImageSession, regionGrid } from '../../kernels/image-session';
import { emptySegment, loadMask, requireSegment } from '../../kernels/segment-mask';
import { regionVoxels } from '../region-voxels';

const MOST_LABELS = 65535;

const parameters = z.object({
  neighbours: z.enum(['6', '18', '26']).default('6').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'What holds a component together: faces (6), faces and edges (18), or corners too (26); in a slice 4, 8, 8.',
  }),
});

type Parameters = z.output<typeof parameters>;

export const connectedComponents = defineMethod({
  id: 'connected-components',
  version: '1.0.0',
  title: 'Connected components',
  summary: 'Makes every unconnected part of a segment a segment of its own.',
  family: 'operation',
  group: 'clean-up',
  citation:
    'Rosenfeld A, Pfaltz J. Sequential operations in digital picture processing. J ACM 13(4):471-494, 1966.',
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
    return { bytes: 6 * voxels, operations: 2 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, { runs: runsWasm });
    return {
      update: async ({ parameters: values, region, segment }, context) => {
        checkCancelled(context);
        const { geometry } = session.image;
        const box = regionBox(region, geometry.size);
        const mask = requireSegment({ segment }, geometry);
        const { arena, kernels } = session;
        return session.scratch(() => {
          const grid = regionGrid(geometry, box);
          const { address } = loadMask(arena, mask, geometry.size, box);
          const bits = maskBits(kernels.runs, arena, grid, address);
          const neighbours = Number(values.neighbours) as Neighbours;
          const found = labelComponents(kernels.runs, arena, bits, neighbours);
          checkCount(found.count);
          const table = Uint16Array.from({ length: found.count + 1 }, (_, label) => label);
          const out = paintComponents16(kernels.runs, arena, found, table);
          return {
            labels: {
              box,
              voxels: arena.u16(out, grid.count).slice(),
              classes: Array.from({ length: found.count }, (_, at) => ({ value: at + 1 })),
            },
            values: [{ name: 'components', value: found.count, unit: '' }],
            warnings: [],
          };
        });
      },
      close: () => {
        session.close();
      },
    };
  },
});

function checkCount(count: number): void {
  if (count === 0) throw emptySegment();
  if (count <= MOST_LABELS) return;
  throw new CordonError({
    code: 'TOO_MANY_COMPONENTS',
    what: 'The segment has too many unconnected parts',
    why: `it has ${count}, a label volume holds ${MOST_LABELS}`,
    remedy: 'drop small islands first, or choose a smaller region',
  });
}
