/** Small images made by hand, native and RLE, as seeds for damage. */
import { attribute, newUid, type Attribute } from '@cordon/extension-dicom-seg/pure';
import { deflateRawSync } from 'node:zlib';
import { ByteWriter, writeDataSet } from '../../extensions/dicom-seg/src/part10/encode';
import { encodeRle } from '../../extensions/dicom-seg/src/series/codecs/rle';

export type ImageKind = 'native' | 'rle' | 'deflated';

/** A Part 10 file around a data set. */
export function part10(transferSyntaxUid: string, body: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(128));
  writer.text('DICM');
  writeDataSet(writer, [attribute('TransferSyntaxUID', transferSyntaxUid)]);
  writer.bytes(body);
  return writer.toBytes();
}

export function dataSet(attributes: readonly Attribute[]): ByteWriter {
  const writer = new ByteWriter();
  writeDataSet(writer, attributes);
  return writer;
}

/** An MR image of 12 × 10 pixels. */
export function imageFile(kind: ImageKind): Uint8Array {
  const [columns, rows] = [12, 10];
  const pixels = Uint16Array.from({ length: columns * rows }, (_, at) => (at * 31) % 4096);
  const writer = dataSet([
    attribute('SOPClassUID', '1.2.840.10008.5.1.4.1.1.4'),
    attribute('SOPInstanceUID', newUid()),
    attribute('Modality', 'MR'),
    attribute('PatientName', 'Fuzz^Image'),
    attribute('ProcedureCodeSequence', [
      [attribute('CodeValue', 'X'), attribute('CodeMeaning', 'Y')],
    ]),
    attribute('SliceThickness', '2'),
    attribute('StudyInstanceUID', newUid()),
    attribute('SeriesInstanceUID', newUid()),
    attribute('ImagePositionPatient', '0\\0\\0'),
    attribute('ImageOrientationPatient', '1\\0\\0\\0\\1\\0'),
    attribute('FrameOfReferenceUID', newUid()),
    attribute('SamplesPerPixel', 1),
    attribute('PhotometricInterpretation', 'MONOCHROME2'),
    attribute('Rows', rows),
    attribute('Columns', columns),
    attribute('PixelSpacing', '1\\1'),
    attribute('BitsAllocated', 16),
    attribute('BitsStored', 12),
    attribute('HighBit', 11),
    attribute('PixelRepresentation', 0),
  ]);
  if (kind !== 'rle') {
    writeDataSet(writer, [attribute('PixelData', new Uint8Array(pixels.buffer))]);
    const body = writer.toBytes();
    return kind === 'native'
      ? part10('1.2.840.10008.1.2.1', body)
      : part10('1.2.840.10008.1.2.1.99', new Uint8Array(deflateRawSync(body)));
  }
  const frame = encodeRle(pixels, columns);
  writer.tag(0x7fe00010);
  writer.text('OB');
  writer.u16(0);
  writer.u32(0xffffffff);
  for (const fragment of [new Uint8Array(0), frame]) {
    writer.tag(0xfffee000);
    writer.u32(fragment.length);
    writer.bytes(fragment);
  }
  writer.tag(0xfffee0dd);
  writer.u32(0);
  return part10('1.2.840.10008.1.2.5', writer.toBytes());
}
