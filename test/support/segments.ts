/**
 * Segments for tests: grids of any kind, and masks on them.
 */
import {
  CATEGORIES,
  Geometry,
  unnamedSegment,
  type LabelLayer,
  type LabelVolume,
  type SegmentVoxels,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import fc from 'fast-check';

/** An axial grid whose slices lie at the given heights (mm). */
export function gridAt(
  columns: number,
  rows: number,
  pixelSpacingMm: readonly [number, number],
  heightsMm: readonly number[],
  /** How far each slice is displaced along the columns (mm). */
  shiftsMm: readonly number[] = []
): Geometry {
  return new Geometry({
    columns,
    rows,
    pixelSpacingMm,
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: heightsMm.map((z, k) => [0, shiftsMm[k] ?? 0, z] as const),
  });
}

/** A segment with number 1 of the voxels for which `inside` holds; `at` is the position in LPS (mm). */
export function segmentWhere(
  geometry: Geometry,
  inside: (ijk: Vec3, at: Vec3) => boolean
): SegmentVoxels & { readonly layer: Uint8Array } {
  const layer = new Uint8Array(geometry.voxelCount);
  let index = 0;
  for (let k = 0; k < geometry.size[2]; k++) {
    for (let j = 0; j < geometry.size[1]; j++) {
      for (let i = 0; i < geometry.size[0]; i++, index++) {
        const ijk: Vec3 = [i, j, k];
        if (inside(ijk, geometry.ijkToLps(ijk))) layer[index] = 1;
      }
    }
  }
  return { geometry, layer, number: 1 };
}

/** A label volume of one layer with the given segment numbers. */
export function labelVolume(
  geometry: Geometry,
  layer: LabelLayer,
  numbers: readonly number[]
): LabelVolume {
  const segments = numbers.map((number) => ({
    ...unnamedSegment(number, [255, 0, 0]),
    category: CATEGORIES.tissue,
    number,
    layer: 0,
  }));
  return { geometry, layers: [layer], segments };
}

/** Axial grids of a few voxels with anisotropic pixels and uneven, sometimes sheared slices. */
export const unevenGrids = (): fc.Arbitrary<Geometry> =>
  fc
    .record({
      columns: fc.integer({ min: 1, max: 7 }),
      rows: fc.integer({ min: 1, max: 7 }),
      spacing: fc.tuple(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 2, max: 20 })),
      gaps: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 0, maxLength: 5 }),
      shear: fc.integer({ min: -5, max: 5 }),
    })
    .map(({ columns, rows, spacing, gaps, shear }) => {
      const heights = gaps.reduce((all, gap) => [...all, all[all.length - 1] + gap / 10], [0]);
      const shifts = heights.map((height) => (height * shear) / 10);
      return gridAt(columns, rows, [spacing[0] / 10, spacing[1] / 10], heights, shifts);
    });

/** A mask on `geometry` of arbitrary voxels. */
export const masksOn = (geometry: Geometry): fc.Arbitrary<Uint8Array> =>
  fc
    .array(fc.integer({ min: 0, max: 1 }), {
      minLength: geometry.voxelCount,
      maxLength: geometry.voxelCount,
    })
    .map((values) => Uint8Array.from(values));
