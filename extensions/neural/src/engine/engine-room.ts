/**
 * @file What can run a network on this device. A worker, Node and a test each bring their own.
 */
import type { Provider, Runtime } from './network';

export interface EngineRoom {
  readonly runtime: Runtime;
  readonly provider: Provider;
  /** For a person: `WebAssembly, 2 threads`. */
  readonly title: string;
  /** Device, driver and version of the runtime: what a check of this engine is valid for. */
  readonly signature?: string;
}

/** Remembers whether an engine computes a model rightly, so that it is checked once a device and version. */
export interface VerdictStore {
  /** `passed`, or the reason why not; undefined while nobody has checked. */
  get(key: string): Promise<string | undefined>;
  set(key: string, verdict: string): Promise<void>;
}

export const PASSED = 'passed';

export interface Engines {
  /** WebAssembly: always there. */
  readonly loadEngine: () => Promise<EngineRoom>;
  /** A faster engine where the device has one; undefined where it has none; rejects when it does not start. */
  readonly loadAccelerated?: () => Promise<EngineRoom | undefined>;
  /** What a person calls the faster engine. Default `WebGPU`. */
  readonly acceleratedName?: string;
  /** Whether results say how far the faster engine is off the golden tile. */
  readonly tellsDeviation?: boolean;
  readonly verdicts?: VerdictStore;
  /** How long a faster engine may take to prepare a graph, and again to answer the golden tile (ms). */
  readonly checkLimitMs?: number;
}

/** Longer than any device that is worth using needs. */
export const CHECK_LIMIT_MS = 60_000;
