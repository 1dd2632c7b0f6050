/**
 * Runs exported graphs with onnxruntime-web (wasm, one thread, in Node) on the inputs that
 * `cordon_training.parity` wrote, and prints the largest absolute difference to PyTorch's outputs as JSON.
 *
 *     node models/tests/run-graphs.mjs FOLDER
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';

const models = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = process.argv[2];
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

function readFloats(name) {
  const bytes = readFileSync(path.join(folder, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Softmax over axis 1 of an array whose first two extents are batch and channels. */
function softmax(values, [batch, channels, ...rest]) {
  const size = rest.reduce((product, extent) => product * extent, 1);
  const result = new Float32Array(values.length);
  for (let n = 0; n < batch; n += 1) {
    for (let position = 0; position < size; position += 1) {
      const at = (channel) => (n * channels + channel) * size + position;
      let largest = -Infinity;
      for (let c = 0; c < channels; c += 1) largest = Math.max(largest, values[at(c)]);
      let sum = 0;
      for (let c = 0; c < channels; c += 1) sum += Math.exp(values[at(c)] - largest);
      for (let c = 0; c < channels; c += 1) {
        result[at(c)] = Math.exp(values[at(c)] - largest) / sum;
      }
    }
  }
  return result;
}

const report = [];
for (const pair of JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8'))) {
  const session = await ort.InferenceSession.create(
    new Uint8Array(readFileSync(path.join(models, pair.graph)))
  );
  const input = new ort.Tensor('float32', readFloats(pair.input.path), pair.input.shape);
  const outputs = await session.run({ [session.inputNames[0]]: input });
  for (const expected of pair.outputs) {
    const { data, dims } = outputs[expected.name];
    const actual = pair.softmax ? softmax(data, dims) : data;
    const wanted = readFloats(expected.path);
    let difference = actual.length === wanted.length ? 0 : Infinity;
    let range = 0;
    for (let index = 0; index < wanted.length; index += 1) {
      const here = Math.abs(actual[index] - wanted[index]);
      difference = Number.isNaN(here) ? Infinity : Math.max(difference, here);
      range = Math.max(range, Math.abs(wanted[index]));
    }
    const shapesAgree = dims.join() === expected.shape.join();
    report.push({
      graph: pair.graph,
      seed: pair.seed,
      output: expected.name,
      difference,
      range,
      shapesAgree,
    });
  }
  await session.release();
}
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
