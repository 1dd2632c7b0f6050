/**
 * @file A network of several images against PyTorch and scipy: random weights, exported while the test runs; one image lies on a
 * grid of its own. Manifests that ask for images which their networks do not take.
 */
import {
  Geometry,
  NO_PROMPTS,
  runMethod,
  type ImageVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { tinyManifest } from '../../../../test/support/tiny-manifest';
import { randomFrom } from '../../../../test/support/volumes';
import { draftManifest } from '../catalog/draft-manifest';
import { parseManifest } from '../catalog/manifest';
import { neuralMethod } from './neural-method';

const random = randomFrom(5);
const axial = (
  columns: number,
  rows: number,
  slices: number,
  spacing: number,
  origin: Vec3 = [0, 0, 0]
) =>
  new Geometry({
    columns,
    rows,
    pixelSpacingMm: [spacing, spacing],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: slices }, (_, k) => [
      origin[0],
      origin[1],
      origin[2] + 2 * k,
    ]),
  });
const noise = (geometry: Geometry): ImageVolume => ({
  geometry,
  voxels: Int16Array.from({ length: geometry.voxelCount }, () => Math.round(random() * 900)),
  modality: 'MR',
  unit: '',
});
const FIRST = axial(13, 10, 7, 1);
/** Coarser, and ends before the first does. */
const OTHER = axial(8, 9, 4, 1.6, [-1.3, 0.7, 1]);
const images = [noise(FIRST), noise(FIRST), noise(OTHER)];
const NAMES = ['T1', 'T2', 'FLAIR'];
const SIZE = [8, 12, 16] as const;

const describeModel = (graph: Uint8Array, slices: boolean, channels: readonly string[]) =>
  tinyManifest({
    id: 'several-test',
    title: 'Several',
    path: 'x.onnx',
    graph,
    channels,
    input: { name: 'x', channels: slices ? 9 : 3, shape: slices ? SIZE.slice(1) : SIZE },
    output: { name: 'y', channels: 3, shape: slices ? SIZE.slice(1) : SIZE },
    preprocessing: [
      { op: 'orient', axes: 'asStored' },
      { op: 'clipPercentiles', low: 0.5, high: 99.5 },
      { op: 'zScore', epsilon: 1e-8 },
      { op: 'pad', size: SIZE, value: 0 },
      slices ? { op: 'slices', axis: 0, neighbours: [-1, 0, 1] } : { op: 'layout', order: 'NCDHW' },
    ],
    inference: { mode: slices ? 'slices' : 'volume', batch: 3 },
    classes: ['Class 1', 'Class 2'],
  });

