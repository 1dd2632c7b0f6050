/**
 * @file Which slice of the grid a viewport shows, in any of the three directions of the grid.
 */
import { CordonError } from '../errors/cordon-error';
import type { Region } from '../method/contract';
import type { Geometry } from '../volume/geometry';
import type { DrawingPlane } from '../prompts/brush';
import { dot, normalize, type Vec3 } from '../volume/vector';

/** What we need of a viewport of the host, stack or volume. */
export interface PlaneViewport {
  getCurrentImageId?(): string | undefined;
  getCamera?(): {
    readonly focalPoint?: readonly number[];
    readonly viewPlaneNormal?: readonly number[];
  };
}

/** Cosine of the angle up to which a plane counts as parallel to the grid (about half a degree). */
const PARALLEL = 0.99996;

/** The slice of the grid in the viewport. Throws `PLANE_OBLIQUE` when the viewport cuts across the grid. */
export function shownSlice(
  viewport: PlaneViewport,
  geometry: Geometry,
  imageIds: readonly string[]
): Extract<Region, { kind: 'slice' }> {
  const { focalPoint, viewPlaneNormal } = viewport.getCamera?.() ?? {};
  if (focalPoint && viewPlaneNormal) {
    const across = normalize(vec3(viewPlaneNormal));
    const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
    const axis = directions.findIndex((direction) => Math.abs(dot(direction, across)) > PARALLEL);
    if (axis >= 0) {
      const index = Math.round(geometry.lpsToIjk(vec3(focalPoint))[axis]);
      const last = geometry.size[axis] - 1;
      return {
        kind: 'slice',
        axis: axis as 0 | 1 | 2,
        index: Math.min(Math.max(0, index), last),
      };
    }
  }
  const index = imageIds.indexOf(viewport.getCurrentImageId?.() ?? '');
  if (index >= 0) return { kind: 'slice', axis: 2, index };
  throw new CordonError({
    code: 'PLANE_OBLIQUE',
    what: 'There is no current slice',
    why: 'the active viewport shows a plane that cuts across the slices of the series',
    remedy: 'choose a viewport along the slices, or the whole volume as region',
  });
}

/** The plane that is drawn on in a viewport: a slice of the grid, or the plane across it. Nothing without a camera. */
export function drawingPlane(
  viewport: PlaneViewport,
  geometry: Geometry,
  imageIds: readonly string[]
): DrawingPlane | undefined {
  const { focalPoint, viewPlaneNormal } = viewport.getCamera?.() ?? {};
  if (!focalPoint || !viewPlaneNormal) return undefined;
  try {
    return shownSlice(viewport, geometry, imageIds);
  } catch (error) {
    if (!(error instanceof CordonError) || error.code !== 'PLANE_OBLIQUE') throw error;
    const normal = normalize(vec3(viewPlaneNormal));
    return { kind: 'oblique', pointLps: vec3(focalPoint), normal };
  }
}

const vec3 = (values: readonly number[]): Vec3 => [values[0], values[1], values[2]];
