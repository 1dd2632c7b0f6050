/** How an instance's pixel data is cut into frames, and whether the file holds all of it. */
import { stat, open } from 'node:fs/promises';
import { TAG } from '../dicom/element';
import { readHeaderFrom, readRange } from '../dicom/file';
import {
  encapsulatedFrames,
  listFragments,
  type ByteSource,
  type FrameRanges,
} from '../dicom/fragments';
import { notDicom, UNDEFINED_LENGTH, type DicomHeader } from '../dicom/reader';
import { isNative } from '../dicom/transfer-syntax';
import { ValueReader } from '../dicom/values';

export interface PixelLayout {
  readonly frameCount: number;
  /** Bits of one native frame; undefined for compressed pixel data. */
  readonly nativeFrameBits?: number;
  /** Whether 16-bit words must be swapped to little endian. */
  readonly swapWords: boolean;
}

const MAX_PIXELS = 2 ** 31;

/** @throws CordonError DICOM_UNREADABLE when there is no pixel data or its description is impossible */
export function pixelLayout(header: DicomHeader): PixelLayout {
  if (!header.pixelData) throw notDicom('it has no pixel data');
  const values = new ValueReader(header);
  const rows = values.number(TAG.rows) ?? 0;
  const columns = values.number(TAG.columns) ?? 0;
  const frameCount = values.number(TAG.numberOfFrames) ?? 1;
  if (!(rows > 0 && columns > 0 && frameCount > 0 && Number.isInteger(frameCount))) {
    throw notDicom('Rows, Columns or NumberOfFrames make no image');
  }
  if (rows * columns * frameCount > MAX_PIXELS) throw notDicom('it has more than 2^31 pixels');
  if (!isNative(header.transferSyntaxUid)) return { frameCount, swapWords: false };
  const subsampled = values.text(TAG.photometricInterpretation) === 'YBR_FULL_422';
  const samples = subsampled ? 2 : (values.number(TAG.samplesPerPixel) ?? 1);
  const bits = values.number(TAG.bitsAllocated) ?? 16;
  const nativeFrameBits = rows * columns * samples * bits;
  const swapWords = !header.encoding.littleEndian && header.pixelData.vr === 'OW' && bits !== 1;
  return { frameCount, nativeFrameBits, swapWords };
}

/** The file's bytes, or the inflated data set of a deflated file. */
export async function withByteSource<T>(
  path: string,
  use: (source: ByteSource, header: DicomHeader) => Promise<T>
): Promise<T> {
  const file = await open(path, 'r');
  try {
    const header = await readHeaderFrom(file);
    if (header.deflated) {
      const { bytes } = header;
      const read = (offset: number, length: number) => {
        if (offset + length > bytes.length) throw notDicom('it ends before its last value');
        return Promise.resolve(Buffer.from(bytes.subarray(offset, offset + length)));
      };
      return await use({ size: bytes.length, read }, header);
    }
    const { size } = await stat(path);
    return await use({ size, read: (offset, length) => readRange(file, offset, length) }, header);
  } finally {
    await file.close();
  }
}

/**
 * Byte ranges of all frames.
 * @throws CordonError DICOM_UNREADABLE when pixel data is cut off, FRAMES_NOT_ALIGNED is left to the caller
 */
export async function frameRanges(source: ByteSource, header: DicomHeader): Promise<FrameRanges[]> {
  const layout = pixelLayout(header);
  const { offset, length } = header.pixelData!;
  if (layout.nativeFrameBits === undefined) {
    const fragments = await listFragments(source, offset);
    return encapsulatedFrames(source, fragments, layout.frameCount, extendedOffsets(header));
  }
  const frameBytes = Math.ceil(layout.nativeFrameBits / 8);
  const available = length === UNDEFINED_LENGTH ? 0 : Math.min(length, source.size - offset);
  if (Math.ceil((layout.nativeFrameBits * layout.frameCount) / 8) > available) {
    throw notDicom('its pixel data is shorter than Rows × Columns × frames');
  }
  return Array.from({ length: layout.frameCount }, (_, frame) => [
    { offset: offset + frame * frameBytes, length: frameBytes },
  ]);
}

function extendedOffsets(header: DicomHeader): number[] {
  const element = header.dataset.get(TAG.extendedOffsetTable);
  if (!element) return [];
  return Array.from({ length: Math.floor(element.length / 8) }, (_, index) =>
    Number(header.bytes.readBigUInt64LE(element.offset + index * 8))
  );
}
