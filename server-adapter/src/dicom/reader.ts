/**
 * Reads the structure of a DICOM file: where every value lies, up to the pixel data.
 *
 * An own reader rather than dcmjs because the archive must read a thousand headers at start without the pixels,
 * needs byte positions to stream frames from disk, and must refuse hostile files (nesting, element counts, lengths)
 * before it allocates anything. Memory: about 100 bytes per element; values are not copied.
 */
import { inflateRawSync } from 'node:zlib';
import { hasLongLength } from '@cordon/extension-dicom-seg/pure';
import { CordonError } from '@cordon/extension-workbench/pure';
import { errorCode } from '../error-code';
import { dictionaryVr, isPixelTag, toVr } from './dictionary';
import { TAG, type DicomDataset, type DicomElement, type Encoding, type Vr } from './element';
import { encodingOf, transferSyntax } from './transfer-syntax';

export interface DicomHeader {
  /** Bytes that the offsets of all elements refer to (for a deflated file: the inflated data set). */
  readonly bytes: Buffer;
  readonly encoding: Encoding;
  readonly transferSyntaxUid: string;
  /** SOP class that the file meta information names; '' without one. */
  readonly mediaSopClassUid: string;
  /** Group 0002, positions in the file itself; empty when the file had no file meta information. */
  readonly meta: DicomDataset;
  /** Elements before the pixel data. */
  readonly dataset: DicomDataset;
  /** Where the data set begins in the file; 0 for a deflated file's `bytes`. */
  readonly datasetOffset: number;
  /** The pixel data element; its value may lie beyond `bytes`. */
  readonly pixelData?: {
    readonly tag: number;
    readonly vr: Vr;
    readonly offset: number;
    readonly length: number;
  };
  /** Whether the file has the 128-byte preamble and 'DICM'. */
  readonly hasPreamble: boolean;
  readonly deflated: boolean;
}

export interface ReadLimits {
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Largest inflated data set, bytes. */
  readonly maxInflatedBytes: number;
}

export const defaultReadLimits: ReadLimits = {
  maxDepth: 16,
  maxElements: 1_000_000,
  maxInflatedBytes: 512 * 1024 * 1024,
};

/** Length of an element that ends with a delimiter instead of being counted. */
export const UNDEFINED_LENGTH = 0xffffffff;

const IMPLICIT: Encoding = { explicit: false, littleEndian: true };
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

/** The bytes end inside an element: a longer piece of the file may do. */
export class NeedMoreBytes extends Error {}

export function notDicom(why: string): CordonError {
  return new CordonError({
    code: 'DICOM_UNREADABLE',
    what: 'the file cannot be read as DICOM',
    why,
    remedy: 'export it again from its source as a DICOM Part 10 file',
  });
}

/**
 * Parses a file or the first part of one.
 * @param bytes the file from its first byte
 * @throws NeedMoreBytes when `bytes` ends before the pixel data; CordonError DICOM_UNREADABLE otherwise
 */
export function parseHeader(bytes: Buffer, limits: ReadLimits = defaultReadLimits): DicomHeader {
  const hasPreamble = bytes.length >= 132 && bytes.toString('latin1', 128, 132) === 'DICM';
  const metaStart = hasPreamble ? 132 : 0;
  if (!hasPreamble && bytes.length < 8) throw notDicom('it is shorter than one element');
  const metaReader = new Reader(bytes, { explicit: true, littleEndian: true }, limits);
  const startsWithMeta = bytes.length >= metaStart + 4 && bytes.readUInt16LE(metaStart) === 0x0002;
  const meta = startsWithMeta ? metaReader.readMeta(metaStart) : new Map<number, DicomElement>();
  if (hasPreamble && !startsWithMeta) throw notDicom('the file meta information is missing');
  const datasetOffset = startsWithMeta ? metaReader.position : metaStart;

  const named = meta.get(TAG.transferSyntaxUid);
  const uid = named ? asciiValue(bytes, named) : undefined;
  const mediaClass = meta.get(TAG.mediaStorageSopClassUid);
  if (startsWithMeta && !uid) throw notDicom('the transfer syntax is missing');
  const guessed = uid === undefined ? guessEncoding(bytes, datasetOffset) : undefined;
  const transferSyntaxUid =
    uid ?? (guessed!.explicit ? transferSyntax.explicitLittle : transferSyntax.implicitLittle);
  const encoding = guessed ?? encodingOf(transferSyntaxUid);
  const deflated = transferSyntaxUid === transferSyntax.deflated;
  const body = deflated ? inflate(bytes, datasetOffset, limits) : bytes;
  const start = deflated ? 0 : datasetOffset;
  const reader = new Reader(body, encoding, limits);
  const dataset = reader.readTopLevel(start);
  return {
    bytes: body,
    encoding,
    transferSyntaxUid,
    mediaSopClassUid: mediaClass ? asciiValue(bytes, mediaClass) : '',
    meta,
    dataset,
    datasetOffset,
    pixelData: reader.pixelData,
    hasPreamble,
    deflated,
  };
}

