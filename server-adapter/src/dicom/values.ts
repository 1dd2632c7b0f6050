/** Values of elements: text by character set, numbers by VR, in either byte order. */
import { textDecoding, type TextDecoding } from './charset';
import { TAG, type DicomDataset, type DicomElement, type Vr } from './element';
import { asciiValue, type DicomHeader } from './reader';

const encodedText = new Set<Vr>(['SH', 'LO', 'ST', 'LT', 'UT', 'UC', 'PN']);
const singleValued = new Set<Vr>(['ST', 'LT', 'UT', 'UR']);

/** Reads values of one parsed file. A data set inside a sequence may name its own character set. */
export class ValueReader {
  readonly bytes: Buffer;
  private readonly littleEndian: boolean;

  constructor(private readonly header: DicomHeader) {
    this.bytes = header.bytes;
    this.littleEndian = header.encoding.littleEndian;
  }

  /** The text decoder that holds for a data set, `inherited` when it names none. */
  decodingOf(dataset: DicomDataset, inherited: TextDecoding = textDecoding('')): TextDecoding {
    const element = dataset.get(TAG.specificCharacterSet);
    return element ? textDecoding(asciiValue(this.bytes, element)) : inherited;
  }

  /** All values of a text element; an empty element gives an empty list. */
  texts(element: DicomElement, decoding: TextDecoding): string[] {
    if (element.length === 0) return [];
    const raw = this.bytes.subarray(element.offset, element.offset + element.length);
    const text = encodedText.has(element.vr) ? decoding(raw) : raw.toString('latin1');
    if (singleValued.has(element.vr)) return [text.replace(/[\0 ]+$/, '')];
    return text.split('\\').map((part) => part.replace(/[\0 ]+$/, '').replace(/^ +/, ''));
  }

  /** First text value of a top-level element, '' when absent. */
  text(tag: number): string {
    const element = this.header.dataset.get(tag);
    if (!element) return '';
    return this.texts(element, this.decodingOf(this.header.dataset))[0] ?? '';
  }

  /** First number of a top-level element, undefined when absent or not a number. */
  number(tag: number): number | undefined {
    const element = this.header.dataset.get(tag);
    if (!element) return undefined;
    if (element.vr === 'IS' || element.vr === 'DS') {
      const text = this.text(tag);
      const value = Number(text);
      return text === '' || !Number.isFinite(value) ? undefined : value;
    }
    const value = this.numbers(element)[0];
    return typeof value === 'bigint' ? Number(value) : value;
  }

  /** Numbers of a binary numeric element (US SS UL SL FL FD SV UV). */
  numbers(element: DicomElement): (number | bigint)[] {
    const size = binarySize(element.vr);
    const read = numberReaders.get(element.vr);
    if (!read) return [];
    const view = new DataView(
      this.bytes.buffer,
      this.bytes.byteOffset + element.offset,
      element.length
    );
    const values: (number | bigint)[] = [];
    for (let at = 0; at + size <= element.length; at += size) {
      values.push(read(view, at, this.littleEndian));
    }
    return values;
  }

  /** Tags of an AT element, as 'GGGGEEEE'. */
  tags(element: DicomElement): string[] {
    const found: string[] = [];
    for (let at = element.offset; at + 4 <= element.offset + element.length; at += 4) {
      const word = (offset: number) =>
        this.littleEndian ? this.bytes.readUInt16LE(offset) : this.bytes.readUInt16BE(offset);
      const hex = (value: number) => value.toString(16).toUpperCase().padStart(4, '0');
      found.push(hex(word(at)) + hex(word(at + 2)));
    }
    return found;
  }
}

/** Bytes of one number; 0 when the VR holds none. */
export function binarySize(vr: Vr): number {
  if (vr === 'US' || vr === 'SS') return 2;
  if (vr === 'UL' || vr === 'SL' || vr === 'FL') return 4;
  if (vr === 'FD' || vr === 'SV' || vr === 'UV') return 8;
  return 0;
}

type NumberReader = (view: DataView, at: number, littleEndian: boolean) => number | bigint;
const numberReaders: ReadonlyMap<Vr, NumberReader> = new Map<Vr, NumberReader>([
  ['US', (view, at, little) => view.getUint16(at, little)],
  ['SS', (view, at, little) => view.getInt16(at, little)],
  ['UL', (view, at, little) => view.getUint32(at, little)],
  ['SL', (view, at, little) => view.getInt32(at, little)],
  ['FL', (view, at, little) => view.getFloat32(at, little)],
  ['FD', (view, at, little) => view.getFloat64(at, little)],
  ['SV', (view, at, little) => view.getBigInt64(at, little)],
  ['UV', (view, at, little) => view.getBigUint64(at, little)],
]);
