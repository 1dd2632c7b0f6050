/**
 * @file Value representations of DICOM (PS3.5 section 6.2) and how they are laid out.
 */

export type Vr =
  | 'AE'
  | 'AS'
  | 'AT'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'FD'
  | 'FL'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'OB'
  | 'OD'
  | 'OF'
  | 'OL'
  | 'OV'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SL'
  | 'SQ'
  | 'SS'
  | 'ST'
  | 'SV'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UL'
  | 'UN'
  | 'UR'
  | 'US'
  | 'UT'
  | 'UV';

const LONG_LENGTH: ReadonlySet<string> = new Set(
  'OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' ')
);
const SHORT_LENGTH: ReadonlySet<string> = new Set(
  'AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' ')
);
const TEXT: ReadonlySet<string> = new Set('LO LT PN SH ST UC UT'.split(' '));
const SINGLE: ReadonlySet<string> = new Set('LT ST UT UR'.split(' '));

/** True for a value representation that this version of the standard knows. */
export const isVr = (vr: string): vr is Vr => LONG_LENGTH.has(vr) || SHORT_LENGTH.has(vr);

/** True when an explicit length takes 32 bits. Unknown value representations do so by PS3.5 6.2. */
export const hasLongLength = (vr: string): boolean => !SHORT_LENGTH.has(vr);

/** True when Specific Character Set applies. */
export const isText = (vr: Vr): boolean => TEXT.has(vr);

/** True when a backslash belongs to the value instead of separating values. */
export const isSingleValued = (vr: Vr): boolean => SINGLE.has(vr);

/** Bytes of one value of a numeric binary value representation; 0 for all others. */
export function binarySize(vr: Vr): 0 | 2 | 4 | 8 {
  switch (vr as string) {
    case 'US':
    case 'SS':
    case 'OW':
      return 2;
    case 'UL':
    case 'SL':
    case 'FL':
    case 'OF':
    case 'OL':
    case 'AT':
      return 4;
    case 'FD':
    case 'OD':
    case 'OV':
    case 'SV':
    case 'UV':
      return 8;
    default:
      return 0;
  }
}
