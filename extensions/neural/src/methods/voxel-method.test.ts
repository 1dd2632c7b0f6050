/**
 * @file Networks that work image by image: what is taken for a probability, slices that lie across the images, and voxels without a
 * finite value.
 */
import type { ImageVolume, Region } from '@cordon/extension-workbench/pure';
import { labelsOf, runOn } from '../../../../test/support/methods';
import { float32, graph, node } from '../../../../test/support/onnx-file';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { openShipped } from '../../../../test/support/shipped-models';
import { tinyManifest } from '../../../../test/support/tiny-manifest';
import { volumeOf } from '../../../../test/support/volumes';
import { parseManifest } from '../catalog/manifest';
import { neuralMethod } from './neural-method';

const SHAPE = [8, 8];
/** Gives the value x of a voxel to its class and 1 − x to the background. */
const file = graph({
  nodes: [
    node('Sub', ['one', 'x'], ['rest']),
    node('Concat', ['rest', 'x'], ['y'], '', { axis: 1 }),
  ],
  tensors: [float32('one', [1], [1])],
  output: [1, 2, ...SHAPE],
});
const ACROSS: readonly Region[] = [
  { kind: 'slice', axis: 0, index: 3 },
  { kind: 'slice', axis: 1, index: 3 },
];

describe('a network that works image by image', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  const methodOf = async (postprocessing: readonly object[]) => {
    const manifest = await tinyManifest({
      id: 'image-by-image',
      title: 'Images',
      path: 'graph.onnx',
      graph: file,
      modality: 'CT',
      input: { name: 'x', channels: 1, shape: SHAPE },
      output: { name: 'y', channels: 2, shape: SHAPE },
      preprocessing: [
        { op: 'orient', axes: 'asStored' },
        { op: 'slices', axis: 'image', neighbours: [0] },
      ],
      inference: { mode: 'slices', batch: 1 },
      postprocessing,
      classes: ['Bright'],
    });
    return neuralMethod({
      manifest: parseManifest(manifest),
      read: () => Promise.resolve(file),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm' }),
    });
  };
  const image = (change: (value: number, at: number) => number = (value) => value): ImageVolume =>
    volumeOf(
      [8, 8, 2],
      Float32Array.from({ length: 128 }, (_, at) => change((at % 8) / 8, at))
    );

  it('takes a softmax of its scores where the manifest says so', async () => {
    const method = await methodOf([{ op: 'softmax' }, { op: 'argmax' }]);
    const source = image();
    const [{ voxels }] = (await runOn(method, source)).probabilities!;
    for (const [at, x] of source.voxels.entries()) {
      expect(voxels[at]).toBeCloseTo(1 / (1 + Math.exp(1 - 2 * x)), 6);
    }
  });

  it('gives the network’s own probabilities where the manifest has no softmax', async () => {
    const method = await methodOf([{ op: 'argmax' }]);
    const source = image();
    const result = await runOn(method, source);
    expect([...result.probabilities![0].voxels]).toEqual([...source.voxels]);
    expect(result.warnings).toEqual([]);
  });

  it.each([
    ['a negative one', -0.5],
    ['one beyond 1', 1.5],
  ])('refuses scores that are no probabilities: %s', async (_, value) => {
    const method = await methodOf([{ op: 'argmax' }]);
    const strange = image((x, at) => (at === 70 ? value : x));
    await expect(runOn(method, strange)).rejects.toMatchObject({
      code: 'MODEL_OUTPUT_INVALID',
      why: expect.stringContaining('softmax') as string,
    });
  });

  it('refuses a slice across its images', async () => {
    const method = await methodOf([{ op: 'softmax' }]);
    for (const region of ACROSS) {
      await expect(runOn(method, image(), { region })).rejects.toMatchObject({
        code: 'MODEL_INPUT_UNFIT',
        remedy: 'choose a viewport along the slices of the series, or the whole volume',
      });
    }
    const own = await runOn(method, image(), { region: { kind: 'slice', axis: 2, index: 1 } });
    expect(labelsOf(own)).toHaveLength(64);
  });

  it('that finds objects refuses such a slice too', async () => {
    const method = await openShipped('nuclei-mask-rcnn', runtime);
    for (const region of ACROSS) {
      await expect(runOn(method, image(), { region })).rejects.toMatchObject({
        code: 'MODEL_INPUT_UNFIT',
      });
    }
  });

  it('takes the smallest value for voxels without a finite one, and says so', async () => {
    const method = await methodOf([{ op: 'argmax' }]);
    const gaps = new Map([
      [12, NaN],
      [30, Infinity],
      [100, -Infinity],
    ]);
    const strange = image((x, at) => gaps.get(at) ?? x + 0.125);
    const filled = image((x, at) => (gaps.has(at) ? 0.125 : x + 0.125));
    const kept = strange.voxels.slice();
    const result = await runOn(method, strange);
    const { probabilities, warnings } = await runOn(method, filled);
    expect(result.probabilities).toEqual(probabilities);
    expect(strange.voxels).toEqual(kept);
    expect(warnings).toEqual([]);
    expect(result.warnings).toEqual([expect.stringMatching(/^3 voxels have no finite value/)]);
    const inOne = await runOn(method, strange, { region: { kind: 'slice', axis: 2, index: 1 } });
    expect(inOne.warnings).toEqual([expect.stringMatching(/^1 voxels have/)]);
  });
});
