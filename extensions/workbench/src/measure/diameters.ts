/**
 * @file Long and short axis of a segment, slice by slice and in space.
 *
 * The outline of a segment runs half way between a voxel inside and its neighbour outside (the vertices of a marching
 * cubes mesh at 0.5), so that a disc of diameter d measures d and not d minus a pixel.
 * In a slice the long axis is the largest distance between two points of the outline, the short axis the longest chord of
 * its convex hull at right angles to it (as a reader draws RECIST 1.1 lines). In space the long axis is the largest
 * distance between two points of the surface (IBSI: maximum 3D diameter), the short axis the largest extent at right
 * angles to it. Complexity O(n + h²) for n voxels and h corners of the slices' hulls.
 */
import type { Geometry } from '../volume/geometry';
import { add, cross, dot, length, normalize, scale, subtract, type Vec3 } from '../volume/vector';
import { convexHull, farthestPair, longestChord, type Point2 } from './convex-hull';
import { paddedMask, type PaddedMask, type SegmentVoxels } from './segment-voxels';

/** A straight line between two points of the patient (mm, LPS). */
export interface Axis {
  readonly fromLps: Vec3;
  readonly toLps: Vec3;
  readonly lengthMm: number;
}

export interface AxisPair {
  readonly longAxis: Axis;
  readonly shortAxis: Axis;
}

export interface SliceDiameters extends AxisPair {
  /** Slice index. */
  readonly k: number;
}

export interface SpatialDiameters {
  readonly longAxis: Axis;
  /** Largest extent at right angles to the long axis (mm). */
  readonly shortAxisMm: number;
}

/** Axes of the segment in every slice that it touches, ascending. */
export function sliceDiameters(segment: SegmentVoxels): readonly SliceDiameters[] {
  const mask = paddedMask(segment);
  if (!mask) return [];
  const found: SliceDiameters[] = [];
  for (let plane = 1; plane < mask.size[2] - 1; plane++) {
    const k = mask.originIjk[2] + plane;
    const hull = convexHull(outlineInSlice(mask, plane, segment.geometry));
    if (hull.length > 0) found.push({ k, ...axesOf(hull, segment.geometry, k) });
  }
  return found;
}

/** The slice with the longest axis; undefined for an empty segment. */
export function largestSliceDiameters(segment: SegmentVoxels): SliceDiameters | undefined {
  let largest: SliceDiameters | undefined;
  for (const slice of sliceDiameters(segment)) {
    if (!largest || slice.longAxis.lengthMm > largest.longAxis.lengthMm) largest = slice;
  }
  return largest;
}

/** Axes in space; undefined for an empty segment. */
export function spatialDiameters(segment: SegmentVoxels): SpatialDiameters | undefined {
  const mask = paddedMask(segment);
  if (!mask) return undefined;
  const { geometry } = segment;
  const candidates: Vec3[] = [];
  for (let plane = 0; plane < mask.size[2]; plane++) {
    const k = mask.originIjk[2] + plane;
    const inSlice = convexHull(outlineInSlice(mask, plane, geometry));
    const above = convexHull(outlineAboveSlice(mask, plane, geometry));
    candidates.push(...inSlice.map((point) => toLps(point, geometry, k)));
    candidates.push(...above.map((point) => toLps(point, geometry, k + 0.5)));
  }
  const [fromLps, toLpsPoint] = farthestInSpace(candidates);
  const longAxis = axisBetween(fromLps, toLpsPoint);
  const direction = normalize(subtract(toLpsPoint, fromLps));
  const [u, v] = planeAcross(direction);
  const shadow = convexHull(candidates.map((point) => [dot(point, u), dot(point, v)]));
  const [a, b] = farthestPair(shadow);
  return { longAxis, shortAxisMm: Math.hypot(a[0] - b[0], a[1] - b[1]) };
}

