/**
 * @file Reads DICOM Part 10 files (PS3.10, PS3.5 section 7): implicit and explicit, little and big endian, deflated,
 * encapsulated. Own code instead of a library because it must refuse hostile files by our limits before any memory of
 * their size exists, must not recurse without bound, and must hand out numbers as the text of the file.
 *
 * Complexity O(elements); values are not copied.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { textReader } from './character-set';
import { DataSet, type DataElement } from './data-set';
import { malformed, notDicom, overLimit, truncated, unknownTransferSyntax } from './errors';
import { inflateLimited } from './inflate';
import { DEFAULT_LIMITS, type ReadLimits } from './limits';
import { formatTag, TAGS, vrOfTag } from './tags';
import { TRANSFER_SYNTAX } from './uid';
import { hasLongLength, isVr, type Vr } from './vr';

const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = TAGS.PixelData.tag;
const CHARACTER_SET = TAGS.SpecificCharacterSet.tag;

export interface DicomFile {
  readonly transferSyntaxUid: string;
  readonly meta: DataSet;
  readonly data: DataSet;
  /** False for Explicit VR Big Endian: pixel data need swapping. */
  readonly littleEndian: boolean;
}

interface Encoding {
  readonly explicit: boolean;
  readonly little: boolean;
}

/**
 * Parses a file. The bytes are kept by reference and must not change afterwards.
 * Throws `DICOM_NOT_A_FILE`, `DICOM_MALFORMED`, `DICOM_TRUNCATED`, `DICOM_OVER_LIMIT` or `DICOM_TRANSFER_SYNTAX`.
 */
export function parseDicom(bytes: Uint8Array, limits: ReadLimits = DEFAULT_LIMITS): DicomFile {
  if (bytes.length > limits.bytes) {
    throw overLimit(`it has ${bytes.length} bytes, the limit is ${limits.bytes}`);
  }
  const hasPreamble =
    bytes.length >= 132 && String.fromCharCode(...bytes.subarray(128, 132)) === 'DICM';
  const start = hasPreamble ? 132 : 0;
  if (!hasPreamble && !looksLikeDataSet(bytes)) {
    throw notDicom('the letters DICM are not found after the preamble');
  }
  const metaParser = new Parser(bytes, { explicit: true, little: true }, limits);
  const meta = metaParser.readMeta(start);
  const uid = meta.data.text('TransferSyntaxUID');
  const encoding = uid === '' ? guessEncoding(bytes, meta.end) : encodingOf(uid);
  let body = bytes;
  let from = meta.end;
  if (uid === TRANSFER_SYNTAX.deflated) {
    body = inflateLimited(bytes.subarray(from), limits);
    from = 0;
  }
  const parser = new Parser(body, encoding, limits);
  const data = parser.readDataSet(from, body.length);
  return {
    transferSyntaxUid: uid === '' ? impliedSyntax(encoding) : uid,
    meta: meta.data,
    data,
    littleEndian: encoding.little,
  };
}

const impliedSyntax = (encoding: Encoding): string =>
  !encoding.little
    ? TRANSFER_SYNTAX.explicitBigEndian
    : encoding.explicit
      ? TRANSFER_SYNTAX.explicitLittleEndian
      : TRANSFER_SYNTAX.implicitLittleEndian;

/** Without a preamble: the first tag must be one that data sets begin with. */
function looksLikeDataSet(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const little = bytes[0] | (bytes[1] << 8);
  const big = (bytes[0] << 8) | bytes[1];
  const vr = String.fromCharCode(bytes[4], bytes[5]);
  const shortTag = bytes[3] === 0 || bytes[2] === 0;
  const length = new DataView(bytes.buffer, bytes.byteOffset, 16).getUint32(4, true);
  return shortTag && (little === 2 || little === 8 || big === 8) && (isVr(vr) || length < 1024);
}

function guessEncoding(bytes: Uint8Array, at: number): Encoding {
  if (at + 8 > bytes.length) throw truncated('nothing follows the file meta information');
  const explicit = isVr(String.fromCharCode(bytes[at + 4], bytes[at + 5]));
  return { explicit, little: !(explicit && bytes[at] === 0 && bytes[at + 1] !== 0) };
}

