/**
 * @file On which grid the frames lie, and where on it. A frame fits a grid when each of its pixels is one voxel: also
 * cropped, flipped or standing upright on it, as other programs write them.
 */
import {
  add,
  dot,
  Geometry,
  length,
  scale,
  subtract,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { overLimit } from '../../part10/errors';
import type { ReadLimits } from '../../part10/limits';
import { PARALLEL_DEGREES, planeAngleDegrees, type Plane } from '../../series/plane';
import { noPlace, otherGrid } from '../errors';
import { planeKey, type PlaneKey } from '../request';
import type { FrameTable } from './frame-table';

/** Where a frame lies: voxel of pixel (0, 0), and the step to the next column and the next row. */
export interface Placement {
  readonly originIjk: Vec3;
  readonly columnStep: Vec3;
  readonly rowStep: Vec3;
}

/** A pixel may lie this far (voxels) from the centre of its voxel. */
const TOLERANCE = 0.25;

const rounded = (v: Vec3): Vec3 => [Math.round(v[0]), Math.round(v[1]), Math.round(v[2])];
const isUnit = (v: Vec3): boolean => v.filter((part) => part !== 0).length === 1 && length(v) === 1;

/** Where a frame lies on a grid; undefined when its pixels are not voxels of it. */
export function placeFrame(
  plane: Plane,
  rows: number,
  columns: number,
  grid: Geometry
): Placement | undefined {
  const corner = (column: number, row: number): Vec3 =>
    grid.lpsToIjk(
      add(
        plane.positionLps,
        add(
          scale(plane.rowDirection, column * plane.pixelSpacingMm[0]),
          scale(plane.columnDirection, row * plane.pixelSpacingMm[1])
        )
      )
    );
  const origin = corner(0, 0);
  const originIjk = rounded(origin);
  const step = (end: Vec3, count: number): Vec3 => rounded(scale(subtract(end, origin), 1 / count));
  // A frame of one column or row still has a direction: look one pixel further.
  const columnStep = step(corner(Math.max(1, columns - 1), 0), Math.max(1, columns - 1));
  const rowStep = step(corner(0, Math.max(1, rows - 1)), Math.max(1, rows - 1));
  if (!isUnit(columnStep) || !isUnit(rowStep) || dot(columnStep, rowStep) !== 0) return undefined;
  if (!grid.isEven && (columnStep[2] !== 0 || rowStep[2] !== 0)) return undefined;
  for (const [column, row] of [
    [0, 0],
    [columns - 1, 0],
    [0, rows - 1],
    [columns - 1, rows - 1],
  ]) {
    const expected = add(originIjk, add(scale(columnStep, column), scale(rowStep, row)));
    const error = subtract(corner(column, row), expected);
    if (error.some((part) => Math.abs(part) > TOLERANCE)) return undefined;
  }
  return { originIjk, columnStep, rowStep };
}

/** Placement of a frame that covers slice `k` as it is. */
export const wholeSlice = (k: number): Placement => ({
  originIjk: [0, 0, k],
  columnStep: [1, 0, 0],
  rowStep: [0, 1, 0],
});

/** True when a placement is that of a whole slice in its usual orientation. */
export const isWholeSlice = ({ originIjk, columnStep, rowStep }: Placement): boolean =>
  originIjk[0] === 0 && originIjk[1] === 0 && columnStep[0] === 1 && rowStep[1] === 1;

export interface OwnGrid {
  readonly geometry: Geometry;
  readonly slices: readonly (PlaneKey | undefined)[];
}

/** The grid that the frames themselves make up; planes left out because they are empty are filled in. */
export function ownGrid(table: FrameTable, limits: ReadLimits): OwnGrid {
  const planes = table.frames.map(({ plane }) => plane);
  const reference = planes[0];
  if (!reference || planes.some((plane) => plane === undefined)) {
    throw noPlace('its frames have no position, orientation or pixel spacing');
  }
  const placed = table.frames.map((frame) => ({ source: frame.source, plane: frame.plane! }));
  const worst = Math.max(...placed.map(({ plane }) => planeAngleDegrees(plane, reference)));
  if (worst > PARALLEL_DEGREES) {
    throw otherGrid(`its frames are turned against each other by up to ${worst.toFixed(1)}°`);
  }
  const sorted = placed
    .map((entry) => ({ ...entry, offset: dot(entry.plane.positionLps, reference.normal) }))
    .sort((a, b) => a.offset - b.offset);
  const distinct = sorted.filter(
    (one, at) => at === 0 || one.offset - sorted[at - 1].offset > 0.005
  );
  const filled = fillGaps(distinct, table.spacingMm);
  if (table.rows * table.columns * filled.length > limits.voxels) {
    throw overLimit(
      `${table.columns} × ${table.rows} × ${filled.length} voxels exceed the limit of ${limits.voxels}`
    );
  }
  const geometry = new Geometry({
    columns: table.columns,
    rows: table.rows,
    pixelSpacingMm: reference.pixelSpacingMm,
    rowDirection: reference.rowDirection,
    columnDirection: reference.columnDirection,
    slicePositionsLps: filled.map(({ position }) => position),
    sliceThicknessMm: table.sliceThicknessMm ?? table.spacingMm,
  });
  return { geometry, slices: filled.map(({ source }) => source) };
}

interface GridSlice {
  readonly position: Vec3;
  readonly source?: PlaneKey;
}

/** At most this many empty planes are filled in for each plane that has a frame. */
const MOST_FILLED = 200;

function fillGaps(
  planes: readonly { readonly plane: Plane; readonly offset: number; readonly source?: PlaneKey }[],
  spacingMm: number | undefined
): GridSlice[] {
  const known = planes.map(({ plane, source }) => ({ position: plane.positionLps, source }));
  if (planes.length < 2) return known;
  const gaps = planes.slice(1).map(({ offset }, k) => offset - planes[k].offset);
  const smallest = Math.min(...gaps);
  const step = spacingMm !== undefined && fitsAll(gaps, spacingMm) ? spacingMm : smallest;
  const total = (planes[planes.length - 1].offset - planes[0].offset) / step;
  if (!fitsAll(gaps, step) || total > MOST_FILLED * planes.length) return known;
  const filled: GridSlice[] = [known[0]];
  gaps.forEach((gap, k) => {
    const count = Math.round(gap / step);
    const from = known[k].position;
    const along = scale(subtract(known[k + 1].position, from), 1 / count);
    for (let n = 1; n < count; n++) filled.push({ position: add(from, scale(along, n)) });
    filled.push(known[k + 1]);
  });
  return filled;
}

const fitsAll = (gaps: readonly number[], step: number): boolean =>
  gaps.every((gap) => {
    const count = Math.round(gap / step);
    return count >= 1 && Math.abs(gap - count * step) <= 0.05 * step;
  });

/** Slice numbers by the image that each slice is. */
export const slicesByKey = (slices: readonly PlaneKey[]): ReadonlyMap<string, number> =>
  new Map(slices.map((slice, k) => [planeKey(slice), k]));
