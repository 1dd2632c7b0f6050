/** Writes elements in explicit VR little endian, and the head of a Part 10 file (PS3.10 7.1). */
import { hasLongLength } from '@cordon/extension-dicom-seg/pure';
import { TAG, type Vr } from './element';
import { transferSyntax } from './transfer-syntax';

/** Our root UID under 2.25, from a UUID that was made once for this project. */
const IMPLEMENTATION_CLASS_UID = '2.25.199393065443315020264024457144012479454';
const IMPLEMENTATION_VERSION = 'CORDON';

/** One element; values of odd length are padded with NUL (UI, binary) or a space. */
export function encodeElement(tag: number, vr: Vr, value: string | Uint8Array): Buffer {
  const raw = typeof value === 'string' ? Buffer.from(value, 'latin1') : Buffer.from(value);
  const isText = typeof value === 'string' && vr !== 'UI';
  const padding = raw.length % 2 ? Buffer.from([isText ? 0x20 : 0]) : Buffer.alloc(0);
  const length = raw.length + padding.length;
  const head = Buffer.alloc(hasLongLength(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (hasLongLength(vr)) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return Buffer.concat([head, raw, padding]);
}

export interface FileIdentity {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid?: string;
}

/** Preamble, 'DICM' and file meta information: everything before the data set. */
export function encodeFileMeta({
  sopClassUid,
  sopInstanceUid,
  transferSyntaxUid,
}: FileIdentity): Buffer {
  const group = Buffer.concat([
    encodeElement(0x00020001, 'OB', Uint8Array.of(0, 1)),
    encodeElement(TAG.mediaStorageSopClassUid, 'UI', sopClassUid),
    encodeElement(TAG.mediaStorageSopInstanceUid, 'UI', sopInstanceUid),
    encodeElement(TAG.transferSyntaxUid, 'UI', transferSyntaxUid ?? transferSyntax.explicitLittle),
    encodeElement(0x00020012, 'UI', IMPLEMENTATION_CLASS_UID),
    encodeElement(0x00020013, 'SH', IMPLEMENTATION_VERSION),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    encodeElement(0x00020000, 'UL', length),
    group,
  ]);
}
