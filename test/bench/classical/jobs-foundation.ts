/**
 * Jobs of the histogram methods, region growing, components and edges.
 */
import {
  boxVoxels,
  wholeBox,
  type MethodInput,
  type Region,
} from '@cordon/extension-workbench/pure';
import { bitMaskWasm } from '../../../extensions/classical/src/generated/bit-mask';
import { blurWasm } from '../../../extensions/classical/src/generated/blur';
import { cannyWasm } from '../../../extensions/classical/src/generated/canny';
import { edgesWasm } from '../../../extensions/classical/src/generated/edges';
import { gradientWasm } from '../../../extensions/classical/src/generated/gradient';
import { histogramWasm } from '../../../extensions/classical/src/generated/histogram';
import { runsWasm } from '../../../extensions/classical/src/generated/runs';
import { scanLineWasm } from '../../../extensions/classical/src/generated/scan-line';
import { thresholdWasm } from '../../../extensions/classical/src/generated/threshold';
import { unpackBits } from '../../../extensions/classical/src/kernels/bit-mask';
import { blurVolume, gaussianWeights } from '../../../extensions/classical/src/kernels/blur';
import {
  labelComponents,
  maskBits,
  paintComponents16,
  type Neighbours,
} from '../../../extensions/classical/src/kernels/components';
import { growRegion } from '../../../extensions/classical/src/kernels/grow';
import { imageHistogram } from '../../../extensions/classical/src/kernels/histogram';
import {
  ImageSession,
  type ResidentImage,
} from '../../../extensions/classical/src/kernels/image-session';
import { thresholdMask } from '../../../extensions/classical/src/kernels/mask';
import {
  EdgeWork,
  type EdgeSettings,
} from '../../../extensions/classical/src/methods/edges/edge-maps';
import { otsu, otsuThreshold } from '../../../extensions/classical/src/methods/otsu/otsu';
import { threshold } from '../../../extensions/classical/src/methods/threshold/threshold';
import type { SegmentationMethod } from '@cordon/extension-workbench/pure';
import { sumOf, type Job, type JobMaker } from './job';

const sources = {
  bitMask: bitMaskWasm,
  threshold: thresholdWasm,
  histogram: histogramWasm,
  runs: runsWasm,
  scanLine: scanLineWasm,
  gradient: gradientWasm,
  edges: edgesWasm,
  blur: blurWasm,
  canny: cannyWasm,
};
type Session = ImageSession<typeof sources>;

/** A job on the resident image; `work` returns the address of its bytes. */
const kernelJob =
  (
    work: (session: Session, image: ResidentImage) => number,
    view: 'u8' | 'u16' | 'f32' = 'u8'
  ): JobMaker =>
  async (input) => {
    const session = await ImageSession.open(input, sources);
    const image = session.resident(wholeBox(session.image.geometry.size));
    return {
      run: () => {
        const out = session.scratch(() => work(session, image));
        return () => sumOf(session.arena[view](out, image.count));
      },
    };
  };

/** A job through the method's own door: one update of an open session, the result handed out. */
const methodJob =
  (
    method: SegmentationMethod,
    parameters: Readonly<Record<string, unknown>>,
    region: Region = { kind: 'volume' }
  ): JobMaker =>
  async (input: MethodInput): Promise<Job> => {
    const session = await method.open(input);
    const request = { prompts: { seeds: [], scribbles: [] }, parameters, region };
    return {
      run: async () => {
        const { labels } = await session.update(request, { quality: 'final' });
        return () => sumOf(labels?.voxels ?? []);
      },
    };
  };

const maskAbove = ({ arena, kernels }: Session, image: ResidentImage, lower: number): number => {
  const out = arena.allocate(image.count);
  thresholdMask(kernels.threshold, arena, image, { lower, upper: Infinity }, out);
  return out;
};

/** The region as the methods make it: bytes of the smallest box around it. */
const grow =
  (
    lower: number,
    upper: number,
    [i, j, k]: readonly [number, number, number],
    neighbours: Neighbours
  ): JobMaker =>
  async (input) => {
    const session = await ImageSession.open(input, sources);
    const { arena, kernels } = session;
    const image = session.resident(wholeBox(session.image.geometry.size));
    const [columns, rows] = image.size;
    const seeds = [i + columns * (j + rows * k)];
    const range = { lower, upper };
    return {
      run: () => {
        const { box, address } = session.scratch(() => {
          const bits = growRegion(kernels, arena, { image, range, seeds, neighbours });
          return unpackBits(kernels.bitMask, arena, image, bits);
        });
        return () => sumOf(arena.u8(address, boxVoxels(box)));
      },
    };
  };

/** Labels the mask and writes the label map, as the peers do. The mask is made before. */
const components =
  (least: number): JobMaker =>
  async (input) => {
    const session = await ImageSession.open(input, sources);
    const { arena, kernels } = session;
    const image = session.resident(wholeBox(session.image.geometry.size));
    const mask = maskAbove(session, image, least);
    const neighbours = image.squeezedSize[2] === 1 ? 4 : 6;
    return {
      run: () => {
        const { out, count } = session.scratch(() => {
          const bits = maskBits(kernels.runs, arena, image, mask);
          const found = labelComponents(kernels.runs, arena, bits, neighbours);
          const table = Uint16Array.from({ length: found.count + 1 }, (_, label) => label);
          return { out: paintComponents16(kernels.runs, arena, found, table), count: found.count };
        });
        return () => count + 0 * out;
      },
    };
  };

const edgeJob = (settings: Partial<EdgeSettings>, mask = false) =>
  kernelJob(
    ({ arena, kernels }, image) => {
      const work = new EdgeWork(kernels, arena, image, {
        operator: 'sobel',
        planar: false,
        sigmaMm: Math.SQRT2,
        radiusMm: 1,
        threshold: 60,
        lowThreshold: 20,
        ...settings,
      });
      return mask ? work.mask() : work.map();
    },
    mask ? 'u8' : 'f32'
  );

export const foundationJobs: Readonly<Record<string, JobMaker>> = {
  threshold: kernelJob(({ arena, kernels }, image) => {
    const out = arena.allocate(image.count);
    thresholdMask(kernels.threshold, arena, image, { lower: 100, upper: 300 }, out);
    return out;
  }),
  'threshold-update': methodJob(threshold, { lower: 100, upper: 300 }),
  otsu: kernelJob(({ arena, kernels }, image) => {
    const found = otsuThreshold(imageHistogram(kernels.histogram, arena, image));
    const out = arena.allocate(image.count);
    const range = { lower: found.threshold + 1, upper: Infinity };
    thresholdMask(kernels.threshold, arena, image, range, out);
    return out;
  }),
  'otsu-update': methodJob(otsu, {}),
  'grow-large': grow(0, 160, [150, 350, 150], 6),
  'grow-large-26': grow(0, 160, [150, 350, 150], 26),
  'grow-small': grow(220, 400, [256, 300, 100], 6),
  components: components(150),
  'components-noise': components(50),
  sobel: edgeJob({}),
  canny: edgeJob({ operator: 'canny' }, true),
  gaussian: kernelJob(({ arena, kernels }, image) => {
    const floats = arena.allocate(image.count * 4);
    kernels.blur.toFloat(image.address, floats, image.count, 1);
    const weights = gaussianWeights(2);
    blurVolume(kernels.blur, arena, floats, image.squeezedSize, [
      weights,
      weights,
      image.squeezedSize[2] === 1 ? Float64Array.of(1) : weights,
    ]);
    return floats;
  }, 'f32'),
};
