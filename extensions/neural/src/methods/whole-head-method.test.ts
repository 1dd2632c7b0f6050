/**
 * @file A network for whole heads as a method, with a graph that is exported while the test runs and labels by brightness and side: what
 * it is asked and told for series of any orientation, for what is no head, and for a head that is cut.
 */
import {
  Geometry,
  NO_PROMPTS,
  runMethod,
  type ImageVolume,
  type SegmentationMethod,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { tinyManifest } from '../../../../test/support/tiny-manifest';
import { parseManifest, type Manifest } from '../catalog/manifest';
import { neuralMethod } from './neural-method';

const SIZE = [32, 32, 32] as const;
/** The grid is 160 mm wide. */
const SPACING_MM = 5;

async function manifestOf(graph: Uint8Array): Promise<Manifest> {
  const json = await tinyManifest({
    id: 'whole-head-test',
    title: 'Head',
    path: 'graph.onnx',
    graph,
    input: { name: 'input', channels: 1, shape: SIZE },
    output: { name: 'labels', channels: 1, shape: SIZE },
    preprocessing: [
      { op: 'conform', size: SIZE, spacingMm: SPACING_MM },
      { op: 'clipPercentiles', low: 0, high: 100 },
      { op: 'unitScale' },
    ],
    inference: {
      mode: 'labels',
      batch: 1,
      head: {
        brain: [1, 2, 3],
        mayEnd: [3],
        pairs: [[1, 2]],
        brainMl: [300, 900],
        sideRatio: 1.3,
        minimumStructures: 3,
        scatter: 0.2,
        steady: 0.6,
      },
    },
    postprocessing: [{ op: 'keepLargest' }, { op: 'labelsToSource', interpolation: 'linear' }],
    classes: ['Class 1', 'Class 2', 'Class 3'],
  });
  return parseManifest(json);
}

/** Left half 1, right half 2, the bright core 3. */
const EXPORT = `
import io, torch
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.side = torch.nn.Parameter((torch.arange(32) >= 16).float().view(1, 32, 1, 1))
    def forward(self, x):
        x = x[:, 0]
        return torch.where(x > 0.75, torch.full_like(x, 3.0), (x > 0.25).float() * (1 + self.side))
f = io.BytesIO()
torch.onnx.export(Net().eval(), torch.zeros(1, 1, 32, 32, 32), f, opset_version=16, input_names=['input'], output_names=['labels'])
O['graph'] = np.frombuffer(f.getvalue(), np.uint8)
`;

/** A ball of 100 in LPS, with a core of 200. */
const ball =
  ([x0, y0, z0]: Vec3, radius: number) =>
  ([x, y, z]: Vec3) => {
    const distance = Math.hypot(x - x0, y - y0, z - z0);
    return distance < radius / 3 ? 200 : distance < radius ? 100 : 0;
  };

/** Stored along the given directions of rows, columns and slices around the origin. */
function stored(
  size: Vec3,
  spacing: Vec3,
  [row, column, slice]: readonly [Vec3, Vec3, Vec3],
  value: (pointLps: Vec3) => number
): ImageVolume {
  const along = (i: number, j: number, k: number, axis: 0 | 1 | 2) =>
    row[axis] * i + column[axis] * j + slice[axis] * k;
  const [i0, j0, k0] = size.map((count, axis) => (-(count - 1) / 2) * spacing[axis]);
  const geometry = new Geometry({
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [spacing[0], spacing[1]],
    rowDirection: row,
    columnDirection: column,
    slicePositionsLps: Array.from({ length: size[2] }, (_, k): Vec3 => {
      const at = k0 + k * spacing[2];
      return [along(i0, j0, at, 0), along(i0, j0, at, 1), along(i0, j0, at, 2)];
    }),
  });
  const voxels = Int16Array.from({ length: geometry.voxelCount }, (_, at) => {
    const ijk: Vec3 = [
      at % size[0],
      Math.floor(at / size[0]) % size[1],
      Math.floor(at / (size[0] * size[1])),
    ];
    return value(geometry.ijkToLps(ijk));
  });
  return { geometry, voxels, modality: 'MR', unit: '' };
}

const AXIAL = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;
const SAGITTAL = [
  [0, 1, 0],
  [0, 0, -1],
  [-1, 0, 0],
] as const;
const CORONAL_FEET_FIRST = [
  [-1, 0, 0],
  [0, 0, 1],
  [0, 1, 0],
] as const;

describeWithPython(['numpy', 'torch'], 'a network for whole heads', () => {
  const { runtime, close } = startOnnxThread();
  let method: SegmentationMethod;
  beforeAll(async () => {
    const graph = (await runPython({ script: EXPORT })).array('graph').data as Uint8Array;
    method = neuralMethod({
      manifest: await manifestOf(graph),
      read: () => Promise.resolve(graph),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'wasm, 1 thread' }),
    });
  });
  afterAll(close);

  const run = (image: ImageVolume) =>
    runMethod(
      method,
      { channels: [image] },
      { prompts: NO_PROMPTS, parameters: {}, region: { kind: 'volume' } }
    );
  const fit = (image: ImageVolume, modality = 'MR') =>
    method.fits({ modality, geometry: image.geometry, bodyPart: '', description: '' });

  const head = ball([0, 0, 0], 48);

  it.each([
    ['axial', [40, 44, 36], [4, 4, 4], AXIAL],
    ['sagittal', [44, 36, 40], [4, 4, 4], SAGITTAL],
    ['coronal, feet first', [40, 36, 44], [4, 4, 4], CORONAL_FEET_FIRST],
    ['axial with slices of 8 mm', [160, 160, 20], [1, 1, 8], AXIAL],
  ] as const)('labels the patient’s left and right: %s', async (_, size, spacing, directions) => {
    const image = stored(size, spacing, directions, head);
    const { labels, values, warnings } = await run(image);
    expect(labels!.box.toIjk).toEqual(size);
    let [wrong, inside] = [0, 0];
    for (const [at, label] of labels!.voxels.entries()) {
      const [i, j, k] = [
        at % size[0],
        Math.floor(at / size[0]) % size[1],
        Math.floor(at / (size[0] * size[1])),
      ];
      const point = image.geometry.ijkToLps([i, j, k]);
      const distance = Math.hypot(...point);
      // Away from the borders, which a grid of 5 mm moves.
      if (Math.abs(point[0]) < 6 || Math.abs(distance - 48) < 8 || Math.abs(distance - 16) < 8)
        continue;
      const expected = distance > 48 ? 0 : distance < 16 ? 3 : point[0] > 0 ? 1 : 2;
      inside += Number(expected > 0);
      wrong += Number(label !== expected);
    }
    expect(inside).toBeGreaterThan(1000);
    expect(wrong).toBe(0);
    const [{ name, value, unit }, removed] = values;
    expect([name, unit]).toEqual(['Brain volume with ventricles', 'mL']);
    expect(removed.value).toBe(0);
    expect(Math.abs(value - (4 / 3) * Math.PI * 4.8 ** 3)).toBeLessThan(40);
    expect(warnings.some((text) => text.includes('cuts'))).toBe(false);
  });

  it('gives the same labels in the patient whatever the order in memory', async () => {
    const bumps = (point: Vec3) => head(point) * (1 + 0.3 * Math.sin(point[1] / 9 + point[2] / 7));
    const axial = stored([40, 44, 36], [4, 4, 4], AXIAL, bumps);
    const sagittal = stored([44, 36, 40], [4, 4, 4], SAGITTAL, bumps);
    const [one, other] = [await run(axial), await run(sagittal)];
    for (let at = 0; at < axial.geometry.voxelCount; at++) {
      const ijk: Vec3 = [at % 40, Math.floor(at / 40) % 44, Math.floor(at / (40 * 44))];
      const [i, j, k] = sagittal.geometry
        .lpsToIjk(axial.geometry.ijkToLps(ijk))
        .map((index) => Math.round(index));
      if (one.labels!.voxels[at] === other.labels!.voxels[i + 44 * (j + 36 * k)]) continue;
      throw new Error(`voxel ${ijk.join(', ')} differs`);
    }
  });

  it('refuses what is no head, with the reason', async () => {
    const bottle = stored([40, 40, 40], [4, 4, 4], AXIAL, ball([40, 0, 0], 30));
    await expect(run(bottle)).rejects.toMatchObject({
      code: 'NOT_A_HEAD',
      why: expect.stringContaining('mL'),
    });
    const nothing = stored([40, 40, 40], [4, 4, 4], AXIAL, () => 7);
    await expect(run(nothing)).rejects.toMatchObject({ code: 'NOT_A_HEAD' });
  });

  it('warns when the field of view cuts the brain', async () => {
    const cut = stored([40, 44, 26], [4, 4, 4], AXIAL, ball([0, 0, 20], 48));
    const { warnings } = await run(cut);
    expect(warnings[0]).toMatch(/^The field of view cuts the brain \(\d+ cm²\)/);
  });

  it('warns of voxels without a finite value', async () => {
    const image = stored([40, 44, 36], [4, 4, 4], AXIAL, head);
    const voxels = Float32Array.from(image.voxels);
    voxels[0] = NaN;
    const { labels, warnings } = await run({ ...image, voxels });
    expect(labels).toEqual((await run(image)).labels);
    expect(warnings[0]).toMatch(/^1 voxels have no finite value/);
  });

  it('says before it starts what it cannot label', () => {
    const image = stored([40, 44, 36], [4, 4, 4], AXIAL, head);
    expect(fit(image)).toEqual({ fits: true });
    expect(fit(image, 'CT')).toEqual({
      fits: false,
      reason: 'It was trained on MR, this series is CT.',
    });
    const crop = stored([40, 44, 10], [1, 1, 1], AXIAL, head);
    expect(fit(crop)).toEqual({ fits: false, reason: expect.stringContaining('40 x 44 x 10 mm') });
  });

  it('stops when it is cancelled', async () => {
    const image = stored([40, 44, 36], [4, 4, 4], AXIAL, head);
    const controller = new AbortController();
    const request = { prompts: NO_PROMPTS, parameters: {}, region: { kind: 'volume' } } as const;
    const running = runMethod(method, { channels: [image] }, request, {
      signal: controller.signal,
      onProgress: ({ fraction }) => {
        if (fraction > 0.1) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
