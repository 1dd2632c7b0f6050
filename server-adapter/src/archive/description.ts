/** What the archive's index knows of an instance: identity, place, and the attributes that a query returns. */
import { elementToJson, type JsonDataset, type JsonOptions } from '../dicom/json';
import { tagToHex, TAG } from '../dicom/element';
import { notDicom, type DicomHeader } from '../dicom/reader';
import { isUid } from '../dicom/uid';
import { ValueReader } from '../dicom/values';

export interface InstanceDescription {
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly patientId: string;
  readonly modality: string;
  /** Series that the object refers to (SEG, SR, RTSTRUCT …): all must lie in its own study. */
  readonly referencedSeriesUids: readonly string[];
  readonly studyAttributes: JsonDataset;
  readonly seriesAttributes: JsonDataset;
  readonly instanceAttributes: JsonDataset;
}

const studyTags = [
  TAG.studyDate,
  TAG.studyTime,
  TAG.accessionNumber,
  TAG.referringPhysicianName,
  TAG.studyDescription,
  TAG.patientName,
  TAG.patientId,
  TAG.patientBirthDate,
  TAG.patientSex,
  TAG.studyInstanceUid,
  TAG.studyId,
];
const seriesTags = [
  TAG.modality,
  TAG.seriesDate,
  TAG.seriesTime,
  TAG.seriesDescription,
  TAG.bodyPartExamined,
  TAG.seriesInstanceUid,
  TAG.seriesNumber,
  TAG.frameOfReferenceUid,
];
const instanceTags = [
  TAG.sopClassUid,
  TAG.sopInstanceUid,
  TAG.instanceNumber,
  TAG.numberOfFrames,
  TAG.rows,
  TAG.columns,
  TAG.bitsAllocated,
];

const noBulk: JsonOptions = { bulkDataUri: () => '', maxInlineBytes: 0 };

/**
 * @throws CordonError DICOM_UNREADABLE when one of the four UIDs is missing or is no UID
 */
export function describeInstance(header: DicomHeader): InstanceDescription {
  const values = new ValueReader(header);
  const uid = (tag: number, name: string): string => {
    const text = values.text(tag);
    if (!text) throw notDicom(`${name} is missing`);
    if (!isUid(text)) throw notDicom(`${name} is not a valid UID`);
    return text;
  };
  const decoding = values.decodingOf(header.dataset);
  const pick = (tags: readonly number[]): JsonDataset => {
    const json: JsonDataset = {};
    for (const tag of tags) {
      const element = header.dataset.get(tag);
      if (element) json[tagToHex(tag)] = elementToJson(values, element, decoding, [], noBulk);
    }
    return json;
  };
  const characterSet: JsonDataset = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
  return {
    studyUid: uid(TAG.studyInstanceUid, 'StudyInstanceUID'),
    seriesUid: uid(TAG.seriesInstanceUid, 'SeriesInstanceUID'),
    sopInstanceUid: uid(TAG.sopInstanceUid, 'SOPInstanceUID'),
    sopClassUid: uid(TAG.sopClassUid, 'SOPClassUID'),
    transferSyntaxUid: header.transferSyntaxUid,
    patientId: values.text(TAG.patientId),
    modality: values.text(TAG.modality),
    referencedSeriesUids: referencedSeries(header, values),
    studyAttributes: { ...characterSet, ...withDefaults(pick(studyTags)) },
    seriesAttributes: { ...characterSet, ...pick(seriesTags) },
    instanceAttributes: {
      ...characterSet,
      ...pick(instanceTags),
      [tagToHex(TAG.availableTransferSyntaxUid)]: { vr: 'UI', Value: [header.transferSyntaxUid] },
    },
  };
}

/** Attributes that QIDO-RS requires in every answer, empty when the file lacks them. */
function withDefaults(json: JsonDataset): JsonDataset {
  return {
    '00080020': { vr: 'DA' },
    '00080030': { vr: 'TM' },
    '00080050': { vr: 'SH' },
    '00080090': { vr: 'PN' },
    '00100010': { vr: 'PN' },
    '00100020': { vr: 'LO' },
    '00100030': { vr: 'DA' },
    '00100040': { vr: 'CS' },
    '00200010': { vr: 'SH' },
    ...json,
  };
}

function referencedSeries(header: DicomHeader, values: ValueReader): string[] {
  const sequence = header.dataset.get(TAG.referencedSeriesSequence);
  const decoding = values.decodingOf(header.dataset);
  return (sequence?.items ?? []).flatMap((item) => {
    const element = item.get(TAG.seriesInstanceUid);
    return element ? values.texts(element, decoding).slice(0, 1) : [];
  });
}
