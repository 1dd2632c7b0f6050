/**
 * @file N4 bias field correction: divides an MR image by the smooth field of brightness that its coils left.
 * Tustison N, Avants B, Cook P, et al. N4ITK: improved N3 bias correction. IEEE Trans Med Imaging 29(6):1310-1320, 2010, by
 * the definition of ITK's N4BiasFieldCorrectionImageFilter.
 *
 * The field is estimated on every shrinkFactor-th voxel along each axis and evaluated on all. Complexity O(samples ·
 * iterations + n). Memory: 8 bytes per voxel of the region and 17 per sample.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { biasWasm } from '../../generated/bias';
import { blurWasm } from '../../generated/blur';
import { histogramWasm } from '../../generated/histogram';
import { imageHistogram } from '../../kernels/histogram';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { copyBox } from '../../kernels/image-session';
import { requireSegment } from '../../kernels/segment-mask';
import { otsuThreshold } from '../otsu/otsu';
import { regionVoxels } from '../region-voxels';
import { evaluateLattice, type Samples } from './lattice';
import { estimateBias } from './n4';

const parameters = z.object({
  result: z.enum(['corrected', 'field']).default('corrected').meta({
    title: 'Result',
    unit: '',
    description: 'The corrected image, or the field that it was divided by.',
  }),
  within: z.enum(['otsu', 'all']).default('otsu').meta({
    title: 'Estimate within',
    unit: '',
    description:
      'Which voxels count when no segment is given: those above the Otsu threshold, or all.',
  }),
  shrinkFactor: z.int().min(1).max(8).default(4).meta({
    title: 'Shrink factor',
    unit: '',
    description: 'The field is estimated on every so many voxels along each axis.',
  }),
  levels: z.int().min(1).max(6).default(4).meta({
    title: 'Levels',
    unit: '',
    description: 'Each level doubles the fineness of the field.',
  }),
  iterations: z.int().min(1).max(200).default(50).meta({
    title: 'Iterations',
    unit: '',
    description: 'The most of each level.',
  }),
  convergence: z.number().min(0).max(1).default(0.001).meta({
    title: 'Convergence',
    unit: '',
    description: 'A level ends when the field changes by less than this share.',
  }),
  fullWidth: z.number().min(0.01).max(1).default(0.15).meta({
    title: 'Width of the field',
    unit: 'ln',
    description: 'Full width at half maximum of the Gaussian that the field spreads values with.',
  }),
  wienerNoise: z.number().min(0.0001).max(1).default(0.01).meta({
    title: 'Wiener noise',
    unit: '',
    description: 'Noise term of the deconvolution.',
  }),
  bins: z.int().min(20).max(1000).default(200).meta({
    title: 'Bins',
    unit: '',
    description: 'Bins of the histogram of logarithms.',
  }),
});

type Parameters = z.output<typeof parameters>;

const TYPE_CODES = { uint8: 0, int16: 1, uint16: 2, float32: 3 } as const;
const sources = { bias: biasWasm, blur: blurWasm, histogram: histogramWasm };
type Session = ImageSession<typeof sources>;

export const biasCorrection = defineMethod({
  id: 'bias-correction',
  version: '1.0.0',
  title: 'Bias field correction (N4)',
  summary: 'Evens out the smooth change of brightness across an MR image.',
  family: 'classical',
  group: 'pre-processing',
  citation:
    'Tustison N et al. N4ITK: improved N3 bias correction. IEEE Trans Med Imaging 29(6):1310-1320, 2010.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'optional',
    prompts: [],
  },
  outputs: ['scalar-map'],
  fits: ({ modality }) =>
    modality === 'CT'
      ? { fits: false, reason: 'CT values are calibrated: there is no bias field to correct.' }
      : FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 26), operations: 200 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ parameters: values, region, segment }, context) => {
        checkCancelled(context);
        const { geometry, unit } = session.image;
        const image = session.resident(regionBox(region, geometry.size));
        const { arena, kernels } = session;
        const mark = arena.mark();
        try {
          const floats = arena.allocate(image.count * 4);
          kernels.blur.toFloat(image.address, floats, image.count, TYPE_CODES[image.type]);
          const samples = samplesOf(image, values.shrinkFactor);
          const inside = segment && cutSegment(session, image, segment);
          const { logs, mask } = takeSamples(session, image, floats, samples, inside, values);
          const { bias } = kernels;
          const found = await estimateBias(bias, arena, samples, logs, mask, values, context);
          const field = arena.allocate(image.count * 4);
          evaluateLattice(bias, arena, samplesOf(image, 1), found.lattice, field);
          const result = arena.f32(field, image.count).slice();
          const source = arena.f32(floats, image.count);
          const corrected = values.result === 'corrected';
          for (let at = 0; at < result.length; at++) {
            const factor = Math.exp(result[at]);
            result[at] = corrected ? source[at] / factor : factor;
          }
          return {
            scalarMap: {
              box: image.box,
              voxels: result,
              title: corrected ? 'Bias corrected' : 'Bias field',
              unit: corrected ? unit : '1',
            },
            values: [{ name: 'iterations', value: found.iterations, unit: '' }],
            warnings: [],
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

/** Every `factor`-th voxel along each axis, the rest shared between both ends. */
function samplesOf({ squeezedSize }: ResidentImage, factor: number): Samples {
  const [x, y, z] = squeezedSize.map((extent) => {
    const count = Math.ceil(extent / factor);
    const first = Math.floor((extent - 1 - (count - 1) * factor) / 2);
    return Array.from({ length: count }, (_, at) => first + at * factor);
  });
  return { extent: squeezedSize, positions: [x, y, z] };
}

function cutSegment(
  { image: { geometry } }: Session,
  { box, count }: ResidentImage,
  segment: Uint8Array
) {
  const inside = new Uint8Array(count);
  copyBox(requireSegment({ segment }, geometry), geometry.size, box, inside);
  return inside;
}

/** Logarithms of the samples, and the mask of those that count: positive, and inside. Throws `BIAS_NO_VOXELS`. */
function takeSamples(
  { arena, kernels }: Session,
  image: ResidentImage,
  floats: number,
  { positions: [xs, ys, zs] }: Samples,
  inside: Uint8Array | undefined,
  { within }: Parameters
): { readonly logs: number; readonly mask: number } {
  const useOtsu = !inside && within === 'otsu';
  const threshold = useOtsu
    ? otsuThreshold(imageHistogram(kernels.histogram, arena, image)).threshold
    : -Infinity;
  const count = xs.length * ys.length * zs.length;
  const [logs, mask] = [arena.allocate(count * 4), arena.allocate(count)];
  const [source, log, use] = [
    arena.f32(floats, image.count),
    arena.f32(logs, count),
    arena.u8(mask, count),
  ];
  const [nx, ny] = image.squeezedSize;
  let to = 0;
  let used = 0;
  for (const z of zs) {
    for (const y of ys) {
      for (const x of xs) {
        const at = x + nx * (y + ny * z);
        const value = source[at];
        const counts = value > 0 && value > threshold && (!inside || inside[at] !== 0);
        log[to] = counts ? Math.log(value) : 0;
        use[to++] = Number(counts);
        used += Number(counts);
      }
    }
  }
  if (used > 1) return { logs, mask };
  throw new CordonError({
    code: 'BIAS_NO_VOXELS',
    what: 'There is nothing to estimate the bias field from',
    why: `${used} of ${count} samples are positive and inside`,
    remedy: 'choose a larger segment or region, or a smaller shrink factor',
  });
}
