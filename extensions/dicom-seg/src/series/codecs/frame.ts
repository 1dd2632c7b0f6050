/**
 * @file One frame of stored values, as a decoder hands it over.
 */
import { malformed } from '../../part10/errors';

/** What the header says about the pixels of a frame. */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

/** Stored values, row by row. */
export type StoredValues =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** Number of pixels of a frame. */
export const pixelsOf = (format: PixelFormat): number => format.rows * format.columns;

/** Little endian bytes of whole 8, 16 or 32 bit samples as numbers; a view where alignment allows. */
export function samplesOf(
  bytes: Uint8Array,
  bits: number,
  signed: boolean,
  count: number
): StoredValues {
  const size = bits <= 8 ? 1 : bits <= 16 ? 2 : 4;
  if (bytes.length < count * size) {
    throw malformed(`a frame has ${bytes.length} bytes of pixels, ${count * size} are needed`);
  }
  const aligned = bytes.byteOffset % size === 0 ? bytes : bytes.slice(0, count * size);
  const { buffer, byteOffset } = aligned;
  switch (size) {
    case 1:
      return signed
        ? new Int8Array(buffer, byteOffset, count)
        : new Uint8Array(buffer, byteOffset, count);
    case 2:
      return signed
        ? new Int16Array(buffer, byteOffset, count)
        : new Uint16Array(buffer, byteOffset, count);
    case 4:
      return signed
        ? new Int32Array(buffer, byteOffset, count)
        : new Uint32Array(buffer, byteOffset, count);
  }
}

/** Bytes of `size`-byte samples with their order reversed (big endian pixel data). */
export function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  if (size === 1) return bytes;
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at + size <= bytes.length; at += size) {
    for (let part = 0; part < size; part++) out[at + part] = bytes[at + size - 1 - part];
  }
  return out;
}

/** Keeps the stored bits only and extends the sign; returns the input when nothing lies outside them. */
export function maskStoredBits(values: StoredValues, format: PixelFormat): StoredValues {
  const { bitsAllocated, bitsStored, highBit, signed } = format;
  if (bitsStored >= bitsAllocated || bitsStored <= 0) return values;
  const left = 32 - 1 - highBit;
  const right = 32 - bitsStored;
  const out = values.slice();
  for (let at = 0; at < out.length; at++) {
    out[at] = signed ? (out[at] << left) >> right : (out[at] << left) >>> right;
  }
  return out;
}
