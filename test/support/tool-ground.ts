/**
 * A CT to try every tool on, each in a slice of its own: a trunk with two lungs, a bone with marrow, a lesser bone, and a sheet of
 * metal in the midline. The cross-section is the same in every slice of one plane: the axial one, or the coronal one.
 */
import type { BoardGrid, Plane, Voxel } from './ct-board';
import type { TestSeries } from './series';

/** Across and down a slice (mm). */
export type Place = readonly [number, number];

const HU = { air: -1000, lung: -850, tissue: 40, bone: 600, metal: 900 } as const;
/** Metal is brighter than this. */
export const BRIGHTEST_BONE = 700;

/** Places in a slice. */
export const PLACES = {
  tissue: [33, 30],
  marrow: [14.5, 34],
  /** Above the marrow, in the middle of the bone. */
  bone: [14.5, 28],
} as const satisfies Readonly<Record<string, Place>>;

const LUNGS: readonly Place[] = [
  [17, 16],
  [33, 16],
];

const distance = ([x, y]: Place, [a, b]: Place) => Math.hypot(x - a, y - b);

function hounsfield(at: Place): number {
  const [x, y] = at;
  if (x > 24.8 && x < 26.3 && y > 10 && y < 48) return HU.metal;
  const fromMarrow = distance(at, PLACES.marrow);
  if (fromMarrow > 3 && fromMarrow < 9.5) return HU.bone;
  if (distance(at, [38, 40]) < 5) return HU.bone;
  if (LUNGS.some((lung) => distance(at, lung) < 4.5)) return HU.lung;
  return ((x - 25) / 22) ** 2 + ((y - 28) / 24) ** 2 < 1 ? HU.tissue : HU.air;
}

/** What learns from the surroundings of a click needs more than one value. */
const texture = (i: number, j: number) => ((i * 7 + j * 3) % 5) * 4 - 8;

/** Of every series that is made for tests. */
const SPACING_MM: Voxel = [0.7, 0.9, 2.5];
const COLUMNS = 72;

/** A ground in a plane. */
export interface Ground {
  readonly plane: Plane;
  readonly series: TestSeries;
  readonly grid: BoardGrid;
  /** The voxel at a place of a slice. */
  voxel(at: Place, slice: number): Voxel;
}

type About = Pick<TestSeries, 'patientName' | 'uid' | 'image'>;

/** The same in every axial slice. */
export function axialGround(about: About, slices: number): Ground {
  const rows = 64;
  const values = new Int16Array(rows * COLUMNS);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < COLUMNS; i++)
      values[j * COLUMNS + i] = hounsfield([i * SPACING_MM[0], j * SPACING_MM[1]]) + texture(i, j);
  const pixels = () => new Uint8Array(values.buffer);
  return {
    plane: 'axial',
    series: { ...about, rows, columns: COLUMNS, slices, pixels },
    grid: gridOf([36, 30, 0]),
    voxel: ([x, y], slice) => [x / SPACING_MM[0], y / SPACING_MM[1], slice],
  };
}

/** The same in every coronal slice, of `deep`; behind them is air, so that a sagittal slice is not of one value. */
export function coronalGround(about: About, deep: number): Ground {
  const slices = 24;
  const rows = deep + 8;
  const pixels = (k: number) => {
    const values = Int16Array.from({ length: rows * COLUMNS }, (_, at) => {
      const i = at % COLUMNS;
      if (at >= deep * COLUMNS) return HU.air;
      return hounsfield([i * SPACING_MM[0], (slices - 1 - k) * SPACING_MM[2]]) + texture(i, k);
    });
    return new Uint8Array(values.buffer);
  };
  return {
    plane: 'coronal',
    series: { ...about, rows, columns: COLUMNS, slices, pixels },
    grid: gridOf([36, 0, 12]),
    // Upwards in the patient is upwards on the screen.
    voxel: ([x, y], slice) => [x / SPACING_MM[0], slice, slices - 1 - y / SPACING_MM[2]],
  };
}

const gridOf = (middle: Voxel): BoardGrid => ({
  originLps: [10, 10, 10],
  spacingMm: SPACING_MM,
  middle,
});
