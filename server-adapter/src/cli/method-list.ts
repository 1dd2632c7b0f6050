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
import {
  CordonError,
  MethodRegistry,
  type SegmentationMethod,
} from '@cordon/extension-workbench/pure';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where the program finds what lies beside it. */
export interface Installation {
  /** Address of the running program (server-adapter/dist/cordon.js). */
  readonly programUrl: string;
}

/** What runs networks: onnxruntime-web, as in the browser, or its native build where that is installed. */
export type EngineChoice = 'wasm' | 'native';

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

/**
 * All methods, those of other vendors from `extensionFiles` too. Lists networks without loading a runtime or weights.
 * Throws `EXTENSION_INVALID`.
 */
export async function allMethods(
  installation: Installation,
  extensionFiles: readonly string[] = [],
  engine: EngineChoice = 'wasm'
): Promise<MethodRegistry> {
  const registry = new MethodRegistry();
  for (const method of classicalMethods) registry.register({ method });
  for (const file of extensionFiles) {
    for (const method of await extensionMethods(file)) registry.register({ method });
  }
  const folder = modelsFolder(installation);
  if (!folder) return registry;
  const read = readFrom(folder);
  for (const entry of await listModels(read)) {
    registry.register({ method: await networkMethod(entry, read, engine) });
  }
  return registry;
}

/** What an extension of another vendor exports as `methods`. */
async function extensionMethods(file: string): Promise<readonly SegmentationMethod[]> {
  const invalid = (why: string, cause?: unknown) =>
    new CordonError({
      code: 'EXTENSION_INVALID',
      what: `The extension ${file} cannot be used`,
      why,
      remedy: 'give a JavaScript module that exports a list "methods"',
      cause,
    });
  let module: { readonly methods?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
  const { methods } = module;
  if (!Array.isArray(methods)) throw invalid('it exports no list "methods"');
  const list = methods as readonly Partial<SegmentationMethod>[];
  const strange = list.findIndex(
    ({ id, open, parameters }) =>
      typeof id !== 'string' || typeof open !== 'function' || typeof parameters !== 'object'
  );
  if (strange >= 0) throw invalid(`method ${strange + 1} of its list lacks id, parameters or open`);
  return list as readonly SegmentationMethod[];
}

async function networkMethod(
  entry: CatalogEntry,
  read: ReadModelFile,
  engine: EngineChoice
): Promise<SegmentationMethod> {
  return neuralMethod({
    manifest: await readManifest(entry, read),
    manifestSha256: entry.manifestSha256,
    read: inModelFolder(read, entry.id),
    loadEngine: async () => {
      const { loadNodeRuntime } = await import('@cordon/extension-neural/node');
      return { runtime: await loadNodeRuntime(), provider: 'wasm', title: 'wasm, 1 thread' };
    },
    ...(engine === 'native' && {
      loadAccelerated: async () => {
        const { loadNativeRuntime } = await import('./native-engine');
        return loadNativeRuntime();
      },
      acceleratedName: 'The native engine',
      tellsDeviation: true,
    }),
  });
}
