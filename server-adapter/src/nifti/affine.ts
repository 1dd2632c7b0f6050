/**
 * @file Between the affine of NIfTI (RAS, any handedness) and our grid (LPS, slices ascending along the normal).
 */
import {
  add,
  cross,
  dot,
  Geometry,
  length,
  scale,
  subtract,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import type { NiftiSpace } from './header';
import { niftiGeometry, notNiftiGrid } from './nifti-error';

/** Columns of an affine: steps of the three array axes and the position of voxel (0, 0, 0), all LPS in mm. */
export interface Affine {
  readonly steps: readonly [Vec3, Vec3, Vec3];
  readonly originLps: Vec3;
}

export interface NiftiGrid {
  readonly geometry: Geometry;
  /** True when slice k of the array is slice `slices - 1 - k` of the geometry, whose slices ascend along the normal. */
  readonly isFlipped: boolean;
  readonly warnings: readonly string[];
}

const MM_PER_UNIT: Readonly<Record<number, number>> = { 0: 1, 1: 1000, 2: 1, 3: 0.001 };
/** Largest cosine between rows and columns that still count as standing at right angles. */
const RIGHT_ANGLE = 1e-3;
/** Gaps may differ from their mean by this share in a grid that NIfTI holds with one spacing. */
const LARGEST_UNEVENNESS = 0.05;

/** The grid of a NIfTI array of `size`. Throws `NIFTI_GEOMETRY`. */
export function gridOf(space: NiftiSpace, size: Vec3): NiftiGrid {
  const { affine, warnings } = affineOf(space);
  const [column, row, slice] = affine.steps;
  if (affine.steps.some((step) => !(length(step) > 0)) || affine.originLps.some(Number.isNaN)) {
    throw niftiGeometry('its affine has an axis of length 0');
  }
  const cosine = dot(column, row) / (length(column) * length(row));
  if (Math.abs(cosine) > RIGHT_ANGLE) {
    throw niftiGeometry(`rows and columns are sheared, ${degrees(cosine).toFixed(2)}° apart`);
  }
  const height = dot(cross(column, row), slice);
  if (height === 0) throw niftiGeometry('its slices lie on each other');
  const isFlipped = height < 0;
  const last = size[2] - 1;
  const slicePositionsLps = Array.from({ length: size[2] }, (_, k) =>
    add(affine.originLps, scale(slice, isFlipped ? last - k : k))
  );
  const geometry = new Geometry({
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [length(column), length(row)],
    rowDirection: column,
    columnDirection: row,
    slicePositionsLps,
    sliceThicknessMm: length(slice),
  });
  return { geometry, isFlipped, warnings };
}

/** The affine that readers prefer: sform, else qform, else the spacing alone. */
function affineOf(space: NiftiSpace): {
  readonly affine: Affine;
  readonly warnings: readonly string[];
} {
  const unit = MM_PER_UNIT[space.spatialUnit] ?? 1;
  if (space.sformCode > 0) {
    const column = (n: number): Vec3 =>
      toLps(
        [n, n + 4, n + 8].map((at) => space.srow[at]),
        unit
      );
    const affine: Affine = { steps: [column(0), column(1), column(2)], originLps: column(3) };
    return { affine, warnings: [] };
  }
  const [dx, dy, dz] = space.spacing.map(Math.abs);
  if (space.qformCode > 0) {
    const [x, y, z] = rotation(space.quaternion);
    const steps = [scale(x, dx), scale(y, dy), scale(z, space.qfac < 0 ? -dz : dz)] as const;
    const affine: Affine = {
      steps: [toLps(steps[0], unit), toLps(steps[1], unit), toLps(steps[2], unit)],
      originLps: toLps(space.qoffset, unit),
    };
    return { affine, warnings: [] };
  }
  const warning =
    'The NIfTI file has no orientation (qform and sform code 0): left and right are not known.';
  const affine: Affine = {
    steps: [toLps([dx, 0, 0], unit), toLps([0, dy, 0], unit), toLps([0, 0, dz], unit)],
    originLps: [0, 0, 0],
  };
  return { affine, warnings: [warning] };
}

const toLps = (ras: readonly number[], unit: number): Vec3 => [
  -ras[0] * unit,
  -ras[1] * unit,
  ras[2] * unit,
];

/** Columns of the rotation of a unit quaternion of which b, c, d are stored. */
function rotation([b, c, d]: readonly [number, number, number]): readonly [Vec3, Vec3, Vec3] {
  const squares = b * b + c * c + d * d;
  const norm = squares > 1 ? Math.sqrt(squares) : 1; // a half turn, rounded
  [b, c, d] = [b / norm, c / norm, d / norm];
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d));
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
    [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
    [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c],
  ];
}

