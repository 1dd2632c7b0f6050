/**
 * @file Puts planes into slice order, or refuses them with the reason.
 */
import { dot, Geometry } from '@cordon/extension-workbench/pure';
import { duplicatePositions, mixedOrientation, mixedSizes, noGeometry } from './errors';
import { PARALLEL_DEGREES, parseDecimals, planeAngleDegrees, planeOf, type Plane } from './plane';
import type { SourceInstance } from './source-instance';

export interface ArrangedSlices {
  /** Ascending along the normal. */
  readonly slices: readonly SourceInstance[];
  readonly planes: readonly Plane[];
  readonly sliceThicknessMm: number | undefined;
  readonly isPatientPositioned: boolean;
  readonly warnings: readonly string[];
}

/** Planes closer together than this (mm) lie at the same position. */
export const SAME_POSITION_MM = 0.005;

/** Throws `SERIES_NO_GEOMETRY`, `SERIES_MIXED_ORIENTATION`, `SERIES_MIXED_SIZES`, `SERIES_DUPLICATE_POSITIONS`. */
export function arrange(sources: readonly SourceInstance[]): ArrangedSlices {
  const placed = sources.map((source) => ({ source, plane: planeOf(source) }));
  const missing = placed.filter(({ plane }) => plane === undefined).length;
  if (missing > 0) {
    if (sources.length === 1) return loneImage(sources[0]);
    throw noGeometry(
      `${missing} of ${sources.length} images have no position, orientation or spacing`
    );
  }
  const slices = placed as { readonly source: SourceInstance; readonly plane: Plane }[];
  const reference = slices[0].plane;
  const angles = slices.map(({ plane }) => planeAngleDegrees(plane, reference));
  const worst = Math.max(...angles);
  if (worst > PARALLEL_DEGREES) {
    const tilted = angles.filter((angle) => angle > PARALLEL_DEGREES).length;
    throw mixedOrientation(
      `${tilted} of ${slices.length} are turned against the first, by up to ${worst.toFixed(1)}°`
    );
  }
  const otherSpacing = slices.find(({ plane }) =>
    plane.pixelSpacingMm.some(
      (mm, axis) => Math.abs(mm / reference.pixelSpacingMm[axis] - 1) > 1e-3
    )
  );
  if (otherSpacing) {
    throw mixedSizes(
      `pixel spacings differ: ${slices[0].source.pixelSpacing} and ${otherSpacing.source.pixelSpacing} mm`
    );
  }
  const offset = ({ plane }: { readonly plane: Plane }) => dot(plane.positionLps, reference.normal);
  slices.sort((a, b) => offset(a) - offset(b));
  const gaps = slices.slice(1).map((slice, k) => offset(slice) - offset(slices[k]));
  const same = gaps.filter((gap) => gap < SAME_POSITION_MM).length;
  if (same > 0) {
    throw duplicatePositions(
      `${slices.length} images lie at ${slices.length - same} different positions`
    );
  }
  return {
    slices: slices.map(({ source }) => source),
    planes: slices.map(({ plane }) => plane),
    sliceThicknessMm: thickness(slices[0].source),
    isPatientPositioned: true,
    warnings: gapWarnings(gaps),
  };
}

function gapWarnings(gaps: readonly number[]): string[] {
  if (gaps.length < 2) return [];
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const worst = Math.max(...gaps.map((gap) => Math.abs(gap / mean - 1)));
  if (worst <= 0.01) return [];
  const [min, max] = [Math.min(...gaps), Math.max(...gaps)];
  return [
    `Slices are unevenly spaced: ${min.toFixed(3)} to ${max.toFixed(3)} mm; each is kept at its own position.`,
  ];
}

const thickness = (source: SourceInstance): number | undefined =>
  source.sliceThickness === undefined ? undefined : Number(source.sliceThickness);

/** An image by itself, as radiographs are: a grid of one slice with its corner at the origin. */
function loneImage(source: SourceInstance): ArrangedSlices {
  const spacing = source.pixelSpacing === undefined ? [] : parseDecimals(source.pixelSpacing);
  const isCalibrated = spacing.length === 2 && spacing.every((mm) => mm > 0);
  const [rowMm, columnMm] = isCalibrated ? spacing : [1, 1];
  return {
    slices: [source],
    planes: [
      {
        positionLps: [0, 0, 0],
        rowDirection: [1, 0, 0],
        columnDirection: [0, 1, 0],
        normal: [0, 0, 1],
        pixelSpacingMm: [columnMm, rowMm],
      },
    ],
    sliceThicknessMm: thickness(source),
    isPatientPositioned: false,
    warnings: [
      'The image does not say where it lies in the patient.',
      ...(isCalibrated ? [] : ['It has no pixel spacing: lengths and volumes are in pixels.']),
    ],
  };
}

/** The grid of slices in order. */
export function geometryOf({ slices, planes, sliceThicknessMm }: ArrangedSlices): Geometry {
  const [{ columns, rows }] = slices;
  return new Geometry({
    columns,
    rows,
    pixelSpacingMm: planes[0].pixelSpacingMm,
    rowDirection: planes[0].rowDirection,
    columnDirection: planes[0].columnDirection,
    slicePositionsLps: planes.map((plane) => plane.positionLps),
    sliceThicknessMm,
  });
}