/** Text of a value whose characters are ASCII (UI, CS, DA …), without padding. */
export function asciiValue(bytes: Buffer, element: DicomElement): string {
  const text = bytes.toString('latin1', element.offset, element.offset + element.length);
  return text.replace(/[\0 ]+$/, '').replace(/^ +/, '');
}

function inflate(bytes: Buffer, offset: number, limits: ReadLimits): Buffer {
  const packed = bytes.subarray(offset);
  const maxOutputLength = Math.min(
    limits.maxInflatedBytes,
    Math.max(packed.length * 100, 1024 * 1024)
  );
  try {
    return inflateRawSync(packed, { maxOutputLength });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'Z_BUF_ERROR') throw new NeedMoreBytes();
    throw notDicom(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? 'its deflated data set grows beyond the permitted size'
        : 'its deflated data set is damaged'
    );
  }
}

/** A data set without file meta information is little endian; whether VRs are explicit shows in its first element. */
function guessEncoding(bytes: Buffer, offset: number): Encoding {
  const group = bytes.readUInt16LE(offset);
  if (group !== 0x0008 || bytes.length < offset + 8) {
    throw notDicom('it has no DICM mark and does not begin with group 0008');
  }
  const explicit = toVr(bytes.toString('latin1', offset + 4, offset + 6)) !== undefined;
  return { explicit, littleEndian: true };
}

