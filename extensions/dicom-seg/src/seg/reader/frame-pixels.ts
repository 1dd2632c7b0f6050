/**
 * @file The pixels of a segmentation object's frames in one of two forms: bits packed across frames as the standard
 * wants them, or one value a pixel.
 */
import type { DicomFile } from '../../part10/parse';
import { truncated, unknownTransferSyntax } from '../../part10/errors';
import { inflateLimited } from '../../part10/inflate';
import type { ReadLimits } from '../../part10/limits';
import { TRANSFER_SYNTAX } from '../../part10/uid';
import { decodeFrames } from '../../series/codecs/decode-pixels';
import { encapsulatedFrames } from '../../series/codecs/fragments';
import { decodeImage, imageCodecOf } from '../../series/codecs/image-codecs';
import { decodeRle } from '../../series/codecs/rle';
import { segDamaged } from '../errors';
import type { FrameTable } from './frame-table';
import type { Notice } from './stored-segmentation';

/** Pixel `i` of frame `f` is bit `strideBits · f + i`, least significant first. */
export interface BitFrames {
  readonly bits: Uint8Array;
  readonly strideBits: number;
}

/** One bit a pixel: bits. Older writers padded each frame to whole bytes; that is recognised by the length, and said. */
export async function bitFrames(
  file: DicomFile,
  { rows, columns, frames }: FrameTable,
  limits: ReadLimits,
  notices: Notice[]
): Promise<BitFrames> {
  const pixels = rows * columns;
  const count = frames.length;
  const frameBytes = Math.ceil(pixels / 8);
  if (file.data.element('PixelData')?.fragments) {
    return {
      bits: await compressedBits(file, pixels, columns, count, limits),
      strideBits: frameBytes * 8,
    };
  }
  const bits = file.data.bytes('PixelData');
  const needed = Math.ceil((pixels * count) / 8);
  const padded = frameBytes * count;
  const isPadded = padded !== needed && (bits.length === padded || bits.length === padded + 1);
  if (isPadded && bits.length > needed + 1) {
    notices.push({
      code: 'BYTE_PADDED_FRAMES',
      text: 'The frames were padded to whole bytes, against the standard; they are read as they were meant.',
    });
    return { bits, strideBits: frameBytes * 8 };
  }
  if (bits.length < needed) {
    throw truncated(`the segmentation has ${bits.length} bytes of pixels, ${needed} are needed`);
  }
  return { bits, strideBits: pixels };
}

async function compressedBits(
  file: DicomFile,
  pixels: number,
  columns: number,
  count: number,
  limits: ReadLimits
): Promise<Uint8Array> {
  const frameBytes = Math.ceil(pixels / 8);
  const bits = new Uint8Array(frameBytes * count);
  for (const [frame, encoded] of encapsulatedFrames(file.data, count).entries()) {
    const target = bits.subarray(frame * frameBytes, (frame + 1) * frameBytes);
    if (file.transferSyntaxUid === TRANSFER_SYNTAX.rle) {
      target.set(decodeRle(encoded, frameBytes, 1));
    } else if (file.transferSyntaxUid === TRANSFER_SYNTAX.deflatedFrame) {
      const inflated = inflateLimited(encoded, limits);
      if (inflated.length < frameBytes) throw segDamaged('a deflated frame is too short');
      target.set(inflated.subarray(0, frameBytes));
    } else if (imageCodecOf(file.transferSyntaxUid) !== undefined) {
      const format = {
        rows: pixels / columns,
        columns,
        bitsAllocated: 8,
        bitsStored: 8,
        highBit: 7,
        signed: false,
      };
      const values = await decodeImage(file.transferSyntaxUid, encoded, format);
      for (let at = 0; at < pixels; at++) if (values[at] !== 0) target[at >> 3] |= 1 << (at & 7);
    } else {
      throw unknownTransferSyntax(file.transferSyntaxUid);
    }
  }
  return bits;
}

/** One value a pixel (8 or 16 bit): frame after frame. */
export async function* valueFrames(
  file: DicomFile,
  { rows, columns, frames }: FrameTable,
  bitsAllocated: number,
  limits: ReadLimits
): AsyncGenerator<Uint8Array | Uint16Array> {
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw segDamaged(`its pixels have ${bitsAllocated} bits`);
  }
  const format = {
    rows,
    columns,
    bitsAllocated,
    bitsStored: bitsAllocated,
    highBit: bitsAllocated - 1,
    signed: false,
  };
  for await (const values of decodeFrames(file, format, frames.length, limits)) {
    if (values instanceof Uint8Array || values instanceof Uint16Array) yield values;
    else yield bitsAllocated === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  }
}
