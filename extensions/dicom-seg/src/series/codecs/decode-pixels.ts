/**
 * @file The stored values of every frame of an image, whatever its transfer syntax.
 */
import type { DicomFile } from '../../part10/parse';
import { malformed, truncated, unknownTransferSyntax } from '../../part10/errors';
import { TRANSFER_SYNTAX } from '../../part10/uid';
import { inflateLimited } from '../../part10/inflate';
import { DEFAULT_LIMITS, type ReadLimits } from '../../part10/limits';
import { encapsulatedFrames } from './fragments';
import {
  maskStoredBits,
  pixelsOf,
  samplesOf,
  swapBytes,
  type PixelFormat,
  type StoredValues,
} from './frame';
import { decodeImage, imageCodecOf } from './image-codecs';
import { decodeRle } from './rle';

/** Decodes frame after frame, so that only one is held at a time beside what the caller keeps. */
export async function* decodeFrames(
  file: DicomFile,
  format: PixelFormat,
  frames: number,
  limits: ReadLimits = DEFAULT_LIMITS
): AsyncGenerator<StoredValues> {
  const pixels = pixelsOf(format);
  const size = format.bitsAllocated <= 8 ? 1 : format.bitsAllocated / 8;
  if (file.data.element('PixelData')?.fragments === undefined) {
    yield* nativeFrames(file, format, frames, pixels, size);
    return;
  }
  const { transferSyntaxUid } = file;
  for (const encoded of encapsulatedFrames(file.data, frames)) {
    let values: StoredValues;
    if (imageCodecOf(transferSyntaxUid) !== undefined) {
      values = await decodeImage(transferSyntaxUid, encoded, format);
    } else if (transferSyntaxUid === TRANSFER_SYNTAX.rle) {
      const bytes = decodeRle(encoded, pixels, size);
      values = samplesOf(bytes, format.bitsAllocated, format.signed, pixels);
    } else if (transferSyntaxUid === TRANSFER_SYNTAX.deflatedFrame) {
      const bytes = inflateLimited(encoded, limits);
      values = samplesOf(bytes, format.bitsAllocated, format.signed, pixels);
    } else {
      throw unknownTransferSyntax(transferSyntaxUid);
    }
    yield maskStoredBits(values, format);
  }
}

function* nativeFrames(
  file: DicomFile,
  format: PixelFormat,
  frames: number,
  pixels: number,
  size: number
): Generator<StoredValues> {
  if (![8, 16, 32].includes(format.bitsAllocated)) {
    throw malformed(`images of ${format.bitsAllocated} bits a pixel are not read`);
  }
  const bytes = file.data.bytes('PixelData');
  if (bytes.length < pixels * size * frames) {
    throw truncated(
      `the image has ${bytes.length} bytes of pixels, ${pixels * size * frames} are needed`
    );
  }
  for (let frame = 0; frame < frames; frame++) {
    const part = bytes.subarray(frame * pixels * size, (frame + 1) * pixels * size);
    const little = file.littleEndian ? part : swapBytes(part, size);
    yield maskStoredBits(samplesOf(little, format.bitsAllocated, format.signed, pixels), format);
  }
}
