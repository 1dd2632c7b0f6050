/** The models of the repository, as methods that run on the real onnxruntime-web. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  inModelFolder,
  listModels,
  neuralMethod,
  readManifest,
  type CatalogEntry,
  type Runtime,
} from '@cordon/extension-neural/pure';
import type { SegmentationMethod } from '@cordon/extension-workbench/pure';

export const modelsFolder = join(__dirname, '../../models');
/** Reads a file of the models folder. */
export const readShipped = (file: string) =>
  Promise.resolve(new Uint8Array(readFileSync(join(modelsFolder, file))));

/** What models/index.json says about a model; throws when it does not list it. */
export function entryOf(id: string): CatalogEntry {
  const { models } = JSON.parse(readFileSync(join(modelsFolder, 'index.json'), 'utf8')) as {
    readonly models: readonly CatalogEntry[];
  };
  const entry = models.find((model) => model.id === id);
  if (!entry) throw new Error(`there is no model ${id}`);
  return entry;
}

/** A model's manifest, checked as the product checks it. */
export async function shippedManifest(id: string) {
  const entry = (await listModels(readShipped)).find((model) => model.id === id)!;
  return { entry, manifest: await readManifest(entry, readShipped) };
}

export async function openShipped(id: string, runtime: Runtime): Promise<SegmentationMethod> {
  const { entry, manifest } = await shippedManifest(id);
  return neuralMethod({
    manifest,
    manifestSha256: entry.manifestSha256,
    read: inModelFolder(readShipped, id),
    loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm' }),
  });
}
