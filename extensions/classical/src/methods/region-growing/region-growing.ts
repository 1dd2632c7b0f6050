/**
 * @file Region growing (connected threshold): the voxels within two bounds that are connected to a seed.
 * Adams R, Bischof L. Seeded region growing. IEEE TPAMI 16(6):641-647, 1994; the criterion is that of ITK's
 * ConnectedThresholdImageFilter.
 *
 * Complexity O(region) for small regions (scan-line), O(n / 64 + runs) for large ones (run-length and union-find); the
 * data choose, the result is the same. Memory: 1 bit per voxel of the region and 1 byte per voxel of the box around the
 * result, for large regions 8 bytes a run more.
 */
import {
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
  type Prompts,
  type ValueHistogram,
  type ValueRange,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { bitMaskWasm } from '../../generated/bit-mask';
import { runsWasm } from '../../generated/runs';
import { scanLineWasm } from '../../generated/scan-line';
import { bitsResult } from '../../kernels/bit-mask';
import { bitWords, type Neighbours } from '../../kernels/components';
import { growRegion, valueAt } from '../../kernels/grow';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { boundsFor } from '../../kernels/mask';
import { regionVoxels } from '../region-voxels';
import { targetVoxels, type SeedVoxel } from '../seeds';
import { withinLimit } from './leak-limit';

const parameters = z.object({
  bounds: z.enum(['fixed', 'around-seeds']).default('fixed').meta({
    title: 'Bounds',
    unit: '',
    description: 'fixed: the two values below. around-seeds: the values of the seeds ± tolerance.',
  }),
  tolerance: z
    .number()
    .min(0)
    .default(50)
    .meta({
      when: { parameter: 'bounds', is: ['around-seeds'] },
      title: 'Tolerance',
      unit: 'modality',
      description:
        'around-seeds: how far below the darkest and above the brightest seed it may go.',
    }),
  lower: z
    .number()
    .default(100)
    .meta({
      when: { parameter: 'bounds', is: ['fixed'] },
      title: 'Lower bound',
      unit: 'modality',
      description: 'The region does not enter voxels below this value.',
    }),
  upper: z
    .number()
    .default(3000)
    .meta({
      when: { parameter: 'bounds', is: ['fixed'] },
      title: 'Upper bound',
      unit: 'modality',
      description: 'The region does not enter voxels above this value.',
    }),
  neighbours: z.enum(['6', '18', '26']).default('6').meta({
    title: 'Neighbours',
    unit: '',
    description:
      'Through what the region grows: faces (6), faces and edges (18), or corners too (26); in a slice 4, 8, 8.',
  }),
  leakLimitMm: z.number().min(0).max(1000).default(0).meta({
    title: 'Leak limit',
    unit: 'mm',
    description: 'The region stays within this distance of a seed; 0 sets no limit.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { bitMask: bitMaskWasm, runs: runsWasm, scanLine: scanLineWasm };

export const regionGrowing = defineMethod({
  id: 'region-growing',
  version: '1.0.0',
  title: 'Region growing',
  summary:
    'Grows from the points you click to all connected voxels with values between two bounds.',
  family: 'classical',
  group: 'grow',
  citation:
    'Adams R, Bischof L. Seeded region growing. IEEE Trans Pattern Anal Mach Intell 16(6):641-647, 1994.',
  parameters,
  viewerDefaults: ({ modality, histogram }): Partial<Parameters> => ({
    bounds: 'around-seeds',
    ...(modality !== 'CT' && histogram && { tolerance: shareOf(histogram, 0.05) }),
  }),
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: ['seeds', 'scribbles', 'range'],
    followsMouse: true,
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 3), operations: 4 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ prompts, parameters: values, region }, context) => {
        checkCancelled(context);
        const { geometry } = session.image;
        const box = regionBox(region, geometry.size);
        const targets = targetVoxels(prompts, geometry.size, box);
        const given = prompts.range ?? (values.bounds === 'fixed' ? values : undefined);
        if (given) checkRange(given);
        const image = session.resident(box);
        const range = given ?? boundsAround(targets, values.tolerance, session, image);
        return session.scratch(() => {
          const { seeds, warnings } = seedsInRange(session, image, targets, prompts, range);
          const neighbours = Number(values.neighbours) as Neighbours;
          const { arena, kernels } = session;
          const limit = values.leakLimitMm;
          const allowedBits =
            limit > 0 ? withinLimit(kernels.runs, arena, image, geometry, seeds, limit) : undefined;
          const request = { image, range, seeds, neighbours, allowedBits };
          const bits = growRegion(kernels, arena, request);
          const labels = bitsResult(kernels.bitMask, arena, image, bits);
          if (limit > 0) {
            const free = growRegion(kernels, arena, { ...request, allowedBits: undefined });
            const count = (address: number) => kernels.bitMask.countBits(address, bitWords(image));
            const more = count(free) - count(bits);
            if (more > 0) warnings.push(stoppedAt(limit, more));
          }
          return { labels, values: [], warnings };
        });
      },
      close: () => {
        session.close();
      },
    };
  },
});

