import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { gridAt, masksOn, segmentWhere, unevenGrids } from '../../../../test/support/segments';
import { chestCt, itWithData } from '../../../../test/support/volumes';
import type { Vec3 } from '../volume/vector';
import { gridDistances, isStraight } from './grid-distance';
import { PointTree } from './point-tree';
import type { SegmentVoxels } from './segment-voxels';
import { surfaceDistances } from './surface-distance';

describe('distances between surfaces', () => {
  const grid = gridAt(20, 20, [0.5, 2], [0, 3, 4, 9]);

  it('of a segment to itself are 0', () => {
    const ball = segmentWhere(grid, ([i, j]) => (i - 9) ** 2 + (j - 9) ** 2 < 30);
    expect(surfaceDistances(ball, ball)).toEqual({ hd95Mm: 0, hausdorffMm: 0, assdMm: 0 });
  });

  it('of two single voxels are the distance in the patient, over an uneven gap', () => {
    const a = segmentWhere(grid, ([i, j, k]) => i === 2 && j === 5 && k === 1);
    const b = segmentWhere(grid, ([i, j, k]) => i === 8 && j === 7 && k === 3);
    const expected = Math.hypot(6 * 0.5, 2 * 2, 9 - 3);
    expect(surfaceDistances(a, b)!.assdMm).toBeCloseTo(expected, 12);
    expect(surfaceDistances(a, b)!.hd95Mm).toBeCloseTo(expected, 12);
  });

  it('takes the larger of the two directed percentiles, not the percentile of both together', () => {
    // From the bar of 20 voxels: distances 0 … 19 · 0.5 mm, 95th percentile at rank 18.05. Back: 0.
    const bar = segmentWhere(grid, ([, j, k]) => j === 3 && k === 0);
    const end = segmentWhere(grid, ([i, j, k]) => i === 0 && j === 3 && k === 0);
    const distances = surfaceDistances(bar, end)!;
    expect(distances.hd95Mm).toBeCloseTo(18.05 * 0.5, 12);
    expect(distances.hausdorffMm).toBeCloseTo(19 * 0.5, 12);
    // 21 surface voxels of both: (0 + 0.5 + … + 9.5 + 0) / 21
    expect(distances.assdMm).toBeCloseTo(95 / 21, 12);
    expect(surfaceDistances(end, bar)).toEqual(distances);
  });

  it('is null where one side is empty', () => {
    const some = segmentWhere(grid, ([i]) => i === 3);
    const none = segmentWhere(grid, () => false);
    expect(surfaceDistances(some, none)).toBeNull();
    expect(surfaceDistances(none, some)).toBeNull();
  });

  it('equals brute force on anisotropic, uneven and sheared grids', () => {
    const pairs = unevenGrids().chain((geometry) =>
      fc.tuple(fc.constant(geometry), masksOn(geometry), masksOn(geometry))
    );
    fc.assert(
      fc.property(pairs, ([geometry, a, b]) => {
        const segmentA = { geometry, layer: a, number: 1 };
        const segmentB = { geometry, layer: b, number: 1 };
        const expected = bruteForce(segmentA, segmentB);
        const actual = surfaceDistances(segmentA, segmentB);
        if (expected === null) expect(actual).toBeNull();
        else {
          expect(actual!.hd95Mm).toBeCloseTo(expected.hd95Mm, 9);
          expect(actual!.hausdorffMm).toBeCloseTo(expected.hausdorffMm, 9);
          expect(actual!.assdMm).toBeCloseTo(expected.assdMm, 9);
        }
      }),
      { numRuns: 150 }
    );
  });
});

/** Every surface voxel against every other, from the definition. */
function bruteForce(a: SegmentVoxels, b: SegmentVoxels) {
  const [pointsA, pointsB] = [surfacePoints(a), surfacePoints(b)];
  if (pointsA.length === 0 || pointsB.length === 0) return null;
  const directed = (from: readonly Vec3[], to: readonly Vec3[]) =>
    from
      .map((p) => Math.min(...to.map((q) => Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]))))
      .sort((x, y) => x - y);
  const [fromA, fromB] = [directed(pointsA, pointsB), directed(pointsB, pointsA)];
  const percentile = (values: number[]) => {
    const rank = 0.95 * (values.length - 1);
    const [low, high] = [values[Math.floor(rank)], values[Math.ceil(rank)]];
    return low + (rank % 1) * (high - low);
  };
  const all = [...fromA, ...fromB];
  return {
    hd95Mm: Math.max(percentile(fromA), percentile(fromB)),
    hausdorffMm: Math.max(...all),
    assdMm: all.reduce((sum, value) => sum + value, 0) / all.length,
  };
}

