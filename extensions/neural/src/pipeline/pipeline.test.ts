/** @file Every step of the pipeline against numpy, scipy, OpenCV or PyTorch, computed while the test runs. */
import { boxVoxels, Geometry, type ImageVolume, type Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { randomFrom } from '../../../../test/support/volumes';
import type { Grid, Shape3 } from './grid';
import { keepLargest } from './keep-largest';
import { clip, percentiles, zScore } from './normalise';
import { mapAxes, orient, orientBack } from './orient';
import { centreOffset, place, takeBack } from './place';
import { resizeArea, resizeLinear } from './resample';
import { argmax, softmax } from './scores';
import { sliceBatch } from './slices';
import { gaussianImportance, windowOrigins, windowStarts } from './windows';

const random = randomFrom(7);
const noise = (shape: Shape3): Grid => ({
  shape,
  values: Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => random() * 100 - 50),
});
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
};

describeWithPython(['numpy', 'scipy', 'cv2', 'torch'], 'the pipeline against its peers', () => {
  it('computes percentiles and z-scores as numpy', async () => {
    const { values } = noise([5, 7, 11]);
    const python = await runPython({
      arrays: { x: { data: values, shape: [values.length] } },
      script: `
low, high = np.percentile(I['x'].astype(np.float64), [0.5, 99.5])
R['low'], R['high'] = float(low), float(high)
c = np.clip(I['x'], np.float32(low), np.float32(high)).astype(np.float64)
O['z'] = (c - c.mean()) / (c.std() + 1e-8)
`,
    });
    const [low, high] = percentiles(values, [0.5, 99.5]);
    expect(low).toBeCloseTo(python.values.low as number, 10);
    expect(high).toBeCloseTo(python.values.high as number, 10);
    const ours = values.slice();
    clip(ours, low, high);
    zScore(ours, 1e-8);
    expect(worst(ours, python.array('z').data)).toBeLessThan(1e-6);
  });

  it.each<[Shape3, Shape3]>([
    [
      [4, 6, 8],
      [8, 6, 5],
    ],
    [
      [3, 10, 7],
      [5, 4, 13],
    ],
    [
      [1, 9, 2],
      [1, 3, 1],
    ],
  ])('resizes %p to %p as PyTorch (linear, half-voxel centres, edge outside)', async (from, to) => {
    const grid = noise(from);
    const python = await runPython({
      arrays: { x: { data: grid.values, shape: from } },
      values: { to },
      script: `
import torch, torch.nn.functional as F
O['y'] = F.interpolate(torch.from_numpy(I['x'])[None, None], size=P['to'], mode='trilinear', align_corners=False)[0, 0].numpy()
`,
    });
    expect(worst(resizeLinear(grid, to).values, python.array('y').data)).toBeLessThan(1e-4);
  });

  it.each<[Shape3, Shape3]>([
    [
      [1, 12, 20],
      [1, 4, 5],
    ],
    [
      [1, 13, 17],
      [1, 5, 6],
    ],
  ])('averages areas of %p to %p as OpenCV', async (from, to) => {
    const grid = noise(from);
    const python = await runPython({
      arrays: { x: { data: grid.values, shape: from } },
      values: { to },
      script: `
import cv2
O['y'] = cv2.resize(I['x'][0], (P['to'][2], P['to'][1]), interpolation=cv2.INTER_AREA)
`,
    });
    expect(worst(resizeArea(grid, to).values, python.array('y').data)).toBeLessThan(1e-4);
  });

  it('keeps the component that scipy finds largest', async () => {
    const shape: Shape3 = [9, 14, 12];
    const labels = Uint8Array.from({ length: 9 * 14 * 12 }, () =>
      random() < 0.33 ? 1 + Math.floor(random() * 3) : 0
    );
    const python = await runPython({
      arrays: { x: { data: labels, shape } },
      script: `
from scipy import ndimage
c, n = ndimage.label(I['x'] > 0)
sizes = np.bincount(c.ravel()); sizes[0] = 0
O['y'] = np.where(c == sizes.argmax(), I['x'], 0).astype(np.uint8)
`,
    });
    const ours = labels.slice();
    const removed = keepLargest(ours, shape);
    expect(worst(ours, python.array('y').data)).toBe(0);
    expect(removed).toBe(labels.filter(Boolean).length - ours.filter(Boolean).length);
  });

  it('takes softmax and argmax as PyTorch, for large scores too', async () => {
    const scores = Float32Array.from({ length: 4 * 50 }, () => (random() - 0.5) * 400);
    const python = await runPython({
      arrays: { x: { data: scores, shape: [4, 50] } },
      script: `
import torch
p = torch.softmax(torch.from_numpy(I['x']), 0); O['p'] = p.numpy(); O['a'] = p.argmax(0).numpy().astype(np.uint8)
`,
    });
    const ours = scores.slice();
    softmax(ours, 4, 50);
    expect(worst(ours, python.array('p').data)).toBeLessThan(1e-6);
    const planes = [0, 1, 2, 3].map((channel) => ours.subarray(channel * 50, channel * 50 + 50));
    expect(worst(argmax(planes), python.array('a').data)).toBe(0);
  });
});

