/**
 * @file Runs a network that gives every voxel a probability of each class: slice by slice, or as a volume.
 */
import {
  boxVoxels,
  type Box,
  type ImageVolume,
  type UpdateContext,
} from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';
import type { OpenModel } from '../engine/open-model';
import { infer, type InferOptions } from '../pipeline/infer';
import { inferWindows } from '../pipeline/infer-windows';
import { prepare } from '../pipeline/prepare';
import { batchThatFits } from './model-memory';

/**
 * Probabilities of each class, background first, on the voxels of `box` in the source's order. Images lie on one grid; each is
 * prepared by itself.
 */
export async function runVoxels(
  model: OpenModel,
  manifest: Manifest,
  images: readonly ImageVolume[],
  box: Box,
  pieces: readonly Box[],
  { signal, onProgress }: Pick<UpdateContext, 'signal' | 'onProgress'>
): Promise<readonly Float32Array[]> {
  const { cordon } = manifest;
  const network = model.graph('model');
  const classes = cordon.classes.length + 1;
  const planes = Array.from({ length: classes }, () => new Float32Array(boxVoxels(box)));
  let filled = 0;
  for (const [index, piece] of pieces.entries()) {
    const channels = images.map((image) => prepare(image, piece, cordon.preprocessing));
    const [prepared] = channels;
    const options: InferOptions = {
      mode: cordon.inference.mode === 'volume' ? 'volume' : 'slices',
      batch: batchThatFits(manifest),
      neighbours: prepared.neighbours,
      classes,
      givesProbabilities: !cordon.postprocessing.some(({ op }) => op === 'softmax'),
      signal,
      onProgress: (fraction) =>
        onProgress?.({
          fraction: (index + fraction) / pieces.length,
          message: 'The network is running',
        }),
    };
    const grids = channels.map(({ grid }) => grid);
    const { windows } = prepared;
    const probabilities = windows
      ? await inferWindows(network, grids, {
          ...options,
          window: windows.size,
          overlap: windows.overlap,
        })
      : await infer(network, grids, options);
    const here = planes.map((plane) => plane.subarray(filled, filled + boxVoxels(piece)));
    for (let label = 1; label < classes; label++) {
      prepared.restore(probabilities[label], false, here[label]);
    }
    fillBackground(here);
    filled += boxVoxels(piece);
  }
  return planes;
}

/** The background is what the classes leave of 1: interpolation keeps their sum, and it need not be brought back itself. */
function fillBackground([background, first, ...others]: readonly Float32Array[]): void {
  for (let at = 0; at < background.length; at++) background[at] = 1 - first[at];
  for (const plane of others) {
    for (let at = 0; at < background.length; at++) background[at] -= plane[at];
  }
}
