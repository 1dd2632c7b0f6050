/**
 * @file The voxels under a brush that is drawn across a plane of any direction.
 */
import type { Geometry } from '../volume/geometry';
import { add, dot, length, scale, subtract, type Vec3 } from '../volume/vector';
import { linearIndex, runsOfVoxels, type VoxelRuns } from './voxel-runs';

/** One slice of the grid: `axis` 2 is a slice as acquired. */
export interface SlicePlane {
  readonly axis: 0 | 1 | 2;
  readonly index: number;
}

/** What a viewport shows: a slice of the grid, or a plane across it. */
export type DrawingPlane =
  | ({ readonly kind: 'slice' } & SlicePlane)
  | { readonly kind: 'oblique'; readonly pointLps: Vec3; readonly normal: Vec3 };

export interface Stroke {
  /** From the last position of the brush to this one (LPS, mm). */
  readonly fromLps: Vec3;
  readonly toLps: Vec3;
  readonly radiusMm: number;
  readonly plane: DrawingPlane;
}

/**
 * Voxels of the plane whose centre lies within `radiusMm` of the line from `fromLps` to `toLps`, and those under the ends
 * whatever the radius; nothing outside of the image. Complexity O(voxels around the stroke).
 */
export function strokeVoxels(stroke: Stroke, geometry: Geometry): VoxelRuns {
  const { size } = geometry;
  const onPlane = planeTest(stroke.plane, geometry);
  const [low, high] = bounds(stroke, geometry);
  const found: number[] = [];
  for (let k = low[2]; k <= high[2]; k++) {
    for (let j = low[1]; j <= high[1]; j++) {
      for (let i = low[0]; i <= high[0]; i++) {
        const ijk: Vec3 = [i, j, k];
        if (!onPlane(ijk)) continue;
        if (inPlaneDistance(geometry.ijkToLps(ijk), stroke, geometry) <= stroke.radiusMm) {
          found.push(linearIndex(ijk, size));
        }
      }
    }
  }
  for (const end of [stroke.fromLps, stroke.toLps]) {
    const ijk = voxelAt(end, geometry, stroke.plane);
    if (isInImage(ijk, size)) found.push(linearIndex(ijk, size));
  }
  return runsOfVoxels(found);
}

/** The voxel at a point; in the slice that is shown where a slice is shown. May lie outside of the image. */
export function voxelAt(pointLps: Vec3, geometry: Geometry, plane?: DrawingPlane): Vec3 {
  const ijk = geometry.lpsToIjk(pointLps).map(Math.round) as [number, number, number];
  if (plane?.kind === 'slice') ijk[plane.axis] = plane.index;
  return ijk;
}

export const isInImage = (ijk: Vec3, size: Vec3): boolean =>
  ijk.every((value, axis) => value >= 0 && value < size[axis]);

/** Whether a voxel belongs to a plane: to its slice, or cut by the oblique plane. */
export function planeTest(plane: DrawingPlane, geometry: Geometry): (ijk: Vec3) => boolean {
  if (plane.kind === 'slice') return (ijk) => ijk[plane.axis] === plane.index;
  const { normal, pointLps } = plane;
  const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
  const half =
    directions.reduce(
      (sum, direction, axis) => sum + Math.abs(dot(direction, normal)) * geometry.spacingMm[axis],
      0
    ) / 2;
  return (ijk) => Math.abs(dot(subtract(geometry.ijkToLps(ijk), pointLps), normal)) <= half;
}

function planeNormal(plane: DrawingPlane, geometry: Geometry): Vec3 {
  if (plane.kind === 'oblique') return plane.normal;
  return [geometry.rowDirection, geometry.columnDirection, geometry.normal][plane.axis];
}

/** Distance of a point from the line of the stroke, measured along the plane (mm). */
function inPlaneDistance(
  pointLps: Vec3,
  { fromLps, toLps, plane }: Stroke,
  geometry: Geometry
): number {
  const normal = planeNormal(plane, geometry);
  const flat = (vector: Vec3) => subtract(vector, scale(normal, dot(vector, normal)));
  const line = flat(subtract(toLps, fromLps));
  const offset = flat(subtract(pointLps, fromLps));
  const square = dot(line, line);
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, dot(offset, line) / square));
  return length(subtract(offset, scale(line, share)));
}

/** Smallest and largest voxel index that the stroke can touch, clipped to the image. */
function bounds(stroke: Stroke, geometry: Geometry): readonly [Vec3, Vec3] {
  const { fromLps, toLps, radiusMm, plane } = stroke;
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const reach = radiusMm + Math.max(...geometry.spacingMm);
  const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
  for (const end of [fromLps, toLps]) {
    for (const axis of [0, 1, 2] as const) {
      for (const sign of [-1, 1]) {
        const index = geometry.lpsToIjk(add(end, scale(directions[axis], sign * reach)))[axis];
        low[axis] = Math.min(low[axis], Math.floor(index));
        high[axis] = Math.max(high[axis], Math.ceil(index));
      }
    }
  }
  if (plane.kind === 'slice') low[plane.axis] = high[plane.axis] = plane.index;
  const last = geometry.size.map((extent) => extent - 1);
  return [
    low.map((value) => Math.max(0, value)) as unknown as Vec3,
    high.map((value, axis) => Math.min(last[axis], value)) as unknown as Vec3,
  ];
}
