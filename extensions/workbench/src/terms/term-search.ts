/** @file Finds terms by what a person types, in English or German, with "left" and "right" understood. */
import { conceptKey, termCatalogue, termName, type Laterality, type Term } from './term-catalogue';

export interface TermSearch {
  /** Keys of terms (see conceptKey), the latest first. */
  readonly recent?: readonly string[];
  /** How often a term was chosen, by its key. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Language tag of the names. */
  readonly language?: string;
  /** Only terms that can be the region of a finding: anatomical structures. */
  readonly regionsOnly?: boolean;
  /** 30 unless told. */
  readonly limit?: number;
}

export interface TermMatch {
  readonly term: Term;
  /** The side that the query named, for a term that has one. */
  readonly side?: Laterality;
  /** Why it is in its place. */
  readonly reason: 'recent' | 'frequent' | 'match';
}

const SIDES: ReadonlyMap<string, Laterality> = new Map([
  ...(['left', 'links', 'linke', 'linker', 'linkes'] as const).map((word) => pair(word, 'left')),
  ...(['right', 'rechts', 'rechte', 'rechter', 'rechtes'] as const).map((word) =>
    pair(word, 'right')
  ),
  ...(['both', 'bilateral', 'beide', 'beidseits'] as const).map((word) => pair(word, 'bilateral')),
]);

/**
 * The terms that match every word of the query, the best first: names that begin with it, then those with a word that
 * does, then synonyms, then the rest; among equals the often and the lately used ones. An empty query lists the lately
 * and the often used ones, then all.
 */
export function searchTerms(query: string, search: TermSearch = {}): readonly TermMatch[] {
  const { recent = [], counts = {}, language = 'en', regionsOnly = false, limit = 30 } = search;
  const all = termCatalogue().terms.filter(
    ({ category }) => !regionsOnly || category === 'AnatomicalStructure'
  );
  const words = fold(query).split(' ').filter(Boolean);
  const plain = words.filter((word) => !SIDES.has(word));
  const side = words.map((word) => SIDES.get(word)).find(Boolean);

  const matches: { match: TermMatch; rank: number; use: number; name: string }[] = [];
  for (const term of all) {
    const key = conceptKey(term.concept);
    const whole = rankOf(term, words);
    // "left kidney" is the kidney with a side; "left ventricle" has a code of its own.
    const apart = side && term.paired && plain.length > 0 ? rankOf(term, plain) : undefined;
    const rank = whole ?? apart;
    if (rank === undefined) continue;
    const lately = recent.indexOf(key);
    const count = counts[key] ?? 0;
    matches.push({
      match: {
        term,
        side: whole === undefined ? side : undefined,
        reason: lately >= 0 ? 'recent' : count > 0 ? 'frequent' : 'match',
      },
      rank: words.length === 0 ? 0 : rank,
      use: (lately >= 0 ? 1000 - lately : 0) + count,
      name: termName(term, language),
    });
  }
  matches.sort(
    (a, b) => a.rank - b.rank || b.use - a.use || a.name.localeCompare(b.name, language)
  );
  return matches.slice(0, limit).map(({ match }) => match);
}

interface FoldedTerm {
  readonly names: readonly string[];
  readonly synonyms: readonly string[];
  readonly everything: string;
}

const foldedTerms = new Map<Term, FoldedTerm>();

function foldTerm(term: Term): FoldedTerm {
  const known = foldedTerms.get(term);
  if (known) return known;
  const names = [fold(term.concept.meaning), fold(term.german)];
  const synonyms = term.synonyms.map(fold);
  const everything = [...names, ...synonyms, term.concept.value].join(' ');
  const folded = { names, synonyms, everything };
  foldedTerms.set(term, folded);
  return folded;
}

/** 0 the best … 4; undefined when a word is found nowhere. */
function rankOf(term: Term, words: readonly string[]): number | undefined {
  const { names, synonyms, everything } = foldTerm(term);
  if (!words.every((word) => everything.includes(word))) return undefined;
  const query = words.join(' ');
  const starts = (text: string) => text.startsWith(query);
  if (names.includes(query) || synonyms.includes(query)) return 0;
  if (names.some(starts)) return 1;
  if (names.some((name) => words.every((word) => ` ${name}`.includes(` ${word}`)))) return 2;
  if (synonyms.some(starts)) return 3;
  return 4;
}

/** Lower case without accents and punctuation; "ß" as "ss". */
function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function pair(word: string, side: Laterality): readonly [string, Laterality] {
  return [word, side];
}
