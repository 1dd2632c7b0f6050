/**
 * @file Graph cut: of all borders that separate the object's seeds from the background's, the one with the smallest cost:
 * short, along edges, and with what looks like the object inside. Boykov Y, Jolly M-P. Interactive graph cuts for optimal
 * boundary and region segmentation of objects in N-D images. ICCV 2001. Solver: Boykov Y, Kolmogorov V. An experimental
 * comparison of min-cut/max-flow algorithms. IEEE Trans PAMI 26(9):1124-1137, 2004. Warm: Kohli P, Torr P. Dynamic graph cuts.
 * IEEE Trans PAMI 29(12):2079-2088, 2007.
 *
 * Complexity: worst case O(n² · links · cut), in practice nearly O(n). Memory per voxel of the region beside its copy: 41 bytes
 * with 4, 8 and 6 neighbours, 77 with 26; on basins 28.
 */
import {
  BACKGROUND,
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { adjacencyWasm } from '../../generated/adjacency';
import { blurWasm } from '../../generated/blur';
import { cutWasm } from '../../generated/cut';
import { minimaWasm } from '../../generated/minima';
import { reliefWasm } from '../../generated/relief';
import { watershedWasm } from '../../generated/watershed';
import { gridBytes, MARK } from '../../kernels/cut';
import { FLOOD_MINIMA_BYTES, FLOOD_QUEUES_BYTES, floodMinima } from '../../kernels/flooding';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { paddedGrid } from '../../kernels/neighbours';
import { makeRelief, type Relief } from '../../kernels/relief';
import { markersOf, requireTwoClasses, type Markers } from '../markers';
import { regionVoxels } from '../region-voxels';
import { BasinGraph } from './basin-graph';
import {
  automaticSigma,
  boundaryWeights,
  distanceFactors,
  gridKind,
  terminalTable,
} from './energy';
import { logRatio } from './region-model';
import { VOXEL_GRAPH_BYTES, VoxelGraph, type CutGraph } from './voxel-graph';

const parameters = z.object({
  nodes: z.enum(['voxels', 'basins']).default('voxels').meta({
    title: 'Nodes',
    unit: '',
    description: 'voxels: exact, for a box or a slice. basins: those of a watershed, for volumes.',
  }),
  region: z.enum(['histogram', 'gaussian-mixture', 'none']).default('histogram').meta({
    title: 'Appearance',
    unit: '',
    description: 'What the seeds teach about the brightness of object and background.',
  }),
  regionWeight: z
    .number()
    .min(0)
    .max(10)
    .default(0.1)
    .meta({
      when: { parameter: 'region', is: ['histogram', 'gaussian-mixture'] },
      title: 'Weight of appearance',
      unit: '',
      step: 0.05,
      description: 'Against the border: 0 looks at edges only.',
    }),
  sigma: z.number().min(0).default(0).meta({
    title: 'Edge contrast',
    unit: 'modality',
    description: 'Differences of neighbours above this count as edges. 0: found from the image.',
  }),
  neighbours: z.enum(['6', '26']).default('6').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'Links of a voxel: 6, or 26 for rounder borders and twice the memory; in a slice 4, 8.',
  }),
  depth: z
    .number()
    .min(0)
    .default(5)
    .meta({
      when: { parameter: 'nodes', is: ['basins'] },
      title: 'Depth of basins',
      unit: 'modality',
      description:
        'Only for basins: shallower ones join their neighbour (per mm, on the gradient).',
    }),
});

type Parameters = z.output<typeof parameters>;

const sources = {
  adjacency: adjacencyWasm,
  blur: blurWasm,
  cut: cutWasm,
  minima: minimaWasm,
  relief: reliefWasm,
  watershed: watershedWasm,
};
type Session = ImageSession<typeof sources>;

/** Smoothing before the basins (mm). */
const BASIN_SMOOTHING_MM = 1;
/** What one graph may take of the 4 GiB that a kernel can address. */
const MOST_BYTES = 3.5 * 2 ** 30;

export const graphCut = defineMethod({
  id: 'graph-cut',
  version: '1.1.0',
  title: 'Graph cut',
  summary: 'Finds the best border between what you marked as object and as background.',
  family: 'classical',
  group: 'grow',
  citation:
    'Boykov Y, Jolly M-P. Interactive graph cuts for optimal boundary and region segmentation of objects in N-D images. ICCV 2001; Boykov Y, Kolmogorov V. IEEE Trans PAMI 26(9):1124-1137, 2004.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['box', 'slice', 'volume'],
    segment: 'none',
    prompts: ['seeds', 'scribbles'],
    promptLabels: 'background',
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    // The graph of voxels with 6 neighbours; 26 need more, which is checked when it is chosen.
    const bytes = (work.bytesPerVoxel + 41) * voxels + FLOOD_QUEUES_BYTES;
    return { bytes, operations: 2000 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    const keeper = new GraphKeeper(session);
    return {
      update: async ({ prompts, parameters: values, region }, context) => {
        checkCancelled(context);
        const { size } = session.image.geometry;
        const box = regionBox(region, size);
        const markers = markersOf(prompts, size, box);
        requireTwoClasses(markers);
        const target = markers.labels.find((label) => label !== BACKGROUND) ?? 1;
        const image = keeper.imageOf(box, values);
        const { arena } = session;
        try {
          const { graph, relief, out } = await keeper.graphOf(image, values, context);
          const marks = marksOf(markers, target);
          const levels = arena.u16(relief.address, image.count);
          const ratio = logRatio(
            values.region,
            levelsOf(levels, marks, MARK.object),
            levelsOf(levels, marks, MARK.background),
            relief.topLevel
          );
          const table = terminalTable(ratio, values.regionWeight);
          await graph.solve({ table, marks }, out, context);
          const voxels = arena.u8(out, image.count).slice();
          if (target !== 1) for (let at = 0; at < voxels.length; at++) voxels[at] *= target;
          const labels = { box, voxels, classes: [{ value: target }] };
          return { labels, values: [], warnings: graph.warnings };
        } catch (error) {
          keeper.forget();
          throw error;
        }
      },
      close: () => {
        session.close();
      },
    };
  },
});

