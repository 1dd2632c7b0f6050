/**
 * The description of a network that was made in a test.
 */
import { sha256 } from '../../extensions/neural/src/catalog/model-files';

const CONCEPT = { scheme: 'SCT', value: '85756007', meaning: 'Tissue' };

interface Data {
  readonly channels: number;
  readonly shape: readonly number[];
}

export interface TinyModel {
  readonly id: string;
  readonly title: string;
  /** Path of its one file. */
  readonly path: string;
  readonly graph: Uint8Array;
  readonly modality?: string;
  /** Names of its images, where there are several. */
  readonly channels?: readonly string[];
  /** By the names of the graph. */
  readonly input: Data & { readonly name: string };
  readonly output: Data & { readonly name: string };
  readonly preprocessing: readonly object[];
  readonly inference: object;
  readonly postprocessing?: readonly object[];
  /** Names of its classes, 1 first. */
  readonly classes: readonly string[];
}

/** A manifest as JSON, to be parsed or written. */
export async function tinyManifest(model: TinyModel): Promise<object> {
  const { graph, input, output } = model;
  const data = ({ channels, shape }: Data) => ({
    num_channels: channels,
    spatial_shape: shape,
    dtype: 'float32',
  });
  return {
    version: '0.0.1',
    task: 'test',
    description: 'Made in a test.',
    authors: '',
    copyright: '',
    intended_use: '',
    data_source: '',
    references: [],
    network_data_format: {
      inputs: { [input.name]: data(input) },
      outputs: { [output.name]: data(output) },
    },
    cordon: {
      schema: 'cordon-model/1',
      id: model.id,
      title: model.title,
      architecture: 'test',
      modalities: [model.modality ?? 'MR'],
      ...(model.channels && { channels: model.channels }),
      files: [
        { path: model.path, role: 'model', bytes: graph.byteLength, sha256: await sha256(graph) },
      ],
      preprocessing: model.preprocessing,
      inference: model.inference,
      postprocessing: model.postprocessing ?? [
        { op: 'softmax' },
        { op: 'unpad' },
        { op: 'argmax' },
      ],
      classes: model.classes.map((name, at) => ({
        value: at + 1,
        name,
        category: CONCEPT,
        type: CONCEPT,
        typeModifiers: [],
        rgb: [255, 0, 0],
      })),
      licence: { weights: 'none', data: 'none' },
      contraIndications: [],
      regulatoryStatus: 'Research use only.',
    },
  };
}
