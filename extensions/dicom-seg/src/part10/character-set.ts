/**
 * @file Text in the character sets of DICOM (PS3.3 C.12.1.1.2, PS3.5 section 6.1) to Unicode.
 *
 * The platform's TextDecoder knows the encodings; this file knows which one applies to which bytes, code extensions
 * by escape sequences (ISO 2022) included. Text that cannot be decoded becomes U+FFFD, it is never dropped.
 */

/** Turns bytes of one data element into text. */
export type TextReader = (bytes: Uint8Array) => string;

interface CodeSet {
  readonly label: string;
  /** What to do with each byte before the decoder sees it. */
  readonly shift?: 'euc' | 'euc-3';
}

/** Single byte and multi byte sets without code extension, by defined term. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['', 'windows-1252'],
  ['ISO_IR 6', 'windows-1252'],
  ['ISO_IR 100', 'windows-1252'],
  ['ISO_IR 101', 'iso-8859-2'],
  ['ISO_IR 109', 'iso-8859-3'],
  ['ISO_IR 110', 'iso-8859-4'],
  ['ISO_IR 144', 'iso-8859-5'],
  ['ISO_IR 127', 'iso-8859-6'],
  ['ISO_IR 126', 'iso-8859-7'],
  ['ISO_IR 138', 'iso-8859-8'],
  ['ISO_IR 148', 'windows-1254'],
  ['ISO_IR 203', 'iso-8859-15'],
  ['ISO_IR 13', 'shift_jis'],
  ['ISO_IR 166', 'windows-874'],
  ['ISO_IR 192', 'utf-8'],
  ['GB18030', 'gb18030'],
  ['GBK', 'gbk'],
]);

/** Escape sequences without the leading ESC, and the set that they switch to. */
const ESCAPES: ReadonlyMap<string, CodeSet> = new Map([
  ['(B', { label: 'windows-1252' }],
  ['(J', { label: 'shift_jis' }],
  [')I', { label: 'shift_jis' }],
  ['-A', { label: 'windows-1252' }],
  ['-B', { label: 'iso-8859-2' }],
  ['-C', { label: 'iso-8859-3' }],
  ['-D', { label: 'iso-8859-4' }],
  ['-L', { label: 'iso-8859-5' }],
  ['-G', { label: 'iso-8859-6' }],
  ['-F', { label: 'iso-8859-7' }],
  ['-H', { label: 'iso-8859-8' }],
  ['-M', { label: 'windows-1254' }],
  ['-b', { label: 'iso-8859-15' }],
  ['-T', { label: 'windows-874' }],
  ['$B', { label: 'euc-jp', shift: 'euc' }],
  ['$@', { label: 'euc-jp', shift: 'euc' }],
  ['$(D', { label: 'euc-jp', shift: 'euc-3' }],
  ['$)C', { label: 'euc-kr' }],
  ['$)A', { label: 'gbk' }],
]);

const decoders = new Map<string, TextDecoder>();

function decode(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label);
  if (!decoder) {
    decoder = new TextDecoder(label, { ignoreBOM: true });
    decoders.set(label, decoder);
  }
  return decoder.decode(bytes);
}

/** Reads text of the given Specific Character Set values; unknown terms are read as UTF-8 where valid, else Latin-1. */
export function textReader(terms: readonly string[]): TextReader {
  const known = terms.map((term) =>
    term
      .trim()
      .toUpperCase()
      .replace(/^ISO[_ ]2022[_ ]/, 'ISO_')
  );
  const first = (known[0] ?? '').replace(/^ISO[-_ ]IR[-_ ]/, 'ISO_IR ');
  const initial = PLAIN.get(first) ?? 'unknown';
  const extended = terms.length > 1 || /2022/.test(terms[0] ?? '');
  return (bytes) => {
    if (isAscii(bytes)) return ascii(bytes);
    if (extended && bytes.includes(0x1b)) return decodeExtended(bytes, initial);
    return initial === 'unknown' ? decodeUnknown(bytes) : decode(initial, bytes);
  };
}

function decodeExtended(bytes: Uint8Array, initial: string): string {
  let set: CodeSet = { label: initial === 'unknown' ? 'windows-1252' : initial };
  let text = '';
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== 0x1b) continue;
    text += decodeRun(bytes.subarray(from, at), set);
    const sequence = escapeAt(bytes, at + 1);
    from = at + 1 + sequence.length;
    set = ESCAPES.get(sequence) ?? set;
    at = from - 1;
  }
  return text + decodeRun(bytes.subarray(from), set);
}

/** Intermediate bytes 0x20–0x2F and one final byte. */
function escapeAt(bytes: Uint8Array, from: number): string {
  let end = from;
  while (end < bytes.length && bytes[end] >= 0x20 && bytes[end] <= 0x2f) end++;
  return ascii(bytes.subarray(from, Math.min(end + 1, bytes.length)));
}

function decodeRun(bytes: Uint8Array, set: CodeSet): string {
  if (set.shift === undefined) return decode(set.label, bytes);
  const shifted: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (set.shift === 'euc-3') shifted.push(0x8f);
    shifted.push(bytes[at] | 0x80, bytes[at + 1] | 0x80);
  }
  return decode(set.label, Uint8Array.from(shifted));
}

function decodeUnknown(bytes: Uint8Array): string {
  const text = decode('utf-8', bytes);
  return text.includes('\ufffd') ? decode('windows-1252', bytes) : text;
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7e || byte === 0x1b) return false;
  return true;
}

/** Bytes below 0x80 as text. */
export function ascii(bytes: Uint8Array): string {
  if (bytes.length > 2048) return decode('windows-1252', bytes);
  return String.fromCharCode(...bytes);
}
