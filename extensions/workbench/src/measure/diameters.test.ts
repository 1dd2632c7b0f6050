import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { gridAt, masksOn, segmentWhere, unevenGrids } from '../../../../test/support/segments';
import { randomFrom } from '../../../../test/support/volumes';
import { Geometry } from '../volume/geometry';
import { dot, length, normalize, subtract, type Vec3 } from '../volume/vector';
import { largestSliceDiameters, sliceDiameters, spatialDiameters } from './diameters';
import type { SegmentVoxels } from './segment-voxels';

describe('long and short axis', () => {
  it('of one voxel are its width and height', () => {
    const grid = gridAt(5, 5, [2, 3], [0, 1]);
    const voxel = segmentWhere(grid, ([i, j, k]) => i === 2 && j === 2 && k === 1);
    const [slice] = sliceDiameters(voxel);
    expect(slice.k).toBe(1);
    expect(slice.longAxis.lengthMm).toBeCloseTo(3, 12);
    expect(slice.shortAxis.lengthMm).toBeCloseTo(2, 12);
    expect(slice.longAxis.fromLps).toEqual([4, 4.5, 1]);
    expect(slice.longAxis.toLps).toEqual([4, 7.5, 1]);
  });

  it('of a disc are its diameter, within a tenth of a pixel', () => {
    const grid = gridAt(101, 101, [0.5, 0.5], [0]);
    const disc = segmentWhere(grid, ([i, j]) => Math.hypot(i - 50, j - 50) <= 40);
    const [slice] = sliceDiameters(disc);
    expect(Math.abs(slice.longAxis.lengthMm - 40.5)).toBeLessThan(0.1);
    expect(Math.abs(slice.shortAxis.lengthMm - 40)).toBeLessThan(0.6);
  });

  it('of a slanted ellipse are its axes, at right angles, on an oblique grid', () => {
    const grid = new Geometry({
      columns: 120,
      rows: 120,
      pixelSpacingMm: [0.4, 0.8],
      rowDirection: [0.8, 0.6, 0],
      columnDirection: [0, 0, -1],
      slicePositionsLps: [[10, 20, 30]],
    });
    const [centre] = [grid.ijkToLps([60, 60, 0])];
    const turned = normalize([0.8 * Math.cos(0.5), 0.6 * Math.cos(0.5), -Math.sin(0.5)]);
    const ellipse = segmentWhere(grid, (_, at) => {
      const offset = subtract(at, centre);
      const along = dot(offset, turned);
      const across2 = length(offset) ** 2 - along ** 2;
      return (along / 20) ** 2 + across2 / 8 ** 2 <= 1;
    });
    const { longAxis, shortAxis } = largestSliceDiameters(ellipse)!;
    expect(Math.abs(longAxis.lengthMm - 40)).toBeLessThan(0.8);
    expect(Math.abs(shortAxis.lengthMm - 16)).toBeLessThan(0.8);
    const direction = normalize(subtract(longAxis.toLps, longAxis.fromLps));
    expect(Math.abs(dot(direction, turned))).toBeGreaterThan(0.995);
    expect(dot(direction, subtract(shortAxis.toLps, shortAxis.fromLps))).toBeCloseTo(0, 9);
  });

  it('the largest slice is the one with the longest axis', () => {
    const grid = gridAt(40, 40, [1, 1], [0, 2, 4, 7]);
    const radius = [5, 9, 14, 3];
    const cone = segmentWhere(grid, ([i, j, k]) => Math.hypot(i - 20, j - 20) < radius[k]);
    expect(largestSliceDiameters(cone)!.k).toBe(2);
    expect(sliceDiameters(cone).map(({ k }) => k)).toEqual([0, 1, 2, 3]);
  });

  it('in space of an upright bar are its length and its diagonal across', () => {
    const grid = gridAt(9, 9, [1, 1], [0, 1, 3, 6, 10]);
    const bar = segmentWhere(grid, ([i, j]) => i === 4 && (j === 3 || j === 4));
    const { longAxis, shortAxisMm } = spatialDiameters(bar)!;
    // The ends lie half of the end gaps beyond the end slices: 10 + 0.5 + 2.
    expect(longAxis.lengthMm).toBeCloseTo(Math.hypot(12.5, 1), 12);
    // Across it lies farthest apart what is 2 mm aside and 10 mm apart in height.
    expect(shortAxisMm).toBeCloseTo((2 * 12.5 + 10 * 1) / Math.hypot(12.5, 1), 12);
  });

  it('of nothing are undefined', () => {
    const nothing = segmentWhere(gridAt(3, 3, [1, 1], [0, 1]), () => false);
    expect(sliceDiameters(nothing)).toEqual([]);
    expect(largestSliceDiameters(nothing)).toBeUndefined();
    expect(spatialDiameters(nothing)).toBeUndefined();
  });

  it('equal the largest distance between all points of the outline', () => {
    const cases = unevenGrids().chain((geometry) =>
      masksOn(geometry).map((layer) => ({ geometry, layer, number: 1 }))
    );
    fc.assert(
      fc.property(cases, (segment) => {
        const spatial = spatialDiameters(segment);
        const outline = outlinePoints(segment);
        if (!spatial) {
          expect(outline).toEqual([]);
          return;
        }
        expect(spatial.longAxis.lengthMm).toBeCloseTo(largestDistance(outline), 9);
        expect(spatial.shortAxisMm).toBeLessThanOrEqual(spatial.longAxis.lengthMm + 1e-9);
        for (const { k, longAxis, shortAxis } of sliceDiameters(segment)) {
          const inSlice = outlinePoints(segment, k);
          expect(longAxis.lengthMm).toBeCloseTo(largestDistance(inSlice), 9);
          expect(shortAxis.lengthMm).toBeLessThanOrEqual(longAxis.lengthMm + 1e-9);
        }
      }),
      { numRuns: 100 }
    );
  });
});

