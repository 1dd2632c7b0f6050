/** @file What is chosen in the term picker, and what a segment's description says about it. */
import { sameConcept, type CodedConcept } from '../../terms/coded-concept';
import { describeTerm, needsRegion } from '../../terms/describe-term';
import type { SegmentTerms } from '../../terms/segment-description';
import { LATERALITY, termCatalogue, type Laterality, type Term } from '../../terms/term-catalogue';
import type { SegmentEntry } from '../panel-model';

export interface TermDraft {
  readonly label: string;
  /** Whether the label is the person's own, so that a term does not replace it. */
  readonly ownLabel: boolean;
  readonly term?: Term;
  readonly side?: Laterality;
  readonly region?: Term;
  readonly regionSide?: Laterality;
  readonly colour: SegmentTerms['colour'];
}

/** The draft that a segment's description stands for. Codes outside of the catalogue are kept by leaving them out. */
export function draftOf(segment: SegmentEntry, language: string): TermDraft {
  const { terms, label, colour } = segment;
  const known = termCatalogue();
  const term = terms && isCoded(segment) ? known.find(terms.type) : undefined;
  const draft = {
    term,
    side: term && sideOf(terms?.typeModifiers),
    region: terms?.anatomicRegion && known.find(terms.anatomicRegion),
    regionSide: sideOf(terms?.anatomicRegionModifiers),
  };
  const proposed = term && describeTerm({ ...draft, term }, language).label;
  const ownLabel = label !== proposed && !/^\p{L}+ \d+$/u.test(label);
  return { ...draft, label, ownLabel, colour };
}

/** The draft with another term, side or region; its label follows unless it is the person's own. */
export function redraft(draft: TermDraft, part: Partial<TermDraft>, language: string): TermDraft {
  const next = { ...draft, ...part };
  const { term, ownLabel } = next;
  if (!term) return next;
  const fitting = {
    ...next,
    side: term.paired ? next.side : undefined,
    region: needsRegion(term) ? next.region : undefined,
    regionSide: next.region?.paired ? next.regionSide : undefined,
  };
  const { label } = describeTerm({ ...fitting, term }, language);
  return { ...fitting, label: ownLabel || 'label' in part ? next.label : label };
}

/** The parts of the description to change. */
export function describeDraft(draft: TermDraft): Partial<SegmentTerms> {
  const { term, label, colour } = draft;
  const trimmed = label.trim();
  const named = trimmed ? { label: trimmed, colour } : { colour };
  return term ? { ...describeTerm({ ...draft, term }), ...named } : named;
}

/** False while a segment has the codes that every new one gets. */
export function isCoded({ terms }: SegmentEntry): boolean {
  return terms !== undefined && !sameConcept(terms.type, terms.category);
}

function sideOf(modifiers: readonly CodedConcept[] = []): Laterality | undefined {
  return (['left', 'right', 'bilateral'] as const).find((side) =>
    modifiers.some((modifier) => sameConcept(modifier, LATERALITY[side]))
  );
}
