/**
 * @file A network as a method like any other: from manifest and files to a {@link SegmentationMethod}.
 *
 * Complexity is the network's; memory four float32 volumes of the region a class beside the runtime's own.
 */
import {
  boxSize,
  boxVoxels,
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type Fit,
  type ImageVolume,
  type MethodSession,
  type ScalarResult,
  type SegmentationMethod,
  type SeriesDescription,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import type { Manifest } from '../catalog/manifest';
import { readVerified, type ReadModelFile } from '../catalog/model-files';
import { openNetwork, type OpenNetwork, type Provider, type Runtime } from '../engine/network';
import { infer } from '../pipeline/infer';
import { keepLargest } from '../pipeline/keep-largest';
import { prepare } from '../pipeline/prepare';
import { argmax } from '../pipeline/scores';
import { classesOf } from './model-results';
import { wholeHeadMethod } from './whole-head-method';

/** What runs a network: chosen by the worker or by Node. */
export interface EngineRoom {
  readonly runtime: Runtime;
  readonly provider: Provider;
  /** For the report: `wasm, 1 thread`. */
  readonly title: string;
}

export interface ModelSource {
  readonly manifest: Manifest;
  readonly read: ReadModelFile;
  readonly loadEngine: () => Promise<EngineRoom>;
}

const parameters = z.object({
  keepLargest: z.boolean().default(false).meta({
    title: 'Largest piece only',
    unit: '',
    description: 'Removes every labelled voxel that is not connected to the largest piece.',
  }),
});

export function neuralMethod(source: ModelSource): SegmentationMethod {
  const { manifest } = source;
  const { cordon } = manifest;
  if (cordon.inference.mode === 'labels') return wholeHeadMethod(source);
  const perImage = worksOnImages(manifest);
  const needsBox = cordon.preprocessing.some(
    (step) => step.op === 'crop' && step.mode === 'userBox'
  );
  return defineMethod({
    id: cordon.id,
    version: manifest.version,
    title: cordon.title,
    summary: manifest.description,
    family: 'neural',
    group: 'network',
    citation: manifest.references.join('; '),
    parameters,
    inputs: {
      channels: ['image'],
      regions: needsBox ? ['box', 'volume'] : perImage ? ['slice', 'volume'] : ['volume', 'box'],
      segment: 'none',
      prompts: needsBox ? ['box'] : [],
    },
    outputs: ['labels', 'probabilities'],
    fits: (series) => fit(manifest, series),
    estimate: (work) => {
      const box = regionBox(work.region, work.size);
      const voxels = perImage ? boxVoxels(box) / boxSize(box)[2] : boxVoxels(box);
      return { bytes: voxels * 4 * 4 * (cordon.classes.length + 1) + 500e6, operations: 1e9 };
    },
    open: async ({ channels: [image] }): Promise<MethodSession<z.output<typeof parameters>>> => {
      if (isDetector(manifest)) throw detectorUnsupported(manifest);
      const engine = await source.loadEngine();
      const graph = await readVerified(manifest, source.read, 'model', engine.provider);
      const network = await openNetwork(engine.runtime, graph, engine.provider);
      return {
        update: async (request, context) => {
          const box = regionBox(request.region, image.geometry.size);
          const pieces = perImage ? slicesOf(box) : [box];
          const planes = await runPieces(network, manifest, image, box, pieces, context);
          const labels = argmax(planes);
          const warnings: string[] = [];
          if (request.parameters.keepLargest) {
            const [columns, rows, slices] = boxSize(box);
            const removed = keepLargest(labels, [slices, rows, columns]);
            if (removed > 0) warnings.push(`${removed} voxels in smaller pieces were removed.`);
          }
          return {
            labels: { box, voxels: labels, classes: classesOf(manifest) },
            probabilities: probabilitiesOf(manifest, box, planes),
            values: [],
            warnings: [...warnings, `Ran on ${engine.title}.`, manifest.cordon.regulatoryStatus],
          };
        },
        close: () => {
          void network.release();
        },
      };
    },
  });
}

/** Whether a model sees one image at a time, not a volume. */
const worksOnImages = (manifest: Manifest): boolean =>
  manifest.cordon.preprocessing.some((step) => step.op === 'slices' && step.axis === 'image');

/** Its steps are in pipeline/detector; what is missing is their place in a method. */
const isDetector = (manifest: Manifest): boolean => manifest.cordon.inference.mode === 'detector';

const DETECTOR_REASON = 'Networks that find single instances cannot run here yet.';

const detectorUnsupported = (manifest: Manifest) =>
  new CordonError({
    code: 'MODEL_UNSUPPORTED',
    what: `The model "${manifest.cordon.title}" was not started`,
    why: DETECTOR_REASON,
    remedy: 'choose a model that labels voxels',
  });

function fit(manifest: Manifest, series: SeriesDescription): Fit {
  const { modalities } = manifest.cordon;
  if (isDetector(manifest)) return { fits: false, reason: DETECTOR_REASON };
  if (modalities.includes(series.modality)) return FITS;
  return {
    fits: false,
    reason: `It was trained on ${modalities.join(' or ')}, this series is ${series.modality || 'unknown'}.`,
  };
}

function slicesOf(box: Box): readonly Box[] {
  const [from, to] = [box.fromIjk, box.toIjk];
  return Array.from({ length: to[2] - from[2] }, (_, step) => ({
    fromIjk: [from[0], from[1], from[2] + step],
    toIjk: [to[0], to[1], from[2] + step + 1],
  }));
}

/** Probabilities of each class, background first, on the voxels of `box` in the source's order. */
async function runPieces(
  network: OpenNetwork,
  manifest: Manifest,
  image: ImageVolume,
  box: Box,
  pieces: readonly Box[],
  context: UpdateContext
): Promise<readonly Float32Array[]> {
  const { cordon } = manifest;
  const classes = cordon.classes.length + 1;
  const mode = cordon.inference.mode === 'volume' ? 'volume' : 'slices';
  const planes = Array.from({ length: classes }, () => new Float32Array(boxVoxels(box)));
  let filled = 0;
  for (const [index, piece] of pieces.entries()) {
    const prepared = prepare(image, piece, cordon.preprocessing);
    const probabilities = await infer(network, prepared.grid, {
      mode,
      batch: cordon.inference.batch,
      neighbours: prepared.neighbours,
      classes,
      signal: context.signal,
      onProgress: (fraction) =>
        context.onProgress?.({
          fraction: (index + fraction) / pieces.length,
          message: 'The network is running',
        }),
    });
    for (const [channel, grid] of probabilities.entries()) {
      planes[channel].set(prepared.restore(grid, channel === 0), filled);
    }
    filled += boxVoxels(piece);
  }
  return planes;
}

const probabilitiesOf = (
  manifest: Manifest,
  box: Box,
  planes: readonly Float32Array[]
): readonly ScalarResult[] =>
  manifest.cordon.classes.map((item, at) => ({
    box,
    voxels: planes[at + 1],
    title: item.name,
    unit: '1',
  }));
