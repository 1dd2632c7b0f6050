/**
 * @file Every method that the command line can run: the classical ones, and the networks in the models folder.
 */
import { classicalMethods } from '@cordon/extension-classical/pure';
import {
  inModelFolder,
  listModels,
  neuralMethod,
  readManifest,
  type CatalogEntry,
  type ReadModelFile,
} from '@cordon/extension-neural/pure';
import { MethodRegistry, type SegmentationMethod } from '@cordon/extension-workbench/pure';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Where the program finds what lies beside it. */
export interface Installation {
  /** Address of the running program (server-adapter/dist/cordon.js). */
  readonly programUrl: string;
}

/** The models folder of this installation; undefined when there is none. */
export function modelsFolder({ programUrl }: Installation): URL | undefined {
  const folder = new URL('../../models/', programUrl);
  return existsSync(new URL('index.json', folder)) ? folder : undefined;
}

export const readFrom =
  (folder: URL): ReadModelFile =>
  async (path) =>
    readFile(fileURLToPath(new URL(path, folder)));

/** The catalog of this installation; empty without a models folder. */
export async function installedModels(
  installation: Installation
): Promise<readonly CatalogEntry[]> {
  const folder = modelsFolder(installation);
  return folder ? listModels(readFrom(folder)) : [];
}

/** All methods. Lists networks without loading a runtime or weights. */
export async function allMethods(installation: Installation): Promise<MethodRegistry> {
  const registry = new MethodRegistry();
  for (const method of classicalMethods) registry.register({ method });
  const folder = modelsFolder(installation);
  if (!folder) return registry;
  const read = readFrom(folder);
  for (const entry of await listModels(read)) {
    registry.register({ method: await networkMethod(entry, read) });
  }
  return registry;
}

async function networkMethod(
  entry: CatalogEntry,
  read: ReadModelFile
): Promise<SegmentationMethod> {
  return neuralMethod({
    manifest: await readManifest(entry, read),
    manifestSha256: entry.manifestSha256,
    read: inModelFolder(read, entry.id),
    loadEngine: async () => {
      const { loadNodeRuntime } = await import('@cordon/extension-neural/node');
      return { runtime: await loadNodeRuntime(), provider: 'wasm', title: 'wasm, 1 thread' };
    },
  });
}
