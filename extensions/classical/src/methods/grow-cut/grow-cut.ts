/**
 * @file Grow-cut: marked structures grow against each other at once; each voxel goes to the neighbour that attacks it hardest.
 * Vezhnevets V, Konouchine V. GrowCut: interactive multi-label N-D image segmentation by cellular automata. Graphicon 2005.
 *
 * Complexity O(n log n): each voxel is settled once, the strongest first (Dijkstra EW. A note on two problems in connexion with
 * graphs. Numer Math 1959;1:269-271). Memory: 33 bytes per voxel of the region beside its copy.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { growCutWasm } from '../../generated/grow-cut';
import { reliefWasm } from '../../generated/relief';
import {
  breathe,
  checkCancelled,
  ImageSession,
  type ResidentImage,
} from '../../kernels/image-session';
import { paddedGrid } from '../../kernels/neighbours';
import { KERNEL_TYPE } from '../../kernels/relief';
import { labelsFromMarkers, markersOf, requireTwoClasses, type Markers } from '../markers';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  neighbours: z.enum(['6', '26']).default('26').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'A voxel is attacked through its faces (6), or edges and corners too (26); in a slice 4, 8.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { blur: blurWasm, growCut: growCutWasm, relief: reliefWasm };
type Session = ImageSession<typeof sources>;

/** Cells that are settled between two looks for a cancel. */
const CELLS_PER_BREATH = 100_000;

export const growCut = defineMethod({
  id: 'grow-cut',
  version: '1.0.0',
  title: 'Grow-cut',
  summary: 'Grows all marked structures at once until they meet where the image differs most.',
  family: 'classical',
  group: 'grow',
  citation:
    'Vezhnevets V, Konouchine V. GrowCut: interactive multi-label N-D image segmentation by cellular automata. Graphicon, 2005.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['box', 'slice', 'volume'],
    segment: 'none',
    prompts: ['seeds', 'scribbles'],
    promptLabels: 'many',
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: (work.bytesPerVoxel + 33) * voxels, operations: 500 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ prompts, parameters: { neighbours }, region }, context) => {
        checkCancelled(context);
        const { size } = session.image.geometry;
        const box = regionBox(region, size);
        const markers = markersOf(prompts, size, box);
        requireTwoClasses(markers);
        const image = session.resident(box);
        const mark = session.arena.mark();
        try {
          const grown = await grow(session, image, markers, neighbours, context);
          const labels = labelsFromMarkers(box, grown, markers);
          return { labels, values: [], warnings: [] };
        } finally {
          session.arena.rewind(mark);
        }
      },
      close: () => {
        session.close();
      },
    };
  },
});

/** The winning marker of each voxel. The view lives until the arena is used again. */
async function grow(
  { arena, kernels }: Session,
  image: ResidentImage,
  markers: Markers,
  neighbours: Parameters['neighbours'],
  context: UpdateContext
): Promise<Uint16Array> {
  const { count, squeezedSize: size } = image;
  const {
    size: shape,
    pad,
    total,
    offsets,
  } = paddedGrid(size, neighbours === '26' ? 'full' : 'face');
  const near = arena.allocate(offsets.length * 4);
  arena.i32(near, offsets.length).set(offsets);
  const range = arena.allocate(8);
  const values = arena.allocate(4 * total);
  const strength = arena.allocate(4 * total);
  const steps = arena.allocate(4 * total);
  const labels = arena.allocate(2 * total);
  const ways = arena.allocate(total);
  const places = arena.allocate(4 * total);
  const heap = arena.allocate(12 * total);
  const markersAt = arena.allocate(2 * count);
  arena.u16(markersAt, count).set(markers.voxels);
  // The flat image is needed only until it lies in the padded one: it may lie where the heap goes.
  kernels.blur.toFloat(image.address, heap, count, KERNEL_TYPE[image.type]);
  kernels.relief.extremes(heap, count, range);
  const [least, most] = arena.f32(range, 2);
  const scale = most > least ? Math.fround(1 / Math.fround(most - least)) : 0;
  kernels.growCut.prepare(
    heap,
    markersAt,
    values,
    strength,
    steps,
    labels,
    places,
    heap,
    ...shape,
    pad
  );
  const evolve = () =>
    kernels.growCut.evolve(
      CELLS_PER_BREATH,
      values,
      strength,
      steps,
      labels,
      ways,
      places,
      heap,
      near,
      offsets.length,
      scale
    );
  while (evolve() === 0) await breathe(context);
  kernels.growCut.takeLabels(labels, markersAt, ...shape, pad);
  return arena.u16(markersAt, count);
}
