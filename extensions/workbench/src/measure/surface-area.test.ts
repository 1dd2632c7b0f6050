import { describeWithPython, runPython } from '../../../../test/support/python';
import { gridAt, segmentWhere } from '../../../../test/support/segments';
import { randomFrom } from '../../../../test/support/volumes';
import { surfaceAreaMm2 } from './surface-area';

const heights = (count: number, mm: number) => Array.from({ length: count }, (_, k) => k * mm);

describe('surface area', () => {
  it('of one voxel is that of the octahedron between it and its neighbours', () => {
    const grid = gridAt(3, 3, [1, 1], [0, 1, 2]);
    const voxel = segmentWhere(grid, ([i, j, k]) => i === 1 && j === 1 && k === 1);
    expect(surfaceAreaMm2(voxel)).toBeCloseTo(Math.sqrt(3), 12);
  });

  it('of one voxel on an uneven grid uses the gap on each side', () => {
    // Half axes 1 mm, 1.5 mm in the slice, 0.5 mm below and 2 mm above: eight triangles with legs on the axes.
    const grid = gridAt(3, 3, [2, 3], [0, 1, 5]);
    const voxel = segmentWhere(grid, ([i, j, k]) => i === 1 && j === 1 && k === 1);
    const triangle = (a: number, b: number, c: number) =>
      Math.sqrt((a * b) ** 2 + (b * c) ** 2 + (a * c) ** 2) / 2;
    const expected = 4 * triangle(1, 1.5, 0.5) + 4 * triangle(1, 1.5, 2);
    expect(surfaceAreaMm2(voxel)).toBeCloseTo(expected, 12);
  });

  it('of a block that fills the image is its box with bevelled edges', () => {
    const [a, b, c] = [3, 4, 2];
    const grid = gridAt(a, b, [1, 1], heights(c, 1));
    const flat = 2 * ((a - 1) * (b - 1) + (b - 1) * (c - 1) + (a - 1) * (c - 1));
    const edges = 4 * (a - 1 + (b - 1) + (c - 1)) * Math.SQRT1_2;
    expect(surfaceAreaMm2(segmentWhere(grid, () => true))).toBeCloseTo(
      flat + edges + Math.sqrt(3),
      9
    );
  });

  it('of a large ball lies in the known bias of a staircase above 4 π r²', () => {
    const grid = gridAt(60, 60, [1, 1], heights(60, 1));
    const ball = segmentWhere(grid, ([i, j, k]) => Math.hypot(i - 30, j - 30, k - 30) < 25);
    const ratio = surfaceAreaMm2(ball) / (4 * Math.PI * 25 ** 2);
    expect(ratio).toBeGreaterThan(1.05);
    expect(ratio).toBeLessThan(1.12);
  });

  it('does not change when a slanted grid holds the same flat body', () => {
    // A slab one slice thick in a sheared stack: the faces keep their area, the rim is negligible.
    const straight = gridAt(80, 80, [1, 1], [0, 1, 2]);
    const sheared = gridAt(80, 80, [1, 1], [0, 1, 2], [0, 0.5, 1]);
    const slab = (grid: typeof straight) =>
      surfaceAreaMm2(segmentWhere(grid, ([, , k]) => k === 1));
    expect(slab(sheared) / slab(straight)).toBeCloseTo(1, 2);
  });

  it('of nothing is 0', () => {
    expect(surfaceAreaMm2(segmentWhere(gridAt(3, 3, [1, 1], [0]), () => false))).toBe(0);
  });
});

const meshArea = `
from skimage import measure
for name in I:
    padded = np.pad(I[name], 1).astype(float)
    for method in ('lewiner', 'lorensen'):
        verts, faces, _, _ = measure.marching_cubes(padded, 0.5, spacing=P['spacing'], method=method)
        R[name + method] = float(measure.mesh_surface_area(verts, faces))
`;

describeWithPython(['numpy', 'skimage'], 'surface area and scikit-image', () => {
  it('agree within 0.2 % on smooth bodies with anisotropic voxels, and on ragged ones as far as its own variants do', async () => {
    const grid = gridAt(40, 36, [0.7, 1.1], heights(30, 2.5));
    const random = randomFrom(7);
    const centres = Array.from({ length: 12 }, () => [random() * 40, random() * 36, random() * 30]);
    const smooth = segmentWhere(grid, ([i, j, k]) =>
      centres.some(([x, y, z]) => Math.hypot(i - x, j - y, k - z) < 6)
    );
    const ragged = segmentWhere(
      grid,
      ([i, j, k]) => Math.hypot(i - 20, j - 18, k - 15) < 12 && random() > 0.1
    );
    const shape = [30, 36, 40];
    const { values } = await runPython({
      script: meshArea,
      arrays: { smooth: { data: smooth.layer, shape }, ragged: { data: ragged.layer, shape } },
      values: { spacing: [2.5, 1.1, 0.7] },
    });
    const ratio = (ours: number, name: string) => ours / (values[name] as number);
    expect(Math.abs(ratio(surfaceAreaMm2(smooth), 'smoothlewiner') - 1)).toBeLessThan(0.002);
    expect(Math.abs(ratio(surfaceAreaMm2(smooth), 'smoothlorensen') - 1)).toBeLessThan(0.002);
    // Where corners touch across a face its two variants differ by 7 %; ours lies between them.
    expect(ratio(surfaceAreaMm2(ragged), 'raggedlewiner')).toBeGreaterThan(1);
    expect(ratio(surfaceAreaMm2(ragged), 'raggedlorensen')).toBeLessThan(1);
  });
});
