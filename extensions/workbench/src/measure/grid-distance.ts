/**
 * @file Distance from voxels to the nearest of other voxels on a grid whose slices lie on one normal, by a separable exact transform
 * (Meijster et al. 2000 within slices; between slices, which may be uneven, by looking outwards until nothing can be nearer).
 *
 * Complexity O(v) for the v voxels of the box around both sets, and O(s) slices a query at most; 4 bytes a voxel of that box.
 */
import type { Geometry } from '../volume/geometry';
import { add, length, scale, subtract } from '../volume/vector';

/** Distance (mm) of each voxel of `from` to the nearest of `to`; both linear indexes in the grid, `to` not empty. */
export function gridDistances(
  geometry: Geometry,
  from: Uint32Array,
  to: Uint32Array
): Float64Array {
  const frame = frameAround(geometry, from, to);
  const slices = nearestInSlices(geometry, frame, to);
  const [sx, sy] = geometry.spacingMm;
  const offsets = geometry.sliceOffsetsMm;
  const distances = new Float64Array(from.length);
  for (let n = 0; n < from.length; n++) {
    const { x, y, k } = positionIn(frame, geometry, from[n]);
    const at = x + frame.width * y;
    let best2 = Infinity;
    const look = (slice: number): boolean => {
      const dz = offsets[slice] - offsets[k];
      if (dz * dz >= best2) return false;
      const nearest = slices.get(slice);
      if (nearest) {
        const row = nearest.rows[at];
        const dx = (nearest.columns[x + frame.width * row] - x) * sx;
        const dy = (row - y) * sy;
        best2 = Math.min(best2, dx * dx + dy * dy + dz * dz);
      }
      return true;
    };
    for (let slice = k; slice < frame.toK && look(slice); slice++);
    for (let slice = k - 1; slice >= frame.fromK && look(slice); slice--);
    distances[n] = Math.sqrt(best2);
  }
  return distances;
}

/** Slices displaced sideways by less than this count as straight here (mm); distances are off by no more than that. */
export const STRAIGHT_MM = 0.001;

/**
 * Whether all slices lie on one normal, so that the transform holds. Stricter than `isSheared`, which forgives 0.01 mm: that much
 * would be seen in the distances.
 */
export function isStraight({ slicePositionsLps, sliceOffsetsMm, normal }: Geometry): boolean {
  const [first] = slicePositionsLps;
  return slicePositionsLps.every((position, k) => {
    const onNormal = add(first, scale(normal, sliceOffsetsMm[k]));
    return length(subtract(position, onNormal)) < STRAIGHT_MM;
  });
}

/** Number of voxels in the box around both sets: what the transform has to visit and to hold. */
export function frameVoxels(geometry: Geometry, a: Uint32Array, b: Uint32Array): number {
  const { width, height, fromK, toK } = frameAround(geometry, a, b);
  return width * height * (toK - fromK);
}

interface Frame {
  readonly fromI: number;
  readonly fromJ: number;
  readonly width: number;
  readonly height: number;
  readonly fromK: number;
  readonly toK: number;
}

interface SliceNearest {
  /** For each pixel of the frame the row of the nearest voxel of the slice. */
  readonly rows: Int16Array;
  /** For each pixel the column of the nearest voxel in its own row; -1 where the row has none. */
  readonly columns: Int16Array;
}

function frameAround(geometry: Geometry, a: Uint32Array, b: Uint32Array): Frame {
  const [columns, rows, slices] = geometry.size;
  let [i0, i1, j0, j1, k0, k1] = [columns, -1, rows, -1, slices, -1];
  for (const set of [a, b]) {
    for (const voxel of set) {
      const i = voxel % columns;
      const line = (voxel - i) / columns;
      const j = line % rows;
      const k = (line - j) / rows;
      if (i < i0) i0 = i;
      if (i > i1) i1 = i;
      if (j < j0) j0 = j;
      if (j > j1) j1 = j;
      if (k < k0) k0 = k;
      if (k > k1) k1 = k;
    }
  }
  return { fromI: i0, fromJ: j0, width: i1 - i0 + 1, height: j1 - j0 + 1, fromK: k0, toK: k1 + 1 };
}

function positionIn({ fromI, fromJ }: Frame, { size: [columns, rows] }: Geometry, voxel: number) {
  const i = voxel % columns;
  const line = (voxel - i) / columns;
  const j = line % rows;
  return { x: i - fromI, y: j - fromJ, k: (line - j) / rows };
}

/** For each slice that holds voxels the nearest of them to every pixel of the frame. */
function nearestInSlices(
  geometry: Geometry,
  frame: Frame,
  voxels: Uint32Array
): ReadonlyMap<number, SliceNearest> {
  const { width, height } = frame;
  const marks = new Map<number, Int16Array>();
  for (const voxel of voxels) {
    const { x, y, k } = positionIn(frame, geometry, voxel);
    let columns = marks.get(k);
    if (!columns) marks.set(k, (columns = new Int16Array(width * height).fill(-1)));
    columns[x + width * y] = x;
  }
  const found = new Map<number, SliceNearest>();
  const [sx, sy] = geometry.spacingMm;
  for (const [k, columns] of marks) {
    for (let y = 0; y < height; y++) spreadInRow(columns.subarray(y * width, (y + 1) * width));
    found.set(k, { columns, rows: nearestRows(columns, width, height, (sx / sy) ** 2) });
  }
  return found;
}

/** Turns a row of marks (own index or -1) into the index of the nearest mark everywhere. */
function spreadInRow(row: Int16Array): void {
  let last = -1;
  for (let x = 0; x < row.length; x++) {
    if (row[x] >= 0) last = x;
    else row[x] = last;
  }
  let next = -1;
  for (let x = row.length - 1; x >= 0; x--) {
    if (row[x] === x) next = x;
    else if (next >= 0 && (row[x] < 0 || next - x < x - row[x])) row[x] = next;
  }
}

/** The row with the nearest mark, by the lower envelope of parabolas down each column; distances in row spacings. */
function nearestRows(
  columns: Int16Array,
  width: number,
  height: number,
  columnSquare: number
): Int16Array {
  const rows = new Int16Array(width * height);
  const vertices = new Int32Array(height);
  const heights = new Float64Array(height);
  const starts = new Float64Array(height + 1);
  for (let x = 0; x < width; x++) {
    let count = 0;
    for (let y = 0; y < height; y++) {
      const column = columns[x + width * y];
      if (column < 0) continue;
      const value = (column - x) ** 2 * columnSquare + y * y;
      let start = -Infinity;
      while (count > 0) {
        const top = count - 1;
        start = (value - heights[top]) / (2 * (y - vertices[top]));
        if (start > starts[top]) break;
        count--;
        start = -Infinity;
      }
      vertices[count] = y;
      heights[count] = value;
      starts[count] = start;
      count++;
    }
    for (let y = 0, piece = 0; y < height; y++) {
      while (piece + 1 < count && starts[piece + 1] < y) piece++;
      rows[x + width * y] = vertices[piece];
    }
  }
  return rows;
}
