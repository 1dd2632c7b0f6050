/**
 * The real onnxruntime-web for tests: the runtime's interface here, the runtime itself in a plain Node thread.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Runtime } from '../../extensions/neural/src/engine/network';

interface Reply {
  readonly id: number;
  readonly error?: string;
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly output?: Readonly<Record<string, { data: Float32Array; dims: readonly number[] }>>;
}

export interface OnnxThread {
  readonly runtime: Runtime;
  close(): Promise<void>;
}

export function startOnnxThread(): OnnxThread {
  const thread = new Worker(path.join(__dirname, 'onnx-thread.worker.mjs'));
  const waiting = new Map<
    number,
    { resolve: (reply: Reply) => void; reject: (e: Error) => void }
  >();
  let calls = 0;
  thread.on('message', (reply: Reply) => {
    const caller = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) caller?.resolve(reply);
    else caller?.reject(new Error(reply.error));
  });
  thread.on('error', (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
  });
  const ask = (message: object) =>
    new Promise<Reply>((resolve, reject) => {
      const id = ++calls;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, ...message });
    });
  class Tensor {
    constructor(
      readonly type: string,
      readonly data: Float32Array,
      readonly dims: readonly number[]
    ) {}
    getData() {
      return Promise.resolve(this.data);
    }
  }
  const create = async (graph: Uint8Array, options: object) => {
    const made = await ask({ call: 'create', graph, options });
    return {
      inputNames: made.inputNames,
      outputNames: made.outputNames,
      run: async (feeds: Readonly<Record<string, Tensor>>) => {
        const plain = Object.entries(feeds).map(([name, { data, dims }]) => [name, { data, dims }]);
        const reply = await ask({
          call: 'run',
          session: made.id,
          feeds: Object.fromEntries(plain) as object,
        });
        const tensors = Object.entries(reply.output ?? {}).map(([name, { data, dims }]) => [
          name,
          new Tensor('float32', data, dims),
        ]);
        return Object.fromEntries(tensors) as Record<string, Tensor>;
      },
      release: () => ask({ call: 'release', session: made.id }),
    };
  };
  return {
    runtime: { InferenceSession: { create }, Tensor } as unknown as Runtime,
    close: async () => {
      await thread.terminate();
    },
  };
}