/** A share of the values that occur, to two digits. */
const shareOf = ({ from, to }: ValueHistogram, share: number): number =>
  Number((share * (to - from)).toPrecision(2));

const stoppedAt = (limitMm: number, more: number) =>
  `The region was stopped ${limitMm} mm from the seeds; without the limit it would have ${more} voxels more.`;

/** The values of the seeds, `tolerance` more on either side. */
function boundsAround(
  targets: readonly SeedVoxel[],
  tolerance: number,
  { arena }: ImageSession<typeof sources>,
  image: ResidentImage
): ValueRange {
  const found = { lower: Infinity, upper: -Infinity };
  for (const { index } of targets) {
    const value = valueAt(arena, image, index);
    found.lower = Math.min(found.lower, value);
    found.upper = Math.max(found.upper, value);
  }
  return { lower: found.lower - tolerance, upper: found.upper + tolerance };
}

function checkRange({ lower, upper }: ValueRange): void {
  if (lower <= upper) return;
  throw new CordonError({
    code: 'RANGE_EMPTY',
    what: 'The range of values holds no value',
    why: `the lower bound ${lower} lies above the upper bound ${upper}`,
    remedy: 'choose a lower bound that is not above the upper one',
  });
}

/** Throws `SEED_OUTSIDE_RANGE` when no seed has a value that the region may enter. */
function seedsInRange(
  session: ImageSession<typeof sources>,
  image: ResidentImage,
  targets: readonly SeedVoxel[],
  prompts: Prompts,
  range: ValueRange
): { seeds: readonly number[]; warnings: string[] } {
  const valueOf = ({ index }: SeedVoxel) => valueAt(session.arena, image, index);
  const bounds = boundsFor(image.type, range);
  const inside = targets.filter(
    (seed) => bounds && valueOf(seed) >= bounds.lower && valueOf(seed) <= bounds.upper
  );
  if (inside.length === 0) {
    const [first] = targets;
    throw new CordonError({
      code: 'SEED_OUTSIDE_RANGE',
      what: 'No seed has a value within the bounds',
      why: `the value at (${first.ijk.join(', ')}) is ${valueOf(first)}, the bounds are ${range.lower} and ${range.upper}`,
      remedy: 'click on a voxel within the bounds, or widen them',
    });
  }
  const warnings: string[] = [];
  const outside = targets.length - inside.length;
  if (outside > 0) {
    warnings.push(
      `${outside} of ${targets.length} seed voxels lie outside the bounds and were left out.`
    );
  }
  if (prompts.seeds.some(({ label }) => label === 0)) {
    warnings.push('Seeds of the background were left out: region growing has no use for them.');
  }
  return { seeds: inside.map(({ index }) => index), warnings };
}
