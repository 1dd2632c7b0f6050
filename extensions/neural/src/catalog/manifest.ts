/**
 * @file The manifest of a model (metadata.json): what a program needs to run a network exactly as it was trained.
 *
 * The keys outside `cordon` are those of a MONAI bundle's metadata. It is bundle-shaped, not a bundle, because a bundle
 * must hold a model.pt.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { z } from 'zod';

/** No network of this field sees more at once: 512 MiB of 32-bit floats. */
const MOST_SAMPLES = 2 ** 27;
const isSane = (size: readonly number[]): boolean =>
  size.reduce((product, extent) => product * extent, 1) <= MOST_SAMPLES;
const TOO_LARGE = { message: `must not hold more than ${MOST_SAMPLES} samples` };
const extent = z.int().min(1);
const size3 = z.tuple([extent, extent, extent]).refine(isSane, TOO_LARGE);
const size2 = z.tuple([extent, extent]).refine(isSane, TOO_LARGE);
const positive = z.number().positive();
const interval = z.tuple([z.number(), z.number(), z.number()]);

const concept = z.object({ scheme: z.string(), value: z.string(), meaning: z.string() });

/** What happens to the image before the network, in order. Unknown steps are refused, never skipped. */
export const preprocessingStep = z.discriminatedUnion('op', [
  z.object({ op: z.literal('grayscale'), photometric: z.literal('MONOCHROME2') }),
  z.object({ op: z.literal('orient'), axes: z.enum(['RAS', 'asStored', 'asDisplayed']) }),
  z.object({
    op: z.literal('crop'),
    mode: z.enum(['userBox', 'centre']),
    maximumMm: z.tuple([positive, positive, positive]).optional(),
    size: size2.optional(),
    pad: z.enum(['edge', 'zero']).optional(),
  }),
  z.object({
    op: z.literal('resample'),
    spacingMm: z.array(positive).min(2).max(3),
    interpolation: z.literal('linear'),
    acceptedMm: z.tuple([positive, positive]).optional(),
  }),
  z.object({ op: z.literal('resize'), size: size2, interpolation: z.literal('area') }),
  z.object({
    op: z.literal('clipPercentiles'),
    low: z.number().min(0).max(100),
    high: z.number().min(0).max(100),
  }),
  z.object({ op: z.literal('zScore'), epsilon: z.number().min(0) }),
  z.object({ op: z.literal('window'), low: z.number(), high: z.number() }),
  z.object({ op: z.literal('pad'), size: size3, value: z.number() }),
  z.object({
    op: z.literal('slices'),
    axis: z.union([z.literal(0), z.literal('image')]),
    neighbours: z.array(z.int()).min(1),
  }),
  z.object({ op: z.literal('layout'), order: z.literal('NCDHW') }),
  z.object({
    op: z.literal('tile'),
    size: z.union([size3, size2]),
    overlap: z.number().min(0).lt(1),
  }),
  z.object({ op: z.literal('enlarge'), factor: z.int().min(1) }),
  z.object({ op: z.literal('conform'), size: size3, spacingMm: positive }),
  z.object({ op: z.literal('unitScale') }),
]);

export const postprocessingStep = z.discriminatedUnion('op', [
  z.object({ op: z.literal('softmax') }),
  z.object({ op: z.literal('unpad') }),
  z.object({ op: z.literal('resampleToSource'), interpolation: z.literal('linear') }),
  z.object({ op: z.literal('argmax') }),
  z.object({ op: z.literal('keepLargest') }),
  z.object({
    op: z.literal('detections'),
    scoreThreshold: z.number(),
    maskThreshold: z.number(),
  }),
  z.object({ op: z.literal('instances') }),
  z.object({ op: z.literal('paintMaximum') }),
  z.object({ op: z.literal('reduce'), factor: z.int().min(1) }),
  z.object({ op: z.literal('labelsToSource'), interpolation: z.literal('linear') }),
]);

const PLAIN_PATH = { message: 'must be a plain path inside the model folder' };

