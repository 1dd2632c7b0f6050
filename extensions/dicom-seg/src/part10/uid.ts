/**
 * @file Unique identifiers (PS3.5 section 9 and annex B.2).
 */

/** A new identifier: `2.25.` and a random UUID as a decimal number below 2¹²⁸. */
export function newUid(): string {
  return `2.25.${BigInt(`0x${globalThis.crypto.randomUUID().replaceAll('-', '')}`)}`;
}

/** True for a well-formed identifier of at most 64 characters. */
export const isUid = (text: string): boolean =>
  text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/.test(text);

/** Transfer syntaxes by name. */
export const TRANSFER_SYNTAX = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  explicitBigEndian: '1.2.840.10008.1.2.2',
  rle: '1.2.840.10008.1.2.5',
  deflatedFrame: '1.2.840.10008.1.2.8.1',
} as const;

/** SOP classes that this package writes or treats in a special way. */
export const SOP_CLASS = {
  segmentation: '1.2.840.10008.5.1.4.1.1.66.4',
  labelMapSegmentation: '1.2.840.10008.5.1.4.1.1.66.7',
  rtStructureSet: '1.2.840.10008.5.1.4.1.1.481.3',
  wholeSlideMicroscopy: '1.2.840.10008.5.1.4.1.1.77.1.6',
  enhancedSr: '1.2.840.10008.5.1.4.1.1.88.22',
  comprehensiveSr: '1.2.840.10008.5.1.4.1.1.88.33',
  comprehensive3dSr: '1.2.840.10008.5.1.4.1.1.88.34',
} as const;

/** Identifies this implementation in the file meta information (PS3.7 D.3.3.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.184923045512071873526148011907352286811';
export const IMPLEMENTATION_VERSION_NAME = 'CORDON_0_1';
