import {
  Geometry,
  normalize,
  cross,
  type ImageVolume,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import type { HeadSettings } from '../catalog/manifest';
import { conform, frameOf, lpsToGrid, toRas, type PatientGrid } from './conform';
import { examineHead, requireHead, steadiness } from './head-check';
import { labelsToSource } from './labels-to-source';

/** A volume in any direction; `spacing` of columns, rows, slices. */
function gridOf(size: Vec3, spacing: Vec3, row: Vec3, towards: Vec3, origin: Vec3): Geometry {
  const normal = normalize(cross(row, towards));
  const column = normalize(cross(normal, row));
  return new Geometry({
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [spacing[0], spacing[1]],
    rowDirection: normalize(row),
    columnDirection: column,
    slicePositionsLps: Array.from({ length: size[2] }, (_, k): Vec3 => [
      origin[0] + k * spacing[2] * normal[0],
      origin[1] + k * spacing[2] * normal[1],
      origin[2] + k * spacing[2] * normal[2],
    ]),
  });
}

function fill(geometry: Geometry, value: (lps: Vec3) => number): ImageVolume {
  const voxels = new Float32Array(geometry.voxelCount);
  const [columns, rows, slices] = geometry.size;
  let at = 0;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) voxels[at++] = value(geometry.ijkToLps([i, j, k]));
    }
  }
  return { geometry, voxels, modality: 'MR', unit: '' };
}

/** The same voxels, stored from the other end of every axis. */
function reversed({ geometry, ...image }: ImageVolume): ImageVolume {
  const [columns, rows, slices] = geometry.size;
  const turned = new Geometry({
    ...geometry.toOptions(),
    rowDirection: geometry.rowDirection.map((v) => -v) as unknown as Vec3,
    columnDirection: geometry.columnDirection.map((v) => -v) as unknown as Vec3,
    slicePositionsLps: Array.from({ length: slices }, (_, k) =>
      geometry.ijkToLps([columns - 1, rows - 1, k])
    ),
  });
  const plane = columns * rows;
  const voxels = image.voxels.slice();
  for (let k = 0; k < slices; k++) voxels.subarray(k * plane, (k + 1) * plane).reverse();
  return { ...image, geometry: turned, voxels };
}

const direction = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([a, b]): readonly [Vec3, Vec3] => [
    normalize([Math.cos(3 * a), Math.sin(3 * a), b]),
    normalize([-Math.sin(3 * a) * 0.9, Math.cos(3 * a), 0.4 + b]),
  ]);
const spacings = fc.tuple(
  fc.double({ min: 0.7, max: 3, noNaN: true }),
  fc.double({ min: 0.7, max: 3, noNaN: true }),
  fc.double({ min: 0.7, max: 7, noNaN: true })
);

