/** Transfer syntaxes: their encoding and the media types under which DICOMweb returns their frames (PS3.18 8.7.3). */
import type { Encoding } from './element';

export const transferSyntax = {
  implicitLittle: '1.2.840.10008.1.2',
  explicitLittle: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  explicitBig: '1.2.840.10008.1.2.2',
} as const;

const native = new Set<string>(Object.values(transferSyntax));

/** Whether pixel data is stored uncompressed. */
export const isNative = (uid: string): boolean => native.has(uid);

/** Byte order and VR encoding of the data set. */
export const encodingOf = (uid: string): Encoding => ({
  explicit: uid !== transferSyntax.implicitLittle,
  littleEndian: uid !== transferSyntax.explicitBig,
});

const jpeg = [50, 51, 57, 70].map((last) => `1.2.840.10008.1.2.4.${last}`);
const mediaTypes: readonly (readonly [string, readonly string[]])[] = [
  ['image/jpeg', jpeg],
  ['image/jls', ['1.2.840.10008.1.2.4.80', '1.2.840.10008.1.2.4.81']],
  ['image/jp2', ['1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.4.91']],
  ['image/jpx', ['1.2.840.10008.1.2.4.92', '1.2.840.10008.1.2.4.93']],
  ['image/jphc', ['1.2.840.10008.1.2.4.201', '1.2.840.10008.1.2.4.202', '1.2.840.10008.1.2.4.203']],
  ['image/dicom-rle', ['1.2.840.10008.1.2.5']],
];

/** Media type of one compressed frame; octet-stream for native pixel data and for syntaxes without a still-image type. */
export function frameMediaType(uid: string): string {
  return mediaTypes.find(([, uids]) => uids.includes(uid))?.[0] ?? 'application/octet-stream';
}
