/**
 * onnxruntime-web in a plain Node thread. Jest runs tests in a virtual machine without ES modules, in which the runtime
 * cannot load its WebAssembly; here it is the same runtime as in the command line.
 */
import { parentPort } from 'node:worker_threads';
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';
const sessions = new Map();

parentPort.on('message', async ({ id, call, session, graph, options, feeds }) => {
  try {
    if (call === 'create') {
      const made = await ort.InferenceSession.create(graph, options);
      sessions.set(id, made);
      parentPort.postMessage({ id, inputNames: made.inputNames, outputNames: made.outputNames });
    } else if (call === 'run') {
      const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [
        name,
        new ort.Tensor('float32', data, dims),
      ]);
      const output = await sessions.get(session).run(Object.fromEntries(tensors));
      const plain = Object.entries(output).map(([name, { data, dims }]) => [name, { data, dims }]);
      parentPort.postMessage({ id, output: Object.fromEntries(plain) });
    } else {
      await sessions.get(session)?.release();
      sessions.delete(session);
      parentPort.postMessage({ id });
    }
  } catch (error) {
    parentPort.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});
