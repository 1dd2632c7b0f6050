/**
 * @file Watershed: water rises over a relief from markers that you draw, or from every basin that is deep enough; where two
 * waters meet is the border. Vincent L, Soille P. Watersheds in digital spaces. IEEE Trans PAMI 13(6):583-598, 1991; flooding
 * from markers as in Beucher S, Meyer F. The morphological approach to segmentation. In: Mathematical Morphology in Image
 * Processing, 1993.
 *
 * Complexity O(n). Memory per voxel of the region beside its copy: 17 bytes with markers, 22 without.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type LabelResult,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { minimaWasm } from '../../generated/minima';
import { reliefWasm } from '../../generated/relief';
import { watershedWasm } from '../../generated/watershed';
import {
  FLOOD_MARKERS_BYTES,
  FLOOD_MINIMA_BYTES,
  FLOOD_QUEUES_BYTES,
  floodMarkers,
  floodMinima,
} from '../../kernels/flooding';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { paddedGrid } from '../../kernels/neighbours';
import { makeRelief, RELIEF_BYTES, type Relief } from '../../kernels/relief';
import { labelsFromMarkers, markersOf, requireTwoClasses } from '../markers';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  start: z.enum(['markers', 'minima']).default('markers').meta({
    title: 'Start from',
    unit: '',
    description: 'markers: what you draw, one label each. minima: every basin, one label each.',
  }),
  relief: z.enum(['gradient', 'image']).default('gradient').meta({
    title: 'Relief',
    unit: '',
    description: 'gradient: borders lie on edges. image: borders lie on bright ridges.',
  }),
  smoothingMm: z.number().min(0).max(20).default(1).meta({
    title: 'Smoothing',
    unit: 'mm',
    step: 0.5,
    description: 'Standard deviation of the Gaussian that calms the image before. 0 for none.',
  }),
  depth: z
    .number()
    .min(0)
    .default(10)
    .meta({
      when: { parameter: 'start', is: ['minima'] },
      title: 'Depth',
      unit: 'modality',
      description:
        'Only for minima: basins that are shallower join their neighbour. In units of the image, per mm for the gradient.',
    }),
  neighbours: z.enum(['6', '26']).default('6').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'Water flows through faces (6), or through edges and corners too (26); in a slice 4, 8.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = {
  relief: reliefWasm,
  blur: blurWasm,
  minima: minimaWasm,
  watershed: watershedWasm,
};
type Session = ImageSession<typeof sources>;

/** Labels are 16 bits. */
const MOST_BASINS = 65535;

export const watershed = defineMethod({
  id: 'watershed',
  version: '1.0.0',
  title: 'Watershed',
  summary: 'Grows marked structures until they meet on the edges between them.',
  family: 'classical',
  group: 'grow',
  citation:
    'Vincent L, Soille P. Watersheds in digital spaces: an efficient algorithm based on immersion simulations. IEEE Trans PAMI 13(6):583-598, 1991.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: ['seeds', 'scribbles'],
    promptsWhen: { parameter: 'start', is: ['markers'] },
    promptLabels: 'many',
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    const flooding = Math.max(FLOOD_MARKERS_BYTES + 4, FLOOD_MINIMA_BYTES + 4);
    const perVoxel = work.bytesPerVoxel + 2 + Math.max(RELIEF_BYTES, flooding);
    return { bytes: perVoxel * voxels + FLOOD_QUEUES_BYTES, operations: 300 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    let known: { readonly key: string; readonly relief: Relief } | undefined;
    /** The relief stays as long as region, relief and smoothing stay. */
    const reliefOf = (image: ResidentImage, { relief: of, smoothingMm }: Parameters): Relief => {
      const address = session.derived('relief', () => {
        known = undefined;
        return session.arena.allocate(2 * image.count);
      });
      const key = `${of} ${smoothingMm}`;
      if (known?.key !== key) {
        const settings = { of, smoothingMm };
        const relief = makeRelief(session.kernels, session.arena, image, settings, address);
        known = { key, relief };
      }
      return known.relief;
    };
    return {
      update: async ({ prompts, parameters: values, region }, context) => {
        checkCancelled(context);
        const { size } = session.image.geometry;
        const box = regionBox(region, size);
        const markers = values.start === 'markers' ? markersOf(prompts, size, box) : undefined;
        if (markers) requireTwoClasses(markers);
        const image = session.resident(box);
        const relief = reliefOf(image, values);
        const grid = paddedGrid(image.squeezedSize, values.neighbours === '26' ? 'full' : 'face');
        const { arena, kernels } = session;
        const flow = {
          kernels: kernels.watershed,
          minimaKernels: kernels.minima,
          arena,
          context,
        };
        const mark = arena.mark();
        try {
          if (markers) {
            const at = arena.allocate(2 * image.count);
            arena.u16(at, image.count).set(markers.voxels);
            await floodMarkers(flow, grid, relief, at, markers.labels.length, at);
            const labels = labelsFromMarkers(box, arena.u16(at, image.count), markers);
            return { labels, values: [], warnings: [] };
          }
          const at = arena.allocate(4 * image.count);
          const depth = Math.round(Math.min(values.depth * relief.levelsPerUnit, relief.topLevel));
          const count = await floodMinima(flow, grid, relief, depth, at);
          const labels = basinLabels(session, image, count, at);
          return { labels, values: [{ name: 'basins', value: count, unit: '1' }], warnings: [] };
        } finally {
          arena.rewind(mark);
        }
      },
      close: () => {
        session.close();
      },
    };
  },
});

function basinLabels(
  { arena }: Session,
  image: ResidentImage,
  count: number,
  at: number
): LabelResult {
  if (count > MOST_BASINS) {
    throw new CordonError({
      code: 'TOO_MANY_BASINS',
      what: 'The image falls apart into too many basins',
      why: `there are ${count}, at most ${MOST_BASINS} can be told apart`,
      remedy: 'choose a larger depth or more smoothing, or a smaller region',
    });
  }
  const basins = arena.u32(at, image.count);
  const voxels = count > 255 ? Uint16Array.from(basins) : Uint8Array.from(basins);
  const classes = Array.from({ length: count }, (_, basin) => ({ value: basin + 1 }));
  return { box: image.box, voxels, classes };
}
