/**
 * One labelling of a whole head in one process: `whole-head-job.mjs MODEL SERIES-FOLDER [EXTENT] [NATIVE]`; with an extent the
 * series is first brought to a cube of so many voxels a side, 256 mm wide. Prints CPU milliseconds of the whole path, of the runtime
 * inside it, of the bare runtime and of the native build on the same graph, with the peak of memory.
 */
import { neuralMethod, parseManifest, type Runtime } from '@cordon/extension-neural/pure';
import { loadNodeRuntime } from '@cordon/extension-neural/node';
import { readImageSeries } from '@cordon/extension-dicom-seg/pure';
import { Geometry, NO_PROMPTS, type ImageVolume } from '@cordon/extension-workbench/pure';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [model, folder, extent = '', nativeEntry = ''] = process.argv.slice(2);
/** How long compilers may go on in the background (ms). */
const SETTLING_MS = 2_000;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.join(entry.parentPath, entry.name))
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(name)) }));
const { volume: series } = await readImageSeries(files);
const volume = extent === '' ? series : cubeOf(series, Number(extent));
const manifest = parseManifest(JSON.parse(readFileSync(path.join(model, 'metadata.json'), 'utf8')));

/** CPU inside the runtime. */
const spent = { load: 0, run: 0, runs: 0, before: 0, lastAnswer: 0 };
const plain = await loadNodeRuntime();

const shape = [1, 1, ...manifest.network_data_format.inputs.input.spatial_shape];
const input = new Float32Array(shape.reduce((product, extent) => product * extent, 1)).fill(0.5);
const graph = new Uint8Array(readFileSync(path.join(model, 'model.onnx')));
const bare = await plain.InferenceSession.create(graph, { executionProviders: ['wasm'] });
const runBare = () => bare.run({ [bare.inputNames[0]]: new plain.Tensor('float32', input, shape) });
// The engine compiles the runtime a second time, optimised, when it is first used: seconds that belong to neither.
await runBare();
await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));

const runtime: Runtime = {
  Tensor: plain.Tensor,
  InferenceSession: {
    create: async (graph, options) => {
      const started = cpuMs();
      const session = await plain.InferenceSession.create(graph, options);
      spent.load += cpuMs() - started;
      const run = session.run.bind(session) as typeof session.run;
      session.run = (async (...given: Parameters<typeof run>) => {
        const asked = cpuMs();
        if (spent.runs === 0) spent.before = asked - before - spent.load;
        const answer = await run(...given);
        spent.lastAnswer = cpuMs();
        spent.run += spent.lastAnswer - asked;
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
const afterMs = cpuMs() - spent.lastAnswer;
session.close();
const peak = peakBytes();

const bareStarted = cpuMs();
for (let run = 0; run < spent.runs; run++) await runBare();
const bareMs = cpuMs() - bareStarted;

/** The native build on the same graph as often; nothing where it is not installed. */
async function nativeRun(): Promise<number | undefined> {
  if (nativeEntry === '') return undefined;
  const ort = createRequire(nativeEntry)(nativeEntry) as typeof plain;
  const single = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const native = await ort.InferenceSession.create(graph, single);
  const started = cpuMs();
  for (let run = 0; run < spent.runs; run++) {
    await native.run({ [native.inputNames[0]]: new ort.Tensor('float32', input, shape) });
  }
  return cpuMs() - started;
}
const sample = {
  wholeMs,
  loadMs: spent.load,
  beforeMs: spent.before,
  inferenceMs: spent.run,
  afterMs,
  runs: spent.runs,
  bareMs,
  nativeMs: await nativeRun(),
  peakBytes: peak,
};
process.stdout.write(`${JSON.stringify(sample)}\n`);

/** The nearest voxels of a series on a cube around its middle. */
function cubeOf({ geometry, voxels, ...rest }: ImageVolume, voxelsASide: number): ImageVolume {
  const spacingMm = 256 / voxelsASide;
  const centre = geometry.ijkToLps([
    (geometry.size[0] - 1) / 2,
    (geometry.size[1] - 1) / 2,
    (geometry.size[2] - 1) / 2,
  ]);
  const corner = centre.map((value) => value - 128 + spacingMm / 2);
  const cube = new Geometry({
    columns: voxelsASide,
    rows: voxelsASide,
    pixelSpacingMm: [spacingMm, spacingMm],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from(
      { length: voxelsASide },
      (_, k) => [corner[0], corner[1], corner[2] + k * spacingMm] as const
    ),
  });
  const values = new Int16Array(cube.voxelCount);
  const [columns, rows, slices] = geometry.size;
  let at = 0;
  for (let k = 0; k < voxelsASide; k++) {
    for (let j = 0; j < voxelsASide; j++) {
      for (let i = 0; i < voxelsASide; i++, at++) {
        const [x, y, z] = geometry.lpsToIjk(cube.ijkToLps([i, j, k])).map(Math.round);
        const isInside = x >= 0 && y >= 0 && z >= 0 && x < columns && y < rows && z < slices;
        if (isInside) values[at] = voxels[x + columns * (y + rows * z)];
      }
    }
  }
  return { ...rest, geometry: cube, voxels: values };
}
