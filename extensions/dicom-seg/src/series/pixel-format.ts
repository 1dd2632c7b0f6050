/**
 * @file What the header of an image says about its pixels; colour and nonsense are refused here.
 */
import type { Readable } from '../part10/readable';
import { malformed, overLimit } from '../part10/errors';
import type { ReadLimits } from '../part10/limits';
import type { PixelFormat } from './codecs/frame';
import { colourImage } from './errors';

export interface FrameFormat extends PixelFormat {
  readonly frames: number;
}

/** Throws `SERIES_COLOUR`, `DICOM_MALFORMED` or `DICOM_OVER_LIMIT`. */
export function pixelFormat(data: Readable, limits: ReadLimits): FrameFormat {
  const whole = (value: number | undefined, least: number): number =>
    value !== undefined && Number.isInteger(value) && value >= least ? value : -1;
  const rows = whole(data.number('Rows'), 1);
  const columns = whole(data.number('Columns'), 1);
  const frames = data.has('NumberOfFrames') ? whole(data.number('NumberOfFrames'), 1) : 1;
  if (rows < 0 || columns < 0) throw malformed('it has no valid number of rows and columns');
  if (frames < 0) throw malformed(`its number of frames is ${data.text('NumberOfFrames')}`);
  if (rows * columns * frames > limits.voxels) {
    throw overLimit(`${columns} × ${rows} × ${frames} voxels exceed the limit of ${limits.voxels}`);
  }
  const samples = data.number('SamplesPerPixel') ?? 1;
  const photometric = data.text('PhotometricInterpretation');
  if (samples !== 1 || photometric === 'PALETTE COLOR') {
    throw colourImage(`the pixels are ${photometric || 'of several samples'} (${samples} a pixel)`);
  }
  const float = data.has('FloatPixelData') || data.has('DoubleFloatPixelData');
  const bitsAllocated = data.number('BitsAllocated') ?? (float ? 32 : 16);
  if (![1, 8, 12, 16, 32, 64].includes(bitsAllocated)) {
    throw malformed(`images of ${bitsAllocated} bits a pixel are not read`);
  }
  const bitsStored = Math.min(bitsAllocated, whole(data.number('BitsStored'), 1));
  const stored = bitsStored < 0 ? bitsAllocated : bitsStored;
  const highBit = data.number('HighBit') ?? stored - 1;
  return {
    rows,
    columns,
    frames,
    bitsAllocated,
    bitsStored: stored,
    highBit: highBit >= stored - 1 && highBit < bitsAllocated ? highBit : stored - 1,
    signed: data.number('PixelRepresentation') === 1,
  };
}