describeWithPython(['numpy', 'torch', 'scipy'], 'a network of several images', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  it.each(['slices', 'volume'])('gives PyTorch’s probabilities (%s)', async (mode) => {
    const shapeOf = ({ geometry: { size } }: ImageVolume) => [size[2], size[1], size[0]];
    const arrays = Object.fromEntries(
      images.map((image, at) => [
        NAMES[at],
        { data: image.voxels as Int16Array, shape: shapeOf(image) },
      ])
    );
    const python = await runPython({
      arrays,
      values: { two: mode === 'slices', size: [...SIZE] },
      script: `
import io, torch, torch.nn as nn, torch.nn.functional as F
from scipy.ndimage import map_coordinates
torch.manual_seed(2)
net = (nn.Sequential(nn.Conv2d(9, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1)) if P['two']
       else nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv3d(4, 3, 3, padding=1))).eval()
first = I['T1'].astype(np.float32); other = I['FLAIR'].astype(np.float32)
z, y, x = np.meshgrid(*[np.arange(n, dtype=float) for n in first.shape], indexing='ij')
where = np.stack([(2 * z - 1) / 2, (y - 0.7) / 1.6, (x + 1.3) / 1.6])
seen = ((where >= -0.5) & (where <= np.array(other.shape)[:, None, None, None] - 0.5)).all(0)
moved = map_coordinates(other, where, order=1, mode='nearest'); moved[~seen] = other.min()
R['seen'] = float(seen.mean())
T = P['size']; o = [(t - s) // 2 for t, s in zip(T, first.shape)]
inside = tuple(slice(a, a + s) for a, s in zip(o, first.shape))
def prepare(v):
    low, high = np.percentile(v, [0.5, 99.5]); v = np.clip(v, low, high)
    p = np.zeros(T, np.float32); p[inside] = (v - v.mean()) / (v.std() + 1e-8)
    return torch.from_numpy(p)
t = torch.stack([prepare(first), prepare(I['T2'].astype(np.float32)), prepare(moved)])
if P['two']:
    q = F.pad(t, (0, 0, 0, 0, 1, 1))
    # slice by slice: T1 below, here, above; then T2; then FLAIR
    t = torch.stack([q[:, :-2], q[:, 1:-1], q[:, 2:]], 1).permute(2, 0, 1, 3, 4).reshape(T[0], 9, T[1], T[2])
    with torch.no_grad(): p = net(t).softmax(1).permute(1, 0, 2, 3)
    example = t[:1]
else:
    example = t[None]
    with torch.no_grad(): p = net(example)[0].softmax(0)
f = io.BytesIO()
torch.onnx.export(net, example, f, opset_version=16, input_names=['x'], output_names=['y'], dynamic_axes={'x': {0: 'n'}, 'y': {0: 'n'}})
O['graph'] = np.frombuffer(f.getvalue(), np.uint8)
O['p'] = np.ascontiguousarray(p.numpy()[(slice(None),) + inside])
`,
    });
    expect(python.values.seen).toBeGreaterThan(0.3);
    expect(python.values.seen).toBeLessThan(0.95);
    const graph = python.array('graph').data as Uint8Array;
    const method = neuralMethod({
      manifest: parseManifest(await describeModel(graph, mode === 'slices', NAMES)),
      read: () => Promise.resolve(graph),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm, 1 thread' }),
    });
    expect(method.inputs.channels).toEqual(NAMES);
    expect(method.card).toContainEqual({ title: 'Takes', text: 'T1, T2, FLAIR' });
    if (mode === 'volume') {
      const draft = parseManifest(await draftManifest('x.onnx', graph));
      expect(draft.cordon.channels).toEqual(['image-1', 'image-2', 'image-3']);
    }
    const run = (channels: readonly ImageVolume[]) =>
      runMethod(
        method,
        { channels },
        { prompts: NO_PROMPTS, parameters: {}, region: { kind: 'volume' } }
      );
    const result = await run(images);
    const expected = python.array('p').data;
    let most = 0;
    for (const [at, map] of result.probabilities!.entries()) {
      map.voxels.forEach((value, index) => {
        const difference = Math.abs(value - expected[(at + 1) * FIRST.voxelCount + index]);
        most = Math.max(most, difference);
      });
    }
    expect(result.probabilities).toHaveLength(2);
    expect(most).toBeLessThan(1e-5);

    await expect((async () => run(images.slice(0, 2)))()).rejects.toMatchObject({
      code: 'CHANNEL_MISSING',
      why: expect.stringContaining('no image for FLAIR') as string,
    });
    const far = noise(axial(8, 9, 4, 1, [500, 0, 0]));
    await expect((async () => run([...images.slice(0, 2), far]))()).rejects.toMatchObject({
      code: 'CHANNEL_UNFIT',
    });
  });
});

describe('a manifest of several images', () => {
  const manifest = (channels: readonly string[]) =>
    describeModel(Uint8Array.of(1), false, channels);

  it.each([
    ['fewer than the network takes', ['T1', 'T2'], /they make 2 of the input, which has 3/],
    ['one name twice', ['T1', 'T2', 't1'], /a name is there twice/],
    ['a name that nobody can type', ['T1', 'T2', 'T2=FLAIR'], /one short word/],
  ])('is refused: %s', async (_, channels, why) => {
    const description = await manifest(channels);
    expect(() => parseManifest(description)).toThrow(
      expect.objectContaining({
        code: 'MODEL_MANIFEST_INVALID',
        why: expect.stringMatching(why) as string,
      }) as Error
    );
  });
});
