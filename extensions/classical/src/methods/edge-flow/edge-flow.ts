/**
 * @file Edge flow: every pixel points to where its surroundings change most, in brightness or texture; the vectors run together, and
 * where opposite flows meet is a boundary. Ma W-Y, Manjunath B. Edge flow: a framework of boundary detection and image segmentation.
 * CVPR 1997:744-749.
 *
 * Complexity O(n · features). Memory: 200 bytes per pixel of the slice.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type MethodSession,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { edgeFlowWasm } from '../../generated/edge-flow';
import { minimaWasm } from '../../generated/minima';
import { reliefWasm } from '../../generated/relief';
import { watershedWasm } from '../../generated/watershed';
import { blurVolume, gaussianWeights } from '../../kernels/blur';
import { FLOOD_QUEUES_BYTES, floodMinima } from '../../kernels/flooding';
import {
  breathe,
  checkCancelled,
  ImageSession,
  type ResidentImage,
} from '../../kernels/image-session';
import { paddedGrid } from '../../kernels/neighbours';
import { KERNEL_TYPE, TOP_LEVEL } from '../../kernels/relief';
import { regionVoxels } from '../region-voxels';
import { FLOW_BYTES, FlowField } from './flow-field';

const parameters = z.object({
  scaleMm: z.number().positive().max(50).default(2).meta({
    title: 'Scale',
    unit: 'mm',
    step: 0.5,
    description: 'Size of what counts as one region or one texture: smaller gives more boundaries.',
  }),
  textureWeight: z.number().min(0).max(1).default(0.5).meta({
    title: 'Texture',
    unit: '',
    step: 0.1,
    description: '0 looks at brightness only, 1 at texture only.',
  }),
  strength: z.number().min(0).max(1).default(0.1).meta({
    title: 'Weakest boundary',
    unit: '',
    step: 0.05,
    description: 'Regions join over boundaries weaker than this share of the strongest.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = {
  blur: blurWasm,
  flow: edgeFlowWasm,
  minima: minimaWasm,
  relief: reliefWasm,
  watershed: watershedWasm,
};
type Session = ImageSession<typeof sources>;

/** The propagation ends here at the latest: opposed vectors may go round in circles. */
const MOST_STEPS = 500;
const STEPS_PER_BREATH = 20;
/** Labels are 16 bits. */
const MOST_REGIONS = 65535;

