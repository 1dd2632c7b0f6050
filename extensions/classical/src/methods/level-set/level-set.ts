/**
 * @file Level set: a contour that moves until it rests on edges (geodesic active contour) or separates two brightnesses best
 * (Chan-Vese), by morphological operators. Márquez-Neila P, Baumela L, Álvarez L. A morphological approach to curvature-based
 * evolution of curves and surfaces. IEEE Trans PAMI 36(1):2-17, 2014.
 *
 * Complexity O(n · iterations). Memory: 15 bytes per voxel of the region beside its copy.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type LabelResult,
  type MethodSession,
  type UpdateContext,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { levelSetWasm } from '../../generated/level-set';
import type { Arena } from '../../kernels/arena';
import { blurVolume, gaussianWeights } from '../../kernels/blur';
import {
  breathe,
  checkCancelled,
  ImageSession,
  type ResidentImage,
} from '../../kernels/image-session';
import { KERNEL_TYPE } from '../../kernels/relief';
import { regionVoxels } from '../region-voxels';
import { Snake } from './snake';
import { startMask } from './start';

const parameters = z.object({
  model: z
    .enum(['chan-vese', 'geodesic'])
    .default('chan-vese')
    .meta({
      title: 'Model',
      unit: '',
      spelled: { 'chan-vese': 'Chan–Vese' },
      description: 'chan-vese: two mean brightnesses. geodesic: rests on edges near the start.',
    }),
  iterations: z.int().min(1).max(2000).default(60).meta({
    title: 'Iterations',
    unit: '',
    description: 'How often the contour moves; each time by at most one voxel.',
  }),
  smoothing: z.int().min(0).max(10).default(1).meta({
    title: 'Smoothness',
    unit: '',
    description: 'How often the contour is smoothed in each iteration.',
  }),
  balloon: z
    .number()
    .min(-5)
    .max(5)
    .default(1)
    .meta({
      when: { parameter: 'model', is: ['geodesic'] },
      title: 'Balloon',
      unit: '',
      description:
        'geodesic: positive pushes the contour outwards where there is no edge, negative inwards.',
    }),
  scaleMm: z
    .number()
    .positive()
    .max(20)
    .default(2)
    .meta({
      when: { parameter: 'model', is: ['geodesic'] },
      title: 'Scale',
      unit: 'mm',
      step: 0.5,
      description: 'geodesic: standard deviation of the Gaussian before edges are looked for.',
    }),
  contrast: z
    .number()
    .positive()
    .default(10)
    .meta({
      when: { parameter: 'model', is: ['geodesic'] },
      title: 'Edge contrast',
      unit: 'modality',
      description: 'geodesic: gradients above this (per mm) stop the contour.',
    }),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .meta({
      when: { parameter: 'model', is: ['geodesic'] },
      title: 'Stop threshold',
      unit: '',
      step: 0.05,
      description:
        'geodesic: the balloon acts where 1/√(1 + gradient/contrast) is above this. 0: its 40th percentile.',
    }),
  insideWeight: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .meta({
      when: { parameter: 'model', is: ['chan-vese'] },
      title: 'Inside weight',
      unit: '',
      description: 'chan-vese: larger keeps the inside more uniform than the outside.',
    }),
  outsideWeight: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .meta({
      when: { parameter: 'model', is: ['chan-vese'] },
      title: 'Outside weight',
      unit: '',
      description: 'chan-vese: larger keeps the outside more uniform than the inside.',
    }),
  startRadiusMm: z.number().positive().max(200).default(5).meta({
    title: 'Start radius',
    unit: 'mm',
    description: 'Radius of the ball around each seed from which the contour starts.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { blur: blurWasm, levelSet: levelSetWasm };
type Session = ImageSession<typeof sources>;

/** Share of voxels whose stop value lies below the automatic threshold, as in scikit-image. */
const PERCENTILE = 0.4;

