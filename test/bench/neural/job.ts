/**
 * One shipped model on its synthetic source image, in a process of its own: our whole run, the bare runtime on the very same
 * tensors, and onnxruntime's native build where it is installed — interleaved, one thread each. Prints one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  readManifest,
  listModels,
  inModelFolder,
  neuralMethod,
  type Runtime,
} from '@cordon/extension-neural/pure';
import { Geometry, NO_PROMPTS, type ImageVolume } from '@cordon/extension-workbench/pure';
import * as web from 'onnxruntime-web';

const [folder, id, rounds, nativeEntry] = process.argv.slice(2);

interface Feed {
  readonly session: web.InferenceSession;
  readonly graph: Uint8Array;
  readonly name: string;
  readonly values: Float32Array;
  readonly dimensions: readonly number[];
}

interface Native {
  readonly Tensor: typeof web.Tensor;
  readonly InferenceSession: typeof web.InferenceSession;
}

web.env.wasm.numThreads = 1;
web.env.logLevel = 'error';

/** The runtime with a clock: what it spends, and what it was given. */
const feeds: Feed[] = [];
let isRecording = false;
let inferenceMs = 0;
/** When the network was first asked in a run, and when it last answered. */
let [firstAsked, lastAnswered] = [0, 0];
const timed = {
  Tensor: web.Tensor,
  InferenceSession: {
    async create(graph: Uint8Array, options: web.InferenceSession.SessionOptions) {
      const session = await web.InferenceSession.create(graph, options);
      return {
        inputNames: session.inputNames,
        outputNames: session.outputNames,
        release: () => session.release(),
        async run(given: Record<string, web.Tensor>) {
          const [[name, tensor]] = Object.entries(given);
          if (isRecording) {
            const values = (tensor.data as Float32Array).slice();
            feeds.push({ session, graph, name, values, dimensions: tensor.dims });
          }
          const started = performance.now();
          if (inferenceMs === 0) firstAsked = started;
          const outputs = await session.run(given);
          lastAnswered = performance.now();
          inferenceMs += lastAnswered - started;
          return outputs;
        },
      };
    },
  },
} as unknown as Runtime;

const read = (file: string) =>
  Promise.resolve(new Uint8Array(readFileSync(path.join(folder, file))));
const entry = (await listModels(read)).find((model) => model.id === id)!;
const manifest = await readManifest(entry, read);
const image = goldenImage();
const method = neuralMethod({
  manifest,
  read: inModelFolder(read, id),
  loadEngine: () => Promise.resolve({ runtime: timed, provider: 'wasm', title: 'wasm' }),
});

const session = await method.open({ channels: [image] });
const whole = {
  prompts: NO_PROMPTS,
  parameters: method.parameters.parse({}),
  region: { kind: 'volume' },
} as const;
let peakBytes = 0;
const run = async () => {
  inferenceMs = 0;
  const started = performance.now();
  await session.update(whole, { quality: 'final' });
  peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  const ended = performance.now();
  return {
    totalMs: ended - started,
    beforeMs: firstAsked - started,
    inferenceMs,
    afterMs: ended - lastAnswered,
  };
};

isRecording = true;
await run(); // loads, compiles and records
isRecording = false;
const before = peakBytes;
const native = await loadNative();
const samples = {
  ours: [] as Awaited<ReturnType<typeof run>>[],
  bareMs: [] as number[],
  nativeMs: [] as number[],
};
for (let round = 0; round < Number(rounds); round++) {
  samples.ours.push(await run());
  samples.bareMs.push(await bare());
  if (native) samples.nativeMs.push(await native());
}
process.stdout.write(
  `${JSON.stringify({ id, voxels: image.geometry.voxelCount, peakBytes: before, samples })}\n`
);
process.exit(0);

/** The same tensors through the same sessions, and nothing else. */
async function bare(): Promise<number> {
  const started = performance.now();
  for (const { session: graph, name, values, dimensions } of feeds) {
    await graph.run({ [name]: new web.Tensor('float32', values, dimensions) });
  }
  return performance.now() - started;
}

async function loadNative(): Promise<(() => Promise<number>) | undefined> {
  if (!nativeEntry) return undefined;
  const ort = createRequire(nativeEntry)(nativeEntry) as Native;
  const sessions = new Map<Uint8Array, web.InferenceSession>();
  for (const { graph } of feeds) {
    if (sessions.has(graph)) continue;
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
    sessions.set(graph, await ort.InferenceSession.create(graph, options));
  }
  return async () => {
    const started = performance.now();
    for (const { graph, name, values, dimensions } of feeds) {
      await sessions.get(graph)!.run({ [name]: new ort.Tensor('float32', values, dimensions) });
    }
    return performance.now() - started;
  };
}

/** The image of the golden files, at 1 mm; volumes stored sagittally, with rows to the back: what is measured is time. */
function goldenImage(): ImageVolume {
  const { path: file, shape } = manifest.cordon.golden!.arrays.sourceImage;
  const bytes = gunzipSync(readFileSync(path.join(folder, id, file)));
  const voxels = new Int16Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  );
  const [slices, rows, columns] = [1, ...shape].slice(-3);
  const isVolume = shape.length === 3;
  const geometry = new Geometry({
    columns,
    rows,
    pixelSpacingMm: isVolume ? [1, 1] : [1.3, 1.3],
    rowDirection: isVolume ? [0, 0, 1] : [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: slices }, (_, k) => [-k, 0, 0] as const),
  });
  return { geometry, voxels, modality: manifest.cordon.modalities[0], unit: '' };
}
