/**
 * @file The worker that runs networks: one disposable worker a session, models and runtime found beside its own script.
 */
import { serveMethods } from '@cordon/extension-workbench/worker';
import { acceptModel } from './catalog/accept-model';
import { readAdded } from './catalog/added-models';
import { inModelFolder, listModels, readManifest } from './catalog/catalog';
import { fetchFrom } from './catalog/fetch-files';
import type { EngineRoom } from './engine/engine-room';
import type * as WebGpu from './engine/runtime-webgpu';
import { loadWorkerRuntime } from './engine/runtime-worker';
import { openVerdicts } from './engine/verdicts';
import { neuralMethod } from './methods/neural-method';

const beside = (folder: string) => new URL(folder, self.location.href).href;

serveMethods(async (id) => {
  const { searchParams } = new URL(self.location.href);
  const model = searchParams.has('added')
    ? await addedModel(id)
    : await listedModel(id, searchParams.get('models') ?? beside('./models/'));
  return model && neuralMethod({ ...model, loadEngine, loadAccelerated, verdicts: openVerdicts() });
});

async function listedModel(id: string, catalogUrl: string) {
  const read = fetchFrom(catalogUrl);
  const entry = (await listModels(read)).find((model) => model.id === id);
  if (!entry) return undefined;
  const { manifestSha256 } = entry;
  const manifest = await readManifest(entry, read);
  return { manifest, manifestSha256, read: inModelFolder(read, id) };
}

async function addedModel(id: string) {
  const read = readAdded(id);
  const { manifest, manifestSha256 } = await acceptModel(read);
  return { manifest, manifestSha256, read };
}

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
