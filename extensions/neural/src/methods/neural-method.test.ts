/**
 * @file The whole chain of a network against PyTorch: random weights, exported while the test runs, on a volume that is
 * stored along other axes than the network's.
 */
import {
  Geometry,
  NO_PROMPTS,
  runMethod,
  type ImageVolume,
} from '@cordon/extension-workbench/pure';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { runOn } from '../../../../test/support/methods';
import { tinyManifest } from '../../../../test/support/tiny-manifest';
import { randomFrom } from '../../../../test/support/volumes';
import { parseManifest } from '../catalog/manifest';
import { neuralMethod } from './neural-method';

const random = randomFrom(3);

/** Sagittal storage: rows run to the back, columns to the feet, slices to the left. */
const geometry = new Geometry({
  columns: 14,
  rows: 11,
  pixelSpacingMm: [1, 1],
  rowDirection: [0, 1, 0],
  columnDirection: [0, 0, -1],
  slicePositionsLps: Array.from({ length: 9 }, (_, k) => [8 - k, 0, 10] as const),
});
const image: ImageVolume = {
  geometry,
  voxels: Int16Array.from({ length: geometry.voxelCount }, () => Math.round(random() * 900)),
  modality: 'MR',
  unit: '',
};

async function makeManifest(graph: Uint8Array, slices: boolean) {
  const shape = slices ? [16, 16] : [12, 16, 16];
  const json = await tinyManifest({
    id: 'random-test',
    title: 'Random',
    path: 'graph.onnx',
    graph,
    input: { name: 'input', channels: slices ? 3 : 1, shape },
    output: { name: 'logits', channels: 3, shape },
    preprocessing: [
      { op: 'orient', axes: 'RAS' },
      { op: 'clipPercentiles', low: 0.5, high: 99.5 },
      { op: 'zScore', epsilon: 1e-8 },
      { op: 'pad', size: [12, 16, 16], value: 0 },
      slices ? { op: 'slices', axis: 0, neighbours: [-1, 0, 1] } : { op: 'layout', order: 'NCDHW' },
    ],
    inference: { mode: slices ? 'slices' : 'volume', batch: 5 },
    classes: ['Class 1', 'Class 2'],
  });
  return parseManifest(json);
}

describeWithPython(['numpy', 'torch'], 'a network as a method', () => {
  const { runtime, close } = startOnnxThread();
  const loadEngine = () =>
    Promise.resolve({ runtime, provider: 'wasm' as const, title: 'wasm, 1 thread' });
  afterAll(close);

  it.each(['slices', 'volume'])('gives PyTorch’s probabilities and labels (%s)', async (mode) => {
    const python = await runPython({
      arrays: {
        x: { data: image.voxels as Int16Array, shape: [9, 11, 14] },
      },
      values: { mode },
      script: `
import io, torch, torch.nn as nn, torch.nn.functional as F
torch.manual_seed(1)
two = P['mode'] == 'slices'
net = (nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1)) if two
       else nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv3d(4, 3, 3, padding=1))).eval()
# stored [slice k][row j][column i]: right = +k, anterior = -i, superior = -j
ras = np.ascontiguousarray(np.transpose(I['x'].astype(np.float32), (0, 2, 1))[:, ::-1, ::-1])
low, high = np.percentile(ras, [0.5, 99.5]); ras = np.clip(ras, low, high)
ras = (ras - ras.mean()) / (ras.std() + 1e-8)
T = (12, 16, 16); o = [(t - s) // 2 for t, s in zip(T, ras.shape)]
p = np.zeros(T, np.float32); inside = tuple(slice(a, a + s) for a, s in zip(o, ras.shape)); p[inside] = ras
t = torch.from_numpy(p)
if two:
    z = F.pad(t[None, None], (0, 0, 0, 0, 1, 1))[0, 0]
    b = torch.stack([z[:-2], z[1:-1], z[2:]], 1)
    with torch.no_grad(): y = net(b).softmax(1).permute(1, 0, 2, 3)
    example = b[:1]
else:
    with torch.no_grad(): y = net(t[None, None])[0].softmax(0)
    example = t[None, None]
f = io.BytesIO()
torch.onnx.export(net, example, f, opset_version=16, input_names=['input'], output_names=['logits'], dynamic_axes={'input': {0: 'n'}, 'logits': {0: 'n'}})
O['graph'] = np.frombuffer(f.getvalue(), np.uint8)
y = y.numpy()[(slice(None),) + inside]
back = np.transpose(y[:, :, ::-1, ::-1], (0, 1, 3, 2))
O['p'] = back.astype(np.float32); O['a'] = back.argmax(0).astype(np.uint8)
`,
    });
    const graph = python.array('graph').data as Uint8Array;
    const method = neuralMethod({
      manifest: await makeManifest(graph, mode === 'slices'),
      read: () => Promise.resolve(graph),
      loadEngine,
    });
    const result = await runMethod(
      method,
      { channels: [image] },
      { prompts: NO_PROMPTS, parameters: {}, region: { kind: 'volume' } }
    );
    const expected = python.array('p').data;
    const n = geometry.voxelCount;
    let most = 0;
    for (const [at, map] of result.probabilities!.entries()) {
      map.voxels.forEach((value, index) => {
        most = Math.max(most, Math.abs(value - expected[(at + 1) * n + index]));
      });
    }
    expect(most).toBeLessThan(1e-5);
    const labels = python.array('a').data;
    const wrong = Array.from(result.labels!.voxels).filter((v, at) => v !== labels[at]).length;
    expect(wrong).toBeLessThanOrEqual(1);
    expect(result.runtime).toEqual({ provider: 'wasm', title: 'wasm, 1 thread' });
  });

  it('refuses a file with one byte changed, a missing file, and another modality', async () => {
    const graph = Uint8Array.of(1, 2, 3, 4);
    const manifest = await makeManifest(graph, true);
    const make = (read: () => Promise<Uint8Array>) =>
      neuralMethod({
        manifest,
        read,
        loadEngine: () => Promise.reject(new Error('must not be reached')),
      });
    const open = (read: () => Promise<Uint8Array>) =>
      runOn(neuralMethod({ manifest, read, loadEngine }), image);
    await expect(open(() => Promise.resolve(Uint8Array.of(1, 2, 3, 5)))).rejects.toMatchObject({
      code: 'MODEL_FILE_CHANGED',
    });
    await expect(open(() => Promise.reject(new Error('404')))).rejects.toMatchObject({
      code: 'MODEL_FILE_MISSING',
    });
    await expect(open(() => Promise.resolve(graph))).rejects.toMatchObject({
      code: 'MODEL_FILE_UNSAFE',
    });
    const ct = { modality: 'CT', geometry, bodyPart: '', description: '' };
    expect(make(() => Promise.resolve(graph)).fits(ct)).toMatchObject({
      fits: false,
      reason: expect.stringContaining('trained on MR') as string,
    });
  });

  it('refuses paths that leave the folder and manifests with unknown steps', async () => {
    const good = await makeManifest(Uint8Array.of(1), true);
    const withFile = (path: string) => ({
      ...good,
      cordon: { ...good.cordon, files: [{ ...good.cordon.files[0], path }] },
    });
    for (const path of ['../secret', '/etc/passwd', 'a/../../b', 'https://x/y', 'a\\b']) {
      expect(() => parseManifest(withFile(path))).toThrow(/plain path/);
    }
    const strange = {
      ...good,
      cordon: { ...good.cordon, preprocessing: [{ op: 'sharpen' }] },
    };
    expect(() => parseManifest(strange)).toThrow('preprocessing');
  });
});