class Reader {
  position = 0;
  pixelData: DicomHeader['pixelData'];
  private elements = 0;
  private signedPixels = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly encoding: Encoding,
    private readonly limits: ReadLimits
  ) {}

  readMeta(start: number): DicomDataset {
    this.position = start;
    const found = new Map<number, DicomElement>();
    while (this.position < this.bytes.length) {
      this.require(2);
      if (this.bytes.readUInt16LE(this.position) !== 0x0002) break;
      const element = this.readElement(this.encoding, 0);
      found.set(element.tag, element);
    }
    return found;
  }

  readTopLevel(start: number): DicomDataset {
    this.position = start;
    const found = new Map<number, DicomElement>();
    while (this.position < this.bytes.length) {
      const element = this.readElement(this.encoding, 0);
      if (isPixelTag(element.tag)) {
        this.pixelData = element;
        break;
      }
      if (element.tag === 0xfffcfffc) break;
      found.set(element.tag, element);
    }
    return found;
  }

  private require(count: number): void {
    if (this.position + count > this.bytes.length) throw new NeedMoreBytes();
  }

  private uint16(): number {
    this.require(2);
    const at = this.position;
    this.position += 2;
    return this.encoding.littleEndian ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  private uint32(): number {
    this.require(4);
    const at = this.position;
    this.position += 4;
    return this.encoding.littleEndian ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  private readTag(): number {
    const group = this.uint16();
    return group * 0x10000 + this.uint16();
  }

  /** Reads one element header and, unless it is top-level pixel data, moves past its value. */
  private readElement(encoding: Encoding, depth: number): DicomElement {
    if (++this.elements > this.limits.maxElements) {
      throw notDicom(`it has more than ${this.limits.maxElements} elements`);
    }
    const tag = this.readTag();
    const { vr, length } = this.readVrAndLength(tag, encoding);
    const offset = this.position;
    if (depth === 0 && isPixelTag(tag)) return { tag, vr, offset, length };
    if (vr === 'SQ' || (vr === 'UN' && length === UNDEFINED_LENGTH)) {
      // A sequence inside UN is encoded as implicit VR little endian (PS3.5 6.2.2 note 2).
      const inner = vr === 'UN' ? IMPLICIT : encoding;
      return { tag, vr: 'SQ', offset, length: 0, items: this.readItems(inner, length, depth + 1) };
    }
    if (length === UNDEFINED_LENGTH) throw notDicom(`element ${tag.toString(16)} has no length`);
    this.require(length);
    const items = vr === 'UN' && length > 0 ? this.hiddenItems(tag, length, depth) : undefined;
    this.position = offset + length;
    if (items) return { tag, vr: 'SQ', offset, length: 0, items };
    const element: DicomElement = { tag, vr: this.resolveUnknown(tag, vr), offset, length };
    if (tag === TAG.pixelRepresentation && length >= 2) {
      this.signedPixels = (this.bytes[offset] | this.bytes[offset + 1]) === 1;
    }
    return element;
  }

  private readVrAndLength(tag: number, encoding: Encoding): { vr: Vr; length: number } {
    if (!encoding.explicit) {
      return { vr: dictionaryVr(tag, this.signedPixels), length: this.uint32() };
    }
    this.require(2);
    const text = this.bytes.toString('latin1', this.position, this.position + 2);
    const vr = toVr(text);
    if (!vr) throw notDicom(`element ${tag.toString(16).padStart(8, '0')} has no valid VR`);
    this.position += 2;
    if (!hasLongLength(vr)) return { vr, length: this.uint16() };
    this.uint16();
    return { vr, length: this.uint32() };
  }

  /** Public elements and private creators that an archive turned into UN get their VR back (all but sequences). */
  private resolveUnknown(tag: number, vr: Vr): Vr {
    if (vr !== 'UN') return vr;
    const known = dictionaryVr(tag, this.signedPixels);
    return known === 'SQ' ? 'UN' : known;
  }

  /** The items of a public sequence that an archive turned into UN; undefined when it is none or they are damaged. */
  private hiddenItems(
    tag: number,
    length: number,
    depth: number
  ): readonly DicomDataset[] | undefined {
    if (dictionaryVr(tag, this.signedPixels) !== 'SQ') return undefined;
    try {
      return this.readItems(IMPLICIT, length, depth + 1);
    } catch (error) {
      if (error instanceof CordonError || error instanceof NeedMoreBytes) return undefined;
      throw error;
    }
  }

  private readItems(encoding: Encoding, length: number, depth: number): DicomDataset[] {
    if (depth > this.limits.maxDepth) {
      throw notDicom(`its sequences are nested more than ${this.limits.maxDepth} deep`);
    }
    const items: DicomDataset[] = [];
    const end = length === UNDEFINED_LENGTH ? undefined : this.position + length;
    if (end !== undefined && end > this.bytes.length) throw new NeedMoreBytes();
    while (end === undefined || this.position < end) {
      const tag = this.readTag();
      const itemLength = this.uint32();
      if (tag === SEQUENCE_END) break;
      if (tag !== ITEM) throw notDicom('a sequence holds something that is no item');
      items.push(this.readItem(encoding, itemLength, depth));
    }
    if (end !== undefined && this.position > end)
      throw notDicom('a sequence is longer than it says');
    return items;
  }

  private readItem(encoding: Encoding, length: number, depth: number): DicomDataset {
    const found = new Map<number, DicomElement>();
    const end = length === UNDEFINED_LENGTH ? undefined : this.position + length;
    if (end !== undefined && end > this.bytes.length) throw new NeedMoreBytes();
    while (end === undefined || this.position < end) {
      if (end === undefined && this.peekItemEnd()) break;
      const element = this.readElement(encoding, depth);
      found.set(element.tag, element);
    }
    if (end !== undefined && this.position > end) throw notDicom('an item is longer than it says');
    return found;
  }

  private peekItemEnd(): boolean {
    const at = this.position;
    const tag = this.readTag();
    if (tag !== ITEM_END) {
      this.position = at;
      return false;
    }
    this.uint32();
    return true;
  }
}
