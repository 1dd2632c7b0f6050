/**
 * @file onnxruntime-web on WebGPU in a worker of the page. This build of the runtime is the one whose kernels are written
 * for WebGPU; the older one behind the package's main entry computes some of them wrongly.
 */
import * as runtime from 'onnxruntime-web/webgpu';
import type { EngineRoom } from './engine-room';

/** The parts of the WebGPU interface that are used; TypeScript's library for workers has none of it. */
interface Gpu {
  requestAdapter(options?: {
    readonly powerPreference?: 'high-performance';
  }): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  readonly info?: Partial<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
}

/** Undefined where the browser or the device has no WebGPU. */
export async function loadWebGpuRuntime(assetsUrl: string): Promise<EngineRoom | undefined> {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return undefined;
  runtime.env.wasm.numThreads = 1;
  runtime.env.wasm.wasmPaths = assetsUrl;
  runtime.env.logLevel = 'error';
  const { vendor, architecture, device, description } = adapter.info ?? {};
  const names = [vendor, architecture, device, description].filter(Boolean);
  return {
    runtime,
    provider: 'webgpu',
    title: `WebGPU (${[...new Set(names)].join(' ') || 'unnamed device'})`,
    signature: ['webgpu', runtime.env.versions.web ?? '', ...names].join('|'),
  };
}
