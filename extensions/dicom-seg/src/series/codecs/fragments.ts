/**
 * @file Encapsulated pixel data (PS3.5 annex A.4): which fragments make up which frame.
 */
import type { DataSet } from '../../part10/data-set';
import { malformed } from '../../part10/errors';

/** The encoded bytes of each frame. Throws `DICOM_MALFORMED` when frames and fragments do not fit together. */
export function encapsulatedFrames(data: DataSet, frames: number): readonly Uint8Array[] {
  const fragments = data.element('PixelData')?.fragments;
  if (!fragments || fragments.length < 2) throw malformed('the encapsulated pixel data are empty');
  const [table, ...pieces] = fragments;
  if (pieces.length === frames) return pieces;
  if (frames === 1) return [join(pieces)];
  const starts = offsets(data, table, frames) ?? startsOfImages(pieces);
  if (starts.length !== frames) {
    throw malformed(`${pieces.length} fragments cannot be assigned to ${frames} frames`);
  }
  return starts.map((start, frame) => join(pieces.slice(start, starts[frame + 1])));
}

/** Index of the first fragment of each frame, from a table of byte offsets. */
function offsets(data: DataSet, table: Uint8Array, frames: number): number[] | undefined {
  const listed = data.has('ExtendedOffsetTable')
    ? readOffsets(data.bytes('ExtendedOffsetTable'), 8)
    : readOffsets(table, 4);
  if (listed.length !== frames) return undefined;
  const pieces = data.element('PixelData')?.fragments?.slice(1) ?? [];
  const starts: number[] = [];
  let position = 0;
  pieces.forEach((piece, index) => {
    if (listed[starts.length] === position) starts.push(index);
    position += 8 + piece.length;
  });
  return starts.length === frames ? starts : undefined;
}

function readOffsets(table: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const values: number[] = [];
  for (let at = 0; at + size <= table.length; at += size) {
    values.push(size === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true)));
  }
  return values;
}

/** Without a table: fragments that begin with the start marker of JPEG, JPEG-LS or JPEG 2000. */
function startsOfImages(pieces: readonly Uint8Array[]): number[] {
  const starts: number[] = [];
  pieces.forEach((piece, index) => {
    if (piece[0] === 0xff && (piece[1] === 0xd8 || piece[1] === 0x4f)) starts.push(index);
  });
  return starts;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
