import fc from 'fast-check';
import { unevenGrids } from '../../../../test/support/segments';
import { Geometry, type GeometryOptions } from './geometry';
import { cross, length, normalize, scale, add, subtract, type Vec3 } from './vector';

const unit = fc
  .tuple(
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: -9, max: 9 }),
    fc.integer({ min: -9, max: 9 })
  )
  .filter((v) => length(v) > 0)
  .map((v): Vec3 => normalize(v));

/** Oblique grids with uneven gaps and, sometimes, slices displaced sideways. */
const obliqueGrids = fc
  .record({
    columns: fc.integer({ min: 1, max: 9 }),
    rows: fc.integer({ min: 1, max: 9 }),
    spacing: fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })),
    row: unit,
    helper: unit,
    origin: fc.tuple(
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -500, max: 500 }),
      fc.integer({ min: -500, max: 500 })
    ),
    gaps: fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -9, max: 9 })), {
      maxLength: 6,
    }),
    thickness: fc.integer({ min: 1, max: 90 }),
  })
  .filter(({ row, helper }) => length(cross(row, helper)) > 0.1)
  .map(({ columns, rows, spacing, row, helper, origin, gaps, thickness }): GeometryOptions => {
    const normal = normalize(cross(row, helper));
    const columnDirection = cross(normal, row);
    const slicePositionsLps: Vec3[] = [origin];
    for (const [gap, aside] of gaps) {
      const step = add(scale(normal, gap / 10), scale(row, aside / 10));
      slicePositionsLps.push(add(slicePositionsLps[slicePositionsLps.length - 1], step));
    }
    return {
      columns,
      rows,
      pixelSpacingMm: [spacing[0] / 10, spacing[1] / 10],
      rowDirection: row,
      columnDirection,
      slicePositionsLps,
      sliceThicknessMm: thickness / 10,
    };
  });

const anyIjk = fc.tuple(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -8, max: 12 })
);

const AXIAL: GeometryOptions = {
  columns: 4,
  rows: 3,
  pixelSpacingMm: [0.5, 2],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  slicePositionsLps: [
    [10, 20, 30],
    [10, 20, 33],
    [10, 20, 34],
  ],
};

