/**
 * One labelling of a whole head in one process: `whole-head-job.mjs MODEL SERIES-FOLDER`. Prints CPU milliseconds of the whole path, of the
 * runtime inside it, and of the bare runtime on the same graph, with the peak of memory.
 */
import { neuralMethod, parseManifest, type Runtime } from '@cordon/extension-neural/pure';
import { loadNodeRuntime } from '@cordon/extension-neural/node';
import { readImageSeries } from '@cordon/extension-dicom-seg/pure';
import { NO_PROMPTS } from '@cordon/extension-workbench/pure';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const [model, folder] = process.argv.slice(2);
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name))
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(name)) }));
const { volume } = await readImageSeries(files);
const manifest = parseManifest(JSON.parse(readFileSync(path.join(model, 'metadata.json'), 'utf8')));

/** CPU inside the runtime. */
const spent = { load: 0, run: 0, runs: 0 };
const plain = await loadNodeRuntime();
const runtime: Runtime = {
  Tensor: plain.Tensor,
  InferenceSession: {
    create: async (graph, options) => {
      const started = cpuMs();
      const session = await plain.InferenceSession.create(graph, options);
      spent.load += cpuMs() - started;
      const run = session.run.bind(session) as typeof session.run;
      session.run = (async (...given: Parameters<typeof run>) => {
        const before = cpuMs();
        const answer = await run(...given);
        spent.run += cpuMs() - before;
        spent.runs++;
        return answer;
      }) as typeof run;
      return session;
    },
  },
};
const method = neuralMethod({
  manifest,
  read: (name) => Promise.resolve(new Uint8Array(readFileSync(path.join(model, name)))),
  loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm, 1 thread' }),
});

const before = cpuMs();
const session = await method.open({ channels: [volume] });
await session.update(
  { prompts: NO_PROMPTS, parameters: {}, region: { kind: 'volume' } },
  { quality: 'final' }
);
const wholeMs = cpuMs() - before;
session.close();
const peak = peakBytes();

const shape = [1, 1, ...manifest.network_data_format.inputs.input.spatial_shape];
const input = new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.5);
const graph = new Uint8Array(readFileSync(path.join(model, 'model.onnx')));
const bare = await plain.InferenceSession.create(graph, { executionProviders: ['wasm'] });
const bareStarted = cpuMs();
for (let run = 0; run < spent.runs; run++) {
  await bare.run({ [bare.inputNames[0]]: new plain.Tensor('float32', input, shape) });
}
const bareMs = cpuMs() - bareStarted;
const sample = {
  wholeMs,
  loadMs: spent.load,
  inferenceMs: spent.run,
  runs: spent.runs,
  bareMs,
  peakBytes: peak,
};
process.stdout.write(`${JSON.stringify(sample)}\n`);
