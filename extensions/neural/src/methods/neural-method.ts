/**
 * @file A network as a method like any other: from manifest and files to a {@link SegmentationMethod}.
 *
 * Complexity is the network's; memory four float32 volumes of the region a class beside the runtime's own.
 */
import {
  boxSize,
  CordonError,
  defineMethod,
  FITS,
  regionBox,
  type Box,
  type Fit,
  type Region,
  type SegmentationMethod,
  type SeriesDescription,
} from '@cordon/extension-workbench/pure';
import { z } from 'zod';
import type { Manifest } from '../catalog/manifest';
import { meanConfidence, uncertaintySteps } from '../pipeline/confidence';
import { gapWarnings } from '../pipeline/gaps';
import { keepLargest } from '../pipeline/keep-largest';
import { argmax } from '../pipeline/scores';
import { modelCard } from './model-card';
import {
  classesOf,
  confidenceValues,
  instanceClasses,
  probabilitiesOf,
  uncertaintyClasses,
} from './model-results';
import { estimateNetwork } from './model-memory';
import { networkSession, type ModelSource } from './network-session';
import { findsInstances, runDetectorOnTiles, runDetectorOnVoxels } from './run-detector';
import { matchChannels } from './match-channels';
import { runVoxels } from './run-voxels';
import { wholeHeadMethod } from './whole-head-method';

export type { ModelSource } from './network-session';

const voxelParameters = z.object({
  keepLargest: z.boolean().default(false).meta({
    title: 'Largest piece only',
    unit: '',
    description: 'Removes every labelled voxel that is not connected to the largest piece.',
  }),
  show: z.enum(['structures', 'uncertainty']).default('structures').meta({
    title: 'Show',
    unit: '',
    description: 'Uncertainty: where the network hesitates between classes, in three steps.',
  }),
});

const instanceParameters = (manifest: Manifest) =>
  z.object({
    score: z.number().min(0.05).max(1).default(scoreThreshold(manifest)).meta({
      title: 'Smallest score',
      unit: '1',
      description: 'Objects of which the network is less sure than this are left out.',
    }),
    separate: z.boolean().default(true).meta({
      title: 'Each object a segment',
      unit: '',
      description: 'Off: all objects go into one segment.',
    }),
  });

export function neuralMethod(source: ModelSource): SegmentationMethod {
  if (source.manifest.cordon.inference.mode === 'labels') return wholeHeadMethod(source);
  return findsInstances(source.manifest) ? instanceMethod(source) : voxelMethod(source);
}

function voxelMethod(source: ModelSource): SegmentationMethod {
  const { manifest } = source;
  const perImage = worksOnImages(manifest);
  const isDetector = manifest.cordon.inference.mode === 'detector';
  return defineMethod({
    ...describe(source, perImage),
    parameters: voxelParameters,
    outputs: ['labels', 'probabilities'],
    open: ({ channels }) => {
      const images = matchChannels(manifest, channels);
      const [image] = images;
      return networkSession<z.output<typeof voxelParameters>>(
        source,
        async (model, request, context) => {
          if (perImage) requireImages(request.region);
          const box = regionBox(request.region, image.geometry.size);
          const pieces = perImage ? slicesOf(box) : [box];
          const planes = isDetector
            ? await runDetectorOnVoxels(model, manifest, image, box, pieces, context)
            : await runVoxels(model, manifest, images, box, pieces, context);
          const labels = argmax(planes);
          const warnings = gapWarnings(images, box);
          if (request.parameters.keepLargest) {
            const [columns, rows, slices] = boxSize(box);
            const removed = keepLargest(labels, [slices, rows, columns]);
            if (removed > 0) warnings.push(`${removed} voxels in smaller pieces were removed.`);
          }
          const isUncertainty = request.parameters.show === 'uncertainty';
          return {
            labels: isUncertainty
              ? { box, voxels: uncertaintySteps(planes), classes: uncertaintyClasses() }
              : { box, voxels: labels, classes: classesOf(manifest) },
            probabilities: isUncertainty ? [] : probabilitiesOf(manifest, box, planes),
            values: confidenceValues(manifest, meanConfidence(labels, planes)),
            warnings,
          };
        }
      );
    },
  });
}