describe('Geometry', () => {
  it('places voxels by hand', () => {
    const grid = new Geometry(AXIAL);
    expect(grid.ijkToLps([3, 2, 1])).toEqual([11.5, 24, 33]);
    expect(grid.ijkToLps([0, 0, 0.5])).toEqual([10, 20, 31.5]);
    expect(grid.lpsToIjk([11, 22, 33.5])).toEqual([2, 1, 1.5]);
    expect(grid.spacingMm).toEqual([0.5, 2, 2]);
    expect([0, 1, 2].map((k) => grid.sliceExtentMm(k))).toEqual([3, 2, 1]);
    expect(grid.voxelVolumeMm3(0)).toBe(3);
    expect(grid.unevenness).toBe(0.5);
  });

  it('position and index are inverse, inside and outside the image, at and between voxels', () => {
    fc.assert(
      fc.property(obliqueGrids, anyIjk, fc.integer({ min: 0, max: 3 }), (options, ijk, quarter) => {
        const grid = new Geometry(options);
        const wanted: Vec3 = [ijk[0] + quarter / 4, ijk[1] - quarter / 4, ijk[2] + quarter / 4];
        const found = grid.lpsToIjk(grid.ijkToLps(wanted));
        found.forEach((value, axis) => {
          expect(Math.abs(value - wanted[axis])).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 200 }
    );
  });

  it('directions that a header has rounded are still exact both ways', () => {
    const rounded = { ...AXIAL, columnDirection: [0.005, 0.99998, 0] as const };
    const grid = new Geometry(rounded);
    const [i, j, k] = grid.lpsToIjk(grid.ijkToLps([511, 400, 1]));
    expect(i).toBeCloseTo(511, 9);
    expect(j).toBeCloseTo(400, 9);
    expect(k).toBeCloseTo(1, 9);
  });

  it('slice extents add up to the stack with half an end gap on each side', () => {
    fc.assert(
      fc.property(obliqueGrids, (options) => {
        const grid = new Geometry(options);
        const sum = grid.sliceOffsetsMm.reduce((total, _, k) => total + grid.sliceExtentMm(k), 0);
        const offsets = grid.sliceOffsetsMm;
        const last = offsets.length - 1;
        const ends =
          last === 0
            ? (options.sliceThicknessMm ?? 0)
            : offsets[last] + offsets[1] / 2 + (offsets[last] - offsets[last - 1]) / 2;
        expect(sum).toBeCloseTo(ends, 6);
      })
    );
  });

  it('an equal one is made from its options, and matches it', () => {
    fc.assert(
      fc.property(obliqueGrids, (options) => {
        const grid = new Geometry(options);
        const copy = new Geometry(structuredClone(grid.toOptions()));
        expect(copy.matches(grid, 1e-9)).toBe(true);
        copy.spacingMm.forEach((mm, axis) => {
          expect(mm).toBeCloseTo(grid.spacingMm[axis], 12);
        });
        expect([copy.isEven, copy.isSheared]).toEqual([grid.isEven, grid.isSheared]);
      })
    );
  });

  it('knows a stack as sheared when a slice lies beside the normal, and as uneven beyond 1 %', () => {
    fc.assert(
      fc.property(unevenGrids(), (grid) => {
        const shifted = grid.slicePositionsLps.some(([x, y]) => Math.hypot(x, y) > 0.01);
        expect(grid.isSheared).toBe(shifted);
        expect(grid.isEven).toBe(grid.unevenness <= 0.01);
      })
    );
  });

  it('does not match a grid that differs in any way', () => {
    const grid = new Geometry(AXIAL);
    const others: Partial<GeometryOptions>[] = [
      { columns: 5 },
      { pixelSpacingMm: [0.51, 2] },
      { rowDirection: [0, 1, 0], columnDirection: [-1, 0, 0] },
      {
        slicePositionsLps: [
          [10, 20, 30],
          [10, 20, 33],
          [10, 20, 34.02],
        ],
      },
      {
        slicePositionsLps: [
          [10, 20, 30],
          [10, 20, 33],
        ],
      },
    ];
    for (const other of others)
      expect(grid.matches(new Geometry({ ...AXIAL, ...other }))).toBe(false);
    expect(grid.matches(new Geometry({ ...AXIAL, sliceThicknessMm: 9 }))).toBe(true);
  });

  it.each<[string, Partial<GeometryOptions>]>([
    ['no slices', { slicePositionsLps: [] }],
    [
      'descending slices',
      {
        slicePositionsLps: [
          [0, 0, 2],
          [0, 0, 1],
        ],
      },
    ],
    [
      'two slices at one place',
      {
        slicePositionsLps: [
          [0, 0, 1],
          [0, 0, 1],
        ],
      },
    ],
    ['a position that is no number', { slicePositionsLps: [[0, NaN, 1]] }],
    ['a position that is infinite', { slicePositionsLps: [[0, Infinity, 1]] }],
    ['no columns', { columns: 0 }],
    ['half a column', { columns: 2.5 }],
    ['a spacing of 0', { pixelSpacingMm: [0, 1] }],
    ['a spacing that is no number', { pixelSpacingMm: [1, NaN] }],
    ['parallel directions', { columnDirection: [2, 0, 0] }],
    ['directions that are not at right angles', { columnDirection: [0.3, 1, 0] }],
    ['a direction of 0', { rowDirection: [0, 0, 0] }],
    ['a direction that is no number', { rowDirection: [NaN, 0, 0] }],
  ])('refuses %s', (_, change) => {
    expect(() => new Geometry({ ...AXIAL, ...change })).toThrow(
      expect.objectContaining({ code: 'GEOMETRY_INVALID' })
    );
  });
});

describe('vectors', () => {
  it('the cross product stands at right angles, and normalizing gives length 1', () => {
    fc.assert(
      fc.property(unit, unit, (a, b) => {
        const c = cross(a, b);
        expect(Math.abs(c[0] * a[0] + c[1] * a[1] + c[2] * a[2])).toBeLessThan(1e-12);
        expect(length(normalize(subtract(scale(a, 3), [0, 0, 0])))).toBeCloseTo(1, 12);
      })
    );
    expect(normalize([0, 0, 0])).toEqual([0, 0, 0]);
  });
});