/**
 * The fields of a NIfTI header for a grid from DICOM, and what the user should know. Throws `NIFTI_GRID_UNEVEN` when the slices
 * are too uneven for one spacing.
 */
export function spaceOf(geometry: Geometry): {
  readonly space: NiftiSpace;
  readonly warnings: readonly string[];
} {
  const warnings: string[] = [];
  const last = geometry.size[2] - 1;
  const [first, end] = [geometry.slicePositionsLps[0], geometry.slicePositionsLps[last]];
  const step =
    last === 0
      ? scale(geometry.normal, geometry.spacingMm[2])
      : scale(subtract(end, first), 1 / last);
  const percent = geometry.unevenness * 100;
  if (geometry.unevenness > LARGEST_UNEVENNESS) {
    throw notNiftiGrid(
      `the gaps between slices differ from their mean by up to ${percent.toFixed(1)} %, at most 5 % are taken`
    );
  }
  if (!geometry.isEven) {
    warnings.push(
      `The gaps between slices differ from their mean by up to ${percent.toFixed(1)} %: NIfTI keeps only the mean.`
    );
  }
  if (geometry.isSheared) {
    requireUniformShear(geometry, step);
    warnings.push(
      'The slices are sheared (gantry tilt): the exact affine is in the sform, and programs that read only the qform will not see it.'
    );
  }
  const columns = [
    scale(geometry.rowDirection, geometry.spacingMm[0]),
    scale(geometry.columnDirection, geometry.spacingMm[1]),
    step,
    first,
  ];
  const ras = columns.map(([x, y, z]) => [0 - x, 0 - y, z + 0]); // no -0 in the file
  const srow = [0, 1, 2].flatMap((axis) => ras.map((column) => column[axis]));
  const isOrthogonal = !geometry.isSheared;
  const space: NiftiSpace = {
    qfac: 1,
    spacing: [geometry.spacingMm[0], geometry.spacingMm[1], length(step)],
    spatialUnit: 2,
    qformCode: isOrthogonal ? 1 : 0,
    sformCode: 1,
    quaternion: isOrthogonal ? quaternionOf(geometry) : [0, 0, 0],
    qoffset: isOrthogonal ? [ras[3][0], ras[3][1], ras[3][2]] : [0, 0, 0],
    srow,
  };
  return { space, warnings };
}

function requireUniformShear(geometry: Geometry, step: Vec3): void {
  const first = geometry.slicePositionsLps[0];
  // Along the normal the gaps may differ within the tolerance above; sideways every slice must lie on the line.
  const worst = geometry.slicePositionsLps.reduce((most, position, k) => {
    const share = geometry.sliceOffsetsMm[k] / dot(step, geometry.normal);
    return Math.max(most, length(subtract(position, add(first, scale(step, share)))));
  }, 0);
  if (worst > 0.01) {
    throw notNiftiGrid(`slices are displaced sideways by up to ${worst.toFixed(2)} mm, unevenly`);
  }
}

/** b, c, d of the rotation from array axes to RAS, whose determinant is +1 for our grids. */
function quaternionOf(geometry: Geometry): readonly [number, number, number] {
  const ras = ([x, y, z]: Vec3): Vec3 => [-x, -y, z];
  const [x, y, z] = [geometry.rowDirection, geometry.columnDirection, geometry.normal].map(ras);
  // The largest of the four components is computed first, so that nothing is divided by a small number.
  const squares = [
    1 + x[0] + y[1] + z[2],
    1 + x[0] - y[1] - z[2],
    1 - x[0] + y[1] - z[2],
    1 - x[0] - y[1] + z[2],
  ];
  const largest = squares.indexOf(Math.max(...squares));
  const root = 2 * Math.sqrt(squares[largest]);
  const sums = { xy: x[1] + y[0], xz: x[2] + z[0], yz: y[2] + z[1] };
  const differences = { yz: y[2] - z[1], zx: z[0] - x[2], xy: x[1] - y[0] };
  const [a, b, c, d] = [
    [root / 4, differences.yz / root, differences.zx / root, differences.xy / root],
    [differences.yz / root, root / 4, sums.xy / root, sums.xz / root],
    [differences.zx / root, sums.xy / root, root / 4, sums.yz / root],
    [differences.xy / root, sums.xz / root, sums.yz / root, root / 4],
  ][largest];
  return a < 0 ? [-b, -c, -d] : [b, c, d];
}

const degrees = (cosine: number) => (Math.acos(cosine) * 180) / Math.PI;
