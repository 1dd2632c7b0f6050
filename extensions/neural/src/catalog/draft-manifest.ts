/**
 * @file A first manifest for a bare ONNX file, from what the graph says about its input and output. What no graph tells —
 * modality, intensities, names of classes — is a guess for the person to correct.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { checkGraph } from './check-graph';
import { MOST_CHANNELS } from './manifest';
import { sha256 } from './model-files';
import type { Dimension } from './read-graph';

/** Extents where the graph leaves them free. */
const FREE_EXTENT = { 2: 256, 3: 64 } as const;

/** A manifest as JSON data, ready to be changed; it satisfies `parseManifest` as it is. Throws as `checkGraph`. */
export async function draftManifest(fileName: string, file: Uint8Array): Promise<object> {
  const graph = checkGraph(file);
  const [input] = graph.inputs;
  const [output] = graph.outputs;
  const axes = input.shape.length - 2;
  if (graph.inputs.length !== 1 || (axes !== 2 && axes !== 3) || input.elementType !== 1) {
    throw new CordonError({
      code: 'MODEL_UNSUPPORTED',
      what: 'No description could be drafted',
      why: `the graph takes ${graph.inputs.length} inputs, the first of shape ${input.shape.join(' × ')}; one of 32-bit floats with N, C and two or three axes is needed`,
      remedy: 'write metadata.json by hand, or export the model with one image as its input',
    });
  }
  const channels = fixed(input.shape[1], 1);
  const size = input.shape.slice(2).map((extent) => fixed(extent, FREE_EXTENT[axes]));
  const classes = fixed(output.shape[1], 2);
  const title = fileName.replace(/\.onnx$/i, '');
  // Of a volume, channels are several images; of a slice, more often its neighbours.
  const images = Array.from({ length: channels }, (_, at) => `image-${at + 1}`);
  const middle = (channels - 1) / 2;
  const neighbours = Array.from({ length: channels }, (_, at) => at - Math.floor(middle));
  const endsInSoftmax = graph.nodes.some(
    ({ operator, outputs }) => operator === 'Softmax' && outputs.includes(output.name)
  );
  const concept = (value: string, meaning: string) => ({ scheme: 'SCT', value, meaning });
  return {
    version: '0.0.1',
    task: title,
    description: `${title}, added by hand.`,
    authors: '',
    copyright: '',
    intended_use: '',
    data_source: '',
    references: [],
    network_data_format: {
      inputs: { [input.name]: { num_channels: channels, spatial_shape: size, dtype: 'float32' } },
      outputs: { [output.name]: { num_channels: classes, spatial_shape: size, dtype: 'float32' } },
    },
    cordon: {
      schema: 'cordon-model/1',
      id: idOf(title),
      title,
      architecture: 'unknown',
      modalities: ['MR', 'CT'],
      ...(axes === 3 && channels > 1 && channels <= MOST_CHANNELS && { channels: images }),
      files: [
        { path: 'model.onnx', role: 'model', bytes: file.byteLength, sha256: await sha256(file) },
      ],
      preprocessing: [
        { op: 'orient', axes: axes === 3 ? 'RAS' : 'asStored' },
        { op: 'clipPercentiles', low: 0.5, high: 99.5 },
        { op: 'zScore', epsilon: 1e-8 },
        ...(axes === 3
          ? [
              { op: 'tile', size, overlap: 0.5 },
              { op: 'layout', order: 'NCDHW' },
            ]
          : [
              { op: 'resize', size, interpolation: 'area' },
              { op: 'slices', axis: channels > 1 ? 0 : 'image', neighbours },
            ]),
      ],
      inference: { mode: axes === 3 ? 'volume' : 'slices', batch: 1 },
      postprocessing: [...(endsInSoftmax ? [] : [{ op: 'softmax' }]), { op: 'argmax' }],
      classes: Array.from({ length: Math.max(1, classes - 1) }, (_, at) => ({
        value: at + 1,
        name: `Class ${at + 1}`,
        category: concept('85756007', 'Tissue'),
        type: concept('85756007', 'Tissue'),
        typeModifiers: [],
        rgb: [(97 * (at + 1)) % 256, (177 * (at + 1)) % 256, (53 * (at + 1)) % 256],
      })),
      licence: { weights: 'unknown', data: 'unknown' },
      contraIndications: [],
      regulatoryStatus: 'Research use only. Added by hand.',
    },
  };
}

const fixed = (extent: Dimension | undefined, otherwise: number): number =>
  typeof extent === 'number' && extent > 0 ? extent : otherwise;

function idOf(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `own-${plain || 'model'}`;
}
