/**
 * @file Automatic thresholds by four rules: minimum cross entropy (Li), triangle, isodata, maximum entropy. Each suits other
 * histograms than Otsu's. Li C, Tam P. Pattern Recognition Letters 18:771-776, 1998; Zack G et al. J Histochem Cytochem
 * 25:741-753, 1977; Ridler T, Calvard S. IEEE Trans SMC 8:630-632, 1978; Kapur J et al. CVGIP 29:273-285, 1985.
 *
 * Histogram as in otsu; for Li on float images the voxels themselves. Complexity O(n + bins), Li on floats O(n · steps).
 * Memory: 2 bytes per voxel of the region and 1 MiB.
 */
import {
  defineMethod,
  FITS,
  regionBox,
  type MethodSession,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import { histogramWasm } from '../../generated/histogram';
import { thresholdWasm } from '../../generated/threshold';
import { imageHistogram, type Histogram } from '../../kernels/histogram';
import { checkCancelled, ImageSession, type ResidentImage } from '../../kernels/image-session';
import { maskResult, sideOf, thresholdMask } from '../../kernels/mask';
import { regionVoxels } from '../region-voxels';
import {
  histogramMeans,
  isodata,
  maxEntropy,
  minimumCrossEntropy,
  triangle,
  type SplitMeans,
} from './rules';

const parameters = z.object({
  rule: z.enum(['li', 'triangle', 'isodata', 'max-entropy']).default('li').meta({
    title: 'Rule',
    unit: '',
    description:
      'li: a small bright structure on a wide background; triangle: one large peak with a tail; isodata: midway between two means; max-entropy: two spread-out classes.',
  }),
  side: z.enum(['bright', 'dark']).default('bright').meta({
    title: 'Side',
    unit: '',
    description: 'Whether the voxels above the threshold are marked, or those up to it.',
  }),
});

type Parameters = z.output<typeof parameters>;

const sources = { threshold: thresholdWasm, histogram: histogramWasm };

export const autoThreshold = defineMethod({
  id: 'auto-threshold',
  version: '1.0.0',
  title: 'Automatic threshold',
  summary: 'Finds a threshold by one of four rules and marks one side of it.',
  family: 'classical',
  group: 'threshold',
  citation:
    'Li C, Tam P. An iterative algorithm for minimum cross entropy thresholding. Pattern Recognit Lett 18(8):771-776, 1998.',
  parameters,
  inputs: {
    channels: ['image'],
    regions: ['volume', 'slice', 'box'],
    segment: 'none',
    prompts: [],
  },
  outputs: ['labels'],
  fits: () => FITS,
  estimate: (work) => {
    const voxels = regionVoxels(work);
    return { bytes: voxels * (work.bytesPerVoxel + 2) + 2 ** 20, operations: 20 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, sources);
    return {
      update: async ({ parameters: { rule, side }, region }, context) => {
        checkCancelled(context);
        const { arena, kernels } = session;
        const image = session.resident(regionBox(region, session.image.geometry.size));
        const histogram = session.derived('histogram', () =>
          imageHistogram(kernels.histogram, arena, image)
        );
        const separable = histogram.counts.length > 1;
        const threshold = session.derived(rule, () =>
          separable ? choose(session, image, histogram, rule) : (histogram.centres[0] ?? 0)
        );
        const labels = session.scratch(() => {
          const out = arena.allocate(image.count);
          const range = sideOf(threshold, side, image.type);
          thresholdMask(kernels.threshold, arena, image, range, out);
          return maskResult(arena, image, out);
        });
        return {
          labels,
          values: [{ name: 'threshold', value: threshold, unit: session.image.unit }],
          warnings: separable
            ? []
            : ['All voxels of the region have the same value: there is nothing to separate.'],
        };
      },
      close: () => {
        session.close();
      },
    };
  },
});

function choose(
  session: ImageSession<typeof sources>,
  image: ResidentImage,
  histogram: Histogram,
  rule: Parameters['rule']
): number {
  switch (rule) {
    case 'triangle':
      return triangle(histogram);
    case 'isodata':
      return isodata(histogram);
    case 'max-entropy':
      return maxEntropy(histogram);
    case 'li':
      return image.type === 'float32' ? liOfVoxels(session, image) : liOfHistogram(histogram);
  }
}

function liOfHistogram(histogram: Histogram): number {
  const [smallest] = histogram.centres;
  const means = histogramMeans(histogram);
  return minimumCrossEntropy(means, means(-1).above, 0.5) + smallest;
}

/** Floats have no bins of their own; the means are those of the voxels. */
function liOfVoxels(
  { arena, kernels }: ImageSession<typeof sources>,
  image: ResidentImage
): number {
  const mark = arena.mark();
  const [range, sums] = [arena.allocate(8), arena.allocate(32)];
  kernels.histogram.rangeF32(image.address, image.count, range);
  const [smallest, largest] = arena.f32(range, 2);
  const means: SplitMeans = (threshold) => {
    kernels.histogram.splitSums(image.address, image.count, threshold + smallest, sums);
    const [above, aboveSum, below, belowSum] = arena.f64(sums, 4);
    return { above: aboveSum / above - smallest, below: belowSum / below - smallest };
  };
  const start = means(-1).above;
  const found = minimumCrossEntropy(means, start, (largest - smallest) * 1e-9) + smallest;
  arena.rewind(mark);
  return found;
}
