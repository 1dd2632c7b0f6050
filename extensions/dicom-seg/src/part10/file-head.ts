/**
 * @file What stands before the data set of a Part 10 file: preamble and file meta information (PS3.10 7.1).
 */
import { attribute } from './attribute';
import { ByteWriter, writeDataSet } from './encode';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from './uid';

/** A writer that the data set can be appended to. */
export function fileHead(
  sopClassUid: string,
  sopInstanceUid: string,
  transferSyntaxUid: string
): ByteWriter {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(128));
  writer.text('DICM');
  const meta = new ByteWriter();
  writeDataSet(meta, [
    attribute('FileMetaInformationVersion', new Uint8Array([0, 1])),
    attribute('MediaStorageSOPClassUID', sopClassUid),
    attribute('MediaStorageSOPInstanceUID', sopInstanceUid),
    attribute('TransferSyntaxUID', transferSyntaxUid),
    attribute('ImplementationClassUID', IMPLEMENTATION_CLASS_UID),
    attribute('ImplementationVersionName', IMPLEMENTATION_VERSION_NAME),
  ]);
  writeDataSet(writer, [attribute('FileMetaInformationGroupLength', meta.length)]);
  writer.bytes(meta.toBytes());
  return writer;
}
