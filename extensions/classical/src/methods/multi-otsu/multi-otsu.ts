/**
 * @file Multi-level Otsu: splits the histogram into several classes with the largest variance between them.
 * Otsu N, IEEE Trans SMC 9(1):62-66, 1979; Liao P, Chen T, Chung P. A fast algorithm for multilevel thresholding. J Inf Sci
 * Eng 17:713-727, 2001.
 *
 * Histogram as in otsu. Complexity O(n + classes · b log b) with b values that occur; exact for any number of classes.
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
import { imageHistogram } from '../../kernels/histogram';
import { checkCancelled, ImageSession } from '../../kernels/image-session';
import { accumulateMask, maskResult, sideOf } from '../../kernels/mask';
import { regionVoxels } from '../region-voxels';
import { otsuThresholds } from './thresholds';

const parameters = z.object({
  classes: z.int().min(2).max(6).default(3).meta({
    title: 'Classes',
    unit: '',
    description: 'Number of classes of brightness.',
  }),
  includeDarkest: z.boolean().default(false).meta({
    title: 'Darkest class too',
    unit: '',
    description: 'Whether the darkest class, mostly background, becomes a segment too.',
  }),
});

type Parameters = z.output<typeof parameters>;

export const multiOtsu = defineMethod({
  id: 'multi-otsu',
  version: '1.0.0',
  title: 'Multi-level Otsu',
  summary: 'Splits the image into several classes of brightness, each a segment of its own.',
  family: 'classical',
  group: 'threshold',
  citation:
    'Liao P, Chen T, Chung P. A fast algorithm for multilevel thresholding. J Inf Sci Eng 17:713-727, 2001.',
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
    return { bytes: voxels * (work.bytesPerVoxel + 2) + 2 ** 20, operations: 5 * voxels };
  },
  open: async (input): Promise<MethodSession<Parameters>> => {
    const session = await ImageSession.open(input, {
      threshold: thresholdWasm,
      histogram: histogramWasm,
    });
    return {
      update: async ({ parameters: { classes, includeDarkest }, region }, context) => {
        checkCancelled(context);
        const { arena, kernels } = session;
        const image = session.resident(regionBox(region, session.image.geometry.size));
        const histogram = session.derived('histogram', () =>
          imageHistogram(kernels.histogram, arena, image)
        );
        const thresholds = session.derived(`thresholds ${classes}`, () =>
          otsuThresholds(histogram, classes)
        );
        const first = Number(includeDarkest);
        const labels = session.scratch(() => {
          const out = arena.allocate(image.count);
          arena.u8(out, image.count).fill(first);
          for (const threshold of thresholds) {
            accumulateMask(kernels.threshold, image, sideOf(threshold, 'bright', image.type), out);
          }
          return maskResult(arena, image, out);
        });
        const found = Array.from({ length: thresholds.length + first }, (_, at) => ({
          value: at + 1,
        }));
        return {
          labels: { ...labels, classes: found },
          values: thresholds.map((value, at) => ({
            name: `threshold ${at + 1}`,
            value,
            unit: session.image.unit,
          })),
          warnings:
            thresholds.length < classes - 1
              ? [`The region has only ${thresholds.length + 1} different values.`]
              : [],
        };
      },
      close: () => {
        session.close();
      },
    };
  },
});
