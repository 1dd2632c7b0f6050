/** @file Models from anywhere: a whole folder is taken in, a damaged one is not; a bare graph gets a manifest that runs. */
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { runOn } from '../../../../test/support/methods';
import { readShipped } from '../../../../test/support/shipped-models';
import { randomFrom, volumeOf } from '../../../../test/support/volumes';
import { neuralMethod } from '../methods/neural-method';
import { acceptModel } from './accept-model';
import { inModelFolder } from './catalog';
import { draftManifest } from './draft-manifest';
import type { ReadModelFile } from './model-files';

const MODEL = 'lv-cine-mr-unet';
const folder = inModelFolder(readShipped, MODEL);
/** The folder with one file changed, or missing where `change` gives nothing. */
const withFile =
  (path: string, change: (bytes: Uint8Array) => Uint8Array | undefined): ReadModelFile =>
  async (asked) => {
    const bytes = await folder(asked);
    if (asked !== path) return bytes;
    const changed = change(bytes);
    if (!changed) throw new Error('404');
    return changed;
  };

describe('a model from anywhere', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  it('is taken in with every file that it names', async () => {
    const { manifest, manifestSha256, files } = await acceptModel(folder);
    expect(manifest.cordon.id).toBe(MODEL);
    expect(manifestSha256).toMatch(/^[0-9a-f]{64}$/);
    for (const { path } of manifest.cordon.files) expect(files.get(path)).toBeDefined();
    expect(files.has('golden/modelInput.f32.gz')).toBe(true);
  });

  it('with one bit of its graph turned, a file missing or a manifest that is none is refused', async () => {
    const flipped = withFile('model.onnx', (bytes) => {
      const copy = bytes.slice();
      copy[copy.length >> 1] ^= 1;
      return copy;
    });
    await expect(acceptModel(flipped)).rejects.toMatchObject({ code: 'MODEL_FILE_CHANGED' });
    const missing = withFile('model.onnx', () => undefined);
    await expect(acceptModel(missing)).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING' });
    const nonsense = withFile('metadata.json', () => new TextEncoder().encode('<html>'));
    await expect(acceptModel(nonsense)).rejects.toMatchObject({ code: 'MODEL_MANIFEST_INVALID' });
  });

  it('whose golden files are missing is taken in: only WebGPU needs them', async () => {
    const { files } = await acceptModel(withFile('golden/modelInput.f32.gz', () => undefined));
    expect(files.has('golden/modelInput.f32.gz')).toBe(false);
  });

  it('that is a bare graph gets a manifest from its input and output, with which it runs', async () => {
    const graph = await folder('model.onnx');
    const draft = await draftManifest('My Heart (v2).onnx', graph);
    const read: ReadModelFile = (path) =>
      Promise.resolve(
        path === 'metadata.json' ? new TextEncoder().encode(JSON.stringify(draft)) : graph
      );
    const { manifest } = await acceptModel(read);
    expect(manifest.cordon).toMatchObject({
      id: 'own-my-heart-v2',
      title: 'My Heart (v2)',
      inference: { mode: 'slices' },
    });
    expect(manifest.cordon.classes.map(({ name }) => name)).toEqual(['Class 1']);
    const method = neuralMethod({
      manifest,
      read,
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm' }),
    });
    const random = randomFrom(3);
    const image = volumeOf(
      [40, 50, 2],
      Int16Array.from({ length: 4000 }, () => random() * 500)
    );
    const { labels, probabilities } = await runOn(method, image);
    expect(labels!.voxels).toHaveLength(4000);
    const [map] = probabilities!;
    expect(Math.min(...map.voxels)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...map.voxels)).toBeLessThanOrEqual(1);
    // The labels are where the class is more probable than the background.
    map.voxels.forEach((value, at) => {
      if (Math.abs(value - 0.5) > 1e-4) expect(labels!.voxels[at]).toBe(Number(value > 0.5));
    });
  });
});