/** Every point half way between a voxel inside and a neighbour outside; of one slice when `only` is given. */
function outlinePoints({ geometry, layer }: SegmentVoxels, only?: number): Vec3[] {
  const [columns, rows, slices] = geometry.size;
  const at = (i: number, j: number, k: number) =>
    i >= 0 && j >= 0 && k >= 0 && i < columns && j < rows && k < slices
      ? layer[i + columns * (j + rows * k)]
      : 0;
  const points: Vec3[] = [];
  for (let k = -1; k <= slices; k++) {
    if (only !== undefined && k !== only) continue;
    for (let j = -1; j <= rows; j++) {
      for (let i = -1; i <= columns; i++) {
        const here = at(i, j, k);
        if (here !== at(i + 1, j, k)) points.push(geometry.ijkToLps([i + 0.5, j, k]));
        if (here !== at(i, j + 1, k)) points.push(geometry.ijkToLps([i, j + 0.5, k]));
        if (only === undefined && here !== at(i, j, k + 1)) {
          points.push(geometry.ijkToLps([i, j, k + 0.5]));
        }
      }
    }
  }
  return points;
}

function largestDistance(points: readonly Vec3[]): number {
  let largest = 0;
  for (const p of points)
    for (const q of points) largest = Math.max(largest, length(subtract(p, q)));
  return largest;
}

const meshDiameter = `
from skimage import measure
from scipy.spatial.distance import pdist
verts, _, _, _ = measure.marching_cubes(np.pad(I['mask'], 1).astype(float), 0.5, spacing=P['spacing'])
R['diameter'] = float(pdist(verts).max())
`;

describeWithPython(['numpy', 'scipy', 'skimage'], 'long axis in space and scikit-image', () => {
  it('agree on a ragged body: the largest distance between vertices of its mesh', async () => {
    const grid = gridAt(24, 20, [0.7, 1.3], [0, 2.5, 5, 7.5, 10, 12.5, 15]);
    const random = randomFrom(3);
    const body = segmentWhere(grid, ([i, j, k]) => {
      const inside = ((i - 12) / 9) ** 2 + ((j - 10) / 7) ** 2 + ((k - 3) / 3) ** 2 < 1;
      return inside && random() > 0.3;
    });
    const { values } = await runPython({
      script: meshDiameter,
      arrays: { mask: { data: body.layer, shape: [7, 20, 24] } },
      values: { spacing: [2.5, 1.3, 0.7] },
    });
    // scikit-image keeps vertices as float32.
    expect(spatialDiameters(body)!.longAxis.lengthMm).toBeCloseTo(values.diameter as number, 4);
  });
});
