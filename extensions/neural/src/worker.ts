/**
 * @file The worker that runs networks: one disposable worker a session, models and runtime found beside its own script.
 */
import { serveMethods } from '@cordon/extension-workbench/worker';
import { inModelFolder, listModels, readManifest } from './catalog/catalog';
import { fetchFrom } from './catalog/fetch-files';
import type { EngineRoom } from './engine/engine-room';
import type * as WebGpu from './engine/runtime-webgpu';
import { loadWorkerRuntime } from './engine/runtime-worker';
import { openVerdicts } from './engine/verdicts';
import { neuralMethod } from './methods/neural-method';

const beside = (folder: string) => new URL(folder, self.location.href).href;

serveMethods(async (id) => {
  const read = fetchFrom(beside('./models/'));
  const entry = (await listModels(read)).find((model) => model.id === id);
  if (!entry) return undefined;
  return neuralMethod({
    manifest: await readManifest(entry, read),
    manifestSha256: entry.manifestSha256,
    read: inModelFolder(read, id),
    loadEngine,
    loadAccelerated,
    verdicts: openVerdicts(),
  });
});

function loadEngine(): Promise<EngineRoom> {
  const { runtime, threads } = loadWorkerRuntime(beside('./ort/'));
  const title = `WebAssembly, ${threads} thread${threads === 1 ? '' : 's'}`;
  return Promise.resolve({ runtime, provider: 'wasm', title });
}

/** A file of its own: workers on devices without WebGPU never load it. */
async function loadAccelerated(): Promise<EngineRoom | undefined> {
  if (!('gpu' in navigator)) return undefined;
  const address = beside('./neural-webgpu.js');
  const { loadWebGpuRuntime } = (await import(address)) as typeof WebGpu;
  return loadWebGpuRuntime(beside('./ort/'));
}