interface KeptGraph {
  readonly key: string;
  readonly graph: CutGraph;
  readonly relief: Relief;
  /** Place of the result, uint8 a voxel. */
  readonly out: number;
}

/** Keeps image, levels and graph as long as region and the parameters that shape the graph stay. */
export class GraphKeeper {
  readonly #session: Session;
  #image: ResidentImage | undefined;
  #base = 0;
  #kept: KeptGraph | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The voxels of the box. Throws `GRAPH_TOO_LARGE` before anything is allocated. */
  imageOf(box: ReturnType<typeof regionBox>, { nodes, neighbours }: Parameters): ResidentImage {
    const extent = [0, 1, 2].map((axis) => box.toIjk[axis] - box.fromIjk[axis]);
    const voxels = extent[0] * extent[1] * extent[2];
    const perNode = neighbours === '26' ? gridBytes(26) : gridBytes(6);
    const perVoxel = nodes === 'voxels' ? perNode + VOXEL_GRAPH_BYTES : FLOOD_MINIMA_BYTES + 8;
    const bytes = voxels * (perVoxel + this.#session.image.voxels.BYTES_PER_ELEMENT);
    if (bytes > MOST_BYTES) throw tooLarge(extent, bytes, nodes);
    const image = this.#session.resident(box);
    if (image !== this.#image) {
      this.#image = image;
      this.#kept = undefined;
      this.#base = this.#session.arena.mark();
    }
    return image;
  }

  async graphOf(
    image: ResidentImage,
    values: Parameters,
    context: UpdateContext
  ): Promise<KeptGraph> {
    const { nodes, neighbours, sigma, depth } = values;
    const key = JSON.stringify([nodes, neighbours, sigma, nodes === 'basins' ? depth : 0]);
    if (this.#kept?.key === key) return this.#kept;
    const { arena, kernels } = this.#session;
    this.forget();
    const address = arena.allocate(2 * image.count);
    const out = arena.allocate(image.count);
    const settings = { of: 'image', smoothingMm: 0 } as const;
    const relief = makeRelief(kernels, arena, image, settings, address);
    const kind = gridKind(image.squeezedSize, neighbours);
    const sigmaLevels =
      sigma > 0
        ? sigma * relief.levelsPerUnit
        : automaticSigma(arena.u16(address, image.count), image.squeezedSize);
    const weights = boundaryWeights(relief.topLevel, sigmaLevels);
    const factors = distanceFactors(kind, image.squeezedSpacingMm);
    const graph =
      nodes === 'voxels'
        ? new VoxelGraph(kernels.cut, arena, image, kind, address, weights, factors)
        : new BasinGraph(
            kernels,
            arena,
            image,
            kind,
            address,
            await this.#basinsOf(image, depth, context),
            weights,
            factors
          );
    this.#kept = { key, graph, relief, out };
    return this.#kept;
  }

  /** Gives back the graph, for example after a cancel in the middle of its solution. */
  forget(): void {
    this.#kept = undefined;
    if (this.#image) this.#session.arena.rewind(this.#base);
  }

  async #basinsOf(image: ResidentImage, depth: number, context: UpdateContext) {
    const { arena, kernels } = this.#session;
    const address = arena.allocate(4 * image.count);
    const mark = arena.mark();
    const gradient = arena.allocate(2 * image.count);
    const settings = { of: 'gradient', smoothingMm: BASIN_SMOOTHING_MM } as const;
    const relief = makeRelief(kernels, arena, image, settings, gradient);
    const flow = { kernels: kernels.watershed, minimaKernels: kernels.minima, arena, context };
    const levels = Math.round(Math.min(depth * relief.levelsPerUnit, relief.topLevel));
    const grid = paddedGrid(image.squeezedSize, 'face');
    const count = await floodMinima(flow, grid, relief, levels, address);
    arena.rewind(mark);
    return { address, count };
  }
}

function tooLarge(extent: readonly number[], bytes: number, nodes: string): CordonError {
  const gib = (value: number) => `${(value / 2 ** 30).toFixed(1)} GiB`;
  return new CordonError({
    code: 'GRAPH_TOO_LARGE',
    what: 'The graph of this region does not fit into memory',
    why: `${extent.join(' × ')} voxels need about ${gib(bytes)}, at most ${gib(MOST_BYTES)} can be addressed`,
    remedy:
      nodes === 'voxels'
        ? 'choose a smaller box, or basins instead of voxels'
        : 'choose a smaller box',
  });
}

/** Object, background or neither for each voxel; other targets count as background. */
function marksOf({ voxels, labels }: Markers, target: number): Uint8Array {
  const kinds = Uint8Array.from([
    MARK.none,
    ...labels.map((label) => (label === target ? MARK.object : MARK.background)),
  ]);
  return Uint8Array.from(voxels, (value) => kinds[value]);
}

function levelsOf(levels: Uint16Array, marks: Uint8Array, kind: number): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < marks.length; at++) if (marks[at] === kind) found.push(levels[at]);
  return found;
}
