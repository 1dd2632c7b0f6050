/**
 * Character sets of DICOM text (PS3.3 C.12.1.1.2, PS3.5 6.1): bytes of a value to a string.
 * Single sets, UTF-8, GB18030, GBK and ISO 2022 code extensions (Japanese, Korean, Chinese, 8-bit alphabets).
 */

/** WHATWG decoder labels of the defined terms; both spellings of each (with and without code extensions). */
const singleByte: readonly (readonly [string, string])[] = [
  ['100', 'iso-8859-1'],
  ['101', 'iso-8859-2'],
  ['109', 'iso-8859-3'],
  ['110', 'iso-8859-4'],
  ['144', 'iso-8859-5'],
  ['127', 'iso-8859-6'],
  ['126', 'iso-8859-7'],
  ['138', 'iso-8859-8'],
  ['148', 'iso-8859-9'],
  ['203', 'iso-8859-15'],
  ['166', 'windows-874'],
  ['13', 'shift_jis'],
];
const labelOf = new Map<string, string>([
  ['ISO_IR 6', 'iso-8859-1'],
  ['ISO 2022 IR 6', 'iso-8859-1'],
  ['', 'iso-8859-1'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
  ...singleByte.flatMap(([number, label]): [string, string][] => [
    [`ISO_IR ${number}`, label],
    [`ISO 2022 IR ${number}`, label],
  ]),
]);

/** How bytes of one code element are decoded after an escape sequence. */
type Coding =
  | { readonly half: 'G0' | 'G1'; readonly label: string; readonly kind: 'single' }
  | {
      readonly half: 'G0' | 'G1';
      readonly label: string;
      readonly kind: 'double';
      readonly prefix: readonly number[];
    };

const single = (half: 'G0' | 'G1', label: string): Coding => ({ half, label, kind: 'single' });
const double = (half: 'G0' | 'G1', label: string, prefix: readonly number[] = []): Coding => ({
  half,
  label,
  kind: 'double',
  prefix,
});

/** Escape sequences of PS3.3 tables C.12-3 and C.12-4, without the ESC byte. */
const escapes: readonly (readonly [string, Coding])[] = [
  ['$(D', double('G0', 'euc-jp', [0x8f])],
  ['$)C', double('G1', 'euc-kr')],
  ['$)A', double('G1', 'gbk')],
  ['$B', double('G0', 'euc-jp')],
  ['(B', single('G0', 'iso-8859-1')],
  ['(J', single('G0', 'iso-8859-1')],
  [')I', single('G1', 'shift_jis')],
  ['-A', single('G1', 'iso-8859-1')],
  ['-B', single('G1', 'iso-8859-2')],
  ['-C', single('G1', 'iso-8859-3')],
  ['-D', single('G1', 'iso-8859-4')],
  ['-L', single('G1', 'iso-8859-5')],
  ['-G', single('G1', 'iso-8859-6')],
  ['-F', single('G1', 'iso-8859-7')],
  ['-H', single('G1', 'iso-8859-8')],
  ['-M', single('G1', 'iso-8859-9')],
  ['-T', single('G1', 'windows-874')],
  ['-b', single('G1', 'iso-8859-15')],
];

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
function decode(label: string, bytes: Uint8Array): string {
  // Buffer's latin1 keeps C1 controls, the WHATWG label would read windows-1252.
  if (label === 'iso-8859-1') return Buffer.from(bytes).toString('latin1');
  let decoder = decoders.get(label);
  if (!decoder) decoders.set(label, (decoder = new TextDecoder(label)));
  return decoder.decode(bytes);
}

/** Decodes the bytes of one text value, all its backslash-separated parts together. */
export type TextDecoding = (bytes: Uint8Array) => string;

/**
 * The decoder for values of SpecificCharacterSet (0008,0005).
 * Unknown terms are read as Latin-1, so that no text is lost; later values matter only with code extensions.
 */
export function textDecoding(specificCharacterSet: string): TextDecoding {
  const terms = specificCharacterSet.split('\\').map((term) => term.trim().toUpperCase());
  const first = labelOf.get(terms[0]) ?? 'iso-8859-1';
  const extended = terms.length > 1 || terms.some((term) => term.startsWith('ISO 2022'));
  return extended ? (bytes) => decodeExtended(bytes, first) : (bytes) => decode(first, bytes);
}

const ESCAPE = 0x1b;
/** Controls and delimiters that return to the first character set (PS3.5 6.1.2.5.3). */
const resets = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x5c, 0x5e, 0x3d]);

function decodeExtended(bytes: Uint8Array, first: string): string {
  const initial = single('G1', first);
  let g0: Coding = single('G0', 'iso-8859-1');
  let g1: Coding = initial;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === ESCAPE) {
      const rest = Buffer.from(bytes.subarray(at + 1, at + 4)).toString('latin1');
      const found = escapes.find(([sequence]) => rest.startsWith(sequence));
      at += 1 + (found?.[0].length ?? 0);
      if (found?.[1].half === 'G0') g0 = found[1];
      if (found?.[1].half === 'G1') g1 = found[1];
      continue;
    }
    const coding = byte < 0x80 ? g0 : g1;
    if (coding.kind === 'double' && byte > 0x20) {
      const pair = bytes.subarray(at, at + 2);
      text += decode(
        coding.label,
        Uint8Array.from([...coding.prefix, ...pair.map((value) => value | 0x80)])
      );
      at += 2;
      continue;
    }
    if (resets.has(byte)) {
      g0 = single('G0', 'iso-8859-1');
      g1 = initial;
    }
    let end = at + 1;
    while (end < bytes.length && isPlain(bytes[end], byte < 0x80)) end++;
    text += decode(coding.label, bytes.subarray(at, end));
    at = end;
  }
  return text;
}

/** Whether a byte continues a run of single-byte characters in the same half of the code table. */
function isPlain(byte: number, low: boolean): boolean {
  return byte !== ESCAPE && byte < 0x80 === low && !resets.has(byte);
}
