/**
 * @file The plane of a source instance as numbers.
 */
import { cross, dot, length, normalize, type Vec3 } from '@cordon/extension-workbench/pure';
import type { SourceInstance } from './source-instance';

export interface Plane {
  /** Centre of the first pixel, LPS (mm). */
  readonly positionLps: Vec3;
  readonly rowDirection: Vec3;
  readonly columnDirection: Vec3;
  readonly normal: Vec3;
  /** Distance between neighbouring columns, then rows (mm). */
  readonly pixelSpacingMm: readonly [number, number];
}

/** Two planes within this angle count as parallel. */
export const PARALLEL_DEGREES = 0.1;

/** Numbers of a backslash separated decimal string. */
export const parseDecimals = (text: string): number[] => text.split('\\').map(Number);

/** The plane, or undefined when the instance does not say where it lies. */
export function planeOf(source: SourceInstance): Plane | undefined {
  const { position, orientation, pixelSpacing } = source;
  if (position === undefined || orientation === undefined || pixelSpacing === undefined) {
    return undefined;
  }
  const [x, y, z] = parseDecimals(position);
  const cosines = parseDecimals(orientation);
  const rowDirection = normalize([cosines[0], cosines[1], cosines[2]]);
  const columnDirection = normalize([cosines[3], cosines[4], cosines[5]]);
  const normal = cross(rowDirection, columnDirection);
  const [rowSpacing, columnSpacing] = parseDecimals(pixelSpacing);
  if (Math.abs(length(normal) - 1) > 1e-3 || !(rowSpacing > 0) || !(columnSpacing > 0)) {
    return undefined;
  }
  return {
    positionLps: [x, y, z],
    rowDirection,
    columnDirection,
    normal: normalize(normal),
    pixelSpacingMm: [columnSpacing, rowSpacing],
  };
}

/** Angle between two directions in degrees, 0 … 180. */
export const angleDegrees = (a: Vec3, b: Vec3): number =>
  (Math.acos(Math.min(1, Math.max(-1, dot(a, b)))) * 180) / Math.PI;

/** The larger angle between the row directions and between the column directions (degrees). */
export const planeAngleDegrees = (a: Plane, b: Plane): number =>
  Math.max(
    angleDegrees(a.rowDirection, b.rowDirection),
    angleDegrees(a.columnDirection, b.columnDirection)
  );
