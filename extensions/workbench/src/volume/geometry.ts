/**
 * @file Where the voxels of a series lie in the patient.
 *
 * Coordinates are LPS in millimetres. A voxel index is (i, j, k): column, row, slice; slices ascend along the normal,
 * which is row direction × column direction. Each slice keeps its own position, so uneven spacing and gantry tilt are
 * represented as they are and never rounded to a regular grid.
 */
import { CordonError } from '../errors/cordon-error';
import { add, cross, dot, length, normalize, scale, subtract, type Vec3 } from './vector';

/** Slice gaps may differ from their mean by this share and still count as even. */
export const EVEN_TOLERANCE = 0.01;
/** A slice may lie this far beside the normal through the first one (mm) before the grid counts as sheared. */
const SHEAR_TOLERANCE_MM = 0.01;
/** Largest cosine between row and column direction: headers are rounded, but a plane has right angles. */
const RIGHT_ANGLE = 1e-2;

export interface GeometryOptions {
  readonly columns: number;
  readonly rows: number;
  /** Distance between neighbouring columns, then between neighbouring rows (mm). DICOM's PixelSpacing is the reverse. */
  readonly pixelSpacingMm: readonly [number, number];
  /** Direction in which the column index grows (first half of ImageOrientationPatient). */
  readonly rowDirection: Vec3;
  /** Direction in which the row index grows (second half of ImageOrientationPatient). */
  readonly columnDirection: Vec3;
  /** Centre of voxel (0, 0) of each slice, ascending along the normal. */
  readonly slicePositionsLps: readonly Vec3[];
  /** Thickness of a slice (mm): the extent of a volume of a single slice. */
  readonly sliceThicknessMm?: number;
}

export class Geometry {
  /** Columns, rows, slices. */
  readonly size: Vec3;
  /** Column, row and mean slice spacing (mm), the latter along the normal. */
  readonly spacingMm: Vec3;
  readonly rowDirection: Vec3;
  readonly columnDirection: Vec3;
  /** Unit vector along which slices ascend. */
  readonly normal: Vec3;
  readonly slicePositionsLps: readonly Vec3[];
  /** Distance of each slice from the first along the normal (mm). */
  readonly sliceOffsetsMm: readonly number[];
  /** True when all slice gaps are equal within {@link EVEN_TOLERANCE}. */
  readonly isEven: boolean;
  /** True when slices are displaced sideways against each other (gantry tilt). */
  readonly isSheared: boolean;
  /** Of the angle between row and column direction; 0 but for rounding in the header. */
  readonly #cosine: number;