function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => /^[\w-][\w.-]*$/.test(part));
}

const modelFile = z.object({
  path: z.string().refine(isPlainPath, PLAIN_PATH),
  role: z.string(),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  providers: z.array(z.enum(['wasm', 'webgpu'])).optional(),
  /** Names of the graph's outputs, in the order of the golden files. */
  outputs: z.array(z.string()).optional(),
});

/** Inputs and outputs of each graph as the training pipeline got them, gzipped little-endian arrays. */
const goldenSchema = z.object({
  tolerance: positive,
  arrays: z.record(
    z.string(),
    z.object({
      path: z.string().refine(isPlainPath, PLAIN_PATH),
      dtype: z.enum(['float32', 'float16', 'int16', 'uint8', 'int64']),
      shape: z.array(z.int().min(0)).min(1),
    })
  ),
});

const modelClass = z.object({
  /** Number of the network's channel; 0 is the background. */
  value: z.int().min(1).max(65535),
  name: z.string(),
  category: concept,
  type: concept,
  typeModifiers: z.array(concept),
  rgb: z.tuple([z.int(), z.int(), z.int()]),
});

const channelData = z.object({
  num_channels: z.int().min(1),
  spatial_shape: z.array(extent).min(2).max(3).refine(isSane, TOO_LARGE),
  dtype: z.literal('float32'),
});

/** Images that a network may take. */
export const MOST_CHANNELS = 8;
/** A word that the command line can take before its equals sign. */
const channelName = z.string().regex(/^[\w-]{1,32}$/, { message: 'must be one short word' });

const suppression = {
  scoreThreshold: z.number(),
  nmsIou: z.number().min(0).max(1),
  minimumSize: z.number().min(0),
  boxWeights: z.tuple([positive, positive, positive, positive]),
};

/** The numbers of Mask R-CNN's detection logic, as in torchvision. */
const detectorSchema = z.object({
  imageSize: size2,
  strides: z.array(z.int().min(1)).min(1),
  anchorSizes: z.array(positive),
  aspectRatios: z.array(positive).min(1),
  proposals: z.object({
    ...suppression,
    preNmsPerLevel: z.int().min(1),
    postNms: z.int().min(1).max(2000),
  }),
  boxes: z.object({ ...suppression, maximum: z.int().min(1).max(2000) }),
  roiAlign: z.object({
    boxSize: z.int().min(1),
    maskSize: z.int().min(1),
    samplingRatio: z.int().min(1).max(8),
  }),
});

export type DetectorSettings = z.output<typeof detectorSchema>;

/** What a result on a whole head must look like; anything else is refused as not being one. */
const headSchema = z.object({
  /** Classes that count as brain: without the fluid around it. */
  brain: z.array(z.int().min(1)).min(1),
  /** Classes that may end at the edge of the field of view: brain stem, fluid around the cord. */
  mayEnd: z.array(z.int().min(1)),
  /** Left and right class of each paired structure. */
  pairs: z.array(z.tuple([z.int().min(1), z.int().min(1)])).min(1),
  brainMl: z.tuple([positive, positive]),
  /** Largest ratio between the brain's sides. */
  sideRatio: positive,
  /** Structures that must be there, out of all. */
  minimumStructures: z.int().min(1),
  /** Largest share of brain voxels outside the largest piece. */
  scatter: z.number().min(0).max(1),
  /** Smallest mean Dice with the labels that a moved grid gives: what follows the grid is not in the image. */
  steady: z.number().min(0).max(1),
});

export type HeadSettings = z.output<typeof headSchema>;

/** What a model reached on cases that it had not seen: mean and the ends of its 95 % interval. */
const metricsSchema = z.object({
  /** Mean over all classes. */
  dice: interval.optional(),
  classes: z.record(z.string(), z.object({ dice: interval.optional() })).optional(),
  /** Of a whole head, on images of 1 mm. */
  '1mm': z.object({ dice: interval, structures: z.record(z.string(), interval) }).optional(),
  /** How many of its targets it has missed. */
  targets: z.object({ missed: z.int().min(0), of: z.int().min(1) }).optional(),
});

