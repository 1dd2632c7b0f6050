/**
 * @file Float and Double Float Pixel Data (parametric maps); doubles are rounded to single precision.
 */
import type { DicomFile } from '../../part10/parse';
import { truncated } from '../../part10/errors';
import { pixelsOf, swapBytes, type PixelFormat } from './frame';

/** Frame after frame as single precision numbers. */
export function* floatFrames(
  file: DicomFile,
  format: PixelFormat & { readonly frames: number }
): Generator<Float32Array> {
  const isDouble = file.data.has('DoubleFloatPixelData');
  const size = isDouble ? 8 : 4;
  const stored = file.data.bytes(isDouble ? 'DoubleFloatPixelData' : 'FloatPixelData');
  const pixels = pixelsOf(format);
  if (stored.length < pixels * size * format.frames) {
    throw truncated(
      `it has ${stored.length} bytes of pixels, ${pixels * size * format.frames} are needed`
    );
  }
  for (let frame = 0; frame < format.frames; frame++) {
    const part = stored.slice(frame * pixels * size, (frame + 1) * pixels * size);
    const { buffer } = file.littleEndian ? part : swapBytes(part, size);
    yield isDouble ? Float32Array.from(new Float64Array(buffer)) : new Float32Array(buffer);
  }
}
