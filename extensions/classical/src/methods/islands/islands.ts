/**
 * @file Islands: what to do with the connected parts of a segment: keep the largest, drop small ones, keep those that you
 * click, or make each a segment of its own. Rosenfeld A, Pfaltz J. Sequential operations in digital picture processing.
 * J ACM 13(4):471-494, 1966; by runs and union-find (see kernels/components).
 *
 * Complexity O(n / 64 + runs). Memory: 3 bytes and 1 bit per voxel of the region, 8 bytes a run.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type LabelResult,
  type MethodResult,
  type MethodSession,
  type Prompts,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { runsWasm } from '../../generated/runs';
import {
  componentAt,
  labelComponents,
  maskBits,
  measureComponents,
  paintComponents,
  type Components,
  type ComponentSizes,
  type Neighbours,
} from '../../kernels/components';
import { checkCancelled, ImageSession, regionGrid } from '../../kernels/image-session';
import { maskResult } from '../../kernels/mask';
import { emptySegment, loadMask, requireSegment } from '../../kernels/segment-mask';
import { regionVoxels } from '../region-voxels';
import { targetVoxels } from '../seeds';

const parameters = z.object({
  mode: z.enum(['largest', 'drop-small', 'selected', 'split']).default('largest').meta({
    title: 'What to do',
    unit: '',
    description:
      'Keep the largest islands, drop those below a volume, keep those that a seed touches, or split into segments.',
  }),
  count: z
    .int()
    .min(1)
    .max(255)
    .default(1)
    .meta({
      when: { parameter: 'mode', is: ['largest'] },
      title: 'Islands to keep',
      unit: '',
      description: 'How many of the largest islands stay (largest).',
    }),
  mostParts: z
    .int()
    .min(1)
    .max(255)
    .default(20)
    .meta({
      when: { parameter: 'mode', is: ['split'] },
      title: 'Most segments',
      unit: '',
      description: 'How many of the largest islands become segments (split).',
    }),
  minimumMm3: z
    .number()
    .min(0)
    .default(100)
    .meta({
      when: { parameter: 'mode', is: ['drop-small', 'split'] },
      title: 'Smallest volume',
      unit: 'mm³',
      description: 'Islands of a smaller volume are dropped (drop-small, split).',
    }),
  neighbours: z.enum(['6', '18', '26']).default('6').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'What holds an island together: faces (6), faces and edges (18), or corners too (26); in a slice 4, 8, 8.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { runs: runsWasm };

export const islands = defineMethod({
  id: 'islands',
  version: '1.0.0',
  title: 'Islands',
  summary: 'Keeps, drops or separates the unconnected parts of a segment.',
  family: 'operation',
  group: 'clean-up',
  citation:
    'Rosenfeld A, Pfaltz J. Sequential operations in digital picture processing. J ACM 13(4):471-494, 1966.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'required',
    prompts: ['seeds', 'scribbles'],
    promptsWhen: { parameter: 'mode', is: ['selected'] },
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: 4 * voxels, operations: 2 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ prompts, parameters: values, region, segment }, context) => {
        checkCancelled(context);
        const { geometry } = session.image;
        const box = regionBox(region, geometry.size);
        const mask = requireSegment({ segment }, geometry);
        return session.scratch(() => {
          const { arena, kernels } = session;
          const grid = regionGrid(geometry, box);
          const { address } = loadMask(arena, mask, geometry.size, box);
          const bits = maskBits(kernels.runs, arena, grid, address);
          const neighbours = Number(values.neighbours) as Neighbours;
          const found = labelComponents(kernels.runs, arena, bits, neighbours);
          if (found.count === 0) throw emptySegment();
          const sizes = measureComponents(kernels.runs, arena, found, geometry);
          return treat(session, found, sizes, values, prompts, geometry.size);
        });
      },
      close: () => {
        session.close();
      },
    };
  },
});

function treat(
  session: ImageSession<typeof sources>,
  found: Components,
  sizes: ComponentSizes,
  values: Parameters,
  prompts: Prompts,
  size: Vec3
): MethodResult {
  const { arena, kernels } = session;
  const largestFirst = [...sizes.volumesMm3.keys()].sort(
    (a, b) => sizes.volumesMm3[b] - sizes.volumesMm3[a] || a - b
  );
  const bigEnough = largestFirst.filter((at) => sizes.volumesMm3[at] >= values.minimumMm3);
  const keepOnly = (components: readonly number[]): LabelResult => {
    const table = new Uint8Array(found.count + 1);
    for (const component of components) table[component + 1] = 1;
    return maskResult(arena, found.grid, paintComponents(kernels.runs, arena, found, table));
  };
  const facts = [
    { name: 'islands', value: found.count, unit: '' },
    { name: 'largest', value: sizes.volumesMm3[largestFirst[0]], unit: 'mm³' },
  ];
  const done = (labels: LabelResult, warnings: readonly string[] = []): MethodResult => ({
    labels,
    values: facts,
    warnings,
  });
  switch (values.mode) {
    case 'largest':
      return done(keepOnly(largestFirst.slice(0, values.count)));
    case 'drop-small': {
      const none = `No island has ${values.minimumMm3} mm³ or more: nothing is left.`;
      return done(keepOnly(bigEnough), bigEnough.length === 0 ? [none] : []);
    }
    case 'selected':
      return done(keepOnly(touched(session, found, prompts, size)));
    case 'split': {
      const parts = bigEnough.slice(0, values.mostParts);
      const table = new Uint8Array(found.count + 1);
      parts.forEach((component, at) => (table[component + 1] = at + 1));
      const painted = paintComponents(kernels.runs, arena, found, table);
      const left = found.count - parts.length;
      return done(
        {
          ...maskResult(arena, found.grid, painted),
          classes: parts.map((_, at) => ({ value: at + 1 })),
        },
        left > 0 ? [`${left} smaller islands were left out.`] : []
      );
    }
  }
}

/** Components under the seeds. Throws `SEED_OUTSIDE_SEGMENT` when there is none. */
function touched(
  session: ImageSession<typeof sources>,
  found: Components,
  prompts: Prompts,
  size: Vec3
): number[] {
  const seeds = targetVoxels(prompts, size, found.grid.box);
  const components = seeds
    .map(({ index }) => componentAt(session.kernels.runs, found, index) - 1)
    .filter((component) => component >= 0);
  if (components.length > 0) return components;
  throw new CordonError({
    code: 'SEED_OUTSIDE_SEGMENT',
    what: 'No seed touches the segment',
    why: `the voxel at (${seeds[0].ijk.join(', ')}) does not belong to it`,
    remedy: 'click on the island that you want to keep',
  });
}
