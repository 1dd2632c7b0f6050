/**
 * @file The number types of NIfTI-1 that hold one real number a voxel.
 */
import { niftiUnsupported } from './nifti-error';

export type NumberArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export interface Datatype {
  readonly code: number;
  readonly bytes: number;
  readonly view: (buffer: ArrayBuffer) => NumberArray;
}

const TYPES: readonly Datatype[] = [
  { code: 2, bytes: 1, view: (buffer) => new Uint8Array(buffer) },
  { code: 4, bytes: 2, view: (buffer) => new Int16Array(buffer) },
  { code: 8, bytes: 4, view: (buffer) => new Int32Array(buffer) },
  { code: 16, bytes: 4, view: (buffer) => new Float32Array(buffer) },
  { code: 64, bytes: 8, view: (buffer) => new Float64Array(buffer) },
  { code: 256, bytes: 1, view: (buffer) => new Int8Array(buffer) },
  { code: 512, bytes: 2, view: (buffer) => new Uint16Array(buffer) },
  { code: 768, bytes: 4, view: (buffer) => new Uint32Array(buffer) },
  { code: 1024, bytes: 8, view: (buffer) => new BigInt64Array(buffer) },
  { code: 1280, bytes: 8, view: (buffer) => new BigUint64Array(buffer) },
];

const NAMES: Readonly<Record<number, string>> = {
  1: 'single bits',
  32: 'complex numbers',
  128: 'colours',
  1536: '128-bit floating point numbers',
  1792: 'complex numbers',
  2048: 'complex numbers',
  2304: 'colours',
};

/** The type with this code. Throws `NIFTI_UNSUPPORTED`. */
export function datatypeOf(code: number): Datatype {
  const type = TYPES.find((one) => one.code === code);
  if (type) return type;
  throw niftiUnsupported(
    `its voxels are ${NAMES[code] ?? 'of an unknown type'} (datatype ${code})`
  );
}

/** The numbers in `bytes`, which are copied so that the array is aligned and in this machine's byte order. */
export function readNumbers(bytes: Uint8Array, type: Datatype, littleEndian: boolean): NumberArray {
  const own = new Uint8Array(bytes); // not slice(), which of a Buffer is no copy
  if (!littleEndian) {
    for (let at = 0; at < own.length; at += type.bytes) own.subarray(at, at + type.bytes).reverse();
  }
  return type.view(own.buffer);
}