function encodingOf(uid: string): Encoding {
  if (uid === TRANSFER_SYNTAX.implicitLittleEndian) return IMPLICIT;
  if (uid === TRANSFER_SYNTAX.explicitBigEndian) return { explicit: true, little: false };
  if (/^1\.2\.840\.10008\.1\.2(\.|$)/.test(uid)) return { explicit: true, little: true };
  throw unknownTransferSyntax(uid);
}

const IMPLICIT: Encoding = { explicit: false, little: true };

interface Header {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
}

class Parser {
  private readonly view: DataView;
  private elements = 0;
  private at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private encoding: Encoding,
    private readonly limits: ReadLimits
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** File meta information: group 0002, always Explicit VR Little Endian. */
  readMeta(from: number): { readonly data: DataSet; readonly end: number } {
    const data = new DataSet(this.bytes, true, textReader([]));
    this.at = from;
    while (this.at + 8 <= this.bytes.length && this.view.getUint16(this.at, true) === 2) {
      this.readElement(data, this.bytes.length, 0);
    }
    return { data, end: this.at };
  }

  readDataSet(from: number, end: number): DataSet {
    const data = new DataSet(this.bytes, this.encoding.little, textReader([]));
    this.at = from;
    this.readElements(data, end, 0, false);
    return data;
  }

  /** Elements until `end`, or until an item delimiter when the length is undefined. */
  private readElements(data: DataSet, end: number, depth: number, delimited: boolean): void {
    while (this.at < end) {
      if (end - this.at < 8) {
        if (this.onlyZeros(end)) {
          this.at = end;
          return;
        }
        throw truncated(`the file ends inside a data element at byte ${this.at}`);
      }
      if (this.tagAt(this.at) === ITEM_END) {
        if (!delimited) throw malformed(`an item ends at byte ${this.at} where none began`);
        this.at += 8;
        return;
      }
      this.readElement(data, end, depth);
    }
    if (delimited) throw truncated('an item of undefined length does not end');
  }

  private readElement(data: DataSet, end: number, depth: number): void {
    if (++this.elements > this.limits.elements) {
      throw overLimit(`it has more than ${this.limits.elements} data elements`);
    }
    const { tag, vr: written, length } = this.readHeader(end);
    if (tag >>> 16 === 0xfffe) throw malformed(`unexpected ${formatTag(tag)} at byte ${this.at}`);
    const offset = this.at;
    if (length === UNDEFINED) {
      this.readUndefined(data, tag, written, end, depth);
      return;
    }
    if (length > end - offset) {
      throw truncated(
        `${formatTag(tag)} declares ${length} bytes, ${end - offset} are left at byte ${offset}`
      );
    }
    // Archives turn what they do not know into UN, whose value is that of implicit little endian (PS3.5 6.2.2).
    const isUnknown = written === 'UN' && this.encoding.little;
    const vr = isUnknown ? vrOfTag(tag) : written;
    if (vr === 'SQ') {
      const items = isUnknown
        ? this.hiddenItems(data, offset + length, depth)
        : this.readItems(data, offset + length, depth, false);
      if (items) {
        data.elements.set(tag, { tag, vr: 'SQ', offset, length, items });
        return;
      }
    }
    this.at = offset + length;
    const known: Vr = isVr(vr) && vr !== 'SQ' ? vr : 'UN';
    const element: DataElement = { tag, vr: known, offset, length };
    data.elements.set(tag, element);
    if (tag === CHARACTER_SET) data.readText = textReader(data.textsOf(element));
  }

  private readHeader(end: number): Header {
    const { explicit, little } = this.encoding;
    const tag = this.tagAt(this.at);
    if (!explicit || tag >>> 16 === 0xfffe) {
      const length = this.view.getUint32(this.at + 4, little);
      this.at += 8;
      return { tag, vr: vrOfTag(tag), length };
    }
    const vr = String.fromCharCode(this.bytes[this.at + 4], this.bytes[this.at + 5]);
    if (!/^[A-Z]{2}$/.test(vr)) {
      // Seen in the wild: a zero or blank value representation with the layout of a short one.
      if (!/^[\0 ?A-Za-z-]{2}$/.test(vr)) {
        throw malformed(`${formatTag(tag)} has no value representation at byte ${this.at}`);
      }
      const length = this.view.getUint16(this.at + 6, little);
      this.at += 8;
      return { tag, vr: vrOfTag(tag), length };
    }
    if (!hasLongLength(vr)) {
      const length = this.view.getUint16(this.at + 6, little);
      this.at += 8;
      return { tag, vr, length };
    }
    if (end - this.at < 12) throw truncated(`the file ends inside the header of ${formatTag(tag)}`);
    const length = this.view.getUint32(this.at + 8, little);
    this.at += 12;
    return { tag, vr, length };
  }

