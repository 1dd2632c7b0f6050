/**
 * @file Graphs and manifests that mean no good, made byte by byte, are refused before any runtime sees them; the shipped
 * ones pass.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { external, field, graph, int64, message, node } from '../../../../test/support/onnx-file';
import { checkGraph, checkPromises } from './check-graph';
import { parseManifest } from './manifest';

const models = path.resolve(__dirname, '../../../../models');
const graphs = readdirSync(models, { withFileTypes: true })
  .filter((entry) => existsSync(path.join(models, entry.name, 'metadata.json')))
  .flatMap(({ name }) =>
    readdirSync(path.join(models, name))
      .filter((file) => file.endsWith('.onnx'))
      .map((file) => ({ model: name, file }))
  );

const refused = (code: string, why: RegExp) =>
  expect.objectContaining({ code, why: expect.stringMatching(why) as string });

describe('a graph', () => {
  it('of every shipped model passes', () => {
    expect(graphs.length).toBeGreaterThan(10);
    for (const { model, file } of graphs) {
      const summary = checkGraph(readFileSync(path.join(models, model, file)));
      expect(summary.opset).toBe(16);
      expect(summary.inputs).toHaveLength(1);
      expect(summary.inputs[0].elementType).toBe(1);
      const manifest = parseManifest(
        JSON.parse(readFileSync(path.join(models, model, 'metadata.json'), 'utf8'))
      );
      const role = manifest.cordon.files.find((one) => one.path === file)!.role;
      checkPromises(manifest, role, summary);
    }
  });

  it('is read as it was written', () => {
    expect(checkGraph(graph())).toMatchObject({
      opset: 16,
      inputs: [{ name: 'x', shape: [1, 1, 8, 8], elementType: 1 }],
      outputs: [{ name: 'y', shape: [1, 1, 8, 8] }],
      nodes: [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }],
    });
  });

  it.each(['../../secret.bin', '/etc/passwd', 'weights.bin'])(
    'with weights in another file (%s) is refused',
    (location) => {
      const file = graph({ tensors: [external(location)] });
      expect(() => checkGraph(file)).toThrow(refused('MODEL_FILE_UNSAFE', /lie in another file/));
      expect(() => checkGraph(file)).toThrow(location);
      // Weights of a constant inside of a node are weights too.
      const attribute = field(5, message(field(1, 'value'), field(5, external(location))));
      const hidden = graph({ nodes: [Buffer.concat([node('Constant', [], ['w']), attribute])] });
      expect(() => checkGraph(hidden)).toThrow(refused('MODEL_FILE_UNSAFE', /another file/));
    }
  );

  it.each([
    ['an input', { input: [1, 1, 50_000, 50_000] }],
    ['an output', { output: [1, 3, 100_000, 10_000] }],
    [
      'what it makes on the way',
      {
        nodes: [node('ConstantOfShape', ['s'], ['y'])],
        tensors: [int64('s', [1, 25, 10_000, 10_000])],
      },
    ],
  ])('with %s of 10 GB is refused with the number', (_, parts) => {
    expect(() => checkGraph(graph(parts))).toThrow(
      refused('MODEL_FILE_UNSAFE', /would take (10|12) GB/)
    );
  });

  it('that declares more weights than it holds is refused', () => {
    const tensor = message(field(1, 4000), field(1, 4000), field(2, 1), field(8, 'w'));
    expect(() => checkGraph(graph({ tensors: [tensor] }))).toThrow(
      refused('MODEL_FILE_UNSAFE', /declares 16000000 weights in a file of/)
    );
  });

  it('with an operator that nobody computes is refused by name', () => {
    const own = graph({ nodes: [node('Trojan', ['x'], ['y'], 'evil.domain')] });
    expect(() => checkGraph(own)).toThrow(refused('MODEL_UNSUPPORTED', /evil\.domain\.Trojan/));
    const loop = graph({ nodes: [node('Loop', ['x'], ['y'])] });
    expect(() => checkGraph(loop)).toThrow(refused('MODEL_UNSUPPORTED', /operator Loop/));
  });

  it('cut off at any byte is refused or read, never anything else', () => {
    const whole = graph({ tensors: [int64('s', [1, 2, 3])] });
    for (let length = 0; length < whole.length; length++) {
      try {
        checkGraph(whole.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ code: 'MODEL_FILE_UNSAFE' });
      }
    }
  });
});

/** Pads, and has three channels. */
const HIPPOCAMPUS = 'hippocampus-mr-unet';

describe('a manifest', () => {
  const good = () =>
    JSON.parse(readFileSync(path.join(models, HIPPOCAMPUS, 'metadata.json'), 'utf8')) as {
      network_data_format: {
        inputs: Record<string, { num_channels: number; spatial_shape: number[] }>;
      };
      cordon: { preprocessing: { op: string; size?: number[] }[] };
    };

  it('that lies about shapes is refused with both', () => {
    const lie = good();
    Object.values(lie.network_data_format.inputs)[0].num_channels = 7;
    const summary = checkGraph(readFileSync(path.join(models, HIPPOCAMPUS, 'model.onnx')));
    expect(() => {
      checkPromises(parseManifest(lie), 'model', summary);
    }).toThrow(refused('MODEL_MANIFEST_INVALID', /7 × .* the graph says 3 × /));
  });

  it('with shapes that no computer holds is refused', () => {
    const huge = good();
    Object.values(huge.network_data_format.inputs)[0].spatial_shape = [50_000, 50_000];
    expect(() => parseManifest(huge)).toThrow(refused('MODEL_MANIFEST_INVALID', /samples/));
    const padded = good();
    padded.cordon.preprocessing.find(({ op }) => op === 'pad')!.size = [2000, 2000, 2000];
    expect(() => parseManifest(padded)).toThrow(refused('MODEL_MANIFEST_INVALID', /samples/));
  });
});
