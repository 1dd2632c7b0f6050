/** Unique identifiers (PS3.5 chapter 9). */
import { createHash } from 'node:crypto';

/** Digits and single dots, at most 64 characters: safe as a path component, too. */
export const isUid = (text: string): boolean =>
  text.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(text);

/**
 * A UID under 2.25 (PS3.5 annex B.2) that depends only on `name`: 122 bits of its SHA-256 in the form of a UUID
 * (version 8, RFC 9562), so that the number is below 2^128.
 */
export function uidFromName(name: string): string {
  const digest = createHash('sha256').update(name, 'utf8').digest().subarray(0, 16);
  digest[6] = (digest[6] & 0x0f) | 0x80;
  digest[8] = (digest[8] & 0x3f) | 0x80;
  return `2.25.${BigInt(`0x${digest.toString('hex')}`).toString(10)}`;
}