export const levelSet = defineMethod({
  id: 'level-set',
  version: '1.0.0',
  title: 'Level set',
  summary:
    'Moves a contour until it rests on edges or separates bright from dark, and keeps it smooth.',
  family: 'classical',
  group: 'grow',
  citation:
    'Márquez-Neila P, Baumela L, Álvarez L. A morphological approach to curvature-based evolution of curves and surfaces. IEEE Trans PAMI 36(1):2-17, 2014.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['box', 'slice', 'volume'],
    segment: 'optional',
    prompts: ['seeds', 'scribbles', 'box'],
    sphereParameter: 'startRadiusMm',
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: (work.bytesPerVoxel + 15) * voxels, operations: 60 * 40 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ prompts, parameters: values, region, segment }, context) => {
        checkCancelled(context);
        const { arena, kernels, image } = session;
        const { geometry } = image;
        const box = regionBox(region, geometry.size);
        const geodesic = values.model === 'geodesic';
        const radiusMm = values.startRadiusMm;
        const request = { prompts, segment, radiusMm, mayBeChecked: !geodesic };
        const start = startMask(request, geometry, box);
        const resident = session.resident(box);
        const mark = arena.mark();
        try {
          const force = geodesic
            ? stopImage(session, resident, values)
            : flatImage(session, resident);
          const snake = new Snake(kernels.levelSet, arena, resident.squeezedSize, start);
          const move = geodesic
            ? geodesicMove(arena, snake, resident, force, values)
            : () => {
                snake.compete(force, values.insideWeight, values.outsideWeight);
              };
          const steps = new Steps();
          for (let iteration = 0; iteration < values.iterations; iteration++) {
            move();
            for (let turn = 0; turn < values.smoothing; turn++) snake.smooth();
            const fraction = (iteration + 1) / values.iterations;
            const soFar = steps.isDue(context, fraction) ? labelsOf(snake, box) : undefined;
            context.onProgress?.({ fraction, message: 'moving the contour', soFar });
            if (iteration % 4 === 3) await breathe(context);
          }
          const labels = labelsOf(snake, box);
          return { labels, values: [], warnings: [] };
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

const labelsOf = (snake: Snake, box: Box): LabelResult => ({
  box,
  voxels: snake.voxels(),
  classes: [{ value: 1 }],
});

/** How often someone who watches sees the contour move (ms). */
const STEP_MS = 150;
/** The result itself is awaited when it is this near (ms): drawing one more step would only delay it. */
const NEAR_MS = 300;

/** When the next step is to be shown. */
class Steps {
  readonly #start = Date.now();
  #last = this.#start;

  /** `fraction`: what is done of the work, 0 … 1. */
  isDue({ showsSteps }: UpdateContext, fraction: number): boolean {
    const now = Date.now();
    const left = (now - this.#start) * (1 / fraction - 1);
    if (!showsSteps || now - this.#last < STEP_MS || left < NEAR_MS) return false;
    this.#last = now;
    return true;
  }
}

/** The image in float32; stays allocated. */
function flatImage({ arena, kernels }: Session, image: ResidentImage): number {
  const values = arena.allocate(4 * image.count);
  kernels.blur.toFloat(image.address, values, image.count, KERNEL_TYPE[image.type]);
  return values;
}

/** 1 / √(1 + |∇ Gaussian * image| / contrast) in float32; stays allocated. */
function stopImage(session: Session, image: ResidentImage, values: Parameters): number {
  const { arena, kernels } = session;
  const { count, squeezedSize: size, squeezedSpacingMm: spacing } = image;
  const magnitude = arena.allocate(4 * count);
  arena.f32(magnitude, count).fill(0);
  const mark = arena.mark();
  const slope = arena.allocate(4 * count);
  const axes = ([0, 1, 2] as const).filter((axis) => size[axis] > 1);
  for (const axis of axes) {
    kernels.blur.toFloat(image.address, slope, count, KERNEL_TYPE[image.type]);
    const weights = size.map((extent, along) => {
      const sigma = extent > 1 ? values.scaleMm / spacing[along] : 0;
      const kernel = gaussianWeights(sigma, along === axis ? 1 : 0);
      return along === axis ? kernel.map((weight) => weight / spacing[axis]) : kernel;
    });
    blurVolume(kernels.blur, arena, slope, size, weights);
    kernels.levelSet.addSquare(slope, magnitude, count, Number(axis === axes[axes.length - 1]));
  }
  arena.rewind(mark);
  kernels.levelSet.edgeStop(magnitude, magnitude, count, 1 / values.contrast);
  return magnitude;
}

/** One step of the geodesic contour: balloon, then attraction. */
function geodesicMove(
  arena: Arena,
  snake: Snake,
  image: ResidentImage,
  force: number,
  { balloon, threshold }: Parameters
): () => void {
  const stop = threshold > 0 ? threshold : percentile(arena.f32(force, image.count), PERCENTILE);
  const [x, y, z] = image.squeezedSpacingMm;
  const perAxis: Vec3 = [1 / (x * x), 1 / (y * y), 1 / (z * z)];
  return () => {
    if (balloon !== 0) snake.balloon(balloon > 0, force, stop / Math.abs(balloon));
    snake.attract(force, perAxis);
  };
}

/** numpy's percentile: linear between the two nearest values. Complexity O(n log n). */
function percentile(values: Float32Array, share: number): number {
  const sorted = values.slice().sort();
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}
