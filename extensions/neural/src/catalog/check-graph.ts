/**
 * @file Refuses a graph before any runtime sees it: files outside of it, operators that nobody computes, shapes that no
 * computer holds, and shapes other than its manifest promises.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { Manifest } from './manifest';
import { isSupportedOperator } from './onnx-operators';
import { readGraph, type GraphSummary, type GraphValue } from './read-graph';

/** No tensor may be larger: 1 GiB. */
const MOST_BYTES = 2 ** 30;
/** Operators that make a tensor whose shape is a list of numbers. */
const SHAPE_INPUT = new Map([
  ['ConstantOfShape', 0],
  ['Expand', 1],
  ['Tile', 1],
  ['Resize', 3],
]);

/** Throws `MODEL_FILE_UNSAFE` or `MODEL_UNSUPPORTED`, with the reason. */
export function checkGraph(file: Uint8Array): GraphSummary {
  const graph = readGraph(file);
  if (graph.nodes.length === 0 || graph.inputs.length === 0) {
    throw unsafe('its file is not a whole ONNX graph', 'download or export the model again');
  }
  const external = graph.tensors.find(({ externalPath }) => externalPath !== undefined);
  if (external) {
    throw unsafe(
      `its weights "${external.name}" lie in another file ("${external.externalPath}")`,
      'export the model with its weights inside of it'
    );
  }
  const [unknown] = [
    ...new Set(
      graph.nodes
        .filter(({ domain, operator }) => !isSupportedOperator(domain, operator))
        .map(({ domain, operator }) => (domain ? `${domain}.${operator}` : operator))
    ),
  ];
  if (unknown !== undefined) {
    throw new CordonError({
      code: 'MODEL_UNSUPPORTED',
      what: 'The network was not loaded',
      why: `it uses the operator ${unknown}, which cannot run in a browser`,
      remedy: 'export the model with operators of ONNX itself, opset 16 to 20',
    });
  }
  checkSizes(graph, file.byteLength);
  return graph;
}

function checkSizes(graph: GraphSummary, fileBytes: number): void {
  for (const { name, shape } of [...graph.inputs, ...graph.outputs, ...graph.between]) {
    const fixed = shape.filter((extent): extent is number => typeof extent === 'number');
    requireSize(name, fixed);
  }
  let declared = 0;
  for (const { name, shape } of graph.tensors) {
    requireSize(name, shape);
    declared += product(shape);
  }
  // The smallest stored element is one byte, or half of one.
  if (declared > 2 * fileBytes + 1e6) {
    throw unsafe(
      `it declares ${declared} weights in a file of ${fileBytes} bytes`,
      'download or export the model again'
    );
  }
  const byName = new Map(graph.tensors.map((tensor) => [tensor.name, tensor.integers]));
  for (const { operator, inputs } of graph.nodes) {
    const at = SHAPE_INPUT.get(operator);
    const shape = at === undefined ? undefined : byName.get(inputs[at]);
    if (shape) requireSize(`${operator} ${inputs[at ?? 0]}`, shape);
  }
}

function requireSize(name: string, shape: readonly number[]): void {
  const bytes = product(shape) * 4;
  if (bytes <= MOST_BYTES) return;
  const gigabytes = (bytes / 1e9).toPrecision(2);
  throw unsafe(
    `"${name}" would take ${Number(gigabytes)} GB (${shape.join(' × ')}), ${(MOST_BYTES / 1e9).toFixed(1)} are allowed`,
    'use a model for smaller windows'
  );
}

const product = (shape: readonly number[]): number =>
  shape.reduce((size, extent) => size * Math.abs(extent), 1);

/** Compares what a manifest promises with what the graph says. Throws `MODEL_MANIFEST_INVALID`. */
export function checkPromises(manifest: Manifest, role: string, graph: GraphSummary): void {
  const { inputs, outputs } = manifest.network_data_format;
  // Labels come without a channel.
  if (role === 'model' && manifest.cordon.inference.mode !== 'labels') {
    const [output] = Object.values(outputs);
    if (graph.outputs.length > 0 && output) compare('output', output, graph.outputs[0]);
  }
  if (role === 'model' || role === 'proposals') {
    const [input] = Object.values(inputs);
    if (input) compare('input', input, graph.inputs[0]);
  }
}

interface Promised {
  readonly num_channels: number;
  readonly spatial_shape: readonly number[];
}

function compare(what: string, promised: Promised, { name, shape }: GraphValue): void {
  const wanted = [promised.num_channels, ...promised.spatial_shape];
  const have = shape.slice(1);
  const differs = have.some((extent, at) => typeof extent === 'number' && extent !== wanted[at]);
  if (have.length === 0 || (have.length === wanted.length && !differs)) return;
  throw new CordonError({
    code: 'MODEL_MANIFEST_INVALID',
    what: 'The description of the model cannot be used',
    why: `it says that ${what} "${name}" is ${wanted.join(' × ')}, the graph says ${have.join(' × ')}`,
    remedy: 'ask the author of the model for a corrected metadata.json',
  });
}

const unsafe = (why: string, remedy: string) =>
  new CordonError({ code: 'MODEL_FILE_UNSAFE', what: 'The network was not loaded', why, remedy });