  private readUndefined(data: DataSet, tag: number, vr: string, end: number, depth: number): void {
    const offset = this.at;
    if (tag === PIXEL_DATA) {
      const fragments = this.readFragments(end);
      data.elements.set(tag, { tag, vr: 'OB', offset, length: 0, fragments });
      return;
    }
    if (vr !== 'SQ' && vr !== 'UN') {
      throw malformed(`${formatTag(tag)} (${vr}) has undefined length`);
    }
    // A sequence whose sender did not know it is written as UN, with its items in implicit VR (CP-246).
    const outer = this.encoding;
    if (vr === 'UN' && outer.explicit) this.encoding = IMPLICIT;
    const items = this.readItems(data, end, depth, true);
    this.encoding = outer;
    data.elements.set(tag, { tag, vr: 'SQ', offset, length: 0, items });
  }

  /** Items of a sequence that is written as UN; undefined when its value is none: then it stays unknown. */
  private hiddenItems(parent: DataSet, end: number, depth: number): DataSet[] | undefined {
    const outer = this.encoding;
    this.encoding = IMPLICIT;
    try {
      return this.readItems(parent, end, depth, false);
    } catch (error) {
      if (error instanceof CordonError && error.code !== 'DICOM_OVER_LIMIT') return undefined;
      throw error;
    } finally {
      this.encoding = outer;
    }
  }

  private readItems(parent: DataSet, end: number, depth: number, delimited: boolean): DataSet[] {
    if (depth + 1 > this.limits.depth) {
      throw overLimit(`its sequences are nested more than ${this.limits.depth} deep`);
    }
    const items: DataSet[] = [];
    while (this.at < end) {
      if (end - this.at < 8) throw truncated('the file ends inside a sequence');
      const tag = this.tagAt(this.at);
      const length = this.view.getUint32(this.at + 4, this.encoding.little);
      this.at += 8;
      if (tag === SEQUENCE_END) {
        if (delimited) return items;
        throw malformed(`a sequence ends at byte ${this.at - 8} before its declared length`);
      }
      if (tag !== ITEM) throw malformed(`${formatTag(tag)} at byte ${this.at - 8} is not an item`);
      if (++this.elements > this.limits.elements) {
        throw overLimit(`it has more than ${this.limits.elements} data elements`);
      }
      const item = new DataSet(this.bytes, this.encoding.little, parent.readText);
      if (length === UNDEFINED) this.readElements(item, end, depth + 1, true);
      else {
        if (length > end - this.at) {
          throw truncated(`an item declares ${length} bytes, ${end - this.at} are left`);
        }
        this.readElements(item, this.at + length, depth + 1, false);
      }
      items.push(item);
    }
    if (delimited) throw truncated('a sequence of undefined length does not end');
    return items;
  }

  private readFragments(end: number): Uint8Array[] {
    const fragments: Uint8Array[] = [];
    while (end - this.at >= 8) {
      const tag = this.tagAt(this.at);
      const length = this.view.getUint32(this.at + 4, this.encoding.little);
      this.at += 8;
      if (tag === SEQUENCE_END) return fragments;
      if (tag !== ITEM) throw malformed(`${formatTag(tag)} inside encapsulated pixel data`);
      if (length > end - this.at) {
        throw truncated(`a fragment declares ${length} bytes, ${end - this.at} are left`);
      }
      if (++this.elements > this.limits.elements) {
        throw overLimit(`it has more than ${this.limits.elements} fragments`);
      }
      fragments.push(this.bytes.subarray(this.at, this.at + length));
      this.at += length;
    }
    throw truncated('the encapsulated pixel data do not end');
  }

  private tagAt(at: number): number {
    const { little } = this.encoding;
    return ((this.view.getUint16(at, little) << 16) | this.view.getUint16(at + 2, little)) >>> 0;
  }

  private onlyZeros(end: number): boolean {
    for (let at = this.at; at < end; at++) if (this.bytes[at] !== 0) return false;
    return true;
  }
}
