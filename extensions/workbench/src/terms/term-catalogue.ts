/**
 * @file The coded terms that a segment can be described with: categories (CID 7150), property types (CID 7151 ff.),
 * modifiers (CID 2, 244) and anatomic regions (CID 4, 4031), each with a colour and a German name.
 */
import { ANATOMY } from './anatomy-table';
import { code, type CodedConcept } from './coded-concept';
import { FINDINGS } from './finding-table';
import type { Rgb } from './segment-description';

/** Segmentation Property Categories (CID 7150). */
export const PROPERTY_CATEGORIES = {
  AnatomicalStructure: code('91723000', 'SCT', 'Anatomical Structure'),
  BodySubstance: code('91720002', 'SCT', 'Body Substance'),
  Function: code('246464006', 'SCT', 'Function'),
  MorphologicallyAbnormalStructure: code('49755003', 'SCT', 'Morphologically Abnormal Structure'),
  PhysicalObject: code('260787004', 'SCT', 'Physical object'),
  SpatialAndRelationalConcept: code('309825002', 'SCT', 'Spatial and Relational Concept'),
  Substance: code('105590001', 'SCT', 'Substance'),
  Tissue: code('85756007', 'SCT', 'Tissue'),
} as const;

export type PropertyCategory = keyof typeof PROPERTY_CATEGORIES;

/** Codes of a modifier of type or region; CID 244 laterality. */
export const LATERALITY = {
  left: code('7771000', 'SCT', 'Left'),
  right: code('24028007', 'SCT', 'Right'),
  bilateral: code('51440002', 'SCT', 'Bilateral'),
} as const;

export type Laterality = keyof typeof LATERALITY;

export interface Term {
  readonly concept: CodedConcept;
  readonly category: PropertyCategory;
  readonly german: string;
  /** Whether there is a left and a right one that the code does not tell apart. */
  readonly paired: boolean;
  /** Whether the code itself says left or right. */
  readonly statesSide: boolean;
  readonly synonyms: readonly string[];
  readonly colour: Rgb;
}

export interface TermCatalogue {
  readonly terms: readonly Term[];
  /** Left, superior, proximal … */
  readonly modifiers: readonly Term[];
  /** The term of a concept, whatever its wording. */
  find(concept: CodedConcept): Term | undefined;
}

let catalogue: TermCatalogue | undefined;

/** All terms; read from their table at the first call. */
export function termCatalogue(): TermCatalogue {
  catalogue ??= readCatalogue();
  return catalogue;
}

/** A short name of a concept that is stable over wordings, for lists of favourites. */
export const conceptKey = ({ value, scheme }: CodedConcept): string => `${scheme}:${value}`;

/** True when the meaning of a code says left or right. */
export const statesSide = ({ meaning }: CodedConcept): boolean => /\b(left|right)\b/i.test(meaning);

/** A term's name in a language, beginning with a capital; English where it has none. */
export function termName(term: Term, language: string): string {
  const name = language.startsWith('de') ? term.german : term.concept.meaning;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function readCatalogue(): TermCatalogue {
  const rows = [...readTable(ANATOMY), ...readTable(FINDINGS)];
  const byKey = new Map(rows.map(({ term }) => [conceptKey(term.concept), term]));
  return {
    terms: rows.filter(({ isModifier }) => !isModifier).map(({ term }) => term),
    modifiers: rows.filter(({ isModifier }) => isModifier).map(({ term }) => term),
    find: (concept) => byKey.get(conceptKey(concept)),
  };
}

function readTable(
  table: string
): readonly { readonly term: Term; readonly isModifier: boolean }[] {
  const lines = table.split('\n').filter((line) => line.includes('|'));
  return lines.map((line) => {
    const [category, value, scheme, meaning, german, paired, synonyms, colour] = line
      .split('|')
      .map((part) => part.trim());
    const concept = code(value, scheme, meaning);
    const [red, green, blue] = colour.split(' ').map(Number);
    const isModifier = category === 'TypeModifier';
    const term = {
      concept,
      category: isModifier ? 'SpatialAndRelationalConcept' : (category as PropertyCategory),
      german,
      paired: paired === 'p',
      statesSide: statesSide(concept),
      synonyms: synonyms.split(',').flatMap((synonym) => synonym.trim() || []),
      colour: [red, green, blue],
    } as const;
    return { term, isModifier };
  });
}
