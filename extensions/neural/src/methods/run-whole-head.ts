/**
 * @file Runs a network that labels a whole head in one pass: conform to its grid, run, keep the largest piece, check that it is a head,
 * bring the labels back to the source's voxels.
 *
 * Complexity is the network's; memory 9 bytes a source voxel, and about 0.7 GB in the runtime.
 */
import {
  abortError,
  CordonError,
  type ComputedValue,
  type ImageVolume,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import type { HeadSettings, Manifest } from '../catalog/manifest';
import { conform } from '../pipeline/conform';
import type { Shape3 } from '../pipeline/grid';
import { examineHead, requireHead } from '../pipeline/head-check';
import type { Network } from '../pipeline/infer';
import { keepLargest } from '../pipeline/keep-largest';
import { labelsToSource } from '../pipeline/labels-to-source';
import { percentilesToUnit } from '../pipeline/normalise';

export interface LabelledHead {
  /** A label for each voxel of the image, columns fastest. */
  readonly voxels: Uint8Array;
  readonly values: readonly ComputedValue[];
  readonly warnings: readonly string[];
}

/** What the manifest must say for this kind of network. */
interface WholeHead {
  readonly size: Shape3;
  readonly spacingMm: number;
  readonly percentages: readonly [number, number];
  readonly head: HeadSettings;
}

/** Bytes beside the image and operations, to refuse what does not fit before it starts. */
export const estimateWholeHead = (voxels: number) => ({
  bytes: voxels * 9 + 700e6,
  operations: 3e10,
});

/** Throws `NOT_A_HEAD`, `MODEL_UNSUPPORTED`, `MODEL_OUTPUT_INVALID` or `CANCELLED`. */
export async function runWholeHead(
  network: Network,
  manifest: Manifest,
  image: ImageVolume,
  { signal, onProgress }: Pick<UpdateContext, 'signal' | 'onProgress'>
): Promise<LabelledHead> {
  const settings = settingsOf(manifest);
  const report = async (fraction: number, message: string) => {
    onProgress?.({ fraction, message });
    // A worker hears of a cancellation only between two tasks.
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) throw abortError();
  };
  await report(0, 'The image is brought to the grid of the network');
  const { grid, frame, inside } = conform(image, settings.size, settings.spacingMm);
  percentilesToUnit(grid.values, settings.percentages);
  await report(0.15, 'The network is running');
  const answer = await network.run(grid.values, [1, 1, ...settings.size]);
  await report(0.85, 'Labels are brought to the voxels of the series');
  const labels = toLabels(answer, grid.values.length, manifest.cordon.classes.length);
  const removed = keepLargest(labels, settings.size);
  const found = examineHead(labels, removed, inside, frame, settings.head);
  const warnings = requireHead(found, settings.head);
  const voxels = labelsToSource(labels, frame, image.geometry);
  onProgress?.({ fraction: 1, message: 'Labels are brought to the voxels of the series' });
  return {
    voxels,
    values: [{ name: 'Brain volume', value: found.brainMl, unit: 'mL' }],
    warnings,
  };
}

/** The network's answer as labels. Throws `MODEL_OUTPUT_INVALID` when it is not one label a voxel. */
function toLabels(answer: Float32Array, voxels: number, highest: number): Uint8Array {
  const labels = Uint8Array.from(answer);
  const exact = answer.every((value, at) => value === labels[at] && value <= highest);
  if (answer.length === voxels && exact) return labels;
  throw new CordonError({
    code: 'MODEL_OUTPUT_INVALID',
    what: 'The network gave no usable result',
    why: 'its answer is not one label for each voxel',
    remedy: 'use another model, and tell the author of this one',
  });
}

function settingsOf(manifest: Manifest): WholeHead {
  const { preprocessing, inference, title } = manifest.cordon;
  const [grid, clip, scale, ...more] = preprocessing;
  if (
    grid?.op === 'conform' &&
    clip?.op === 'clipPercentiles' &&
    scale?.op === 'unitScale' &&
    more.length === 0 &&
    inference.head
  ) {
    const { size, spacingMm } = grid;
    return { size, spacingMm, percentages: [clip.low, clip.high], head: inference.head };
  }
  throw new CordonError({
    code: 'MODEL_UNSUPPORTED',
    what: `The model "${title}" cannot run here`,
    why: 'its manifest lacks the steps conform, clipPercentiles, unitScale or the numbers of a head',
    remedy: 'choose another model',
  });
}
