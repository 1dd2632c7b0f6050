/**
 * CPU milliseconds of onnxruntime-web (wasm, one thread, in Node) for one case of each shipped model, into latency.json.
 * CPU time, because the machine that trains is busy; on an idle one it is the wall time.
 *
 *     node models/training/latency.mjs [MODEL...]
 *
 * A case is what `cordon_training.cost` measures in PyTorch: the slices of the first validation case (costs.json), or one
 * volume. Of Mask R-CNN only the graphs run: proposals a slice, then the box head on all proposals and the mask head on
 * all detections. Raw samples are kept: one warm run, then three.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';

const here = path.dirname(fileURLToPath(import.meta.url));
const models = path.resolve(here, '..');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const costs = readJson(path.join(here, 'costs.json'));
const target = path.join(here, 'latency.json');
const latency = existsSync(target) ? readJson(target) : {};
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const noise = (shape) => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return new ort.Tensor(
    'float32',
    Float32Array.from({ length: size }, () => Math.random() - 0.5),
    shape
  );
};

const open = (id, file) =>
  ort.InferenceSession.create(new Uint8Array(readFileSync(path.join(models, id, file))));

/** What to run for one case: [session, input] pairs. */
async function workOf(id, manifest) {
  const { files, inference } = manifest.cordon;
  const { num_channels: channels, spatial_shape: shape } =
    manifest.network_data_format.inputs.input;
  const slices = costs[id].slicesPerCase;
  const first = await open(id, files[0].path);
  if (inference.mode === 'volume') return [[first, noise([1, channels, ...shape])]];
  if (inference.mode === 'slices') {
    const work = [];
    for (let left = slices; left > 0; left -= inference.batch) {
      work.push([first, noise([Math.min(left, inference.batch), channels, ...shape])]);
    }
    return work;
  }
  const boxes = await open(id, files[1].path);
  const masks = await open(id, files[2].path);
  const work = [];
  for (let slice = 0; slice < slices; slice += 1) {
    work.push([first, noise([1, channels, ...shape])]);
    work.push([boxes, noise([inference.detector.proposals.postNms, 48, 7, 7])]);
    work.push([masks, noise([inference.detector.boxes.maximum, 48, 14, 14])]);
  }
  return work;
}

const wanted = process.argv.slice(2);
for (const { id } of readJson(path.join(models, 'index.json')).models) {
  if (wanted.length > 0 ? !wanted.includes(id) : latency[id]) continue;
  const manifest = readJson(path.join(models, id, 'metadata.json'));
  if (manifest.cordon.inference.mode === 'labels') continue; // timed by the benchmarks
  const work = await workOf(id, manifest);
  const samples = [];
  for (let repeat = 0; repeat < 4; repeat += 1) {
    const started = process.cpuUsage();
    for (const [session, input] of work) await session.run({ [session.inputNames[0]]: input });
    const { user, system } = process.cpuUsage(started);
    if (repeat > 0) samples.push(Math.round((user + system) / 100) / 10);
  }
  for (const session of new Set(work.map(([used]) => used))) await session.release();
  latency[id] = samples;
  writeFileSync(target, `${JSON.stringify(latency, null, 1)}\n`);
  process.stdout.write(`${id} ${samples.join(' ')}\n`);
}
process.exit(0);