describe('the two ways to the nearest point', () => {
  it('a drift that the grid forgives is still measured', () => {
    // 0.01 mm a slice: not sheared, but two voxels above each other are farther apart than their slices.
    const grid = gridAt(1, 3, [0.2, 0.2], [0, 0.1], [0, -0.01]);
    expect([grid.isSheared, isStraight(grid)]).toEqual([false, false]);
    const a = segmentWhere(grid, ([, j, k]) => j === 2 && k === 0);
    const b = segmentWhere(grid, ([, j, k]) => j === 2 && k === 1);
    expect(surfaceDistances(a, b)!.hd95Mm).toBeCloseTo(Math.hypot(0.1, 0.01), 12);
  });

  const cases = unevenGrids()
    .filter(isStraight)
    .chain((geometry) => fc.tuple(fc.constant(geometry), masksOn(geometry), masksOn(geometry)))
    .filter(([, a, b]) => a.includes(1) && b.includes(1));

  it('by transform and by tree both give what brute force gives', () => {
    fc.assert(
      fc.property(cases, ([geometry, a, b]) => {
        const voxels = (mask: Uint8Array) =>
          Uint32Array.from([...mask.keys()].filter((at) => mask[at] === 1));
        const position = (at: number): Vec3 => {
          const [columns, rows] = geometry.size;
          const line = Math.floor(at / columns);
          return geometry.ijkToLps([at % columns, line % rows, Math.floor(line / rows)]);
        };
        const [from, to] = [voxels(a), voxels(b)];
        const byGrid = gridDistances(geometry, from, to);
        const tree = new PointTree(Float64Array.from([...to].flatMap(position)));
        from.forEach((voxel, n) => {
          const [x, y, z] = position(voxel);
          const expected = Math.min(
            ...[...to].map(position).map((q) => Math.hypot(q[0] - x, q[1] - y, q[2] - z))
          );
          expect(byGrid[n]).toBeCloseTo(expected, 9);
          expect(tree.nearestDistance(x, y, z)).toBeCloseTo(expected, 9);
        });
      })
    );
  });

  it('a tree of many points, equal ones among them, finds the nearest', () => {
    const coordinate = fc.integer({ min: -9, max: 9 });
    const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), {
      minLength: 1,
      maxLength: 200,
    });
    fc.assert(
      fc.property(points, points, (all, targets) => {
        const tree = new PointTree(Float64Array.from(all.flat()));
        const wrong = targets.filter(([x, y, z]) => {
          const expected = Math.min(...all.map((p) => Math.hypot(p[0] - x, p[1] - y, p[2] - z)));
          return Math.abs(tree.nearestDistance(x, y, z) - expected) > 1e-9;
        });
        expect(wrong).toEqual([]);
      })
    );
  });
});

function surfacePoints({ geometry, layer }: SegmentVoxels): Vec3[] {
  const [columns, rows, slices] = geometry.size;
  const inside = (i: number, j: number, k: number) =>
    i >= 0 && j >= 0 && k >= 0 && i < columns && j < rows && k < slices
      ? layer[i + columns * (j + rows * k)] === 1
      : false;
  const points: Vec3[] = [];
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const isInner =
          inside(i - 1, j, k) &&
          inside(i + 1, j, k) &&
          inside(i, j - 1, k) &&
          inside(i, j + 1, k) &&
          inside(i, j, k - 1) &&
          inside(i, j, k + 1);
        if (inside(i, j, k) && !isInner) points.push(geometry.ijkToLps([i, j, k]));
      }
    }
  }
  return points;
}

const byDistanceTransform = `
from scipy import ndimage
a, b = I['a'] > 0, I['b'] > 0
def surface(m): return m & ~ndimage.binary_erosion(m)
sa, sb = surface(a), surface(b)
ab = ndimage.distance_transform_edt(~sb, sampling=P['spacing'])[sa]
ba = ndimage.distance_transform_edt(~sa, sampling=P['spacing'])[sb]
R['hd95'] = float(max(np.percentile(ab, 95), np.percentile(ba, 95)))
R['hd'] = float(max(ab.max(), ba.max()))
R['assd'] = float((ab.sum() + ba.sum()) / (len(ab) + len(ba)))
`;

describeWithPython(['numpy', 'scipy'], 'distances between surfaces and scipy', () => {
  itWithData('dicom-chest-ct-lidc', 'agree on the air of a real chest CT', async () => {
    const { voxels, geometry } = await chestCt();
    const below = (threshold: number) => voxels.map((hu) => (hu < threshold ? 1 : 0));
    const cut = (mask: Int16Array, n: number) => Uint8Array.from(mask.subarray(0, n * 512 * 512));
    const slices = 6; // scipy's distance transform is what takes long here
    const small = gridAt(512, 512, [0.78125, 0.78125], geometry.sliceOffsetsMm.slice(0, slices));
    const [a, b] = [cut(below(-500), slices), cut(below(-850), slices)];
    const ours = surfaceDistances(
      { geometry: small, layer: a, number: 1 },
      { geometry: small, layer: b, number: 1 }
    )!;
    const shape = [slices, 512, 512];
    const { values } = await runPython({
      script: byDistanceTransform,
      arrays: { a: { data: a, shape }, b: { data: b, shape } },
      values: { spacing: [1, 0.78125, 0.78125] },
    });
    expect(ours.hd95Mm).toBeCloseTo(values.hd95 as number, 9);
    expect(ours.hausdorffMm).toBeCloseTo(values.hd as number, 9);
    expect(ours.assdMm).toBeCloseTo(values.assd as number, 9);
  });
});
