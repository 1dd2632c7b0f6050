/**
 * @file onnxruntime-web in a worker of the page. Its WebAssembly lies beside the worker's own script.
 */
import * as runtime from 'onnxruntime-web/wasm';
import type { Runtime } from './network';

/** As many threads as the page's isolation allows, at most 4. */
export function loadWorkerRuntime(assetsUrl: string): { runtime: Runtime; threads: number } {
  const threads = globalThis.crossOriginIsolated
    ? Math.min(4, Math.max(1, navigator.hardwareConcurrency))
    : 1;
  runtime.env.wasm.numThreads = threads;
  runtime.env.wasm.wasmPaths = assetsUrl;
  runtime.env.logLevel = 'error';
  return { runtime, threads };
}
