/**
 * @file From the planes of a series' images, in any order, to one grid. No viewer in here, so that it is tested alone.
 * The frame of reference is not compared: de-identified series exist in which every image got another one.
 */
import { CordonError } from '../errors/cordon-error';
import { Geometry } from '../volume/geometry';
import { cross, dot, length, normalize, subtract, type Vec3 } from '../volume/vector';

/** What the image metadata say about the plane of one image; anything may be missing. */
export interface ImagePlane {
  readonly imageId: string;
  readonly rows?: number;
  readonly columns?: number;
  /** Six direction cosines: of a row, then of a column. */
  readonly orientation?: readonly number[];
  readonly positionLps?: readonly number[];
  /** Between rows, between columns (mm), as DICOM's PixelSpacing. */
  readonly pixelSpacingMm?: readonly number[];
  readonly sliceThicknessMm?: number;
  /** More than one is a colour image. */
  readonly samplesPerPixel?: number;
}

export interface SeriesGrid {
  readonly geometry: Geometry;
  /** Image of each slice of the grid. */
  readonly imageIds: readonly string[];
}

/** Orientations may differ by this much between the images of a series (degrees). */
const ANGLE_TOLERANCE_DEG = 0.1;
const SPACING_TOLERANCE = 1e-3;
/** Slices closer than this lie at the same place (mm). */
const SAME_PLACE_MM = 1e-3;

/**
 * Sorts the images along the normal into one grid. Throws `SERIES_EMPTY`, `SERIES_COLOUR`, `SERIES_NO_GEOMETRY`,
 * `SERIES_MIXED_SIZES`, `SERIES_MIXED_PLANES` or `SERIES_DUPLICATES`, each with what to do.
 */
export function gridOfPlanes(planes: readonly ImagePlane[]): SeriesGrid {
  if (planes.length === 0) throw refusal('SERIES_EMPTY', 'it has no images');
  const colour = planes.find(({ samplesPerPixel }) => (samplesPerPixel ?? 1) > 1);
  if (colour) {
    throw refusal('SERIES_COLOUR', 'its images are in colour; methods need one value a pixel');
  }
  const complete = planes.length === 1 ? [lonePlane(planes[0])] : planes.map(requirePlane);
  const first = complete[0];
  const others = complete.slice(1);
  const size = others.find(({ rows, columns }) => rows !== first.rows || columns !== first.columns);
  if (size) {
    throw refusal(
      'SERIES_MIXED_SIZES',
      `its images have different sizes: ${first.columns} × ${first.rows} and ${size.columns} × ${size.rows}`
    );
  }
  for (const plane of others) requireSamePlane(first, plane);
  const normal = normalize(cross(first.rowDirection, first.columnDirection));
  const sorted = [...complete].sort(
    (a, b) => dot(a.position, normal) - dot(b.position, normal) || 0
  );
  sorted.slice(1).forEach((plane, k) => {
    if (dot(subtract(plane.position, sorted[k].position), normal) < SAME_PLACE_MM) {
      throw refusal(
        'SERIES_DUPLICATES',
        'several of its images lie at the same place, as in a series over time or with several echoes'
      );
    }
  });
  const geometry = new Geometry({
    columns: first.columns,
    rows: first.rows,
    pixelSpacingMm: [first.spacing[1], first.spacing[0]],
    rowDirection: first.rowDirection,
    columnDirection: first.columnDirection,
    slicePositionsLps: sorted.map(({ position }) => position),
    sliceThicknessMm: first.thickness,
  });
  return { geometry, imageIds: sorted.map(({ imageId }) => imageId) };
}

interface CompletePlane {
  readonly imageId: string;
  readonly rows: number;
  readonly columns: number;
  readonly rowDirection: Vec3;
  readonly columnDirection: Vec3;
  readonly position: Vec3;
  readonly spacing: readonly [number, number];
  readonly thickness?: number;
}

/**
 * An image by itself, as radiographs are, need not say where it lies in the patient: it is a grid of one slice with its
 * corner at the origin, and without a spacing its pixels are 1 mm. The reader of files does the same.
 */
function lonePlane(plane: ImagePlane): CompletePlane {
  if (plane.orientation && plane.positionLps) return requirePlane(plane);
  return requirePlane({
    ...plane,
    orientation: [1, 0, 0, 0, 1, 0],
    positionLps: [0, 0, 0],
    pixelSpacingMm: plane.pixelSpacingMm ?? [1, 1],
  });
}

function requirePlane(plane: ImagePlane): CompletePlane {
  const orientation = numbers(plane.orientation, 6);
  const position = numbers(plane.positionLps, 3);
  const spacing = numbers(plane.pixelSpacingMm, 2);
  const { rows, columns } = plane;
  const missing = [
    !orientation && 'orientation',
    !position && 'position',
    !(spacing && spacing[0] > 0 && spacing[1] > 0) && 'pixel spacing',
    !(rows && columns) && 'size',
  ].filter((name) => name !== false);
  if (!orientation || !position || !spacing || !rows || !columns || missing.length > 0) {
    throw refusal('SERIES_NO_GEOMETRY', `its images carry no ${missing.join(', no ')}`);
  }
  return {
    imageId: plane.imageId,
    rows,
    columns,
    rowDirection: [orientation[0], orientation[1], orientation[2]],
    columnDirection: [orientation[3], orientation[4], orientation[5]],
    position: [position[0], position[1], position[2]],
    spacing: [spacing[0], spacing[1]],
    thickness: plane.sliceThicknessMm,
  };
}

function requireSamePlane(first: CompletePlane, plane: CompletePlane): void {
  const angle = Math.max(
    angleDeg(first.rowDirection, plane.rowDirection),
    angleDeg(first.columnDirection, plane.columnDirection)
  );
  if (!(angle <= ANGLE_TOLERANCE_DEG)) {
    throw refusal(
      'SERIES_MIXED_PLANES',
      `its images lie in different planes, ${angle.toFixed(1)}° apart (allowed: ${ANGLE_TOLERANCE_DEG}°)`
    );
  }
  const stretch = Math.max(
    Math.abs(plane.spacing[0] / first.spacing[0] - 1),
    Math.abs(plane.spacing[1] / first.spacing[1] - 1)
  );
  if (stretch > SPACING_TOLERANCE) {
    throw refusal('SERIES_MIXED_SIZES', 'its images have different pixel spacings');
  }
}

/** The angle between two directions in degrees. */
export function angleDeg(a: Vec3, b: Vec3): number {
  const cosine = dot(normalize(a), normalize(b));
  const sine = length(cross(normalize(a), normalize(b)));
  return (Math.atan2(sine, cosine) * 180) / Math.PI;
}

/** The values as numbers (archives also send them as text); nothing when one is missing or not a number. */
function numbers(values: readonly unknown[] | undefined, count: number): number[] | undefined {
  if (!values || values.length !== count) return undefined;
  const coerced = Array.from(values, (value) => (value === '' ? Number.NaN : Number(value)));
  return coerced.every(Number.isFinite) ? coerced : undefined;
}

function refusal(code: string, why: string): CordonError {
  return new CordonError({
    code,
    what: 'This series cannot be segmented',
    why,
    remedy: 'choose a series of grey images of one size with positions in the patient',
  });
}
