/**
 * @file What a segmentation needs to know about one plane of its source: plain data, made from a file, from DICOM JSON
 * or from the viewer's own objects. Decimal values stay the text of the source.
 */
import type { Attribute } from '../part10/attribute';
import { legalDecimals } from '../part10/decimal';
import { JsonDataSet, NaturalizedDataSet } from '../part10/json-data-set';
import type { Readable } from '../part10/readable';
import type { Keyword } from '../part10/tags';

/** One plane: an instance, or a frame of a multi-frame instance. */
export interface SourceInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  /** 1 for the first frame; absent when the instance is not multi-frame. */
  readonly frameNumber?: number;
  readonly modality: string;
  readonly rows: number;
  readonly columns: number;
  /** Image Position (Patient), `x\y\z` in mm; absent for an image without a place in the patient. */
  readonly position?: string;
  /** Image Orientation (Patient), six direction cosines. */
  readonly orientation?: string;
  /** Distance between rows, then between columns (mm). */
  readonly pixelSpacing?: string;
  readonly sliceThickness?: string;
  readonly frameOfReferenceUid?: string;
  /** What a segmentation takes over: patient, study, trial, equipment. One array for all frames of a file. */
  readonly attributes: readonly Attribute[];
}

const TAKEN_OVER: readonly Keyword[] = [
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'IssuerOfAccessionNumberSequence',
  'Manufacturer',
  'InstitutionName',
  'ReferringPhysicianName',
  'StudyDescription',
  'ManufacturerModelName',
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'TypeOfPatientID',
  'IssuerOfPatientIDQualifiersSequence',
  'PatientBirthDate',
  'PatientSex',
  'OtherPatientIDsSequence',
  'PatientAge',
  'PatientSize',
  'PatientWeight',
  'PatientSpeciesDescription',
  'PatientSpeciesCodeSequence',
  'PatientBreedDescription',
  'PatientBreedCodeSequence',
  'BreedRegistrationSequence',
  'PatientSexNeutered',
  'ResponsiblePerson',
  'ResponsiblePersonRole',
  'ResponsibleOrganization',
  'ClinicalTrialSponsorName',
  'ClinicalTrialProtocolID',
  'ClinicalTrialProtocolName',
  'ClinicalTrialSiteID',
  'ClinicalTrialSiteName',
  'ClinicalTrialSubjectID',
  'ClinicalTrialSubjectReadingID',
  'ClinicalTrialTimePointID',
  'ClinicalTrialTimePointDescription',
  'LongitudinalTemporalOffsetFromEvent',
  'LongitudinalTemporalEventType',
  'PatientIdentityRemoved',
  'DeidentificationMethod',
  'DeidentificationMethodCodeSequence',
  'ClinicalTrialSeriesID',
  'ClinicalTrialSeriesDescription',
  'ClinicalTrialCoordinatingCenterName',
  'ClinicalTrialProtocolEthicsCommitteeName',
  'ClinicalTrialProtocolEthicsCommitteeApprovalNumber',
  'DeviceSerialNumber',
  'SoftwareVersions',
  'BodyPartExamined',
  'StudyID',
  'PositionReferenceIndicator',
  'PatientOrientation',
  'LossyImageCompression',
  'LossyImageCompressionRatio',
  'LossyImageCompressionMethod',
  'TimezoneOffsetFromUTC',
];

/** The part of an instance's attributes that a segmentation takes over. */
export const takenOver = (data: Readable): readonly Attribute[] =>
  TAKEN_OVER.map((keyword) => data.attribute(keyword)).filter(
    (entry): entry is Attribute => entry !== undefined
  );

/** A functional group that applies to a frame: its own, or the one that all frames share. */
export function functionalGroup(
  data: Readable,
  frameNumber: number,
  keyword: Keyword
): Readable | undefined {
  const own = data.items('PerFrameFunctionalGroupsSequence')[frameNumber - 1]?.item(keyword);
  return own ?? data.item('SharedFunctionalGroupsSequence')?.item(keyword);
}

const decimals = (values: readonly string[] | undefined, count: number): string | undefined =>
  values && values.length === count && values.every((value) => Number.isFinite(parseNumber(value)))
    ? legalDecimals(values.join('\\'))
    : undefined;

const parseNumber = (text: string): number => (text.trim() === '' ? NaN : Number(text));

/** The planes of an instance, in the order of its frames. */
export function sourceInstances(data: Readable): SourceInstance[] {
  const frames = Math.max(1, data.number('NumberOfFrames') ?? 1);
  const isMultiFrame = data.has('PerFrameFunctionalGroupsSequence');
  const attributes = takenOver(data);
  const common = {
    sopClassUid: data.text('SOPClassUID'),
    sopInstanceUid: data.text('SOPInstanceUID'),
    seriesInstanceUid: data.text('SeriesInstanceUID'),
    studyInstanceUid: data.text('StudyInstanceUID'),
    modality: data.text('Modality'),
    rows: data.number('Rows') ?? 0,
    columns: data.number('Columns') ?? 0,
    frameOfReferenceUid: data.text('FrameOfReferenceUID') || undefined,
    attributes,
  };
  if (!isMultiFrame) {
    const plane: SourceInstance = {
      ...common,
      position: decimals(data.texts('ImagePositionPatient'), 3),
      orientation: decimals(data.texts('ImageOrientationPatient'), 6),
      pixelSpacing:
        decimals(data.texts('PixelSpacing'), 2) ??
        decimals(data.texts('ImagerPixelSpacing'), 2) ??
        decimals(data.texts('NominalScannedPixelSpacing'), 2),
      sliceThickness: decimals(data.texts('SliceThickness'), 1),
    };
    if (!data.has('NumberOfFrames') || frames === 1) return [plane];
    return Array.from({ length: frames }, (_, index) => ({ ...plane, frameNumber: index + 1 }));
  }
  return Array.from({ length: frames }, (_, index) => {
    const frameNumber = index + 1;
    const group = (keyword: Keyword) => functionalGroup(data, frameNumber, keyword);
    const measures = group('PixelMeasuresSequence');
    return {
      ...common,
      frameNumber,
      position: decimals(group('PlanePositionSequence')?.texts('ImagePositionPatient'), 3),
      orientation: decimals(group('PlaneOrientationSequence')?.texts('ImageOrientationPatient'), 6),
      pixelSpacing: decimals(measures?.texts('PixelSpacing'), 2),
      sliceThickness: decimals(measures?.texts('SliceThickness'), 1),
    };
  });
}

/** The planes of an instance whose metadata came as DICOM JSON (PS3.18 annex F). */
export const sourceInstancesFromJson = (metadata: object): SourceInstance[] =>
  sourceInstances(new JsonDataSet(metadata));

/** One plane of an instance in DICOM JSON; `frameNumber` counts from 1. */
export const sourceInstanceFromJson = (metadata: object, frameNumber = 1): SourceInstance =>
  sourceInstancesFromJson(metadata)[frameNumber - 1];

/** The planes of an instance as the viewer keeps it: keywords with bare values. */
export const sourceInstancesFromNaturalized = (instance: object): SourceInstance[] =>
  sourceInstances(new NaturalizedDataSet(instance));