  constructor(options: GeometryOptions) {
    const { columns, rows, pixelSpacingMm, slicePositionsLps } = options;
    requireCount('columns', columns);
    requireCount('rows', rows);
    requirePositive('column spacing', pixelSpacingMm[0]);
    requirePositive('row spacing', pixelSpacingMm[1]);
    if (slicePositionsLps.length === 0) throw geometryError('a volume needs at least one slice');
    this.rowDirection = normalize(options.rowDirection);
    this.columnDirection = normalize(options.columnDirection);
    this.normal = normalize(cross(this.rowDirection, this.columnDirection));
    this.#cosine = dot(this.rowDirection, this.columnDirection);
    // Written so that a direction that is no number fails too.
    if (!(Math.abs(this.#cosine) <= RIGHT_ANGLE) || !(length(this.normal) > 0)) {
      throw geometryError('row and column direction do not stand at right angles');
    }
    if (!slicePositionsLps.every((position) => position.every(Number.isFinite))) {
      throw geometryError('a slice position is not a number');
    }
    this.slicePositionsLps = slicePositionsLps;
    const first = slicePositionsLps[0];
    this.sliceOffsetsMm = slicePositionsLps.map((p) => dot(subtract(p, first), this.normal));
    const gaps = this.sliceOffsetsMm.slice(1).map((offset, k) => offset - this.sliceOffsetsMm[k]);
    if (gaps.some((gap) => !(gap > 0))) {
      throw geometryError('slice positions must ascend along the normal without duplicates');
    }
    const thickness =
      options.sliceThicknessMm && options.sliceThicknessMm > 0 ? options.sliceThicknessMm : 1;
    const mean = gaps.length > 0 ? this.sliceOffsetsMm[gaps.length] / gaps.length : thickness;
    this.size = [columns, rows, slicePositionsLps.length];
    this.spacingMm = [pixelSpacingMm[0], pixelSpacingMm[1], mean];
    this.isEven = gaps.every((gap) => Math.abs(gap - mean) <= EVEN_TOLERANCE * mean);
    this.isSheared = slicePositionsLps.some((position, k) => {
      const onNormal = add(first, scale(this.normal, this.sliceOffsetsMm[k]));
      return length(subtract(position, onNormal)) > SHEAR_TOLERANCE_MM;
    });
  }

  /** Number of voxels. */
  get voxelCount(): number {
    return this.size[0] * this.size[1] * this.size[2];
  }

  /** The largest deviation of a slice gap from the mean, as a share of the mean; 0 for one or two slices. */
  get unevenness(): number {
    const mean = this.spacingMm[2];
    let worst = 0;
    for (let k = 1; k < this.sliceOffsetsMm.length; k++) {
      const gap = this.sliceOffsetsMm[k] - this.sliceOffsetsMm[k - 1];
      worst = Math.max(worst, Math.abs(gap - mean) / mean);
    }
    return worst;
  }

  /** Centre of a voxel in LPS (mm). `k` may be fractional: positions between slices are interpolated. */
  ijkToLps(ijk: Vec3): Vec3 {
    const inPlane = add(
      scale(this.rowDirection, ijk[0] * this.spacingMm[0]),
      scale(this.columnDirection, ijk[1] * this.spacingMm[1])
    );
    return add(this.slicePosition(ijk[2]), inPlane);
  }

  /** Continuous voxel index of a point in LPS (mm); outside the slices the end gaps are continued. */
  lpsToIjk(pointLps: Vec3): Vec3 {
    const offset = dot(subtract(pointLps, this.slicePositionsLps[0]), this.normal);
    const k = this.sliceIndexAt(offset);
    const inPlane = subtract(pointLps, this.slicePosition(k));
    const alongRow = dot(inPlane, this.rowDirection);
    const alongColumn = dot(inPlane, this.columnDirection);
    const square = 1 - this.#cosine * this.#cosine;
    return [
      (alongRow - this.#cosine * alongColumn) / square / this.spacingMm[0],
      (alongColumn - this.#cosine * alongRow) / square / this.spacingMm[1],
      k,
    ];
  }

  /** Extent along the normal that slice `k` stands for (mm): half the distance to each neighbour, whole at the ends. */
  sliceExtentMm(k: number): number {
    const last = this.size[2] - 1;
    if (last === 0) return this.spacingMm[2];
    const offsets = this.sliceOffsetsMm;
    const before = k > 0 ? offsets[k] - offsets[k - 1] : offsets[1] - offsets[0];
    const after = k < last ? offsets[k + 1] - offsets[k] : offsets[last] - offsets[last - 1];
    return (before + after) / 2;
  }

  /** Volume of one voxel of slice `k` (mm³). */
  voxelVolumeMm3(k: number): number {
    return this.spacingMm[0] * this.spacingMm[1] * this.sliceExtentMm(k);
  }

  /** True when both grids have the same size and their corner voxels lie within `toleranceMm` of each other. */
  matches(other: Geometry, toleranceMm = 0.01): boolean {
    if (this.size.some((value, axis) => value !== other.size[axis])) return false;
    const [i, j] = [this.size[0] - 1, this.size[1] - 1];
    return this.slicePositionsLps.every((_, k) =>
      [[0, 0, k] as const, [i, 0, k] as const, [0, j, k] as const].every(
        (corner) => length(subtract(this.ijkToLps(corner), other.ijkToLps(corner))) <= toleranceMm
      )
    );
  }

  /** Plain data from which an equal geometry can be made, for example on the other side of a worker. */
  toOptions(): GeometryOptions {
    return {
      columns: this.size[0],
      rows: this.size[1],
      pixelSpacingMm: [this.spacingMm[0], this.spacingMm[1]],
      rowDirection: this.rowDirection,
      columnDirection: this.columnDirection,
      slicePositionsLps: this.slicePositionsLps,
      sliceThicknessMm: this.size[2] === 1 ? this.spacingMm[2] : undefined,
    };
  }

  private slicePosition(k: number): Vec3 {
    const last = this.size[2] - 1;
    if (last === 0)
      return add(this.slicePositionsLps[0], scale(this.normal, k * this.spacingMm[2]));
    const low = Math.min(Math.max(0, Math.floor(k)), last - 1);
    const step = subtract(this.slicePositionsLps[low + 1], this.slicePositionsLps[low]);
    return add(this.slicePositionsLps[low], scale(step, k - low));
  }

  private sliceIndexAt(offsetMm: number): number {
    const offsets = this.sliceOffsetsMm;
    const last = offsets.length - 1;
    if (last === 0) return offsetMm / this.spacingMm[2];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (offsets[middle] <= offsetMm) low = middle;
      else high = middle;
    }
    return low + (offsetMm - offsets[low]) / (offsets[low + 1] - offsets[low]);
  }
}

function requirePositive(name: string, value: number): void {
  if (!(value > 0) || !Number.isFinite(value)) {
    throw geometryError(`${name} is ${value}, it must be a positive number`);
  }
}

function requireCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw geometryError(`${name} is ${value}, it must be a whole number from 1`);
  }
}

function geometryError(why: string): CordonError {
  return new CordonError({
    code: 'GEOMETRY_INVALID',
    what: 'The image series has no usable geometry',
    why,
    remedy: 'choose a series with image positions, orientation and pixel spacing',
  });
}
