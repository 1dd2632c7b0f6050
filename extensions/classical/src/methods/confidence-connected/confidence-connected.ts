/**
 * @file Confidence connected: region growing whose bounds are mean ± k · standard deviation of what has been found so far,
 * by the definition of ITK's ConfidenceConnectedImageFilter. Region growing after Adams R, Bischof L, IEEE TPAMI
 * 16(6):641-647, 1994.
 *
 * Complexity O(iterations · region growing). Memory as region growing: 1 bit per voxel of the region and 1 byte per voxel of
 * the box around the result, for large regions 8 bytes a run more.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type ValueRange,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { bitMaskWasm } from '../../generated/bit-mask';
import { runsWasm } from '../../generated/runs';
import { scanLineWasm } from '../../generated/scan-line';
import { statisticsWasm } from '../../generated/statistics';
import { bitsResult } from '../../kernels/bit-mask';
import { growRegion, valueAt } from '../../kernels/grow';
import {
  breathe,
  checkCancelled,
  ImageSession,
  type ResidentImage,
} from '../../kernels/image-session';
import { regionVoxels } from '../region-voxels';
import { targetVoxels } from '../seeds';

const parameters = z.object({
  multiplier: z.number().min(0.1).max(20).default(2.5).meta({
    title: 'Multiplier',
    unit: '',
    description: 'How many standard deviations from the mean a voxel may lie.',
  }),
  iterations: z.int().min(0).max(50).default(4).meta({
    title: 'Iterations',
    unit: '',
    description: 'How often mean and deviation are taken again from the region found.',
  }),
  initialRadiusVoxels: z.int().min(1).max(20).default(1).meta({
    title: 'First radius',
    unit: 'voxels',
    description: 'Half size of the box around each seed from which the first bounds are taken.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = {
  bitMask: bitMaskWasm,
  runs: runsWasm,
  scanLine: scanLineWasm,
  statistics: statisticsWasm,
};
type Session = ImageSession<typeof sources>;

interface Statistics {
  readonly mean: number;
  readonly variance: number;
}

export const confidenceConnected = defineMethod({
  id: 'confidence-connected',
  version: '1.0.0',
  title: 'Confidence connected',
  summary: 'Grows from the points you click and finds its bounds by itself.',
  family: 'classical',
  group: 'grow',
  citation:
    'Adams R, Bischof L. Seeded region growing. IEEE Trans Pattern Anal Mach Intell 16(6):641-647, 1994.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: ['seeds', 'scribbles'],
    followsMouse: true,
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 3), operations: 25 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ prompts, parameters: values, region }, context) => {
        checkCancelled(context);
        const { geometry } = session.image;
        const box = regionBox(region, geometry.size);
        const seeds = targetVoxels(prompts, geometry.size, box).map(({ index }) => index);
        const image = session.resident(box);
        const { arena } = session;
        const mark = arena.mark();
        try {
          const ends = seedRange(session, image, seeds);
          let statistics = aroundSeeds(session, image, seeds, values.initialRadiusVoxels);
          let range = boundsOf(statistics, values.multiplier, ends, image);
          const grow = () =>
            growRegion(session.kernels, arena, { image, range, seeds, neighbours: 6 });
          let bits = grow();
          for (let step = 0; step < values.iterations; step++) {
            context.onProgress?.({
              fraction: step / values.iterations,
              message: `Iteration ${step + 1} of ${values.iterations}`,
            });
            await breathe(context);
            statistics = insideBits(session, image, bits);
            if (!(statistics.variance > 0)) break;
            range = boundsOf(statistics, values.multiplier, ends, image);
            arena.rewind(mark);
            bits = grow();
          }
          const { unit } = session.image;
          return {
            labels: bitsResult(session.kernels.bitMask, arena, image, bits),
            values: [
              { name: 'mean', value: statistics.mean, unit },
              { name: 'standard deviation', value: Math.sqrt(statistics.variance), unit },
              { name: 'lower bound', value: range.lower, unit },
              { name: 'upper bound', value: range.upper, unit },
            ],
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

/** Smallest and largest value of the seeds: the bounds always hold them. */
function seedRange({ arena }: Session, image: ResidentImage, seeds: readonly number[]): ValueRange {
  let [lower, upper] = [Infinity, -Infinity];
  for (const seed of seeds) {
    const value = valueAt(arena, image, seed);
    lower = Math.min(lower, value);
    upper = Math.max(upper, value);
  }
  return { lower, upper };
}

/** Mean ± k · deviation, widened to hold the seeds; cut to whole numbers for integers, as ITK casts them. */
function boundsOf(
  { mean, variance }: Statistics,
  multiplier: number,
  ends: ValueRange,
  { type }: ResidentImage
): ValueRange {
  const reach = multiplier * Math.sqrt(variance);
  const cast = type === 'float32' ? Math.fround : Math.trunc;
  return {
    lower: cast(Math.min(mean - reach, ends.lower)),
    upper: cast(Math.max(mean + reach, ends.upper)),
  };
}

/** Mean and variance of the boxes around all seeds together (border values repeated outwards). */
function aroundSeeds(
  { arena }: Session,
  image: ResidentImage,
  seeds: readonly number[],
  radius: number
): Statistics {
  const [nx, ny, nz] = image.squeezedSize;
  const reach = (extent: number) => (extent > 1 ? radius : 0);
  const clamp = (at: number, extent: number) => Math.min(Math.max(at, 0), extent - 1);
  let [count, sum, squares] = [0, 0, 0];
  for (const seed of seeds) {
    const [x, y, z] = [seed % nx, Math.floor(seed / nx) % ny, Math.floor(seed / (nx * ny))];
    for (let dz = -reach(nz); dz <= reach(nz); dz++) {
      for (let dy = -reach(ny); dy <= reach(ny); dy++) {
        for (let dx = -reach(nx); dx <= reach(nx); dx++) {
          const row = clamp(y + dy, ny) + ny * clamp(z + dz, nz);
          const value = valueAt(arena, image, clamp(x + dx, nx) + nx * row);
          count++;
          sum += value;
          squares += value * value;
        }
      }
    }
  }
  const mean = sum / count;
  const variance = (squares - (sum * sum) / count) / (count - 1);
  if (variance > 0) return { mean, variance };
  throw new CordonError({
    code: 'SEED_WITHOUT_SPREAD',
    what: 'The surroundings of the seed have one value only',
    why: `all voxels within ${radius} of it are ${mean}, so no bounds follow`,
    remedy: 'choose a larger first radius, or use region growing with bounds of your own',
  });
}

function insideBits({ arena, kernels }: Session, image: ResidentImage, bits: number): Statistics {
  const out = arena.allocate(24);
  const { statistics } = kernels;
  const kernel = {
    uint8: statistics.sumsU8,
    int16: statistics.sumsI16,
    uint16: statistics.sumsU16,
    float32: statistics.sumsF32,
  }[image.type];
  const [nx, ny, nz] = image.squeezedSize;
  kernel(image.address, bits, nx, ny * nz, out);
  const [count, sum, squares] = arena.f64(out, 3);
  // A single voxel has no spread.
  const variance = count > 1 ? (squares - (sum * sum) / count) / (count - 1) : 0;
  return { mean: sum / count, variance };
}
