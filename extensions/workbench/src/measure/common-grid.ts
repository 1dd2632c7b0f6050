/**
 * @file Brings two segmentations of one image onto one grid without resampling: other order of axes, flipped, cropped, or
 * without their empty slices, as other programs store them. The voxel centres must coincide.
 */
import { CordonError } from '../errors/cordon-error';
import { Geometry } from '../volume/geometry';
import type { LabelLayer, LabelVolume } from '../volume/label-volume';
import { add, dot, scale, subtract, type Vec3 } from '../volume/vector';

/** Voxel centres may differ by this share of their distance and still be the same. */
const SAME_CENTRE = 0.1;
/** Single slices, which have no distance, are the same place when they are as near as this (mm). */
const SAME_PLACE_MM = 0.01;
/** Cosine above which two axes are parallel. */
const PARALLEL = 0.9999;

/**
 * Both volumes on the grid of the first, extended to hold the second. Throws `GRIDS_DIFFER` when that takes resampling.
 * Complexity O(n a layer); nothing is copied when the grids are equal.
 */
export function ontoCommonGrid(
  a: LabelVolume,
  b: LabelVolume
): readonly [LabelVolume, LabelVolume] {
  if (a.geometry.matches(b.geometry)) return [a, { ...b, geometry: a.geometry }];
  if (a.geometry.isSheared || b.geometry.isSheared) throw gridsDiffer(a.geometry, b.geometry);
  const frame = frameOf(a.geometry);
  const [axesA, axesB] = [axesIn(frame, a.geometry), axesIn(frame, b.geometry)];
  if (!axesA || !axesB) throw gridsDiffer(a.geometry, b.geometry);
  const merged = [0, 1, 2].map((axis) =>
    mergeCentres(axesA[axis].centresMm, axesB[axis].centresMm, axis < 2)
  );
  const [columns, rows, slices] = merged;
  if (!columns || !rows || !slices) throw gridsDiffer(a.geometry, b.geometry);
  const geometry = new Geometry({
    columns: columns.length,
    rows: rows.length,
    pixelSpacingMm: [a.geometry.spacingMm[0], a.geometry.spacingMm[1]],
    rowDirection: frame[0],
    columnDirection: frame[1],
    slicePositionsLps: slices.map((offset) =>
      [columns[0], rows[0], offset].reduce<Vec3>(
        (sum, mm, axis) => add(sum, scale(frame[axis], mm)),
        [0, 0, 0]
      )
    ),
    sliceThicknessMm: a.geometry.spacingMm[2],
  });
  const centres = [columns, rows, slices];
  return [moved(a, geometry, axesA, centres), moved(b, geometry, axesB, centres)];
}

type Frame = readonly [Vec3, Vec3, Vec3];

interface GridAxis {
  /** The axis of the volume (0 column, 1 row, 2 slice) that runs along this axis of the frame, either way. */
  readonly source: number;
  /** Position of each of its indexes along the axis of the frame, in the order of the indexes (mm). */
  readonly centresMm: readonly number[];
}

const frameOf = (geometry: Geometry): Frame => [
  geometry.rowDirection,
  geometry.columnDirection,
  geometry.normal,
];

function axesIn(frame: Frame, geometry: Geometry): readonly GridAxis[] | undefined {
  const origin = geometry.slicePositionsLps[0];
  const own = frameOf(geometry);
  const axes = frame.map((direction): GridAxis | undefined => {
    const source = own.findIndex((axis) => Math.abs(dot(axis, direction)) > PARALLEL);
    if (source < 0) return undefined;
    const centresMm = Array.from({ length: geometry.size[source] }, (_, index) => {
      const mm = source === 2 ? geometry.sliceOffsetsMm[index] : index * geometry.spacingMm[source];
      return dot(add(origin, scale(own[source], mm)), direction);
    });
    return { source, centresMm };
  });
  return axes.every((axis) => axis !== undefined) ? axes : undefined;
}

/** Ascending centres that hold both; undefined when they interleave, or are not evenly spaced where they must be. */
function mergeCentres(
  a: readonly number[],
  b: readonly number[],
  even: boolean
): readonly number[] | undefined {
  const step = Math.min(smallestGap(a), smallestGap(b));
  const all = [...a, ...b].sort((x, y) => x - y);
  if (step === Infinity) return all.filter((at, n) => n === 0 || at - all[n - 1] > SAME_PLACE_MM);
  const merged = all.filter((at, n) => n === 0 || at - all[n - 1] > SAME_CENTRE * step);
  if (smallestGap(merged) < (1 - 2 * SAME_CENTRE) * step) return undefined;
  if (!even || merged.length < 2) return merged;
  const count = Math.round((merged[merged.length - 1] - merged[0]) / step);
  const spacing = (merged[merged.length - 1] - merged[0]) / count;
  const isOnGrid = (at: number) => {
    const index = (at - merged[0]) / spacing;
    return Math.abs(index - Math.round(index)) <= SAME_CENTRE;
  };
  if (!merged.every(isOnGrid)) return undefined;
  return Array.from({ length: count + 1 }, (_, n) => merged[0] + n * spacing);
}

/** Infinity for a single centre. */
function smallestGap(centres: readonly number[]): number {
  let smallest = Infinity;
  for (let n = 1; n < centres.length; n++) {
    smallest = Math.min(smallest, Math.abs(centres[n] - centres[n - 1]));
  }
  return smallest;
}

function moved(
  labels: LabelVolume,
  geometry: Geometry,
  axes: readonly GridAxis[],
  centres: readonly (readonly number[])[]
): LabelVolume {
  const strides = [1, geometry.size[0], geometry.size[0] * geometry.size[1]];
  /** For each axis of the volume: what each of its indexes adds to the linear index in the common grid. */
  const steps: number[][] = [[], [], []];
  axes.forEach(({ source, centresMm }, axis) => {
    steps[source] = centresMm.map((at) => nearest(centres[axis], at) * strides[axis]);
  });
  const [columns, rows, slices] = labels.geometry.size;
  const layers = labels.layers.map((layer): LabelLayer => {
    const target =
      layer instanceof Uint8Array
        ? new Uint8Array(geometry.voxelCount)
        : new Uint16Array(geometry.voxelCount);
    for (let k = 0, at = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        const start = steps[1][j] + steps[2][k];
        for (let i = 0; i < columns; i++, at++) {
          if (layer[at] !== 0) target[start + steps[0][i]] = layer[at];
        }
      }
    }
    return target;
  });
  return { geometry, layers, segments: labels.segments };
}

function nearest(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle;
  }
  return value - ascending[low] <= ascending[high] - value ? low : high;
}

function gridsDiffer(a: Geometry, b: Geometry): CordonError {
  const describe = ({ size, spacingMm }: Geometry) =>
    `${size.join(' × ')} voxels of ${spacingMm.map((mm) => mm.toFixed(3)).join(' × ')} mm`;
  const between = subtract(b.slicePositionsLps[0], a.slicePositionsLps[0]);
  return new CordonError({
    code: 'GRIDS_DIFFER',
    what: 'The two segmentations cannot be compared',
    why: `their voxels lie at different places: ${describe(a)}, and ${describe(b)}, first voxels ${between
      .map((mm) => mm.toFixed(2))
      .join(', ')} mm apart`,
    remedy: 'compare segmentations of the same image, or bring both onto the grid of one',
  });
}