function axesOf(hull: readonly Point2[], geometry: Geometry, k: number): AxisPair {
  const [a, b] = farthestPair(hull);
  const size = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const across: Point2 = [-(b[1] - a[1]) / size, (b[0] - a[0]) / size];
  const [c, d] = longestChord(hull, across);
  return {
    longAxis: axisBetween(toLps(a, geometry, k), toLps(b, geometry, k)),
    shortAxis: axisBetween(toLps(c, geometry, k), toLps(d, geometry, k)),
  };
}

const axisBetween = (fromLps: Vec3, toLps: Vec3): Axis => ({
  fromLps,
  toLps,
  lengthMm: length(subtract(toLps, fromLps)),
});

/** A point of slice `k`, given in mm along rows and columns from its first voxel. */
function toLps([x, y]: Point2, geometry: Geometry, k: number): Vec3 {
  const inPlane = add(scale(geometry.rowDirection, x), scale(geometry.columnDirection, y));
  return add(geometry.ijkToLps([0, 0, k]), inPlane);
}

/** Points half way between neighbours in a slice of which one is inside; of a run only the ends, which the hull needs. */
function outlineInSlice(mask: PaddedMask, plane: number, geometry: Geometry): Point2[] {
  const [width, height] = mask.size;
  const points: Point2[] = [];
  for (let j = 1; j < height - 1; j++) {
    const row = rowOf(mask, j, plane);
    const first = row.indexOf(1);
    if (first < 0) continue;
    const last = row.lastIndexOf(1);
    points.push(position(first - 0.5, j), position(last + 0.5, j));
  }
  for (let i = 1; i < width - 1; i++) {
    const at = (j: number) => mask.voxels[i + width * (j + height * plane)];
    let first = 0;
    while (first < height && at(first) === 0) first++;
    if (first === height) continue;
    let last = height - 1;
    while (at(last) === 0) last--;
    points.push(position(i, first - 0.5), position(i, last + 0.5));
  }
  return points;

  function position(i: number, j: number): Point2 {
    return planePosition(mask, geometry, i, j);
  }
}

/** Points between a slice and the next where only one of them is inside; of each row only the outermost. */
function outlineAboveSlice(mask: PaddedMask, plane: number, geometry: Geometry): Point2[] {
  if (plane === mask.size[2] - 1) return [];
  const points: Point2[] = [];
  for (let j = 1; j < mask.size[1] - 1; j++) {
    const [below, above] = [rowOf(mask, j, plane), rowOf(mask, j, plane + 1)];
    let first = 0;
    while (first < below.length && below[first] === above[first]) first++;
    if (first === below.length) continue;
    let last = below.length - 1;
    while (below[last] === above[last]) last--;
    points.push(planePosition(mask, geometry, first, j), planePosition(mask, geometry, last, j));
  }
  return points;
}

const planePosition = (mask: PaddedMask, geometry: Geometry, i: number, j: number): Point2 => [
  (mask.originIjk[0] + i) * geometry.spacingMm[0],
  (mask.originIjk[1] + j) * geometry.spacingMm[1],
];

function rowOf({ voxels, size }: PaddedMask, j: number, plane: number): Uint8Array {
  const start = size[0] * (j + size[1] * plane);
  return voxels.subarray(start, start + size[0]);
}

function farthestInSpace(points: readonly Vec3[]): readonly [Vec3, Vec3] {
  const flat = Float64Array.from(points.flat());
  let [best, from, to] = [-1, 0, 0];
  for (let a = 0; a < flat.length; a += 3) {
    const [ax, ay, az] = [flat[a], flat[a + 1], flat[a + 2]];
    for (let b = a + 3; b < flat.length; b += 3) {
      const x = flat[b] - ax;
      const y = flat[b + 1] - ay;
      const z = flat[b + 2] - az;
      const distance2 = x * x + y * y + z * z;
      if (distance2 > best) {
        best = distance2;
        from = a / 3;
        to = b / 3;
      }
    }
  }
  return [points[from], points[to]];
}

/** Two unit vectors at right angles to `direction` and to each other. */
function planeAcross(direction: Vec3): readonly [Vec3, Vec3] {
  const helper: Vec3 = Math.abs(direction[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
  const u = normalize(cross(direction, helper));
  return [u, cross(direction, u)];
}
