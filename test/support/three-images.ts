/**
 * A network of three images, T1, T2 and FLAIR, as a folder of models: class 1 where the sum of the prepared images is above a
 * threshold. And a copy of the built program that finds it.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { float32, graph, node } from './onnx-file';
import { tinyManifest } from './tiny-manifest';

const root = resolve(__dirname, '../..');

export interface ThreeImages {
  readonly modality: string;
  /** Slices, rows, columns of what the network sees. */
  readonly shape: readonly [number, number, number];
  /** What brings the voxels of one image to its scale. */
  readonly scaling: readonly object[];
  readonly threshold: number;
}

/** Writes `index.json` and the model `three` into a folder. */
export async function writeThreeImages(folder: string, three: ThreeImages): Promise<void> {
  const { modality, shape, scaling, threshold } = three;
  // Background is 0; class 1 is ten times the sum above the threshold.
  const weights = [0, 0, 0, 10, 10, 10];
  const bytes = graph({
    nodes: [node('Conv', ['x', 'w', 'b'], ['y'])],
    tensors: [float32('w', [2, 3, 1, 1, 1], weights), float32('b', [2], [0, -10 * threshold])],
    input: [1, 3, ...shape],
    output: [1, 2, ...shape],
  });
  const manifest = JSON.stringify(
    await tinyManifest({
      id: 'three',
      title: 'Three',
      path: 'model.onnx',
      graph: bytes,
      modality,
      channels: ['T1', 'T2', 'FLAIR'],
      input: { name: 'x', channels: 3, shape },
      output: { name: 'y', channels: 2, shape },
      preprocessing: [
        { op: 'orient', axes: 'asStored' },
        ...scaling,
        { op: 'pad', size: shape, value: 0 },
        { op: 'layout', order: 'NCDHW' },
      ],
      inference: { mode: 'volume', batch: 1 },
      classes: ['Bright in all'],
    })
  );
  const listed = {
    version: '0.0.1',
    task: 'test',
    title: 'Three',
    architecture: 'test',
    id: 'three',
    modalities: [modality],
    manifestSha256: createHash('sha256').update(manifest).digest('hex'),
    bytes: bytes.byteLength,
    licence: 'none',
    status: 'experimental',
  };
  mkdirSync(join(folder, 'three'), { recursive: true });
  writeFileSync(join(folder, 'three/model.onnx'), bytes);
  writeFileSync(join(folder, 'three/metadata.json'), manifest);
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify({ schema: 'cordon-models/1', models: [listed] })
  );
}

/** A copy of the built program, with a folder of models of its own to be filled; the path of the program. */
export function installProgram(target: string): string {
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(root, 'server-adapter', part), join(target, 'server-adapter', part), {
      recursive: true,
    });
  }
  for (const modules of ['node_modules', 'server-adapter/node_modules']) {
    symlinkSync(join(root, modules), join(target, modules));
  }
  return join(target, 'server-adapter/bin/cordon.mjs');
}
