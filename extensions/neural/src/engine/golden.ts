/**
 * @file The golden tile of a model: one input of each graph with the outputs that the training pipeline got. An engine
 * is trusted only when it gives the same.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';
import type { ReadModelFile } from '../catalog/model-files';
import { softmax } from '../pipeline/scores';
import type { OpenNetwork, Output } from './network';

/** Half the step of a 16-bit float near 1: the expected probabilities are stored like that. */
const HALF_STEP = 5e-4;

interface GoldenArray {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** True when a model brings a golden tile for each of its graphs. */
export function hasGolden({ cordon }: Manifest): boolean {
  const arrays = cordon.golden?.arrays ?? {};
  return rolesOf(cordon).every((role) => `${role}Input` in arrays);
}

/** The graphs of a model, each once. */
export const rolesOf = ({ files }: Manifest['cordon']): readonly string[] => [
  ...new Set(files.map(({ role }) => role)),
];

/** What a graph is asked, and what it has to answer. */
export interface GoldenTile {
  readonly input: GoldenArray;
  readonly kind: 'probabilities' | 'labels' | 'outputs';
  /** In the order of the outputs; the only one has no name. */
  readonly expected: readonly { readonly name?: string; readonly answer: GoldenArray }[];
}

/** Reads the golden tile of a graph. Throws when the manifest lists none, or files are missing or have another size. */
export async function readGolden(
  manifest: Manifest,
  read: ReadModelFile,
  role: string
): Promise<GoldenTile> {
  const array = (name: string) => readArray(manifest, read, name);
  const input = await array(`${role}Input`);
  if (role === 'model') {
    const isLabels = manifest.cordon.inference.mode === 'labels';
    const answer = await array(isLabels ? 'modelLabels' : 'modelProbabilities');
    return { input, kind: isLabels ? 'labels' : 'probabilities', expected: [{ answer }] };
  }
  const names = manifest.cordon.files.find((file) => file.role === role)?.outputs ?? [];
  const expected = [];
  for (const [at, name] of names.entries()) {
    expected.push({ name, answer: await array(`${role}Output${at}`) });
  }
  return { input, kind: 'outputs', expected };
}

/**
 * Largest deviation of a graph from its golden tile, relative to values beyond 1; of a graph that gives labels the share of voxels
 * that differ; infinite when it lacks an output.
 */
export async function goldenDeviation(
  { input, kind, expected }: GoldenTile,
  network: OpenNetwork
): Promise<number> {
  const outputs = await network.runAll(input.values, input.shape);
  let most = 0;
  for (const { name, answer } of expected) {
    const found = name === undefined ? [...outputs.values()][0] : outputs.get(name);
    if (!found) return Infinity;
    most = Math.max(most, DEVIATIONS[kind](found, answer));
  }
  return most;
}

const DEVIATIONS: Readonly<
  Record<GoldenTile['kind'], (found: Output, answer: GoldenArray) => number>
> = {
  labels: (found, answer) => shareThatDiffers(found.values, answer.values),
  probabilities: (found, answer) =>
    worst(probabilities(found.values, found.dimensions), answer.values),
  outputs: (found, answer) => worst(thinned(found, answer.shape), answer.values),
};

/** How far an engine may be away from the golden tile. */
export const goldenTolerance = ({ cordon }: Manifest): number =>
  (cordon.golden?.tolerance ?? 1e-3) + HALF_STEP;

function probabilities(scores: Float32Array, [items, channels]: readonly number[]): Float32Array {
  const copy = scores.slice();
  const length = copy.length / items;
  for (let item = 0; item < items; item++) {
    softmax(copy.subarray(item * length, (item + 1) * length), channels, length / channels);
  }
  return copy;
}

/** Of the pyramid's maps only every eighth channel is kept. */
function thinned({ values, dimensions }: Output, shape: readonly number[]): Float32Array {
  const step = Math.round(dimensions[1] / shape[1]);
  if (step <= 1) return values;
  const plane = dimensions.slice(2).reduce((product, extent) => product * extent, 1);
  const kept = new Float32Array(shape.reduce((product, extent) => product * extent, 1));
  for (let channel = 0; channel < shape[1]; channel++) {
    const from = channel * step * plane;
    kept.set(values.subarray(from, from + plane), channel * plane);
  }
  return kept;
}

function shareThatDiffers(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  let different = 0;
  for (let at = 0; at < found.length; at++) if (found[at] !== expected[at]) different++;
  return different / found.length;
}

function worst(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  let most = 0;
  for (let at = 0; at < found.length; at++) {
    const deviation = Math.abs(found[at] - expected[at]) / Math.max(1, Math.abs(expected[at]));
    if (!(deviation <= most)) most = Number.isNaN(deviation) ? Infinity : deviation;
  }
  return most;
}

async function readArray(
  manifest: Manifest,
  read: ReadModelFile,
  name: string
): Promise<GoldenArray> {
  const entry = manifest.cordon.golden?.arrays[name];
  if (!entry) throw goldenError(`its manifest lists no golden "${name}"`);
  const packed = await read(entry.path);
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('gzip'));
  const bytes = await new Response(stream).arrayBuffer();
  const length = entry.shape.reduce((product, extent) => product * extent, 1);
  const { bytesEach, decode } = DECODERS[entry.dtype];
  if (bytes.byteLength !== length * bytesEach) throw goldenError(`${entry.path} has another size`);
  return { values: decode(bytes), shape: entry.shape };
}

type GoldenType = NonNullable<Manifest['cordon']['golden']>['arrays'][string]['dtype'];

const DECODERS: Readonly<
  Record<GoldenType, { bytesEach: number; decode: (bytes: ArrayBuffer) => Float32Array }>
> = {
  float32: { bytesEach: 4, decode: (bytes) => new Float32Array(bytes) },
  float16: {
    bytesEach: 2,
    decode: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber),
  },
  uint8: { bytesEach: 1, decode: (bytes) => Float32Array.from(new Uint8Array(bytes)) },
  int16: { bytesEach: 2, decode: (bytes) => Float32Array.from(new Int16Array(bytes)) },
  int64: { bytesEach: 8, decode: (bytes) => Float32Array.from(new BigInt64Array(bytes), Number) },
};

/** IEEE 754 binary16. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const goldenError = (why: string) =>
  new CordonError({
    code: 'MODEL_FILE_MISSING',
    what: 'The network could not be checked on this device',
    why,
    remedy: 'install the model again from its source',
  });
