/**
 * @file Logical operations: a segment joined with, cut by or freed from other voxels on the same grid.
 *
 * The other voxels come as scribbles of any target label: the voxels of another segment, or what was drawn.
 * Complexity O(n), 16 voxels a step. Memory: 3 bytes per voxel of the region.
 */
import {
  BACKGROUND,
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type Prompts,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { maskOpsWasm } from '../../generated/mask-ops';
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import { loadMask, requireSegment } from '../../kernels/segment-mask';
import { paintScribbles } from '../markers';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  operation: z
    .enum(['union', 'intersect', 'subtract', 'exclusive', 'invert'])
    .default('union')
    .meta({
      title: 'Operation',
      unit: '',
      description:
        'union: in either; intersect: in both; subtract: in the segment but not in the other; exclusive: in exactly one; invert: all but the segment.',
    }),
});

type Parameters = z.output<typeof parameters>;

/** Numbers that the kernel knows. */
const KERNEL_OPERATION = { union: 0, intersect: 1, subtract: 2, exclusive: 3 } as const;

export const logical = defineMethod({
  id: 'logical',
  version: '1.0.0',
  title: 'Logical operation',
  summary: 'Joins a segment with another one, cuts it by it, or subtracts it.',
  family: 'operation',
  group: 'combine',
  citation: 'Soille P. Morphological Image Analysis, 2nd ed., section 2.3. Springer, 2003.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'required',
    prompts: ['scribbles'],
    promptsWhen: { parameter: 'operation', is: ['union', 'intersect', 'subtract', 'exclusive'] },
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: 3 * voxels, operations: voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, { maskOps: maskOpsWasm });
    return {
      update: async ({ parameters: { operation }, region, segment, prompts }, context) => {
        checkCancelled(context);
        const { arena, image } = session;
        const { maskOps } = session.kernels;
        const { size } = image.geometry;
        const mask = requireSegment({ segment }, image.geometry);
        if (operation !== 'invert') requireOther(prompts);
        const box = regionBox(region, size);
        const labels = session.scratch(() => {
          const { address, size: extent } = loadMask(arena, mask, size, box);
          const count = extent[0] * extent[1] * extent[2];
          if (operation === 'invert') maskOps.invert(address, address, count);
          else {
            const other = arena.allocate(count);
            const voxels = arena.u8(other, count);
            voxels.fill(0);
            paintScribbles(prompts, size, box, voxels, ({ label }) =>
              label === BACKGROUND ? undefined : 1
            );
            maskOps.combine(address, other, address, count, KERNEL_OPERATION[operation]);
          }
          return { box, voxels: arena.u8(address, count).slice(), classes: [{ value: 1 }] };
        });
        return { labels, values: [], warnings: [] };
      },
      close: () => {
        session.close();
      },
    };
  },
});

function requireOther({ scribbles }: Prompts): void {
  if (scribbles.some(({ label, voxels }) => label !== BACKGROUND && voxels.length > 0)) return;
  throw new CordonError({
    code: 'OTHER_SEGMENT_MISSING',
    what: 'There is nothing to combine the segment with',
    why: 'the other voxels are empty',
    remedy: 'choose another segment, or draw scribbles',
  });
}
