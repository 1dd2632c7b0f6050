/**
 * @file onnxruntime-web in Node: WebAssembly, one thread, so that results are the browser's.
 */
import type { Runtime } from './network';

export async function loadNodeRuntime(): Promise<Runtime> {
  const runtime = await import('onnxruntime-web');
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return runtime;
}
