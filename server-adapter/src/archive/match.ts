/** Attribute matching of QIDO-RS (PS3.4 C.2.2.2): single value, list of UIDs, wild card, range, person name. */
import { TAG } from '../dicom/element';
import type { JsonElement, JsonValue } from '../dicom/json';

/**
 * Whether an attribute matches one of the wanted values. Text is compared without case, as clinicians search.
 * @param wanted values of the query parameter; commas and backslashes separate alternatives of UIDs and modalities
 */
export function matches(
  tag: number,
  element: JsonElement | undefined,
  wanted: readonly string[]
): boolean {
  const have = (element?.Value ?? []).flatMap(texts);
  const vr = element?.vr;
  if (vr === 'DA' || vr === 'TM' || vr === 'DT') {
    return wanted.some((want) => have.some((value) => inRange(value, want)));
  }
  if (vr === 'UI' || tag === TAG.modalitiesInStudy || tag === TAG.modality) {
    const alternatives = wanted
      .flatMap((want) => want.split(/[,\\]/))
      .filter((want) => want !== '');
    return alternatives.some((want) => have.some((value) => like(value, want)));
  }
  const values = have.length ? have : [''];
  return wanted.some((want) => values.some((value) => like(value, want)));
}

function texts(value: JsonValue): string[] {
  if (value === null) return [];
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if ('Alphabetic' in value || 'Ideographic' in value || 'Phonetic' in value) {
    return [value.Alphabetic, value.Ideographic, value.Phonetic].filter(
      (group): group is string => typeof group === 'string'
    );
  }
  return [];
}

/** Wild cards * and ?, linear in the product of both lengths (no backtracking on hostile patterns). */
function like(value: string, pattern: string): boolean {
  const text = value.toLowerCase();
  const want = pattern.toLowerCase();
  let reachable = new Uint8Array(text.length + 1);
  reachable[0] = 1;
  for (const character of want) {
    const next = new Uint8Array(text.length + 1);
    if (character === '*') {
      let seen = 0;
      for (let at = 0; at <= text.length; at++) next[at] = seen |= reachable[at];
    } else {
      for (let at = 0; at < text.length; at++) {
        if (reachable[at] && (character === '?' || character === text[at])) next[at + 1] = 1;
      }
    }
    reachable = next;
  }
  return reachable[text.length] === 1;
}

/** Dates and times: one value or `from-to` with either end open. Times of different precision compare by prefix. */
function inRange(value: string, wanted: string): boolean {
  if (!wanted.includes('-')) return value.startsWith(wanted);
  const [from, to] = wanted.split('-');
  return (from === '' || value >= from) && (to === '' || value.slice(0, to.length) <= to);
}
