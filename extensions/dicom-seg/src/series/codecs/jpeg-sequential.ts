/**
 * @file Sequential DCT JPEG of one component and up to 12 bits (ITU-T T.81, processes 1, 2 and 4), which CT and MR in the
 * extended process have. The inverse DCT is the separable real one, so a value may differ by one from that of another
 * decoder. Complexity O(pixels).
 */
import { malformed } from '../../part10/errors';
import type { PixelFormat } from './frame';
import { JpegStream, zigzag } from './jpeg-stream';

const COSINES = buildCosines();

function buildCosines(): Float64Array {
  const table = new Float64Array(64);
  for (let x = 0; x < 8; x++) {
    for (let u = 0; u < 8; u++) {
      const norm = u === 0 ? Math.SQRT1_2 : 1;
      table[x * 8 + u] = (norm * Math.cos(((2 * x + 1) * u * Math.PI) / 16)) / 2;
    }
  }
  return table;
}

/** Decodes one frame. Throws `DICOM_MALFORMED`, or `DICOM_TRANSFER_SYNTAX` for progressive streams. */
export function decodeJpegSequential(bytes: Uint8Array, format: PixelFormat): Uint16Array {
  const stream = new JpegStream(bytes, format);
  const { quantization } = stream;
  if (!quantization) throw malformed('a JPEG stream misses a table that it uses');
  const out = new Uint16Array(format.rows * format.columns);
  const across = Math.ceil(format.columns / 8);
  const count = across * Math.ceil(format.rows / 8);
  const block = new Int32Array(64);
  let mean = 0;
  for (let index = 0; index < count; index++) {
    if (stream.restartInterval > 0 && index > 0 && index % stream.restartInterval === 0) {
      mean = 0;
      stream.restart();
    }
    mean += stream.signed(stream.meanSymbol());
    readCoefficients(stream, block, quantization);
    block[0] = mean * quantization[0];
    inverse(
      block,
      stream.precision,
      out,
      format,
      (index % across) * 8,
      Math.floor(index / across) * 8
    );
  }
  return out;
}

function readCoefficients(stream: JpegStream, block: Int32Array, quantization: Int32Array): void {
  block.fill(0);
  for (let k = 1; k < 64; k++) {
    const symbol = stream.coefficientSymbol();
    const size = symbol & 15;
    if (size === 0) {
      if (symbol !== 0xf0) return;
      k += 15;
      continue;
    }
    k += symbol >> 4;
    if (k > 63) throw malformed('a JPEG block has too many coefficients');
    block[zigzag(k)] = stream.signed(size) * quantization[zigzag(k)];
  }
}

const work = new Float64Array(64);

function inverse(
  block: Int32Array,
  precision: number,
  out: Uint16Array,
  { rows, columns }: PixelFormat,
  left: number,
  top: number
): void {
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let u = 0; u < 8; u++) sum += COSINES[x * 8 + u] * block[y * 8 + u];
      work[y * 8 + x] = sum;
    }
  }
  const middle = 2 ** (precision - 1);
  const largest = 2 ** precision - 1;
  for (let y = 0; y < 8 && top + y < rows; y++) {
    for (let x = 0; x < 8 && left + x < columns; x++) {
      let sum = middle;
      for (let v = 0; v < 8; v++) sum += COSINES[y * 8 + v] * work[v * 8 + x];
      out[(top + y) * columns + left + x] = Math.min(largest, Math.max(0, Math.round(sum)));
    }
  }
}
