/**
 * @file The source of a segmentation: its planes in ascending order along the normal, and what they have in common.
 */
import { dot } from '@cordon/extension-workbench/pure';
import { formatDecimal } from '../part10/decimal';
import { SAME_POSITION_MM } from '../series/arrange';
import { PARALLEL_DEGREES, planeAngleDegrees, planeOf, type Plane } from '../series/plane';
import type { SourceInstance } from '../series/source-instance';
import { requestInvalid, sourceIncomplete } from './errors';
import { planeKey } from './request';

export interface SourcePlane {
  readonly source: SourceInstance;
  /** Absent for an image without a place in the patient. */
  readonly plane?: Plane;
  /** Along the normal of the first plane (mm). */
  readonly offsetMm: number;
}

export interface SourcePlanes {
  /** Ascending. */
  readonly planes: readonly SourcePlane[];
  readonly rows: number;
  readonly columns: number;
  readonly isPatientPositioned: boolean;
  /** Along the normal, when even within 1 %; text of at most 16 characters. */
  readonly spacingBetweenSlices?: string;
}

/** Throws `SEG_SOURCE_INCOMPLETE` or `SEG_REQUEST_INVALID`. */
export function sourcePlanes(sources: readonly SourceInstance[]): SourcePlanes {
  if (sources.length === 0) throw requestInvalid('no source image was given');
  const [first] = sources;
  requireEqual(sources, 'studies', (source) => source.studyInstanceUid);
  requireEqual(sources, 'sizes', (source) => `${source.columns} × ${source.rows}`);
  // Within one series the frame of reference is one by definition, even where de-identification gave each image its own.
  if (new Set(sources.map(({ seriesInstanceUid }) => seriesInstanceUid)).size > 1) {
    requireEqual(sources, 'frames of reference', (source) => source.frameOfReferenceUid ?? '');
  }
  if (new Set(sources.map(planeKey)).size !== sources.length) {
    throw requestInvalid('an image is given twice');
  }
  for (const source of sources) {
    if (
      source.sopClassUid === '' ||
      source.sopInstanceUid === '' ||
      source.seriesInstanceUid === ''
    ) {
      throw sourceIncomplete(
        'a source image has no SOP Class, SOP Instance or Series Instance UID'
      );
    }
  }
  if (first.studyInstanceUid === '')
    throw sourceIncomplete('the images have no Study Instance UID');
  const size = { rows: first.rows, columns: first.columns };
  const placed = sources.map((source) => ({ source, plane: planeOf(source) }));
  if (placed.every(({ plane }) => plane === undefined) && sources.length === 1) {
    return { ...size, planes: [{ source: first, offsetMm: 0 }], isPatientPositioned: false };
  }
  if (first.frameOfReferenceUid === undefined) {
    throw sourceIncomplete('the images have no Frame of Reference UID');
  }
  const reference = placed[0].plane;
  const planes = placed.map(({ source, plane }) => {
    if (!plane || !reference) {
      throw sourceIncomplete('an image has no position, orientation or pixel spacing');
    }
    if (planeAngleDegrees(plane, reference) > PARALLEL_DEGREES) {
      throw sourceIncomplete('the images lie in different planes');
    }
    return { source, plane, offsetMm: dot(plane.positionLps, reference.normal) };
  });
  planes.sort((a, b) => a.offsetMm - b.offsetMm);
  const same = planes.findIndex(
    ({ offsetMm }, k) => k > 0 && offsetMm - planes[k - 1].offsetMm < SAME_POSITION_MM
  );
  if (same > 0) {
    throw sourceIncomplete(
      `two images lie at the same position (${planes[same].source.position}), as in a series of several times`
    );
  }
  return {
    ...size,
    planes,
    isPatientPositioned: true,
    spacingBetweenSlices: evenSpacing(planes.map(({ offsetMm }) => offsetMm)),
  };
}

function requireEqual(
  sources: readonly SourceInstance[],
  what: string,
  valueOf: (source: SourceInstance) => string
): void {
  const values = new Set(sources.map(valueOf));
  if (values.size > 1) throw requestInvalid(`the images are of ${values.size} different ${what}`);
}

function evenSpacing(offsets: readonly number[]): string | undefined {
  if (offsets.length < 2) return undefined;
  const gaps = offsets.slice(1).map((offset, k) => offset - offsets[k]);
  const mean = (offsets[offsets.length - 1] - offsets[0]) / gaps.length;
  const spread = Math.max(...gaps) - Math.min(...gaps);
  if (!(mean > 0) || spread > 0.01 * mean) return undefined;
  // Positions carry rounding of a few micrometres: more digits than that would only be noise.
  return formatDecimal(Number(mean.toFixed(6)));
}
