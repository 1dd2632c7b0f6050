/**
 * @file Runs a network that labels a whole head: conform to its grid, run, keep the largest piece; where that lies off the grid's centre,
 * as in a field of view with much neck, once more around it; and once on a moved grid, because labels that follow the grid are not in
 * the image. Then check that it is a head and bring the labels back to the source's voxels.
 *
 * Complexity is the network's, at most three times; memory 9 bytes a source voxel, and about 0.7 GB in the runtime.
 */
import {
  abortError,
  CordonError,
  type ComputedValue,
  type ImageVolume,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import type { HeadSettings, Manifest } from '../catalog/manifest';
import { conformer, frameOf, type PatientGrid } from '../pipeline/conform';
import { strides, type Shape3 } from '../pipeline/grid';
import { examineHead, requireHead, steadiness } from '../pipeline/head-check';
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
  const sample = conformer(image, settings.spacingMm);
  const label = async (frame: PatientGrid, fraction: number) => {
    const { grid, inside } = sample(frame);
    percentilesToUnit(grid.values, settings.percentages);
    await report(fraction, 'The network is running');
    const answer = await network.run(grid.values, [1, 1, ...settings.size]);
    const labels = toLabels(answer, grid.values.length, manifest.cordon.classes.length);
    return { labels, inside, frame, removed: keepLargest(labels, settings.size) };
  };
  let head = await label(frameOf(image.geometry, settings.size, settings.spacingMm), 0.1);
  const around = frameAround(head.labels, head.frame);
  if (around) head = await label(around, 0.35);
  const again = await label(movedFrame(head.frame), 0.65);
  const steady = steadiness(head.labels, again.labels, settings.size, MOVED_VOXELS);
  await report(0.9, 'Labels are brought to the voxels of the series');
  const { labels, frame } = head;
  const found = examineHead(labels, head.removed, head.inside, steady, frame, settings.head);
  const warnings = requireHead(found, settings.head);
  const voxels = labelsToSource(labels, frame, image.geometry);
  onProgress?.({ fraction: 1, message: 'Labels are brought to the voxels of the series' });
  return {
    voxels,
    values: [
      { name: 'Brain volume with ventricles', value: found.brainMl, unit: 'mL' },
      { name: 'Removed outside the largest piece', value: found.removedMl, unit: 'mL' },
    ],
    warnings,
  };
}

/** How far a grid is moved to see whether the labels stay. Not to a side, so that a mirrored head gives the mirrored answer. */
const MOVED_VOXELS = 8;

function movedFrame(frame: PatientGrid): PatientGrid {
  const [right, anterior, superior] = frame.centreRas;
  const step = MOVED_VOXELS * frame.spacingMm;
  return { ...frame, centreRas: [right, anterior + step, superior + step] };
}

/** How far the middle of the head may lie from the grid's without a second look (mm). */
const NEAR_MM = 6;

/** The same grid around the middle of what is labelled; undefined where that is its middle already, and where nothing is. */
function frameAround(labels: Uint8Array, frame: PatientGrid): PatientGrid | undefined {
  const step = strides(frame.shape);
  const sum = [0, 0, 0];
  let count = 0;
  for (const [at, label] of labels.entries()) {
    if (label === 0) continue;
    count++;
    sum[0] += Math.floor(at / step[0]);
    sum[1] += Math.floor(at / step[1]) % frame.shape[1];
    sum[2] += at % frame.shape[2];
  }
  if (count === 0) return undefined;
  const offset = (axis: 0 | 1 | 2) =>
    (sum[axis] / count - (frame.shape[axis] - 1) / 2) * frame.spacingMm;
  if ([offset(0), offset(1), offset(2)].every((mm) => Math.abs(mm) < NEAR_MM)) return undefined;
  const [right, anterior, superior] = frame.centreRas;
  return { ...frame, centreRas: [right + offset(0), anterior + offset(1), superior + offset(2)] };
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
