/**
 * @file RLE Lossless (PS3.5 annex G): decoder and encoder. Complexity O(bytes).
 */
import { malformed } from '../../part10/errors';

const HEADER = 64;

/** Decodes one frame of `segments` byte planes of `size` bytes each into little endian samples. */
export function decodeRle(frame: Uint8Array, size: number, segments: number): Uint8Array {
  if (frame.length < HEADER) throw malformed(`an RLE frame has only ${frame.length} bytes`);
  const view = new DataView(frame.buffer, frame.byteOffset, HEADER);
  const stored = view.getUint32(0, true);
  if (stored !== segments) throw malformed(`an RLE frame has ${stored} segments, not ${segments}`);
  const out = new Uint8Array(size * segments);
  for (let segment = 0; segment < segments; segment++) {
    const from = view.getUint32(4 + 4 * segment, true);
    const next = segment + 1 < segments ? view.getUint32(8 + 4 * segment, true) : frame.length;
    if (from < HEADER || next > frame.length || from > next) {
      throw malformed('the offsets of an RLE frame lie outside it');
    }
    // Most significant byte first (G.2); samples are little endian here.
    unpack(frame.subarray(from, next), out, segments - 1 - segment, segments, size);
  }
  return out;
}

function unpack(
  packed: Uint8Array,
  out: Uint8Array,
  first: number,
  step: number,
  size: number
): void {
  let at = 0;
  let written = 0;
  while (written < size && at < packed.length) {
    const control = packed[at++];
    if (control === 128) continue;
    const count = Math.min(control < 128 ? control + 1 : 257 - control, size - written);
    if (control < 128) {
      if (at + count > packed.length) throw malformed('an RLE segment ends inside a run');
      for (let n = 0; n < count; n++) out[first + step * written++] = packed[at + n];
      at += control + 1;
    } else {
      const value = packed[at++];
      for (let n = 0; n < count; n++) out[first + step * written++] = value;
    }
  }
  if (written < size) throw malformed(`an RLE segment gives ${written} of ${size} bytes`);
}

/** Encodes a frame of 8 or 16 bit samples; runs do not cross rows; the result has an even length. */
export function encodeRle(samples: Uint8Array | Uint16Array, columns: number): Uint8Array {
  const planes = samples.BYTES_PER_ELEMENT;
  // Worst case: one control byte for each 128 literals of a row, and a pad byte for each plane.
  const rows = samples.length / columns;
  const worst = planes * (rows * (columns + Math.ceil(columns / 128)) + 1);
  const out = new Uint8Array(HEADER + worst + 1);
  const header = new DataView(out.buffer);
  header.setUint32(0, planes, true);
  const row = new Uint8Array(columns);
  let at = HEADER;
  for (let plane = 0; plane < planes; plane++) {
    header.setUint32(4 + 4 * plane, at, true);
    const shift = 8 * (planes - 1 - plane);
    for (let start = 0; start < samples.length; start += columns) {
      for (let i = 0; i < columns; i++) row[i] = samples[start + i] >>> shift;
      at = packRow(row, out, at);
    }
    if (at % 2 === 1) out[at++] = 0;
  }
  return out.slice(0, at);
}

/** A pair among literals stays one of them: a run of its own would cost more than it saves. */
function packRow(row: Uint8Array, out: Uint8Array, from: number): number {
  let at = from;
  let start = 0;
  while (start < row.length) {
    let end = start + 1;
    while (end < row.length && end - start < 128 && row[end] === row[start]) end++;
    if (end - start > 1) {
      out[at++] = 257 - (end - start);
      out[at++] = row[start];
    } else {
      while (end < row.length && end - start < 128 && !startsTriple(row, end)) end++;
      out[at++] = end - start - 1;
      out.set(row.subarray(start, end), at);
      at += end - start;
    }
    start = end;
  }
  return at;
}

const startsTriple = (row: Uint8Array, at: number): boolean =>
  at + 2 < row.length && row[at] === row[at + 1] && row[at] === row[at + 2];
