/**
 * @file A parsed DICOM data set. Values stay bytes in the file's buffer until somebody asks; numbers written as text
 * (DS, IS) can be had as the very text of the file, so that nothing is lost by passing them on.
 */
import { ascii, type TextReader } from './character-set';
import { attributeOf, type Attribute } from './attribute';
import type { Readable } from './readable';
import { TAGS, type Keyword } from './tags';
import { binarySize, isSingleValued, isText, type Vr } from './vr';

export interface DataElement {
  readonly tag: number;
  readonly vr: Vr;
  /** Position of the value in the buffer, and its length in bytes. */
  readonly offset: number;
  readonly length: number;
  readonly items?: readonly DataSet[];
  /** Pieces of encapsulated pixel data; the first is the basic offset table. */
  readonly fragments?: readonly Uint8Array[];
}

export class DataSet implements Readable {
  readonly elements = new Map<number, DataElement>();

  constructor(
    private readonly buffer: Uint8Array,
    private readonly littleEndian: boolean,
    /** Reader of the Specific Character Set that applies here. */
    public readText: TextReader
  ) {}

  has(keyword: Keyword): boolean {
    return this.elements.has(TAGS[keyword].tag);
  }

  element(keyword: Keyword): DataElement | undefined {
    return this.elements.get(TAGS[keyword].tag);
  }

  /** The value's bytes; empty when absent. No copy. */
  bytes(keyword: Keyword): Uint8Array {
    const element = this.element(keyword);
    return element ? this.bytesOf(element) : new Uint8Array(0);
  }

  bytesOf(element: DataElement): Uint8Array {
    return this.buffer.subarray(element.offset, element.offset + element.length);
  }

  /** All values as text, trimmed as their value representation allows; empty when absent. */
  texts(keyword: Keyword): readonly string[] {
    const element = this.element(keyword);
    return element ? this.textsOf(element) : [];
  }

  textsOf(element: DataElement): readonly string[] {
    if (element.length === 0) return [];
    if (binarySize(element.vr) > 0) return this.numbersOf(element).map(String);
    const bytes = this.bytesOf(element);
    const text = isText(element.vr) || element.vr === 'UN' ? this.readText(bytes) : ascii(bytes);
    if (isSingleValued(element.vr)) return [trimEnd(text)];
    return text.split('\\').map(trim);
  }

  /** First value as text; '' when absent or empty. */
  text(keyword: Keyword): string {
    return this.texts(keyword)[0] ?? '';
  }

  /** All values as numbers; what is not a number becomes NaN. */
  numbers(keyword: Keyword): readonly number[] {
    const element = this.element(keyword);
    return element ? this.numbersOf(element) : [];
  }

  numbersOf(element: DataElement): readonly number[] {
    if (element.length === 0) return [];
    const size = binarySize(element.vr);
    if (size === 0) {
      return this.textsOf(element).map((text) => (text === '' ? NaN : Number(text)));
    }
    const { buffer } = this;
    const view = new DataView(buffer.buffer, buffer.byteOffset + element.offset, element.length);
    const values: number[] = [];
    for (let at = 0; at + size <= element.length; at += size)
      values.push(this.read(view, at, element.vr));
    return values;
  }

  private read(view: DataView, at: number, vr: Vr): number {
    const little = this.littleEndian;
    switch (vr as string) {
      case 'US':
      case 'OW':
        return view.getUint16(at, little);
      case 'SS':
        return view.getInt16(at, little);
      case 'UL':
      case 'OL':
        return view.getUint32(at, little);
      case 'SL':
        return view.getInt32(at, little);
      case 'FL':
      case 'OF':
        return view.getFloat32(at, little);
      case 'FD':
      case 'OD':
        return view.getFloat64(at, little);
      case 'AT':
        return ((view.getUint16(at, little) << 16) | view.getUint16(at + 2, little)) >>> 0;
      case 'SV':
        return Number(view.getBigInt64(at, little));
      default:
        return Number(view.getBigUint64(at, little));
    }
  }

  /** First value as a number; undefined when absent, empty or no number. */
  number(keyword: Keyword): number | undefined {
    const value = this.numbers(keyword)[0];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  /** Items of a sequence; empty when absent. */
  items(keyword: Keyword): readonly DataSet[] {
    return this.element(keyword)?.items ?? [];
  }

  /** The attribute as plain data; undefined when absent or made of pixels. */
  attribute(keyword: Keyword): Attribute | undefined {
    return attributeOf(this, TAGS[keyword].tag);
  }

  /** First item of a sequence, if any. */
  item(keyword: Keyword): DataSet | undefined {
    return this.items(keyword)[0];
  }
}

const trimEnd = (text: string): string => text.replace(/[\0 ]+$/, '');
const trim = (text: string): string => trimEnd(text).replace(/^ +/, '');
