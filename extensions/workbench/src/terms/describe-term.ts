/** @file Turns a chosen term, side and region into the description of a segment. */
import type { CodedConcept } from './coded-concept';
import type { SegmentTerms } from './segment-description';
import {
  LATERALITY,
  PROPERTY_CATEGORIES,
  termName,
  type Laterality,
  type Term,
} from './term-catalogue';

export interface TermChoice {
  readonly term: Term;
  /** Ignored for a term whose code states its side already. */
  readonly side?: Laterality;
  /** Where a finding is. */
  readonly region?: Term;
  readonly regionSide?: Laterality;
}

/** What is stored for a choice; the label is a proposal in the given language. */
export function describeTerm(choice: TermChoice, language = 'en'): SegmentTerms {
  const { term, region } = choice;
  const typeModifiers = modifiers(term, choice.side);
  const anatomicRegionModifiers = region && modifiers(region, choice.regionSide);
  return {
    label: labelOf(choice, language),
    category: PROPERTY_CATEGORIES[term.category],
    type: term.concept,
    typeModifiers,
    anatomicRegion: region?.concept,
    anatomicRegionModifiers,
    colour: term.colour,
  };
}

/** Whether a term is a finding somewhere, so that it needs an anatomic region. */
export const needsRegion = ({ category }: Term): boolean =>
  category === 'MorphologicallyAbnormalStructure';

function modifiers(term: Term, side: Laterality | undefined): readonly CodedConcept[] | undefined {
  return side && !term.statesSide ? [LATERALITY[side]] : undefined;
}

const SIDE_WORDS = {
  en: { left: 'left', right: 'right', bilateral: 'both sides' },
  de: { left: 'links', right: 'rechts', bilateral: 'beidseits' },
} as const;

/** "Kidney, left" or "Nodule (Lung, right)": 64 characters at most, as DICOM allows. */
function labelOf(choice: TermChoice, language: string): string {
  const words = SIDE_WORDS[language.startsWith('de') ? 'de' : 'en'];
  const named = (term: Term, side: Laterality | undefined) =>
    termName(term, language) + (side && !term.statesSide ? `, ${words[side]}` : '');
  const name = named(choice.term, choice.side);
  const label = choice.region ? `${name} (${named(choice.region, choice.regionSide)})` : name;
  return label.length <= 64 ? label : name.slice(0, 64);
}
