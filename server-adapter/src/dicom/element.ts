/** The parsed form of a DICOM data set: where every element's value lies, and the items of sequences. */

import type { Vr } from '@cordon/extension-dicom-seg/pure';

export type { Vr };

export interface DicomElement {
  /** Group and element as one unsigned 32-bit number, for example 0x00100020. */
  readonly tag: number;
  readonly vr: Vr;
  /** First byte of the value in the buffer that was parsed. */
  readonly offset: number;
  /** Bytes of the value; 0 for a sequence. */
  readonly length: number;
  /** Items of a sequence, in order; undefined for every other VR. */
  readonly items?: readonly DicomDataset[];
}

/** Elements by tag, in file order. */
export type DicomDataset = ReadonlyMap<number, DicomElement>;

/** Byte order and VR encoding of a transfer syntax. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export const TAG = {
  transferSyntaxUid: 0x00020010,
  mediaStorageSopClassUid: 0x00020002,
  mediaStorageSopInstanceUid: 0x00020003,
  specificCharacterSet: 0x00080005,
  sopClassUid: 0x00080016,
  sopInstanceUid: 0x00080018,
  studyDate: 0x00080020,
  seriesDate: 0x00080021,
  studyTime: 0x00080030,
  seriesTime: 0x00080031,
  accessionNumber: 0x00080050,
  instanceAvailability: 0x00080056,
  modality: 0x00080060,
  modalitiesInStudy: 0x00080061,
  referringPhysicianName: 0x00080090,
  studyDescription: 0x00081030,
  seriesDescription: 0x0008103e,
  referencedSeriesSequence: 0x00081115,
  retrieveUrl: 0x00081190,
  availableTransferSyntaxUid: 0x00083002,
  patientName: 0x00100010,
  patientId: 0x00100020,
  patientBirthDate: 0x00100030,
  patientSex: 0x00100040,
  bodyPartExamined: 0x00180015,
  studyInstanceUid: 0x0020000d,
  seriesInstanceUid: 0x0020000e,
  studyId: 0x00200010,
  seriesNumber: 0x00200011,
  instanceNumber: 0x00200013,
  frameOfReferenceUid: 0x00200052,
  studyRelatedSeries: 0x00201206,
  studyRelatedInstances: 0x00201208,
  seriesRelatedInstances: 0x00201209,
  samplesPerPixel: 0x00280002,
  photometricInterpretation: 0x00280004,
  numberOfFrames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  bitsAllocated: 0x00280100,
  pixelRepresentation: 0x00280103,
  extendedOffsetTable: 0x7fe00001,
  floatPixelData: 0x7fe00008,
  doublePixelData: 0x7fe00009,
  pixelData: 0x7fe00010,
} as const;

/** 'GGGGEEEE' in upper case, as DICOM JSON writes a tag. */
export const tagToHex = (tag: number): string => tag.toString(16).toUpperCase().padStart(8, '0');
