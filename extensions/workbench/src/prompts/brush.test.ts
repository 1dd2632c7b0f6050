import fc from 'fast-check';
import { Geometry } from '../volume/geometry';
import { add, cross, dot, length, normalize, scale, subtract, type Vec3 } from '../volume/vector';
import { planeTest, strokeVoxels, voxelAt, type DrawingPlane } from './brush';
import { linearIndex, voxelsOfRuns } from './voxel-runs';

/** An oblique grid with uneven slices. */
function makeGrid(angle: number, gaps: readonly number[]): Geometry {
  const row = normalize([Math.cos(angle), Math.sin(angle), 0.2]);
  const column = normalize(cross(cross(row, [-Math.sin(angle), Math.cos(angle), 0.1]), row));
  const normal = normalize(cross(row, column));
  let offset = 0;
  const positions = [0, ...gaps].map((gap) => scale(normal, (offset += gap)));
  return new Geometry({
    columns: 14,
    rows: 11,
    pixelSpacingMm: [0.8, 1.3],
    rowDirection: row,
    columnDirection: column,
    slicePositionsLps: positions.map((position) => add(position, [20, -30, 5])),
  });
}

const grids = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.constant([2, 2.5, 2, 3]));
const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Closer to the rim than this, rounding decides whether a voxel is painted. */
const ROUNDING_MM = 1e-9;

/**
 * Every voxel of the grid, tested one by one: distance of its centre from points along the line, seen along the normal.
 * Those on the rim, where either answer is right, are apart.
 */
function bruteForce(
  geometry: Geometry,
  plane: DrawingPlane,
  normal: Vec3,
  ends: readonly [Vec3, Vec3],
  radiusMm: number
): { inside: number[]; rim: Set<number> } {
  const flat = (v: Vec3) => subtract(v, scale(normal, dot(v, normal)));
  const isOn = planeTest(plane, geometry);
  const inside: number[] = [];
  const rim = new Set<number>();
  const [a, b] = [flat(ends[0]), flat(ends[1])];
  for (let k = 0; k < geometry.size[2]; k++) {
    for (let j = 0; j < geometry.size[1]; j++) {
      for (let i = 0; i < geometry.size[0]; i++) {
        if (!isOn([i, j, k])) continue;
        const p = flat(geometry.ijkToLps([i, j, k]));
        const along = length(subtract(b, a));
        const t = along === 0 ? 0 : dot(subtract(p, a), scale(subtract(b, a), 1 / along));
        const nearest =
          along === 0 ? a : add(a, scale(subtract(b, a), Math.min(along, Math.max(0, t)) / along));
        const beyondMm = length(subtract(p, nearest)) - radiusMm;
        const voxel = linearIndex([i, j, k], geometry.size);
        if (Math.abs(beyondMm) < ROUNDING_MM) rim.add(voxel);
        else if (beyondMm < 0) inside.push(voxel);
      }
    }
  }
  return { inside, rim };
}

describe('a brush', () => {
  it('paints every voxel within its radius of the line, and those under the ends, in any plane', () => {
    const plane = fc.oneof(
      fc.record({ axis: fc.constantFrom(0 as const, 1 as const, 2 as const), at: share }),
      fc.record({ tilt: fc.double({ min: 0.2, max: 1.2, noNaN: true }), at: share })
    );
    fc.assert(
      fc.property(
        grids,
        plane,
        fc.array(share, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
        ([angle, gaps], chosen, shares, radiusMm) => {
          const geometry = makeGrid(angle, gaps);
          const last = geometry.size.map((extent) => extent - 1);
          const axis = 'axis' in chosen ? chosen.axis : 2;
          const index = Math.round(chosen.at * last[axis]);
          const [u, v] = [0, 1, 2].filter((other) => other !== axis);
          const end = (at: number): Vec3 => {
            const ijk = [0, 0, 0] as [number, number, number];
            ijk[axis] = index;
            ijk[u] = shares[at] * last[u];
            ijk[v] = shares[at + 1] * last[v];
            return geometry.ijkToLps(ijk);
          };
          const ends = [end(0), end(2)] as const;
          const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
          let shown: DrawingPlane = { kind: 'slice', axis, index };
          let normal = directions[axis];
          if ('tilt' in chosen) {
            const line = normalize(subtract(ends[1], ends[0]));
            const across = length(line) === 0 ? directions[0] : line;
            normal = normalize(
              cross(across, add(scale(geometry.normal, Math.sin(chosen.tilt)), directions[1]))
            );
            shown = { kind: 'oblique', normal, pointLps: ends[0] };
          }
          const painted = [
            ...voxelsOfRuns(
              strokeVoxels({ fromLps: ends[0], toLps: ends[1], radiusMm, plane: shown }, geometry)
            ),
          ];
          const under = ends.map((point) =>
            linearIndex(voxelAt(point, geometry, shown), geometry.size)
          );
          const { inside, rim } = bruteForce(geometry, shown, normal, ends, radiusMm);
          for (const voxel of under) rim.delete(voxel);
          const expected = new Set([...inside, ...under]);
          expect(painted.filter((voxel) => !rim.has(voxel))).toEqual(
            [...expected].sort((a, b) => a - b)
          );
        }
      ),
      {
        numRuns: 60,
        examples: [
          [
            [0, [2, 2.5, 2, 3]],
            { tilt: 0.2, at: 0.875 },
            [0, 0.9074126191534032, 0, 0],
            4.999999999999997,
          ],
        ],
      }
    );
  });

  it('paints nothing outside of the image', () => {
    const geometry = makeGrid(0, [2, 2]);
    const far = geometry.ijkToLps([-40, -40, 1]);
    const plane = { kind: 'slice', axis: 2, index: 1 } as const;
    expect(strokeVoxels({ fromLps: far, toLps: far, radiusMm: 3, plane }, geometry)).toEqual([]);
  });
});
