/**
 * @file A network in onnxruntime-web. Runtime modules are handed in, because a worker and Node load different builds of
 * the same runtime; nothing is put on a global, where the viewer keeps an older runtime of its own.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { InferenceSession, TensorConstructor } from 'onnxruntime-web';
import type { Network } from '../pipeline/infer';

/** The parts of onnxruntime-web that are used. */
export interface Runtime {
  readonly InferenceSession: {
    create(graph: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

export interface Output {
  readonly values: Float32Array;
  readonly dimensions: readonly number[];
}

export type Provider = 'wasm' | 'webgpu' | 'native';

/** What the runtimes call them. */
const EXECUTION_PROVIDERS = { wasm: 'wasm', webgpu: 'webgpu', native: 'cpu' } as const;

export interface OpenNetwork extends Network {
  readonly provider: Provider;
  /** All outputs by name, for graphs with several. */
  runAll(input: Float32Array, dimensions: readonly number[]): Promise<ReadonlyMap<string, Output>>;
  release(): Promise<void>;
}

/** Loads and compiles a graph. Throws `MODEL_NOT_LOADED` with the runtime's reason. */
export async function openNetwork(
  runtime: Runtime,
  graph: Uint8Array,
  provider: Provider
): Promise<OpenNetwork> {
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(graph, {
      executionProviders: [EXECUTION_PROVIDERS[provider]],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new CordonError({
      code: 'MODEL_NOT_LOADED',
      what: 'The network could not be loaded',
      why: describe(cause),
      remedy: 'choose another model, or check that its files are complete',
      cause,
    });
  }
  const [inputName] = session.inputNames;
  const runAll: OpenNetwork['runAll'] = async (input, dimensions) => {
    try {
      const tensor = new runtime.Tensor('float32', input, dimensions);
      const outputs = Object.entries(await session.run({ [inputName]: tensor }));
      const read = outputs.map(async ([name, output]): Promise<[string, Output]> => {
        const values = (await output.getData()) as Float32Array;
        return [name, { values, dimensions: output.dims }];
      });
      return new Map(await Promise.all(read));
    } catch (cause) {
      throw new CordonError({
        code: 'MODEL_RUN_FAILED',
        what: 'The network stopped with an error',
        why: describe(cause),
        remedy: 'choose a smaller region, close other tabs, or use another model',
        cause,
      });
    }
  };
  return {
    provider,
    runAll,
    run: async (input, dimensions) =>
      (await runAll(input, dimensions)).get(session.outputNames[0])!.values,
    release: () => session.release(),
  };
}

/** The runtime throws bare numbers when its memory is exhausted. */
function describe(cause: unknown): string {
  if (typeof cause === 'number')
    return `the runtime aborted (${cause}), usually for lack of memory`;
  return cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
}
