/** @file One image on the grid of another, against scipy; a plane that linear sampling must not change. */
import { Geometry, type ImageVolume, type Vec3 } from '@cordon/extension-workbench/pure';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { randomFrom } from '../../../../test/support/volumes';
import { ontoGrid } from './onto-grid';

const random = randomFrom(8);
const turned = Math.PI / 9;

/** Oblique, coarser and smaller than what is sampled on it. */
const target = new Geometry({
  columns: 13,
  rows: 9,
  pixelSpacingMm: [1.4, 1.1],
  rowDirection: [Math.cos(turned), Math.sin(turned), 0],
  columnDirection: [-Math.sin(turned), Math.cos(turned), 0],
  slicePositionsLps: Array.from({ length: 6 }, (_, k) => [-4, -6, k * 2.3 - 3] as const),
});
const source = (slicesMm: readonly number[]) =>
  new Geometry({
    columns: 17,
    rows: 15,
    pixelSpacingMm: [1, 1.2],
    // Sagittal: rows run to the back, columns to the feet, slices to the right.
    rowDirection: [0, 1, 0],
    columnDirection: [0, 0, -1],
    slicePositionsLps: slicesMm.map((mm) => [8 - mm, -7, 9] as const),
  });
const EVEN = source([0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5]);
const UNEVEN = source([0, 1, 3, 4.5, 5, 7.5, 9.5, 10.5]);

const fill = (geometry: Geometry, value: (lps: Vec3) => number): ImageVolume => {
  const [columns, rows, slices] = geometry.size;
  const voxels = new Float32Array(geometry.voxelCount);
  let at = 0;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) voxels[at++] = value(geometry.ijkToLps([i, j, k]));
    }
  }
  return { geometry, voxels, modality: 'MR', unit: '' };
};

describe('an image on the grid of another', () => {
  it('is itself where the grids are the same', () => {
    const image = fill(EVEN, () => random());
    expect(ontoGrid(image, new Geometry(EVEN.toOptions()))).toBe(image);
  });

  it.each([
    ['even', EVEN],
    ['uneven', UNEVEN],
  ])('keeps a plane of values, with %s slices', (_, geometry) => {
    const plane = ([x, y, z]: Vec3) => 100 + 3 * x - 2 * y + 5 * z;
    const image = fill(geometry, plane);
    const found = ontoGrid(image, target);
    const least = Math.min(...image.voxels);
    const [columns, rows, slices] = geometry.size;
    let inside = 0;
    let at = 0;
    for (let k = 0; k < target.size[2]; k++) {
      for (let j = 0; j < target.size[1]; j++) {
        for (let i = 0; i < target.size[0]; i++, at++) {
          const lps = target.ijkToLps([i, j, k]);
          const ijk = geometry.lpsToIjk(lps);
          const last = [columns - 1, rows - 1, slices - 1];
          if (ijk.every((index, axis) => index >= 0 && index <= last[axis])) {
            inside++;
            expect(found?.voxels[at]).toBeCloseTo(plane(lps), 3);
          } else if (ijk.some((index, axis) => index < -0.51 || index > last[axis] + 0.51)) {
            expect(found?.voxels[at]).toBeCloseTo(least, 3);
          }
        }
      }
    }
    expect(inside).toBeGreaterThan(100);
    expect(inside).toBeLessThan(target.voxelCount);
  });

  it('is nothing where the grids do not meet', () => {
    const far = new Geometry({ ...target.toOptions(), slicePositionsLps: [[500, 0, 0]] });
    expect(
      ontoGrid(
        fill(EVEN, () => 1),
        far
      )
    ).toBeUndefined();
  });
});

describeWithPython(['numpy', 'scipy'], 'an image on the grid of another', () => {
  it('has scipy’s values', async () => {
    const image = fill(EVEN, () => random() * 900);
    const [columns, rows, slices] = EVEN.size;
    const corner = (ijk: Vec3) => [...EVEN.lpsToIjk(target.ijkToLps(ijk))];
    const python = await runPython({
      arrays: { x: { data: image.voxels as Float32Array, shape: [slices, rows, columns] } },
      values: {
        size: [...target.size],
        ends: [corner([0, 0, 0]), corner([1, 0, 0]), corner([0, 1, 0]), corner([0, 0, 1])],
      },
      script: `
from scipy.ndimage import map_coordinates
o, i, j, k = [np.array(c) for c in P['ends']]
A = np.stack([i - o, j - o, k - o], 1)
I_, J_, K_ = np.meshgrid(*[np.arange(n) for n in P['size']], indexing='ij')
at = np.einsum('ab,bijk->aijk', A, np.stack([I_, J_, K_]).astype(float)) + o[:, None, None, None]
x = I['x']; last = np.array(x.shape[::-1]) - 1
inside = ((at >= -0.5) & (at <= last[:, None, None, None] + 0.5)).all(0)
y = map_coordinates(x, at[::-1], order=1, mode='nearest')
y[~inside] = x.min()
O['y'] = np.transpose(y, (2, 1, 0)).astype(np.float32)
`,
    });
    const found = ontoGrid(image, target)?.voxels;
    const expected = python.array('y').data as Float32Array;
    expect(found).toHaveLength(expected.length);
    const worst = expected.reduce((most, v, at) => Math.max(most, Math.abs(v - found![at])), 0);
    expect(worst).toBeLessThan(1e-2);
  });
});
