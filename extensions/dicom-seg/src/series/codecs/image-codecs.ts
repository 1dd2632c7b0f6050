/**
 * @file Decoders of compressed pixels, loaded when first needed: JPEG (8 bit) by libjpeg-turbo, JPEG-LS by CharLS, JPEG 2000 by OpenJPEG, HTJ2K by OpenJPH, lossless JPEG and JPEG of 12 bit by our own.
 */
import { malformed, unknownTransferSyntax } from '../../part10/errors';
import { decodeJpegLossless } from './jpeg-lossless';
import { decodeJpegSequential } from './jpeg-sequential';
import { jpegPrecision } from './jpeg-stream';
import { samplesOf, type PixelFormat, type StoredValues } from './frame';

export type ImageCodec = 'jpeg' | 'jpeg-lossless' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

const CODECS: ReadonlyMap<string, ImageCodec> = new Map([
  ['1.2.840.10008.1.2.4.50', 'jpeg'],
  ['1.2.840.10008.1.2.4.51', 'jpeg'],
  ['1.2.840.10008.1.2.4.53', 'jpeg'],
  ['1.2.840.10008.1.2.4.55', 'jpeg'],
  ['1.2.840.10008.1.2.4.57', 'jpeg-lossless'],
  ['1.2.840.10008.1.2.4.70', 'jpeg-lossless'],
  ['1.2.840.10008.1.2.4.80', 'jpeg-ls'],
  ['1.2.840.10008.1.2.4.81', 'jpeg-ls'],
  ['1.2.840.10008.1.2.4.90', 'jpeg-2000'],
  ['1.2.840.10008.1.2.4.91', 'jpeg-2000'],
  ['1.2.840.10008.1.2.4.201', 'htj2k'],
  ['1.2.840.10008.1.2.4.202', 'htj2k'],
  ['1.2.840.10008.1.2.4.203', 'htj2k'],
]);

/** The codec of a transfer syntax, or undefined when it is none of the image codecs. */
export const imageCodecOf = (transferSyntaxUid: string): ImageCodec | undefined =>
  CODECS.get(transferSyntaxUid);

type DecoderClass = new () => EmscriptenDecoder;

const quiet = { print: () => undefined, printErr: () => undefined };

/** CommonJS and ES modules put the factory in different places. */
function unwrap<T>(module: { readonly default: T | { readonly default: T } }): T {
  const outer = module.default;
  return typeof outer === 'object' && outer !== null && 'default' in outer ? outer.default : outer;
}

const loaders = {
  jpeg: async (): Promise<DecoderClass> =>
    (await unwrap(await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs'))(quiet))
      .JPEGDecoder,
  'jpeg-ls': async (): Promise<DecoderClass> =>
    (await unwrap(await import('@cornerstonejs/codec-charls/decodewasmjs'))(quiet)).JpegLSDecoder,
  'jpeg-2000': async (): Promise<DecoderClass> =>
    (await unwrap(await import('@cornerstonejs/codec-openjpeg/decodewasmjs'))(quiet)).J2KDecoder,
  htj2k: async (): Promise<DecoderClass> =>
    (await unwrap(await import('@cornerstonejs/codec-openjph/wasmjs'))(quiet)).HTJ2KDecoder,
};

const loaded = new Map<string, Promise<DecoderClass>>();

function load(codec: keyof typeof loaders): Promise<DecoderClass> {
  let decoder = loaded.get(codec);
  if (!decoder) {
    decoder = loaders[codec]();
    loaded.set(codec, decoder);
  }
  return decoder;
}

/** Decodes one frame. Throws `DICOM_MALFORMED` when it is damaged or does not have the size of the header. */
export async function decodeImage(
  transferSyntaxUid: string,
  encoded: Uint8Array,
  format: PixelFormat
): Promise<StoredValues> {
  const codec = imageCodecOf(transferSyntaxUid);
  if (codec === undefined) throw unknownTransferSyntax(transferSyntaxUid);
  if (codec === 'jpeg-lossless') return decodeLossless(encoded, format);
  if (codec === 'jpeg' && jpegPrecision(encoded) > 8) return decodeJpegSequential(encoded, format);
  return decodeWith(await load(codec), encoded, format);
}

function decodeWith(Decoder: DecoderClass, encoded: Uint8Array, format: PixelFormat): StoredValues {
  const decoder = new Decoder();
  try {
    decoder.getEncodedBuffer(encoded.length).set(encoded);
    decoder.decode();
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo();
    if (width !== format.columns || height !== format.rows || componentCount !== 1) {
      throw malformed(
        `a compressed frame has ${width} × ${height} pixels of ${componentCount} samples, ` +
          `the header says ${format.columns} × ${format.rows} of 1`
      );
    }
    // The decoded buffer is the decoder's memory: copy before it is freed.
    const bytes = decoder.getDecodedBuffer().slice();
    const values = samplesOf(bytes, bitsPerSample, isSigned ?? format.signed, width * height);
    return toDeclaredSign(values, bitsPerSample, isSigned ?? false, format);
  } catch (error) {
    if (error instanceof Error && error.name === 'CordonError') throw error;
    throw malformed('a compressed frame cannot be decoded', error);
  } finally {
    decoder.delete();
  }
}

/** A codestream may be unsigned where the header is signed: then the bits are two's complement of BitsStored. */
function toDeclaredSign(
  values: StoredValues,
  bits: number,
  streamSigned: boolean,
  format: PixelFormat
): StoredValues {
  if (!format.signed || streamSigned) return values;
  const shift = 32 - Math.max(bits, format.bitsStored);
  const out = bits > 8 ? new Int16Array(values.length) : new Int8Array(values.length);
  for (let at = 0; at < out.length; at++) out[at] = (values[at] << shift) >> shift;
  return out;
}

function decodeLossless(encoded: Uint8Array, format: PixelFormat): StoredValues {
  const { values, precision } = decodeJpegLossless(encoded, format);
  const narrow = format.bitsAllocated === 8 && precision <= 8 ? Uint8Array.from(values) : values;
  return toDeclaredSign(narrow, precision, false, format);
}
