/**
 * @file Otsu's threshold: the value that separates the histogram into two classes with the largest variance between
 * them. Otsu N. A threshold selection method from gray-level histograms. IEEE Trans SMC 9(1):62-66, 1979.
 *
 * The histogram is scikit-image's: integers have one bin a value, floats 256 bins between minimum and maximum. The first
 * of several equal maxima wins. A voxel is bright when its value is above the threshold.
 * Complexity O(n + bins). Memory: 2 bytes per voxel of the region and 1 MiB beside its copy in kernel memory.
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
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import { maskResult, sideOf, thresholdMask } from '../../kernels/mask';
import { regionVoxels } from '../region-voxels';

const parameters = z.object({
  side: z.enum(['bright', 'dark']).default('bright').meta({
    title: 'Side',
    unit: '',
    description: 'Whether the voxels above the threshold are marked, or those up to it.',
  }),
});

type Parameters = z.output<typeof parameters>;

export const otsu = defineMethod({
  id: 'otsu',
  version: '1.0.0',
  title: "Otsu's threshold",
  summary: 'Finds the one value that best separates bright from dark and marks one side of it.',
  family: 'classical',
  group: 'threshold',
  citation:
    'Otsu N. A threshold selection method from gray-level histograms. IEEE Trans SMC 9(1):62-66, 1979.',
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
    return { bytes: voxels * (work.bytesPerVoxel + 2) + 2 ** 20, operations: 3 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, {
      threshold: thresholdWasm,
      histogram: histogramWasm,
    });
    const { kernels } = session;
    return {
      update: async ({ parameters: { side }, region }, context) => {
        checkCancelled(context);
        const image = session.resident(regionBox(region, session.image.geometry.size));
        const value = session.derived('threshold', () =>
          otsuThreshold(imageHistogram(kernels.histogram, session.arena, image))
        );
        const range = sideOf(value.threshold, side, image.type);
        const labels = session.scratch(() => {
          const out = session.arena.allocate(image.count);
          thresholdMask(kernels.threshold, session.arena, image, range, out);
          return maskResult(session.arena, image, out);
        });
        return {
          labels,
          values: [{ name: 'threshold', value: value.threshold, unit: session.image.unit }],
          warnings: value.separable
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

export interface OtsuThreshold {
  /** Centre of the last bin of the dark class. */
  readonly threshold: number;
  /** False when there is only one value. */
  readonly separable: boolean;
}

/** Otsu's threshold of a histogram. Sums run in the order of scikit-image, so that even ties agree. O(bins). */
export function otsuThreshold({ counts, centres }: Histogram): OtsuThreshold {
  const bins = counts.length;
  if (bins < 2) return { threshold: bins === 1 ? centres[0] : 0, separable: false };
  const weightAbove = new Float64Array(bins);
  const meanAbove = new Float64Array(bins);
  let weight = 0;
  let sum = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    weight += counts[bin];
    sum += counts[bin] * centres[bin];
    weightAbove[bin] = weight;
    meanAbove[bin] = sum / weight;
  }
  weight = 0;
  sum = 0;
  let best = -1;
  let bestBin = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    weight += counts[bin];
    sum += counts[bin] * centres[bin];
    const variance = weight * weightAbove[bin + 1] * (sum / weight - meanAbove[bin + 1]) ** 2;
    if (variance > best) {
      best = variance;
      bestBin = bin;
    }
  }
  return { threshold: centres[bestBin], separable: true };
}
