/** Objects that are no segmentations, in an archive that encodes them anew. */
import { attribute } from '../part10/attribute';
import type { DataSet } from '../part10/data-set';
import { ByteWriter, writeDataSet } from '../part10/encode';
import { fileHead } from '../part10/file-head';
import { parseDicom } from '../part10/parse';
import { sha256 } from '../part10/sha256';
import { SOP_CLASS, TRANSFER_SYNTAX } from '../part10/uid';
import { storeObject } from './store';

const UID = '1.2.3.4';

function report(value: string) {
  const writer = fileHead(SOP_CLASS.enhancedSr, UID, TRANSFER_SYNTAX.explicitLittleEndian);
  writeDataSet(writer, [
    attribute('SpecificCharacterSet', 'ISO_IR 192'),
    attribute('SOPClassUID', SOP_CLASS.enhancedSr),
    attribute('SOPInstanceUID', UID),
    attribute('PatientName', 'Müller'),
    attribute('Rows', [300]),
    attribute('ContentSequence', [
      [attribute('ValueType', 'TEXT'), attribute('TextValue', value)],
      [attribute('ValueType', 'CONTAINER')],
    ]),
  ]);
  return writer.toBytes();
}

/** The file as another program writes it: Implicit VR, undefined lengths, file meta information of its own. */
function encodedAnew(file: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  writer.bytes(fileHead(SOP_CLASS.enhancedSr, UID, TRANSFER_SYNTAX.implicitLittleEndian).toBytes());
  const write = (data: DataSet): void => {
    for (const element of data.elements.values()) {
      writer.tag(element.tag);
      writer.u32(element.items ? 0xffffffff : element.length);
      if (!element.items) writer.bytes(data.bytesOf(element));
      for (const item of element.items ?? []) {
        writer.tag(0xfffee000);
        writer.u32(0xffffffff);
        write(item);
        writer.tag(0xfffee00d);
        writer.u32(0);
      }
      if (!element.items) continue;
      writer.tag(0xfffee0dd);
      writer.u32(0);
    }
  };
  write(parseDicom(file).data);
  return writer.toBytes();
}

/** Stores a report in an archive that gives back `stored`. */
function store(stored: Uint8Array<ArrayBuffer>) {
  const file = report('Liver');
  const answer = (_: unknown, init?: RequestInit) =>
    Promise.resolve(
      init?.method === 'POST'
        ? new Response('{}', { headers: { 'content-type': 'application/dicom+json' } })
        : new Response(stored, { headers: { 'content-type': 'application/dicom' } })
    );
  return storeObject(
    {
      parts: [file],
      sha256: sha256([file]),
      studyInstanceUid: '1.2',
      seriesInstanceUid: '1.2.3',
      sopInstanceUid: UID,
    },
    { url: 'http://archive', fetch: answer as typeof fetch }
  );
}

describe('a report', () => {
  it('is saved when the archive encodes it anew', async () => {
    expect((await store(encodedAnew(report('Liver')))).verified).toBe('values');
  });

  it('is not when a value, or an item, is another', async () => {
    const differs = expect.objectContaining({ code: 'STORE_DIFFERS' }) as Error;
    await expect(store(encodedAnew(report('Spleen')))).rejects.toEqual(differs);
    await expect(store(report('Liver').slice(0, -20))).rejects.toEqual(differs);
  });
});
