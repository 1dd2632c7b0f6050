/**
 * Whether a file may enter the archive: readable, complete, a storage class, within limits, and consistent with the
 * patient, study and series that are already there (nothing may be filed under another patient's study).
 */
import type { InstanceDescription } from './description';
import type { Catalog } from './catalog';

/** Failure reasons of STOW-RS (PS3.18 table I.2-2). */
export const FAILURE = {
  processingFailure: 0x0110,
  duplicateInstance: 0x0111,
  classNotSupported: 0x0122,
  outOfResources: 0xa700,
  dataSetMismatch: 0xa900,
  cannotUnderstand: 0xc000,
} as const;
export type FailureReason = (typeof FAILURE)[keyof typeof FAILURE];

export interface Refusal {
  readonly reason: FailureReason;
  /** One sentence for the person who sent the file; holds no text from the file. */
  readonly comment: string;
}

/** Composite storage classes live under this root (PS3.4 annex B.5); the storage commitment and query classes do not. */
const STORAGE_ROOT = '1.2.840.10008.5.1.4.1.1.';
const otherStorageClasses = new Set([
  '1.2.840.10008.5.1.4.34.7',
  '1.2.840.10008.5.1.4.43.1',
  '1.2.840.10008.5.1.4.44.1',
]);

/**
 * What can be said of an instance without knowing the archive.
 * @param wantedStudyUid the study that the request was addressed to, if any
 * @returns the reason for refusal, undefined when it fits
 */
export function checkStorageClass(
  { sopClassUid, studyUid }: InstanceDescription,
  wantedStudyUid?: string
): Refusal | undefined {
  if (wantedStudyUid && wantedStudyUid !== studyUid) {
    return mismatch('it belongs to another study than the one in the address');
  }
  if (!sopClassUid.startsWith(STORAGE_ROOT) && !otherStorageClasses.has(sopClassUid)) {
    return {
      reason: FAILURE.classNotSupported,
      comment: 'the SOP class is not a standard storage class',
    };
  }
  return undefined;
}

/** @returns the reason for refusal, undefined when the instance fits what the archive holds */
export function checkConsistency(
  description: InstanceDescription,
  catalog: Catalog
): Refusal | undefined {
  const { studyUid, seriesUid, patientId } = description;
  const study = catalog.studies.get(studyUid);
  if (study && study.patientId !== patientId) {
    return mismatch('the study already belongs to another PatientID');
  }
  const series = catalog.series(seriesUid);
  if (series && series.study.uid !== studyUid) {
    return mismatch('the series already belongs to another study');
  }
  if (series && series.modality !== description.modality) {
    return mismatch('the series already has another modality');
  }
  for (const uid of description.referencedSeriesUids) {
    const referenced = catalog.series(uid);
    if (referenced && referenced.study.uid !== studyUid) {
      return mismatch('it refers to a series of another study');
    }
  }
  return undefined;
}

const mismatch = (comment: string): Refusal => ({ reason: FAILURE.dataSetMismatch, comment });
