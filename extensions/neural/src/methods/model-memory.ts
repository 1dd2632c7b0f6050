/**
 * @file What a network takes while it runs, from the shapes in its manifest.
 */
import { boxSize, boxVoxels, type Box, type Estimate } from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';

/** Feature planes of the input's size that are alive at once in the networks of this field, with their work space. */
const LIVE_PLANES = 160;
/** The runtime itself with a small network in it. */
const RUNTIME_BYTES = 150e6;
/** What a batch may take: more at once is no faster. */
const BATCH_BYTES = 400e6;

/** Bytes of one sample's activations. */
export function sampleBytes({ network_data_format: format }: Manifest): number {
  const shapes = Object.values(format.inputs).map(({ spatial_shape }) =>
    spatial_shape.reduce((product, extent) => product * extent, 1)
  );
  return Math.max(...shapes) * 4 * LIVE_PLANES;
}

/** Slices at once: as many as the manifest says, fewer where they would not fit. */
export function batchThatFits(manifest: Manifest): number {
  const { batch } = manifest.cordon.inference;
  return Math.max(1, Math.min(batch, Math.floor(BATCH_BYTES / sampleBytes(manifest))));
}

/** Peak beside the image with the smallest batch that is worth while; `piece` is what is prepared at a time. */
export function estimateNetwork(manifest: Manifest, box: Box, perImage: boolean): Estimate {
  const classes = manifest.cordon.classes.length + 1;
  const voxels = boxVoxels(box);
  const piece = perImage ? voxels / boxSize(box)[2] : voxels;
  const weights = manifest.cordon.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const samples = batchThatFits(manifest);
  return {
    bytes:
      RUNTIME_BYTES +
      4 * weights +
      samples * sampleBytes(manifest) +
      4 * classes * (voxels + 3 * piece) +
      12 * ((manifest.cordon.channels?.length ?? 1) - 1) * voxels,
    operations: voxels * 1e4,
  };
}
