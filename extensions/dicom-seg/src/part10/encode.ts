/**
 * @file Writes data sets in Explicit VR Little Endian with explicit lengths and UTF-8 text (PS3.5 section 7).
 * Complexity O(bytes). Elements are put into ascending order of their tags; a duplicate is a defect and throws.
 */
import type { Attribute, Item } from './attribute';
import { malformed } from './errors';
import { formatTag } from './tags';
import { binarySize, hasLongLength } from './vr';

const utf8 = new TextEncoder();

/** A growing buffer of little endian values. */
export class ByteWriter {
  private buffer = new Uint8Array(64 * 1024);
  private view = new DataView(this.buffer.buffer);
  length = 0;

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }

  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.length, value, true);
    this.length += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  tag(tag: number): void {
    this.u16(tag >>> 16);
    this.u16(tag & 0xffff);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length++] = value;
  }

  /** Text as UTF-8; returns the bytes written. */
  text(text: string): number {
    this.reserve(text.length * 3);
    const { written } = utf8.encodeInto(text, this.buffer.subarray(this.length));
    this.length += written;
    return written;
  }

  patchU16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }

  patchU32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  number(value: number, vr: string): void {
    this.reserve(8);
    const at = this.length;
    switch (vr) {
      case 'US':
      case 'OW':
        this.view.setUint16(at, value, true);
        break;
      case 'SS':
        this.view.setInt16(at, value, true);
        break;
      case 'UL':
      case 'OL':
        this.view.setUint32(at, value, true);
        break;
      case 'SL':
        this.view.setInt32(at, value, true);
        break;
      case 'FL':
      case 'OF':
        this.view.setFloat32(at, value, true);
        break;
      case 'FD':
      case 'OD':
        this.view.setFloat64(at, value, true);
        break;
      case 'AT':
        this.view.setUint16(at, value >>> 16, true);
        this.view.setUint16(at + 2, value & 0xffff, true);
        break;
      default:
        this.view.setBigUint64(at, BigInt(value), true);
    }
    this.length += vr === 'AT' ? 4 : binarySize(vr as 'US');
  }

  /** What was written so far; a copy of exactly that size. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.buffer.slice(0, this.length);
  }
}

/** Writes the attributes of a data set or of an item. */
export function writeDataSet(writer: ByteWriter, attributes: readonly Attribute[]): void {
  const ordered = isOrdered(attributes)
    ? attributes
    : [...attributes].sort((a, b) => a.tag - b.tag);
  let previous = -1;
  for (const attribute of ordered) {
    if (attribute.tag === previous)
      throw malformed(`${formatTag(previous)} would be written twice`);
    previous = attribute.tag;
    writeAttribute(writer, attribute);
  }
}

function isOrdered(attributes: readonly Attribute[]): boolean {
  for (let at = 1; at < attributes.length; at++) {
    if (attributes[at].tag < attributes[at - 1].tag) return false;
  }
  return true;
}

function writeAttribute(writer: ByteWriter, { tag, vr, value }: Attribute): void {
  writer.tag(tag);
  writer.byte(vr.charCodeAt(0));
  writer.byte(vr.charCodeAt(1));
  const long = hasLongLength(vr);
  if (long) writer.u16(0);
  const lengthAt = writer.length;
  if (long) writer.u32(0);
  else writer.u16(0);
  const start = writer.length;
  writeValue(writer, vr, value);
  const length = writer.length - start;
  if (long) writer.patchU32(lengthAt, length);
  else {
    if (length > 0xffff) throw malformed(`${formatTag(tag)} is too long: ${length} bytes`);
    writer.patchU16(lengthAt, length);
  }
}

function writeValue(writer: ByteWriter, vr: string, value: Attribute['value']): void {
  if (typeof value === 'string') {
    if (writer.text(value) % 2 === 1) writer.byte(vr === 'UI' ? 0 : 0x20);
  } else if (value instanceof Uint8Array) {
    writer.bytes(value);
    if (value.length % 2 === 1) writer.byte(0);
  } else if (vr === 'SQ') {
    for (const item of value as readonly Item[]) {
      writer.tag(0xfffee000);
      const lengthAt = writer.length;
      writer.u32(0);
      writeDataSet(writer, item);
      writer.patchU32(lengthAt, writer.length - lengthAt - 4);
    }
  } else {
    for (const number of value as readonly number[]) writer.number(number, vr);
  }
}
