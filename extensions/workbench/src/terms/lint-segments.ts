/**
 * @file Finds descriptions of segments that other systems would misread: sides stated twice, segments that cannot be
 * told apart, retired coding schemes, codes that claim more than was segmented.
 */
import { sameConcept, type CodedConcept } from './coded-concept';
import type { SegmentTerms } from './segment-description';
import { conceptKey, LATERALITY, statesSide, termCatalogue } from './term-catalogue';

export type LintRule =
  'side-stated-twice' | 'left-and-right' | 'same-codes' | 'retired-scheme' | 'claims-entirety';

export interface LintFinding {
  readonly rule: LintRule;
  /** Numbers of the segments that it is about, ascending. */
  readonly segments: readonly number[];
  /** The code that it is about, when it is about one. */
  readonly concept?: CodedConcept;
}

export interface NumberedTerms {
  readonly number: number;
  readonly terms: SegmentTerms;
}

/** SNOMED RT designators: DICOM retired them in favour of SCT. */
const RETIRED = ['SRT', 'SNM3', '99SDM'];
const SIDES = Object.values(LATERALITY);
const [LEFT, RIGHT] = [LATERALITY.left, LATERALITY.right];

/** All findings in the order of the segments; none when every description is sound. */
export function lintSegments(segments: readonly NumberedTerms[]): readonly LintFinding[] {
  const own = segments.flatMap(({ number, terms }) =>
    lintOne(terms).map((finding) => ({ ...finding, segments: [number] }))
  );
  return [...own, ...lintTuples(segments)];
}

function lintOne(terms: SegmentTerms): readonly Omit<LintFinding, 'segments'>[] {
  const findings: Omit<LintFinding, 'segments'>[] = [];
  const check = (concept: CodedConcept, modifiers: readonly CodedConcept[]) => {
    const has = (side: CodedConcept) => modifiers.some((modifier) => sameConcept(modifier, side));
    if (statesSide(concept) && SIDES.some(has)) {
      findings.push({ rule: 'side-stated-twice', concept });
    } else if (has(LEFT) && has(RIGHT)) {
      findings.push({ rule: 'left-and-right', concept });
    }
    if (/^entire\b/i.test(concept.meaning) && !termCatalogue().find(concept)) {
      findings.push({ rule: 'claims-entirety', concept });
    }
  };
  check(terms.type, terms.typeModifiers ?? []);
  if (terms.anatomicRegion) check(terms.anatomicRegion, terms.anatomicRegionModifiers ?? []);
  for (const concept of codesOf(terms)) {
    if (RETIRED.includes(concept.scheme)) findings.push({ rule: 'retired-scheme', concept });
  }
  return findings;
}

/** Segments with the same category, type, region and modifiers cannot be told apart by their codes. */
function lintTuples(segments: readonly NumberedTerms[]): readonly LintFinding[] {
  const groups = new Map<string, NumberedTerms[]>();
  for (const segment of segments) {
    const key = tupleOf(segment.terms);
    groups.set(key, [...(groups.get(key) ?? []), segment]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      rule: 'same-codes',
      segments: group.map(({ number }) => number).sort((a, b) => a - b),
      concept: group[0].terms.type,
    }));
}

function tupleOf(terms: SegmentTerms): string {
  const keys = (concepts: readonly CodedConcept[] = []) => concepts.map(conceptKey).sort();
  return JSON.stringify([
    conceptKey(terms.category),
    conceptKey(terms.type),
    keys(terms.typeModifiers),
    keys(terms.anatomicRegion && [terms.anatomicRegion]),
    keys(terms.anatomicRegionModifiers),
  ]);
}

function codesOf(terms: SegmentTerms): readonly CodedConcept[] {
  return [
    terms.category,
    terms.type,
    ...(terms.typeModifiers ?? []),
    ...(terms.anatomicRegion ? [terms.anatomicRegion] : []),
    ...(terms.anatomicRegionModifiers ?? []),
  ];
}