describe('the largest piece', () => {
  it('is found among more pieces than a call has arguments', () => {
    // Each second voxel is a piece of its own, only the last one is larger.
    const labels = Uint8Array.from({ length: 400_000 }, (_, at) => at % 2);
    labels[labels.length - 2] = 1;
    expect(keepLargest(labels, [1, 1, labels.length])).toBe(199_998);
    expect([...labels.subarray(-4)]).toEqual([0, 1, 1, 1]);
    expect(keepLargest(new Uint8Array(8), [2, 2, 2])).toBe(0);
  });
});

describe('orientation', () => {
  /** The same patient, stored along other axes: value = a code of the position in LPS. */
  const at = (lps: Vec3) => lps[0] + 20 * lps[1] + 400 * lps[2];
  const volume = (row: Vec3, column: Vec3, size: Vec3, origin: Vec3): ImageVolume => {
    const step: Vec3 = [
      row[1] * column[2] - row[2] * column[1],
      row[2] * column[0] - row[0] * column[2],
      row[0] * column[1] - row[1] * column[0],
    ];
    const geometry = new Geometry({
      columns: size[0],
      rows: size[1],
      pixelSpacingMm: [1, 1],
      rowDirection: row,
      columnDirection: column,
      slicePositionsLps: Array.from({ length: size[2] }, (_, k): Vec3 => [
        origin[0] + k * step[0],
        origin[1] + k * step[1],
        origin[2] + k * step[2],
      ]),
    });
    const voxels = new Float32Array(geometry.voxelCount);
    for (let k = 0, index = 0; k < size[2]; k++) {
      for (let j = 0; j < size[1]; j++) {
        for (let i = 0; i < size[0]; i++) voxels[index++] = at(geometry.ijkToLps([i, j, k]));
      }
    }
    return { geometry, voxels, modality: 'MR', unit: '' };
  };
  // A block of 4 × 3 × 5 mm in x, y, z, stored axial, sagittal and coronal with flips.
  const axial = volume([1, 0, 0], [0, 1, 0], [4, 3, 5], [0, 0, 0]);
  const sagittal = volume([0, 1, 0], [0, 0, -1], [3, 5, 4], [3, 0, 4]);
  const coronal = volume([-1, 0, 0], [0, 0, 1], [4, 5, 3], [3, 0, 0]);

  it('gives the same RAS grid however the volume is stored', () => {
    const whole = (image: ImageVolume) => ({
      fromIjk: [0, 0, 0] as const,
      toIjk: image.geometry.size,
    });
    const ras = (image: ImageVolume) => orient(image, whole(image), mapAxes(image.geometry, 'RAS'));
    const expected = ras(axial);
    expect(expected.shape).toEqual([4, 3, 5]);
    // Axis 0 runs to the patient's right: x falls from 3 to 0.
    expect([...expected.values.slice(0, 1)]).toEqual([at([3, 2, 0])]);
    expect(expected.values[expected.values.length - 1]).toBe(at([0, 0, 4]));
    expect(ras(sagittal)).toEqual(expected);
    expect(ras(coronal)).toEqual(expected);
  });

  it.each([
    ['axial', axial, 'RAS'],
    ['sagittal', sagittal, 'RAS'],
    ['coronal', coronal, 'RAS'],
    ['coronal', coronal, 'asStored'],
  ] as const)('goes back to the stored order of a box (%s, %#)', (_, image, axes) => {
    const box = { fromIjk: [1, 0, 1] as const, toIjk: [3, 3, 3] as const };
    const map = mapAxes(image.geometry, axes);
    const back = new Float32Array(boxVoxels(box));
    orientBack(orient(image, box, map), box, map, back);
    const [columns, rows] = image.geometry.size;
    const expected: number[] = [];
    for (let k = 1; k < 3; k++) {
      for (let j = 0; j < 3; j++) {
        for (let i = 1; i < 3; i++) expected.push(image.voxels[i + columns * (j + rows * k)]);
      }
    }
    expect([...back]).toEqual(expected);
  });

  it('takes slice, row, column where a network wants the image as it is stored', () => {
    const map = mapAxes(sagittal.geometry, 'asStored');
    const box = { fromIjk: [0, 0, 0] as const, toIjk: sagittal.geometry.size };
    expect(orient(sagittal, box, map).shape).toEqual([4, 5, 3]);
    expect([...orient(sagittal, box, map).values]).toEqual([...sagittal.voxels]);
  });
});