export const edgeFlow = defineMethod({
  id: 'edge-flow',
  version: '1.0.0',
  title: 'Edge flow',
  summary:
    'Divides a slice where brightness or texture changes, even when the brightness is equal.',
  family: 'classical',
  group: 'edges',
  citation:
    'Ma W-Y, Manjunath B. Edge flow: a framework of boundary detection and image segmentation. CVPR 1997:744-749.',
  parameters,
  inputs: { channels: ['image'], regions: ['slice', 'box'], segment: 'none', prompts: [] },
  outputs: ['labels', 'scalar-map'],
  fits: () => FITS,
  estimate: (work) => {
    const pixels = regionVoxels(work);
    const bytes = (FLOW_BYTES + 24) * pixels + FLOOD_QUEUES_BYTES;
    return { bytes, operations: 5000 * pixels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ parameters: values, region }, context) => {
        checkCancelled(context);
        const box = regionBox(region, session.image.geometry.size);
        requireSlice(box);
        const image = session.resident(box);
        const { arena } = session;
        const mark = arena.mark();
        try {
          const boundary = arena.allocate(4 * image.count);
          const settled = await boundariesOf(session, image, values, boundary, context);
          const map = arena.f32(boundary, image.count).slice();
          const labels = await regionsOf(session, image, boundary, values, context);
          const warnings = settled
            ? []
            : [`The flow had not come to rest after ${MOST_STEPS} steps.`];
          return {
            labels,
            scalarMap: { box, voxels: map, title: 'boundary energy', unit: '' },
            values: [{ name: 'regions', value: labels.classes.length, unit: '' }],
            warnings,
          };
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

/** Writes the boundary energy to `out`; returns whether the flow came to rest. */
async function boundariesOf(
  { arena, kernels }: Session,
  image: ResidentImage,
  { scaleMm, textureWeight }: Parameters,
  out: number,
  context: UpdateContext
): Promise<boolean> {
  const { count, squeezedSize, squeezedSpacingMm: spacing } = image;
  const mark = arena.mark();
  const sigma = [scaleMm / spacing[0], scaleMm / spacing[1]] as const;
  const frame = frameOf([squeezedSize[0], squeezedSize[1]], sigma);
  const values = arena.allocate(4 * count);
  kernels.blur.toFloat(image.address, values, count, KERNEL_TYPE[image.type]);
  const framed = arena.allocate(4 * frame.source.length);
  const flat = arena.f32(values, count);
  arena.f32(framed, frame.source.length).set(Float32Array.from(frame.source, (at) => flat[at]));
  const settings = { sigma, textureWeight };
  const field = new FlowField(kernels, arena, framed, frame.size, settings);
  let moved = 1;
  for (let step = 0; step < MOST_STEPS && moved > 0; step++) {
    moved = field.step();
    if (step % STEPS_PER_BREATH === STEPS_PER_BREATH - 1) await breathe(context);
  }
  field.boundaries(framed);
  const found = arena.f32(framed, frame.source.length);
  const [columns, rows] = squeezedSize;
  const boundary = arena.f32(out, count);
  for (let j = 0; j < rows; j++) {
    const from = frame.margin[0] + frame.size[0] * (frame.margin[1] + j);
    boundary.set(found.subarray(from, from + columns), columns * j);
  }
  arena.rewind(mark);
  return moved === 0;
}

interface Frame {
  readonly margin: readonly [number, number];
  readonly size: readonly [number, number];
  /** Pixel of the slice that each pixel of the framed one repeats. */
  readonly source: Uint32Array;
}

/** A slice mirrored at its borders, so that textures go on there; as wide as the prediction reaches. */
function frameOf(size: readonly [number, number], sigma: readonly [number, number]): Frame {
  const margin = [0, 1].map((axis) => (size[axis] > 1 ? Math.ceil(4 * sigma[axis]) : 0));
  const [columns, rows] = [size[0] + 2 * margin[0], size[1] + 2 * margin[1]];
  const mirrored = (at: number, length: number) => {
    const turn = ((at % (2 * length)) + 2 * length) % (2 * length);
    return turn < length ? turn : 2 * length - 1 - turn;
  };
  const source = new Uint32Array(columns * rows);
  for (let at = 0; at < source.length; at++) {
    const i = mirrored((at % columns) - margin[0], size[0]);
    source[at] = i + size[0] * mirrored(Math.floor(at / columns) - margin[1], size[1]);
  }
  return { margin: [margin[0], margin[1]], size: [columns, rows], source };
}

/** Closed regions: the boundary energy is spread by one scale, which bridges gaps; its basins that are deep enough remain. */
async function regionsOf(
  { arena, kernels }: Session,
  image: ResidentImage,
  boundary: number,
  { strength, scaleMm }: Parameters,
  context: UpdateContext
) {
  const { count, squeezedSize, squeezedSpacingMm: spacing } = image;
  const weights = squeezedSize.map((extent, axis) =>
    gaussianWeights(extent > 1 ? scaleMm / spacing[axis] : 0)
  );
  blurVolume(kernels.blur, arena, boundary, squeezedSize, weights);
  const range = arena.allocate(8);
  kernels.relief.extremes(boundary, count, range);
  const most = arena.f32(range, 2)[1];
  const levelsPerUnit = most > 0 ? TOP_LEVEL / most : 1;
  const address = arena.allocate(2 * count);
  kernels.relief.toLevels(boundary, address, count, 0, levelsPerUnit, TOP_LEVEL);
  const relief = { address, levelsPerUnit, topLevel: most > 0 ? TOP_LEVEL : 0 };
  const basins = arena.allocate(4 * count);
  const flow = { kernels: kernels.watershed, minimaKernels: kernels.minima, arena, context };
  const grid = paddedGrid(image.squeezedSize, 'face');
  const depth = Math.max(1, Math.round(strength * relief.topLevel));
  const found = await floodMinima(flow, grid, relief, depth, basins);
  if (found > MOST_REGIONS) throw tooMany(found);
  const labels = arena.u32(basins, count);
  const voxels = found > 255 ? Uint16Array.from(labels) : Uint8Array.from(labels);
  const classes = Array.from({ length: found }, (_, at) => ({ value: at + 1 }));
  return { box: image.box, voxels, classes };
}

function requireSlice(box: Box): void {
  const extent = box.toIjk.map((to, axis) => to - box.fromIjk[axis]);
  if (extent.filter((length) => length > 1).length <= 2) return;
  throw new CordonError({
    code: 'SLICE_NEEDED',
    what: 'Edge flow works in one slice',
    why: `the region has ${extent.join(' × ')} voxels`,
    remedy: 'choose a slice',
  });
}

function tooMany(found: number): CordonError {
  return new CordonError({
    code: 'TOO_MANY_REGIONS',
    what: 'The slice falls apart into too many regions',
    why: `there are ${found}, at most ${MOST_REGIONS} can be told apart`,
    remedy: 'choose a larger scale or a stronger weakest boundary',
  });
}
