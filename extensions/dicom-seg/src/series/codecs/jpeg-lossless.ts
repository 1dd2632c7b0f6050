/**
 * @file Lossless JPEG of one component, 2 to 16 bits, all predictors (ITU-T T.81 annex H; DICOM's processes 14 and 14
 * SV1). Own code because the library at hand loses the last pixel of some images. Complexity O(pixels).
 */
import { malformed } from '../../part10/errors';
import type { PixelFormat } from './frame';
import { JpegStream } from './jpeg-stream';

/** Decodes one frame into unsigned samples of {@link JpegStream.precision} bits. */
export function decodeJpegLossless(
  bytes: Uint8Array,
  format: PixelFormat
): { readonly values: Uint16Array; readonly precision: number } {
  const stream = new JpegStream(bytes, format);
  if (stream.process !== 0xc3) throw malformed('a JPEG stream is not lossless, as its header says');
  const { rows, columns } = format;
  const { selection, pointTransform, precision, restartInterval } = stream;
  const out = new Uint16Array(rows * columns);
  const initial = 1 << (precision - pointTransform - 1);
  /** The first row after the start or a restart is predicted from the left only. */
  let firstRow = 0;
  let isStart = true;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      if (restartInterval > 0 && at > 0 && at % restartInterval === 0) {
        stream.restart();
        firstRow = row;
        isStart = true;
      }
      const prediction = isStart
        ? initial
        : row === firstRow
          ? out[at - 1]
          : column === 0
            ? out[at - columns]
            : predict(selection, out[at - 1], out[at - columns], out[at - columns - 1]);
      isStart = false;
      const size = stream.meanSymbol();
      // Sixteen bits are a difference of 32768 and have no further bits (H.1.2.2).
      const difference = size === 16 ? 32768 : stream.signed(size);
      out[at] = prediction + difference;
    }
  }
  if (pointTransform > 0) for (let at = 0; at < out.length; at++) out[at] <<= pointTransform;
  return { values: out, precision };
}

/** Predictors 1 to 7 from the samples to the left, above, and above left (table H.1). */
function predict(selection: number, left: number, above: number, aboveLeft: number): number {
  switch (selection) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return aboveLeft;
    case 4:
      return left + above - aboveLeft;
    case 5:
      return left + ((above - aboveLeft) >> 1);
    case 6:
      return above + ((left - aboveLeft) >> 1);
    case 7:
      return (left + above) >> 1;
    default:
      throw malformed(`JPEG predictor ${selection} does not exist`);
  }
}
