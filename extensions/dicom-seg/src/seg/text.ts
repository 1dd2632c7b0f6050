/**
 * @file Text that fits its value representation (PS3.5 6.2): no control characters, no backslash, not too long.
 */

const CONTROL = /[\0-\x1f\x7f]+/g; // eslint-disable-line no-control-regex -- these are what must go

/** At most `max` characters (code points) of one value: LO 64, SH 16. */
export function singleLine(text: string, max: number): string {
  const clean = text.replace(CONTROL, ' ').replaceAll('\\', '/').trim();
  return [...clean].slice(0, max).join('').trim();
}

/** Text of several lines (ST 1024, LT 10240); backslashes are allowed there. */
export function multiLine(text: string, max: number): string {
  const clean = text.replace(/[\0-\x08\x0b\x0e-\x1f\x7f]+/g, ' '); // eslint-disable-line no-control-regex -- likewise
  return [...clean].slice(0, max).join('').trimEnd();
}

/** A code string: upper case letters, digits, blank, underscore, at most 16. */
export function codeString(text: string, fallback: string): string {
  const clean = text
    .toUpperCase()
    .replace(/[^A-Z0-9_ ]+/g, '_')
    .slice(0, 16)
    .trim();
  return clean.replace(/_/g, '') === '' ? fallback : clean;
}
