/**
 * @file Markers, Huffman tables and entropy coded bits of a JPEG stream of one component (ITU-T T.81, annexes B, C and
 * F), for the processes that the libraries at hand do not read or read wrongly.
 */
import { malformed, unknownTransferSyntax } from '../../part10/errors';
import type { PixelFormat } from './frame';

interface HuffmanTable {
  /** By code length: first code, index of its symbol, number of codes. */
  readonly firstCode: Int32Array;
  readonly firstIndex: Int32Array;
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** Start of frame markers: all of C0 to CF but DHT, JPG and DAC. */
const isFrameMarker = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** Bits a sample from the frame header; 0 when there is none. */
export function jpegPrecision(bytes: Uint8Array): number {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
    if (isFrameMarker(bytes[at + 1])) return bytes[at + 4];
    at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return 0;
}

const ZIGZAG = buildZigzag();

function buildZigzag(): Uint8Array {
  const order = new Uint8Array(64);
  let [x, y, up] = [0, 0, true];
  for (let at = 0; at < 64; at++) {
    order[at] = y * 8 + x;
    if (up) {
      if (x === 7) [y, up] = [y + 1, false];
      else if (y === 0) [x, up] = [x + 1, false];
      else [x, y] = [x + 1, y - 1];
    } else if (y === 7) [x, up] = [x + 1, true];
    else if (x === 0) [y, up] = [y + 1, true];
    else [x, y] = [x - 1, y + 1];
  }
  return order;
}

/** Row-major place of coefficient `k` of the zigzag order. */
export const zigzag = (k: number): number => ZIGZAG[k];

/** A stream up to the start of its first scan, and its bits from there on. */
export class JpegStream {
  /** Marker of the frame header: C0 and C1 sequential, C3 lossless. */
  process = 0;
  precision = 0;
  /** Quantization of the component, row-major; absent for lossless streams. */
  quantization: Int32Array | undefined;
  /** Restart interval in blocks or samples; 0 for none. */
  restartInterval = 0;
  /** Predictor selection (lossless) and point transform, from the scan header. */
  selection = 0;
  pointTransform = 0;
  private readonly tables: Int32Array[] = [];
  private readonly dc: HuffmanTable[] = [];
  private readonly ac: HuffmanTable[] = [];
  private selector = 0;
  private quantizationIndex = 0;
  private at = 2;
  private bits = 0;
  private bitCount = 0;

  constructor(
    private readonly bytes: Uint8Array,
    format: PixelFormat
  ) {
    for (;;) {
      while (bytes[this.at] === 0xff && bytes[this.at + 1] === 0xff) this.at++;
      if (this.at + 4 > bytes.length || bytes[this.at] !== 0xff) {
        throw malformed('a JPEG stream has no image data');
      }
      const marker = bytes[this.at + 1];
      const start = this.at + 4;
      const end = this.at + 2 + this.u16(this.at + 2);
      if (end > bytes.length) throw malformed('a JPEG segment goes beyond the end of the stream');
      this.at = end;
      if (isFrameMarker(marker)) this.readFrame(marker, start, format);
      else if (marker === 0xdb) this.readQuantization(start, end);
      else if (marker === 0xc4) this.readHuffman(start, end);
      else if (marker === 0xdd) this.restartInterval = this.u16(start);
      else if (marker === 0xda) {
        this.readScan(start);
        return;
      }
    }
  }

  private u16(at: number): number {
    return (this.bytes[at] << 8) | this.bytes[at + 1];
  }