describe('conforming', () => {
  it('gives a linear image its value at every grid position, in any orientation', () => {
    const plane = ([x, y, z]: Vec3) => 3 + 0.5 * x - 0.25 * y + z;
    fc.assert(
      fc.property(direction, spacings, ([row, towards], spacing) => {
        const image = fill(gridOf([24, 22, 20], spacing, row, towards, [5, -7, 30]), plane);
        const { grid, frame, inside } = conform(image, [24, 26, 28], 2);
        let compared = 0;
        let at = 0;
        for (let a = 0; a < 24; a++) {
          for (let b = 0; b < 26; b++) {
            for (let c = 0; c < 28; c++, at++) {
              const ras = [a, b, c].map(
                (index, axis) => frame.centreRas[axis] + (index - ([24, 26, 28][axis] - 1) / 2) * 2
              );
              const lps: Vec3 = [-ras[0], -ras[1], ras[2]];
              const ijk = image.geometry.lpsToIjk(lps);
              const deep = ijk.every((v, axis) => v > 6 && v < [24, 22, 20][axis] - 7);
              if (!deep) continue;
              compared++;
              expect(inside[at]).toBe(1);
              expect(Math.abs(grid.values[at] - plane(lps))).toBeLessThan(0.01);
            }
          }
        }
        expect(compared).toBeGreaterThan(0);
      }),
      { numRuns: 25 }
    );
  });

  it('does not depend on the order in memory', () => {
    const bumps = ([x, y, z]: Vec3) => Math.sin(x / 3) * Math.cos(y / 4) + Math.sin(z / 5 + x);
    const image = fill(
      gridOf([31, 26, 17], [1.1, 0.9, 4], [1, 0.1, 0], [0, 1, 0.2], [-20, -15, 4]),
      bumps
    );
    const one = conform(image, [32, 32, 48], 2);
    const other = conform(reversed(image), [32, 32, 48], 2);
    expect(other.inside).toEqual(one.inside);
    for (const [at, value] of one.grid.values.entries()) {
      expect(Math.abs(other.grid.values[at] - value)).toBeLessThan(1e-6);
    }
  });

  it('averages what is finer than the grid: a checkerboard becomes grey', () => {
    const geometry = gridOf([40, 40, 40], [0.5, 0.5, 0.5], [1, 0, 0], [0, 1, 0], [0, 0, 0]);
    const board = fill(geometry, ([x, y, z]) => (Math.round(2 * (x + y + z)) % 2 === 0 ? 0 : 100));
    const { grid, inside } = conform(board, [8, 8, 8], 2);
    expect(inside.every((value) => value === 1)).toBe(true);
    for (const value of grid.values) expect(Math.abs(value - 50)).toBeLessThan(6);
  });

  it('has the smallest value of the image beyond the field of view', () => {
    const geometry = gridOf([6, 6, 6], [2, 2, 2], [1, 0, 0], [0, 1, 0], [0, 0, 0]);
    const { grid, inside } = conform(
      fill(geometry, ([x]) => x - 50),
      [10, 10, 10],
      2
    );
    expect(inside.reduce((sum, value) => sum + value, 0)).toBe(6 ** 3);
    expect(grid.values[0]).toBe(-50);
  });

  it('takes the smallest value for voxels without a finite one, and leaves the others alone', () => {
    const geometry = gridOf([20, 20, 20], [1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 0]);
    const isHead = ([x, y, z]: Vec3) => Math.hypot(x - 10, y - 10, z - 10) < 7;
    const ball = (background: (point: Vec3) => number) =>
      fill(geometry, (point) => (isHead(point) ? 100 + point[0] : background(point)));
    const least = Math.min(...ball(() => Infinity).voxels);
    const strange = ball(([x, y]) => [NaN, Infinity, -Infinity][(x + y) % 3]);
    const kept = strange.voxels.slice();
    const { grid } = conform(strange, [12, 12, 12], 2);
    expect(grid).toEqual(
      conform(
        ball(() => least),
        [12, 12, 12],
        2
      ).grid
    );
    expect(strange.voxels).toEqual(kept);
    const nothing = conform(
      fill(geometry, () => NaN),
      [12, 12, 12],
      2
    );
    expect(nothing.grid.values.every((value) => value === 0)).toBe(true);
  });

  it('keeps the upper end of a field of view that is longer than the grid', () => {
    const geometry = gridOf([10, 10, 100], [2, 2, 2], [1, 0, 0], [0, 1, 0], [0, 0, 0]);
    const frame = frameOf(geometry, [10, 10, 60], 2);
    // The highest slice is centred at 198 mm and is the grid's last.
    expect(lpsToGrid(frame, [9, 9, 198])).toEqual([4.5, 4.5, 59]);
    expect(toRas([1, 2, 3])).toEqual([-1, -2, 3]);
  });
});