export const manifestSchema = z.object({
  version: z.string(),
  task: z.string(),
  description: z.string(),
  authors: z.string(),
  copyright: z.string(),
  intended_use: z.string(),
  data_source: z.string(),
  references: z.array(z.string()),
  // Only shown: no reason to refuse a model.
  eval_metrics: metricsSchema.optional().catch(undefined),
  network_data_format: z.object({
    inputs: z.record(z.string(), channelData),
    outputs: z.record(z.string(), channelData),
  }),
  cordon: z.object({
    schema: z.literal('cordon-model/1'),
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string(),
    architecture: z.string(),
    modalities: z.array(z.string()),
    /** Names of the images that it takes, the first the one that is segmented; absent for one. */
    channels: z.array(channelName).min(2).max(MOST_CHANNELS).optional(),
    files: z.array(modelFile).min(1),
    preprocessing: z.array(preprocessingStep),
    inference: z.object({
      mode: z.enum(['slices', 'volume', 'detector', 'labels']),
      batch: z.int().min(1),
      detector: detectorSchema.optional(),
      head: headSchema.optional(),
    }),
    postprocessing: z.array(postprocessingStep),
    classes: z.array(modelClass).min(1),
    golden: goldenSchema.optional(),
    /** `experimental` until the model has met its targets. Only shown. */
    training: z.object({ status: z.string() }).optional().catch(undefined),
    licence: z.object({ weights: z.string(), data: z.string() }),
    contraIndications: z.array(z.string()),
    regulatoryStatus: z.string(),
  }),
});

export type Manifest = z.output<typeof manifestSchema>;
export type PreprocessingStep = z.output<typeof preprocessingStep>;
export type PostprocessingStep = z.output<typeof postprocessingStep>;

/** What is wrong with the values of the classes; undefined when nothing is. Voxels get the number of the network's channel. */
function classProblem({ cordon }: Manifest): string | undefined {
  const at = cordon.classes.findIndex(({ value }, index) => value !== index + 1);
  if (at === -1) return undefined;
  const { name, value } = cordon.classes[at];
  return `"${name}" has the value ${value}, it must be ${at + 1}: values number the channels of the network`;
}

/** What is wrong with the channels that a manifest asks for; undefined when nothing is. */
function channelProblem({ cordon, network_data_format: format }: Manifest): string | undefined {
  const { channels, inference, preprocessing } = cordon;
  if (!channels) return undefined;
  const names = new Set(channels.map((name) => name.toLowerCase()));
  if (names.size < channels.length) return 'a name is there twice';
  if (inference.mode !== 'slices' && inference.mode !== 'volume') {
    return `networks of the mode "${inference.mode}" take one image`;
  }
  const stack = preprocessing.find((step) => step.op === 'slices');
  const wanted = channels.length * (stack?.neighbours.length ?? 1);
  const wrong = Object.values(format.inputs).find((input) => input.num_channels !== wanted);
  return wrong && `they make ${wanted} of the input, which has ${wrong.num_channels}`;
}

/** Checks a manifest. Throws `MODEL_MANIFEST_INVALID` with every problem named. */
export function parseManifest(json: unknown): Manifest {
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`
    );
    throw invalid(problems.slice(0, 5).join('; '));
  }
  const wrongClass = classProblem(parsed.data);
  if (wrongClass !== undefined) throw invalid(`cordon.classes: ${wrongClass}`);
  const wrongChannel = channelProblem(parsed.data);
  if (wrongChannel !== undefined) throw invalid(`cordon.channels: ${wrongChannel}`);
  return parsed.data;
}

const invalid = (why: string) =>
  new CordonError({
    code: 'MODEL_MANIFEST_INVALID',
    what: 'The description of the model cannot be used',
    why,
    remedy: 'ask the author of the model for a corrected metadata.json',
  });
