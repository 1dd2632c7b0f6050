/**
 * @file Takes in a model from anywhere: manifest, every file by size and hash, every graph before a runtime sees it.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { rolesOf } from '../engine/golden';
import { checkGraph, checkPromises } from './check-graph';
import { parseManifest, type Manifest } from './manifest';
import { readVerified, sha256, type ReadModelFile } from './model-files';

export interface AcceptedModel {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** metadata.json, the graphs and, where they are there, the golden files, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** What a network may weigh (bytes): it travels, and stays in the browser. */
const MOST_BYTES = 500e6;

/**
 * Reads a whole model. Throws `MODEL_FILE_MISSING`, `MODEL_FILE_CHANGED`, `MODEL_FILE_UNSAFE`, `MODEL_UNSUPPORTED` or
 * `MODEL_MANIFEST_INVALID`.
 */
export async function acceptModel(read: ReadModelFile): Promise<AcceptedModel> {
  const bytes = await read('metadata.json');
  const manifest = parseManifest(toJson(bytes));
  const { files, golden } = manifest.cordon;
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  if (total > MOST_BYTES) {
    throw new CordonError({
      code: 'MODEL_FILE_UNSAFE',
      what: 'The model was not added',
      why: `its files weigh ${Math.round(total / 1e6)} MB, ${MOST_BYTES / 1e6} are allowed`,
      remedy: 'use a smaller model',
    });
  }
  const accepted = new Map([['metadata.json', bytes]]);
  for (const role of rolesOf(manifest.cordon)) {
    const ofRole = files.filter((file) => file.role === role);
    for (const file of ofRole) {
      const provider = file.providers?.[0] ?? 'wasm';
      const graph = await readVerified(manifest, read, role, provider);
      checkPromises(manifest, role, checkGraph(graph));
      accepted.set(file.path, graph);
    }
  }
  for (const { path } of Object.values(golden?.arrays ?? {})) {
    // Only WebGPU asks for them, and says so when they are missing.
    const tile = await read(path).catch(() => undefined);
    if (tile) accepted.set(path, tile);
  }
  return { manifest, manifestSha256: await sha256(bytes), files: accepted };
}

function toJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new CordonError({
      code: 'MODEL_MANIFEST_INVALID',
      what: 'The description of the model cannot be used',
      why: 'metadata.json is not JSON',
      remedy: 'ask the author of the model for a corrected metadata.json',
      cause,
    });
  }
}