describe('labels on the voxels of the source', () => {
  const frame: PatientGrid = { shape: [12, 14, 16], spacingMm: 2, centreRas: [3, -4, 5] };
  const labels = Uint8Array.from({ length: 12 * 14 * 16 }, (_, at) => {
    const [a, b, c] = [Math.floor(at / 224), Math.floor(at / 16) % 14, at % 16];
    return Math.hypot(a - 5, b - 7, c - 8) < 4 ? 2 + ((a + b) % 3) : c < 5 ? 1 : 0;
  });

  it('are the largest of the interpolated indicators, computed one by one', () => {
    fc.assert(
      fc.property(direction, spacings, ([row, towards], spacing) => {
        const geometry = gridOf([13, 11, 9], spacing, row, towards, [-14, -9, -12]);
        const found = labelsToSource(labels, frame, geometry);
        for (let at = 0; at < found.length; at += 3) {
          const ijk: Vec3 = [at % 13, Math.floor(at / 13) % 11, Math.floor(at / 143)];
          const position = lpsToGrid(frame, geometry.ijkToLps(ijk));
          const share = (label: number) => indicatorAt(label, position);
          const shares = [0, 1, 2, 3, 4].map(share);
          expect(shares[found[at]]).toBeGreaterThan(Math.max(...shares) - 1.1e-6);
        }
      }),
      { numRuns: 25 }
    );
  });

  it('are the grid itself on a source that is the grid', () => {
    const geometry = gridOf([12, 14, 16], [2, 2, 2], [-1, 0, 0], [0, -1, 0], [8, 17, -10]);
    expect(toRas(geometry.ijkToLps([5.5, 6.5, 7.5]))).toEqual(frame.centreRas);
    const found = labelsToSource(labels, frame, geometry);
    for (let at = 0; at < labels.length; at++) {
      const [a, b, c] = [Math.floor(at / 224), Math.floor(at / 16) % 14, at % 16];
      expect(found[a + 12 * (b + 14 * c)]).toBe(labels[at]);
    }
  });

  /** A source whose first voxel lies `offset` grid voxels off the grid's first one, and which ends before the grid does. */
  const beside = ({ shape, spacingMm }: PatientGrid, offset: Vec3): Geometry => {
    const [a, b, c] = offset.map((off, axis) => (off - (shape[axis] - 1) / 2) * spacingMm);
    const size = shape.map((extent) => extent - 1) as unknown as Vec3;
    return gridOf(size, [spacingMm, spacingMm, spacingMm], [-1, 0, 0], [0, -1, 0], [-a, -b, c]);
  };
  const centred = (shape: PatientGrid['shape']): PatientGrid => ({
    shape,
    spacingMm: 2,
    centreRas: [0, 0, 0],
  });
  const count = (voxels: Uint8Array, label: number) =>
    voxels.filter((value) => value === label).length;

  it.each([
    ['left and right', [0.5, 0, 0]],
    ['back and front', [0, 0.5, 0]],
    ['foot and head', [0, 0, 0.5]],
  ] as const)('keep their volume where all votes between %s are equal', (_, offset) => {
    const around = centred([12, 8, 8]);
    // A cube of 27 voxels on either side.
    const cubes = Uint8Array.from({ length: 768 }, (_unused, at) => {
      const [a, b, c] = [Math.floor(at / 64), Math.floor(at / 8) % 8, at % 8];
      const isIn = b > 2 && b < 6 && c > 2 && c < 6;
      return isIn && a > 0 && a < 4 ? 1 : isIn && a > 7 && a < 11 ? 2 : 0;
    });
    const found = labelsToSource(cubes, around, beside(around, offset));
    expect([count(found, 1), count(found, 2)]).toEqual([27, 27]);
  });

  it('are exactly exchanged in the mirror image, wherever votes are equal', () => {
    const around = centred([9, 7, 6]);
    const exchanged = [0, 2, 1, 3];
    const offsets = fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(0, 0.25, 0.5)));
    const drawn = fc.uint8Array({ min: 0, max: 3, minLength: 378, maxLength: 378 });
    fc.assert(
      fc.property(drawn, offsets, (one, [x, y, z]) => {
        const mirrored = one.map(
          (_, at) => exchanged[one[at + 42 * (8 - 2 * Math.floor(at / 42))]]
        );
        const found = labelsToSource(one, around, beside(around, [x, y, z]));
        // Eight columns from x on are, in the mirror, those from 1 - x on.
        const other = labelsToSource(mirrored, around, beside(around, [1 - x, y, z]));
        for (let at = 0; at < found.length; at++) {
          expect(other[at + 7 - 2 * (at % 8)]).toBe(exchanged[found[at]]);
        }
      }),
      { numRuns: 100 }
    );
  });

  it('are the lower ones on the middle plane, where nothing else tells', () => {
    const around = centred([4, 3, 3]);
    const halves = Uint8Array.from({ length: 36 }, (_, at) => (at < 18 ? 2 : 1));
    const found = labelsToSource(halves, around, beside(around, [0.5, 0, 0]));
    expect(Array.from(found.subarray(0, 3))).toEqual([2, 1, 1]);
  });

  it('do not depend on the last digits of a position', () => {
    const around = centred([9, 7, 6]);
    const blocks = Uint8Array.from({ length: 378 }, (_, at) => Math.floor(at / 84) % 3);
    const find = (x: number) => labelsToSource(blocks, around, beside(around, [x, 0, 0]));
    expect(find(0.5 + 1e-9)).toEqual(find(0.5));
    expect(find(0.5 - 1e-9)).toEqual(find(0.5));
  });

  /** Linear interpolation of a label's indicator, 0 counting as everything beyond the grid. */
  function indicatorAt(label: number, position: Vec3): number {
    const low = position.map(Math.floor);
    let sum = 0;
    for (const x of [0, 1]) {
      for (const y of [0, 1]) {
        for (const z of [0, 1]) {
          const corner = [low[0] + x, low[1] + y, low[2] + z];
          const inside = corner.every((value, axis) => value >= 0 && value < frame.shape[axis]);
          const here = inside ? labels[corner[0] * 224 + corner[1] * 16 + corner[2]] : 0;
          if (here !== label) continue;
          sum += corner.reduce((w, value, axis) => w * (1 - Math.abs(position[axis] - value)), 1);
        }
      }
    }
    return sum;
  }
});