describe('padding, slices and windows', () => {
  const extent = fc.integer({ min: 1, max: 9 });
  const shapes = fc.tuple(extent, extent, extent);

  it('takes back exactly what it placed, for any larger size', () => {
    fc.assert(
      fc.property(shapes, fc.tuple(extent, extent, extent), (shape, more) => {
        const grid = noise(shape);
        const target: Shape3 = [shape[0] + more[0], shape[1] + more[1], shape[2] + more[2]];
        const offset = centreOffset(shape, target);
        const placed = place(grid, target, offset, -1);
        expect(takeBack(placed, shape, offset).values).toEqual(grid.values);
        const others = placed.values.filter((value) => value === -1).length;
        expect(others).toBe(placed.values.length - grid.values.length);
      }),
      { numRuns: 50 }
    );
  });

  it('crops around the centre where the target is smaller', () => {
    const grid: Grid = { shape: [1, 1, 5], values: Float32Array.of(0, 1, 2, 3, 4) };
    expect([...place(grid, [1, 1, 2], centreOffset(grid.shape, [1, 1, 2])).values]).toEqual([2, 3]);
  });

  it('stacks neighbours as channels, zero outside', () => {
    const grid: Grid = { shape: [3, 1, 2], values: Float32Array.of(1, 2, 3, 4, 5, 6) };
    expect([...sliceBatch([grid], 0, 2, [-1, 0, 1])]).toEqual([0, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5, 6]);
    expect([...sliceBatch([grid], 2, 3, [-1, 0, 1])]).toEqual([3, 4, 5, 6, 0, 0]);
  });

  it('covers every sample with windows that end at the edge', () => {
    expect(windowStarts(100, 48, 0.5)).toEqual([0, 24, 48, 52]);
    expect(windowStarts(48, 48, 0.5)).toEqual([0]);
    expect(windowStarts(10, 48, 0.5)).toEqual([0]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        (size, window) => {
          const starts = windowStarts(size, window, 0.5);
          const covered = new Set(
            starts.flatMap((start) => Array.from({ length: window }, (_, step) => start + step))
          );
          for (let sample = 0; sample < size; sample++) expect(covered.has(sample)).toBe(true);
          expect(Math.max(...starts) + window).toBe(Math.max(size, window));
        }
      )
    );
    expect(windowOrigins([4, 4, 8], [4, 4, 4], 0.5)).toHaveLength(3);
  });

  it('weighs the middle of a window most and nothing with zero', () => {
    const importance = gaussianImportance([5, 5, 5]);
    expect(importance[62]).toBe(1);
    expect(Math.min(...importance)).toBeCloseTo(1e-3, 6);
    expect(importance[0]).toBe(importance[124]);
  });
});
