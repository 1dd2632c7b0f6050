/**
 * @file Where the marks of one series are seen in a viewport that shows another: only in the same frame of reference, and only
 * where the plane of the viewport passes through the grid that they lie on.
 */
import type { DrawingPlane } from '../../prompts/brush';
import { dot, normalize, type Vec3 } from '../../volume/vector';
import type { SourceSeries } from '../source-series';
import type { PlaneViewport } from '../viewport-plane';

type InPatient = Pick<SourceSeries, 'geometry' | 'frameOfReferenceUid'>;

/** Cosine of the angle up to which two planes count as parallel (about half a degree). */
const PARALLEL = 0.99996;

/** The plane of the viewport in the grid of `source`; nothing where its marks must not be shown over `shown`. */
export function echoPlane(
  viewport: PlaneViewport,
  shown: InPatient,
  source: InPatient
): DrawingPlane | undefined {
  const { frameOfReferenceUid, geometry } = source;
  if (shown === source || frameOfReferenceUid === '') return undefined;
  if (shown.frameOfReferenceUid !== frameOfReferenceUid) return undefined;
  const { focalPoint, viewPlaneNormal } = viewport.getCamera?.() ?? {};
  if (!focalPoint || !viewPlaneNormal) return undefined;
  const [pointLps, normal] = [vec3(focalPoint), normalize(vec3(viewPlaneNormal))];
  const directions = [geometry.rowDirection, geometry.columnDirection, geometry.normal];
  const axis = directions.findIndex((direction) => Math.abs(dot(direction, normal)) > PARALLEL);
  if (axis < 0) return { kind: 'oblique', pointLps, normal };
  const index = Math.round(geometry.lpsToIjk(pointLps)[axis]);
  if (index < 0 || index >= geometry.size[axis]) return undefined;
  return { kind: 'slice', axis: axis as 0 | 1 | 2, index };
}

const vec3 = (values: readonly number[]): Vec3 => [values[0], values[1], values[2]];