describe('the check for a head', () => {
  const settings: HeadSettings = {
    brain: [1, 2, 3],
    mayEnd: [3],
    pairs: [[1, 2]],
    brainMl: [10, 60],
    sideRatio: 1.4,
    minimumStructures: 3,
    scatter: 0.2,
    steady: 0.6,
  };
  const frame: PatientGrid = { shape: [20, 20, 20], spacingMm: 2, centreRas: [0, 0, 0] };
  const everywhere = new Uint8Array(8000).fill(1);
  /** Left half of a cube 1, right half 2, and a stem of 3 that reaches the lower edge. */
  const head = (from: number, to: number, middle = (from + to) / 2) =>
    Uint8Array.from({ length: 8000 }, (_, at) => {
      const [a, b, c] = [Math.floor(at / 400), Math.floor(at / 20) % 20, at % 20];
      const inCube = [a, b, c].every((value) => value >= from && value < to);
      if (inCube) return a < middle ? 1 : 2;
      return c < from && a > 8 && a < 12 && b > 8 && b < 12 ? 3 : 0;
    });
  const check = (labels: Uint8Array, removed = 0, inside = everywhere, steady = 1) =>
    requireHead(examineHead(labels, removed, inside, steady, frame, settings), settings);

  it('measures volume, sides, structures and cut area', () => {
    const found = examineHead(head(4, 16), 500, everywhere, 1, frame, settings);
    const voxels = 12 ** 3 + 4 * 9;
    expect(found.brainMl).toBeCloseTo((voxels * 8) / 1000, 9);
    expect(found.sideRatio).toBe(1);
    expect(found.structures).toBe(3);
    expect(found.scatter).toBeCloseTo(500 / (500 + voxels), 9);
    expect(found.cutCm2).toBe(0);
  });

  it('accepts a head whose stem leaves the field of view', () => {
    expect(check(head(4, 16))).toEqual([]);
  });

  it('is unmoved by a grid that lies elsewhere, when the labels are in the image', () => {
    const labels = head(4, 16);
    const moved = labels.map((_, at) => {
      const [row, column] = [Math.floor(at / 20) % 20, at % 20];
      return row < 17 && column < 17 ? labels[at + 3 * 20 + 3] : 0;
    });
    expect(steadiness(labels, moved, frame.shape, 3)).toBe(1);
    // Labels that are taken along: of a cube of 12, 9 x 9 of 12 x 12 columns still agree.
    const followed = steadiness(head(4, 16), head(4, 16), frame.shape, 3);
    expect(followed).toBeLessThan(0.6);
    expect(() => check(head(4, 16), 0, everywhere, followed)).toThrow('looked for anew');
    expect(steadiness(new Uint8Array(8000), new Uint8Array(8000), frame.shape, 3)).toBe(0);
  });

  it('warns when the field of view cuts the brain', () => {
    const inside = everywhere.map((_, at) => Number(at % 20 < 14));
    const labels = head(4, 16).map((label, at) => (at % 20 < 14 ? label : 0));
    // 12 x 12 faces of 4 mm².
    expect(examineHead(labels, 0, inside, 1, frame, settings).cutCm2).toBeCloseTo(5.76, 9);
    expect(check(labels, 0, inside)).toEqual([expect.stringContaining('cuts the brain (6 cm²)')]);
  });

  it('does not count what is labelled beyond the field of view', () => {
    // Half a head is in view, the network has made up the other half.
    const inside = everywhere.map((_, at) => Number(at % 20 < 10));
    const inView = head(4, 16).map((label, at) => label * inside[at]);
    const found = examineHead(head(4, 16), 0, inside, 1, frame, settings);
    expect(found).toEqual(examineHead(inView, 0, inside, 1, frame, settings));
    // One face of 12 x 12 voxels, each with 4 mm².
    expect(found.cutCm2).toBeCloseTo(5.76, 9);
    expect(found.brainMl).toBeCloseTo(((12 * 12 * 6 + 4 * 9) * 8) / 1000, 9);
  });

  it.each([
    ['too small', head(8, 12), 0, 'at least 10 mL'],
    ['too large', head(0, 20), 0, 'at most 60 mL'],
    ['lopsided', head(4, 16, 14), 0, '5.0 times'],
    ['without its parts', head(4, 16).map((label) => label % 3), 0, 'only 2 of'],
    ['scattered', head(4, 16), 900, 'scattered'],
  ])('refuses what is %s', (_, labels, removed, why) => {
    expect(() => check(labels, removed)).toThrow(why);
    expect(() => check(labels, removed)).toThrow('whole head');
  });
});