  private readFrame(marker: number, at: number, format: PixelFormat): void {
    if (marker !== 0xc0 && marker !== 0xc1 && marker !== 0xc3) {
      throw unknownTransferSyntax(`JPEG process SOF${marker - 0xc0} of ${this.bytes[at]} bit`);
    }
    this.process = marker;
    this.precision = this.bytes[at];
    const [rows, columns, components] = [this.u16(at + 1), this.u16(at + 3), this.bytes[at + 5]];
    if (rows !== format.rows || columns !== format.columns || components !== 1) {
      throw malformed(
        `a compressed frame has ${columns} × ${rows} pixels of ${components} samples, ` +
          `the header says ${format.columns} × ${format.rows} of 1`
      );
    }
    if (this.precision < 2 || this.precision > 16) {
      throw malformed(`a compressed frame has ${this.precision} bits a sample`);
    }
    this.quantizationIndex = this.bytes[at + 8];
  }

  private readQuantization(from: number, end: number): void {
    for (let at = from; at < end;) {
      const wide = this.bytes[at] >> 4 > 0;
      const table = new Int32Array(64);
      const index = this.bytes[at++] & 15;
      for (let k = 0; k < 64; k++) {
        table[ZIGZAG[k]] = wide ? this.u16(at) : this.bytes[at];
        at += wide ? 2 : 1;
      }
      this.tables[index] = table;
    }
  }

  private readHuffman(from: number, end: number): void {
    for (let at = from; at < end;) {
      const kind = this.bytes[at++];
      const counts = new Uint8Array(17);
      counts.set(this.bytes.subarray(at, at + 16), 1);
      at += 16;
      const total = counts.reduce((sum, count) => sum + count, 0);
      const firstCode = new Int32Array(17);
      const firstIndex = new Int32Array(17);
      for (let length = 1, code = 0, index = 0; length <= 16; length++) {
        firstCode[length] = code;
        firstIndex[length] = index;
        index += counts[length];
        code = (code + counts[length]) << 1;
      }
      const symbols = this.bytes.subarray(at, at + total);
      at += total;
      (kind >> 4 === 0 ? this.dc : this.ac)[kind & 15] = { firstCode, firstIndex, counts, symbols };
    }
  }

  private readScan(at: number): void {
    if (this.process === 0) throw malformed('a JPEG stream has no frame header');
    const tail = at + 1 + 2 * this.bytes[at];
    this.selector = this.bytes[at + 2];
    this.selection = this.bytes[tail];
    this.pointTransform = this.bytes[tail + 2] & 15;
    this.quantization = this.tables[this.quantizationIndex];
  }

  /** Next symbol of the component's table for means (DC) or differences. */
  meanSymbol(): number {
    return this.symbol(this.dc[this.selector >> 4]);
  }

  /** Next symbol of the component's table for the other coefficients. */
  coefficientSymbol(): number {
    return this.symbol(this.ac[this.selector & 15]);
  }

  private symbol(table: HuffmanTable | undefined): number {
    if (!table) throw malformed('a JPEG stream misses a table that it uses');
    let code = 0;
    for (let length = 1; length <= 16; length++) {
      code = (code << 1) | this.bit();
      const offset = code - table.firstCode[length];
      if (offset < table.counts[length]) return table.symbols[table.firstIndex[length] + offset];
    }
    throw malformed('a JPEG stream holds a code that its table does not');
  }

  /** The next `size` bits as a signed difference (F.2.2.1). */
  signed(size: number): number {
    let value = 0;
    for (let n = 0; n < size; n++) value = (value << 1) | this.bit();
    return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  private bit(): number {
    if (this.bitCount === 0) {
      if (this.at >= this.bytes.length) throw malformed('a JPEG stream ends inside its image data');
      this.bits = this.bytes[this.at++];
      if (this.bits === 0xff) {
        if (this.bytes[this.at] !== 0) throw malformed('a marker stands inside JPEG image data');
        this.at++;
      }
      this.bitCount = 8;
    }
    return (this.bits >> --this.bitCount) & 1;
  }

  /** Goes past the restart marker that must follow. */
  restart(): void {
    this.bitCount = 0;
    if (this.bytes[this.at] !== 0xff || (this.bytes[this.at + 1] & 0xf8) !== 0xd0) {
      throw malformed('a JPEG restart marker is missing');
    }
    this.at += 2;
  }
}
