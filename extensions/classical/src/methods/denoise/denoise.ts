/**
 * @file Denoise: four smoothing filters that give a scalar map for the other methods to work on.
 *
 * Gaussian; median (Tukey 1977); bilateral (Tomasi C, Manduchi R. ICCV 1998:839-846); modified curvature diffusion (Whitaker
 * R, Xue X. Variable-conductance, level-set curvature for image denoising. ICIP 2001:142-145), the latter two by the
 * definition of ITK's filters.
 *
 * Complexity, with n voxels: gaussian O(n · sigma), median O(n · box²), bilateral O(n · box), diffusion O(n · iterations).
 * Memory: 8 bytes per voxel of the region, median, bilateral and diffusion some more for borders.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { blurWasm } from '../../generated/blur';
import { denoiseWasm } from '../../generated/denoise';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { regionVoxels } from '../region-voxels';
import { bilateral, bilateralReach, curvatureDiffusion, gaussian, median } from './filters';

const parameters = z.object({
  filter: z
    .enum(['gaussian', 'median', 'curvature-diffusion', 'bilateral'])
    .default('median')
    .meta({
      title: 'Filter',
      unit: '',
      description:
        'gaussian: smooths all; median: removes single outliers; curvature-diffusion and bilateral: smooth and keep edges.',
    }),
  dimension: z.enum(['3d', '2d']).default('3d').meta({
    title: 'Dimension',
    unit: '',
    description: '3d smooths in all directions, 2d within each slice only.',
  }),
  sigmaMm: z
    .number()
    .min(0.1)
    .max(20)
    .default(1)
    .meta({
      when: { parameter: 'filter', is: ['gaussian', 'bilateral'] },
      title: 'Width',
      unit: 'mm',
      description: 'Gaussian and bilateral: standard deviation in space.',
    }),
  rangeSigma: z
    .number()
    .positive()
    .default(50)
    .meta({
      when: { parameter: 'filter', is: ['bilateral'] },
      title: 'Difference',
      unit: 'modality',
      description: 'Bilateral: standard deviation of values that are smoothed together.',
    }),
  radiusVoxels: z
    .int()
    .min(1)
    .max(5)
    .default(1)
    .meta({
      when: { parameter: 'filter', is: ['median'] },
      title: 'Radius',
      unit: 'voxels',
      description: 'Median: half size of the box.',
    }),
  iterations: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .meta({
      when: { parameter: 'filter', is: ['curvature-diffusion'] },
      title: 'Iterations',
      unit: '',
      description: 'Curvature diffusion: number of steps.',
    }),
  conductance: z
    .number()
    .min(0.1)
    .max(50)
    .default(3)
    .meta({
      when: { parameter: 'filter', is: ['curvature-diffusion'] },
      title: 'Conductance',
      unit: '',
      description: 'Curvature diffusion: the larger, the steeper the slopes that are smoothed too.',
    }),
  timeStep: z
    .number()
    .min(0.001)
    .max(1)
    .default(0.0625)
    .meta({
      when: { parameter: 'filter', is: ['curvature-diffusion'] },
      title: 'Time step',
      unit: '',
      description: 'Curvature diffusion: length of a step; cut to what is stable for the spacing.',
    }),
});

type Parameters = z.output<typeof parameters>;

export const denoise = defineMethod({
  id: 'denoise',
  version: '1.0.0',
  title: 'Denoise',
  summary: 'Smooths noise before a segmentation, if you like without blurring edges.',
  family: 'classical',
  group: 'pre-processing',
  citation:
    'Whitaker R, Xue X. Variable-conductance, level-set curvature for image denoising. Proc ICIP 2001:142-145.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: [],
  },
  outputs: ['scalar-map'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 16), operations: 200 * voxels };
  },
  haloSlices: ({ filter, dimension, radiusVoxels, sigmaMm }, { spacingMm }) => {
    // Median and bilateral take seconds on a volume; a Gaussian is done before a second worker has its image, and diffusion takes
    // its conductance from the whole.
    if (filter === 'gaussian' || filter === 'curvature-diffusion') return undefined;
    if (dimension === '2d') return 0;
    return filter === 'median' ? radiusVoxels : bilateralReach(sigmaMm, spacingMm[2]);
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, { blur: blurWasm, denoise: denoiseWasm });
    return {
      update: async ({ parameters: values, region }, context) => {
        checkCancelled(context);
        const image = session.resident(regionBox(region, session.image.geometry.size));
        const { arena, kernels } = session;
        const mark = arena.mark();
        try {
          const planar = values.dimension === '2d';
          const stable = stableTimeStep(image, planar);
          const diffuses = values.filter === 'curvature-diffusion';
          const timeStep = diffuses ? Math.min(values.timeStep, stable) : values.timeStep;
          const filter = {
            gaussian,
            median,
            bilateral,
            'curvature-diffusion': curvatureDiffusion,
          }[values.filter];
          const settings = { ...values, planar, timeStep };
          const out = await filter({ kernels, arena, image, settings, context });
          return {
            scalarMap: {
              box: image.box,
              voxels: arena.f32(out, image.count).slice(),
              title: `Denoised (${values.filter})`,
              unit: session.image.unit,
            },
            values: diffuses ? [{ name: 'time step', value: timeStep, unit: '' }] : [],
            warnings:
              timeStep < values.timeStep
                ? [`The time step was cut to ${timeStep}, the longest that is stable here.`]
                : [],
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

/** Smallest spacing by 2 to the power of dimensions + 1, as ITK requires. */
function stableTimeStep(
  { squeezedSize, squeezedSpacingMm }: ResidentImage,
  planar: boolean
): number {
  const dimensions = planar || squeezedSize[2] === 1 ? 2 : 3;
  return Math.min(...squeezedSpacingMm.slice(0, dimensions)) / 2 ** (dimensions + 1);
}
