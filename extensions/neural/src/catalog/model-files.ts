/**
 * @file The files of a model: read from wherever they lie, and believed only when size and hash are what the manifest says.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { Manifest } from './manifest';

/** Reads a file of a model folder by its path inside it. */
export type ReadModelFile = (path: string) => Promise<Uint8Array>;

/** Bytes of the file with this role that suits `provider`. Throws `MODEL_FILE_MISSING` or `MODEL_FILE_CHANGED`. */
export async function readVerified(
  manifest: Manifest,
  read: ReadModelFile,
  role: string,
  provider: 'wasm' | 'webgpu' | 'native'
): Promise<Uint8Array> {
  // The native build computes what WebAssembly computes.
  const suited = provider === 'native' ? 'wasm' : provider;
  const candidates = manifest.cordon.files.filter((file) => file.role === role);
  const file =
    candidates.find(({ providers }) => providers?.includes(suited)) ??
    candidates.find(({ providers }) => providers === undefined);
  if (!file) {
    throw missing(manifest, `its manifest lists no "${role}" for ${provider}`);
  }
  let bytes: Uint8Array;
  try {
    bytes = await read(file.path);
  } catch (cause) {
    throw missing(manifest, `${file.path} could not be read`, cause);
  }
  const hash = await sha256(bytes);
  if (bytes.byteLength === file.bytes && hash === file.sha256) return bytes;
  throw new CordonError({
    code: 'MODEL_FILE_CHANGED',
    what: `The model "${manifest.cordon.title}" was not started`,
    why:
      bytes.byteLength === file.bytes
        ? `${file.path} is not the file that was published (SHA-256 differs)`
        : `${file.path} has ${bytes.byteLength} bytes, ${file.bytes} were published`,
    remedy: 'install the model again from its source',
  });
}

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const missing = (manifest: Manifest, why: string, cause?: unknown) =>
  new CordonError({
    code: 'MODEL_FILE_MISSING',
    what: `The model "${manifest.cordon.title}" cannot be started`,
    why,
    remedy: 'check that the whole model folder is served beside the plugin',
    cause,
  });
