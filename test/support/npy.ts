/**
 * Reads and writes numpy's .npy format, little endian, C order (numpy.lib.format, version 1.0 and 2.0).
 */

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

export interface NpyArray {
  readonly data: NpyData;
  /** Slowest axis first. */
  readonly shape: readonly number[];
}

const types = [
  ['|u1', Uint8Array],
  ['|i1', Int8Array],
  ['<u2', Uint16Array],
  ['<i2', Int16Array],
  ['<u4', Uint32Array],
  ['<i4', Int32Array],
  ['<f4', Float32Array],
  ['<f8', Float64Array],
] as const;

const magic = '\x93NUMPY';

export function encodeNpy({ data, shape }: NpyArray): Uint8Array {
  const type = types.find(([, constructor]) => data instanceof constructor);
  if (!type) throw new Error('this kind of array has no numpy type');
  const dimensions = shape.map((extent) => `${extent},`).join('');
  const dictionary = `{'descr': '${type[0]}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length, ' ');
  header.write(magic, 0, 'latin1');
  header.writeUInt16LE(1, 6);
  header.writeUInt16LE(length, 8);
  header.write(dictionary, 10, 'latin1');
  header.write('\n', 10 + length - 1, 'latin1');
  return Buffer.concat([header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

export function decodeNpy(file: Buffer): NpyArray {
  if (file.toString('latin1', 0, 6) !== magic) throw new Error('not a .npy file');
  const wide = file[6] > 1;
  const start = wide ? 12 : 10;
  const end = start + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8));
  const header = file.toString('latin1', start, end);
  const descr = /'descr': '([^']+)'/.exec(header)?.[1].replace('|b1', '|u1');
  const type = types.find(([name]) => name === descr);
  if (!type) throw new Error(`numpy type ${descr ?? header} is not supported`);
  if (header.includes("'fortran_order': True")) throw new Error('Fortran order is not supported');
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const bytes = new Uint8Array(file.subarray(end)).buffer;
  return { data: new type[1](bytes), shape };
}
