/** The data dictionary (PS3.6) as far as the gateway needs it: VR of a tag, tag of a keyword. Taken from dcmjs. */
import dcmjs from 'dcmjs';
import { isVr } from '@cordon/extension-dicom-seg/pure';
import { TAG, type Vr } from './element';

interface DictionaryEntry {
  readonly tag: string;
  readonly vr: string;
  readonly name: string;
}

const { dictionary, nameMap } = dcmjs.data.DicomMetaDictionary;

/** Parses two characters of an explicit VR; undefined when they are none. */
export const toVr = (text: string): Vr | undefined => (isVr(text) ? text : undefined);

/**
 * VR of a tag for implicit VR encodings. Private tags and tags that the dictionary lacks are UN.
 * @param signedPixels whether PixelRepresentation is 1, which decides between US and SS
 */
export function dictionaryVr(tag: number, signedPixels: boolean): Vr {
  if ((tag & 0xffff) === 0) return 'UL';
  const group = tag >>> 16;
  if (group % 2 === 1) return (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff ? 'LO' : 'UN';
  const hex = tag.toString(16).toUpperCase().padStart(8, '0');
  const entry: DictionaryEntry | undefined = dictionary[`(${hex.slice(0, 4)},${hex.slice(4)})`];
  switch (entry?.vr) {
    case undefined:
      return 'UN';
    case 'xs':
      return signedPixels ? 'SS' : 'US';
    case 'ox':
    case 'lt':
      return 'OW';
    case 'up':
      return 'UL';
    default:
      return toVr(entry!.vr) ?? 'UN';
  }
}

/** Tag of a keyword (`PatientName`) or of eight hexadecimal digits; undefined when it is neither. */
export function parseTag(text: string): number | undefined {
  if (/^[0-9a-fA-F]{8}$/.test(text)) return parseInt(text, 16);
  if (!/^[A-Za-z][A-Za-z0-9]{1,63}$/.test(text) || !Object.hasOwn(nameMap, text)) return undefined;
  const entry: DictionaryEntry | undefined = nameMap[text];
  const digits = entry?.tag.replace(/[(),]/g, '');
  return digits && /^[0-9a-fA-F]{8}$/.test(digits) ? parseInt(digits, 16) : undefined;
}

/** Tags under which a bulk pixel value is stored. */
export const isPixelTag = (tag: number): boolean =>
  tag === TAG.pixelData || tag === TAG.floatPixelData || tag === TAG.doublePixelData;
