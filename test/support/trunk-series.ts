/**
 * A CT of a simple trunk, the same cross-section in every slice but for its marrow: soft tissue in air, two bones whose marrow is
 * closed at both ends, on a table. How many voxels each has is known.
 */
import type { TestSeries } from './series';

const [COLUMNS, ROWS, SLICES] = [64, 64, 16];
const HU = { air: -1000, tissue: 40, bone: 600, table: 300 } as const;
/** Centres of the bones, mirrored about the middle of the body. */
const BONES = [
  [21, 34],
  [43, 34],
] as const;

const isTissue = (i: number, j: number) => ((i - 32) / 27) ** 2 + ((j - 30) / 22) ** 2 <= 1;
const boneDistance = (i: number, j: number) =>
  Math.min(...BONES.map(([x, y]) => Math.hypot(i - x, j - y)));
const isBone = (i: number, j: number) => boneDistance(i, j) <= 6;
const isMarrow = (i: number, j: number, k: number) => k >= 4 && k < 12 && boneDistance(i, j) <= 2.5;

function hounsfield(i: number, j: number, k: number): number {
  if (j >= 60 && j < 62) return HU.table;
  if (isMarrow(i, j, k)) return HU.tissue;
  if (isBone(i, j)) return HU.bone;
  return isTissue(i, j) ? HU.tissue : HU.air;
}

export const trunkSeries = (patientName: string, uid: string): TestSeries => ({
  patientName,
  uid,
  rows: ROWS,
  columns: COLUMNS,
  slices: SLICES,
  pixels: (slice) => {
    const values = Int16Array.from({ length: ROWS * COLUMNS }, (_, at) =>
      hounsfield(at % COLUMNS, Math.floor(at / COLUMNS), slice)
    );
    return new Uint8Array(values.buffer);
  },
});

function count(inside: (i: number, j: number, k: number) => boolean, slices = SLICES): number {
  let voxels = 0;
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < ROWS; j++) for (let i = 0; i < COLUMNS; i++) if (inside(i, j, k)) voxels++;
  return voxels;
}

/** Voxels of the body in the whole series and in one slice. */
export const TRUNK = { body: count(isTissue), bodySlice: count(isTissue, 1) } as const;