function instanceMethod(source: ModelSource): SegmentationMethod {
  const { manifest } = source;
  const parameters = instanceParameters(manifest);
  return defineMethod({
    ...describe(source, true),
    parameters,
    outputs: ['labels'],
    open: ({ channels: [image] }) =>
      networkSession<z.output<typeof parameters>>(source, async (model, request, context) => {
        requireImages(request.region);
        const box = regionBox(request.region, image.geometry.size);
        const { score, separate } = request.parameters;
        const found = await runDetectorOnTiles(model, manifest, image, box, score, context);
        const count = found.instances.length;
        const isShown = separate && count <= MOST_SEGMENTS;
        const warnings = gapWarnings([image], box);
        if (separate && !isShown) {
          warnings.push(
            `${count} objects were found, more than ${MOST_SEGMENTS} segments: they share one segment.`
          );
        }
        return {
          labels: isShown
            ? {
                box,
                voxels: found.owners,
                classes: instanceClasses(manifest, found.instances),
                areObjects: true,
              }
            : { box, voxels: classOfOwners(found), classes: classesOf(manifest) },
          values: [{ name: 'Objects', value: count, unit: '1' }],
          warnings,
        };
      }),
  });
}

/** The viewer keeps labels in 8 bits. */
const MOST_SEGMENTS = 250;

const classOfOwners = ({
  owners,
  instances,
}: Awaited<ReturnType<typeof runDetectorOnTiles>>): Uint8Array =>
  Uint8Array.from(owners, (owner) => (owner === 0 ? 0 : instances[owner - 1].label));

/** What all kinds of networks have in common. */
function describe(source: ModelSource, perImage: boolean) {
  const { manifest, manifestSha256 } = source;
  const { cordon } = manifest;
  const needsBox = cordon.preprocessing.some(
    (step) => step.op === 'crop' && step.mode === 'userBox'
  );
  return {
    id: cordon.id,
    version: manifest.version,
    title: cordon.title,
    summary: manifest.description,
    family: 'neural',
    group: 'network',
    citation: manifest.references.join('; '),
    inputs: {
      channels: cordon.channels ?? ['image'],
      regions: needsBox ? ['box', 'volume'] : perImage ? ['slice', 'volume'] : ['volume', 'box'],
      segment: 'none',
      prompts: needsBox ? ['box'] : [],
    },
    card: modelCard(manifest),
    ...(manifestSha256 && { model: { id: cordon.id, sha256: manifestSha256 } }),
    fits: (series) => fit(manifest, series),
    estimate: (work) => estimateNetwork(manifest, regionBox(work.region, work.size), perImage),
  } satisfies Partial<SegmentationMethod>;
}

const scoreThreshold = ({ cordon }: Manifest): number =>
  cordon.postprocessing.find((step) => step.op === 'detections')?.scoreThreshold ?? 0.5;

/** Whether a model sees one image at a time, not a volume. */
const worksOnImages = (manifest: Manifest): boolean =>
  manifest.cordon.preprocessing.some((step) => step.op === 'slices' && step.axis === 'image');

/** Images are cut along the slices of the series only. Throws `MODEL_INPUT_UNFIT`. */
function requireImages(region: Region): void {
  if (region.kind !== 'slice' || region.axis === 2) return;
  throw new CordonError({
    code: 'MODEL_INPUT_UNFIT',
    what: 'The chosen slice does not fit this model',
    why: 'the model works on the images of the series, and the slice lies across them',
    remedy: 'choose a viewport along the slices of the series, or the whole volume',
  });
}

function fit(manifest: Manifest, series: SeriesDescription): Fit {
  const { modalities } = manifest.cordon;
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
