/**
 * @file onnxruntime's native build in Node: faster, optional, and not a dependency. It is found beside this program or in the current
 * folder, and trusted as any faster engine: only after the golden tile.
 */
import type { EngineRoom, Runtime } from '@cordon/extension-neural/pure';
import { CordonError, toCordonError } from '@cordon/extension-workbench/pure';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGE = 'onnxruntime-node';

/** What is used of the package beyond onnxruntime-web's interface. */
interface NativeRuntime extends Runtime {
  readonly env: { readonly versions: { readonly node?: string } };
}

/** Throws `ENGINE_MISSING` where the package is not installed. */
export async function loadNativeRuntime(): Promise<EngineRoom> {
  const runtime = await findRuntime();
  const version = runtime.env.versions.node ?? '';
  const title = `${PACKAGE} ${version}`.trim();
  return { runtime, provider: 'native', title, signature: title };
}

async function findRuntime(): Promise<NativeRuntime> {
  const name: string = PACKAGE;
  try {
    return (await import(name)) as NativeRuntime;
  } catch (cause) {
    // Not beside the program: the user's own folder is looked at next.
    if (!isAbsent(cause)) throw notLoaded(cause);
  }
  try {
    const here = createRequire(join(process.cwd(), 'index.js'));
    return (await import(pathToFileURL(here.resolve(name)).href)) as NativeRuntime;
  } catch (cause) {
    throw isAbsent(cause) ? notInstalled(cause) : notLoaded(cause);
  }
}

/** Whether an import failed because there is no such package, not because it is broken. */
const isAbsent = (cause: unknown): boolean =>
  cause instanceof Error &&
  'code' in cause &&
  (cause.code === 'ERR_MODULE_NOT_FOUND' || cause.code === 'MODULE_NOT_FOUND');

const notInstalled = (cause: unknown) =>
  new CordonError({
    code: 'ENGINE_MISSING',
    what: 'The native engine cannot be used',
    why: `${PACKAGE} is not installed beside the program or in this folder`,
    remedy: `ONNXRUNTIME_NODE_INSTALL=skip npm install ${PACKAGE}, or leave --engine out`,
    cause,
  });

const notLoaded = (cause: unknown) =>
  new CordonError({
    code: 'ENGINE_MISSING',
    what: 'The native engine cannot be used',
    why: `${PACKAGE} does not load (${toCordonError(cause).why})`,
    remedy: 'install it again for this computer, or leave --engine out',
    cause,
  });
