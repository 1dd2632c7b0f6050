/**
 * @file Which segment of one segmentation is which of another: by code, then by label, then by number.
 */
import {
  CATEGORIES,
  sameConcept,
  type CodedConcept,
  type LabelSegment,
} from '@cordon/extension-workbench/pure';

export interface SegmentPair {
  readonly reference?: LabelSegment;
  readonly candidate?: LabelSegment;
}

type Same = (a: LabelSegment, b: LabelSegment) => boolean;

const sameCodes: Same = (a, b) =>
  sameConcept(a.type, b.type) &&
  sameSet(a.typeModifiers, b.typeModifiers) &&
  sameSet(a.anatomicRegion ? [a.anatomicRegion] : [], b.anatomicRegion ? [b.anatomicRegion] : []);
const sameLabel: Same = (a, b) => normal(a.label) === normal(b.label);
const sameNumber: Same = (a, b) => a.number === b.number;

/**
 * Pairs in the order of the reference, then what only the candidate has. Among several with the same code the label decides; a code
 * or label that stands for several on one side matches nothing by itself. Numbers count last, for files that have nothing else.
 */
export function matchSegments(
  reference: readonly LabelSegment[],
  candidate: readonly LabelSegment[]
): readonly SegmentPair[] {
  const partner = new Map<LabelSegment, LabelSegment>();
  const taken = new Set<LabelSegment>();
  const rules: readonly Same[] = [
    (a, b) => sameCodes(a, b) && sameLabel(a, b),
    (a, b) => sameCodes(a, b) && !isGeneric(a),
    sameLabel,
    (a, b) => sameNumber(a, b) && (isUnnamed(a) || isUnnamed(b)),
  ];
  for (const same of rules) {
    const left = reference.filter((segment) => !partner.has(segment));
    const right = candidate.filter((segment) => !taken.has(segment));
    for (const a of left) {
      const matches = right.filter((b) => same(a, b));
      const rivals = left.filter((other) => matches.length > 0 && same(other, matches[0]));
      if (matches.length !== 1 || rivals.length !== 1) continue;
      partner.set(a, matches[0]);
      taken.add(matches[0]);
    }
  }
  return [
    ...reference.map((segment) => ({ reference: segment, candidate: partner.get(segment) })),
    ...candidate
      .filter((segment) => !taken.has(segment))
      .map((segment) => ({ candidate: segment })),
  ];
}

/** A code that says nothing: of a value that nobody has described, or of a segment that has got a label only. */
const isGeneric = ({ type, category }: LabelSegment): boolean =>
  sameConcept(type, CATEGORIES.tissue) || sameConcept(type, category);

/** A label that a program gave, such as that of a value in a NIfTI file. */
const isUnnamed = ({ label, number }: LabelSegment): boolean => label === `Segment ${number}`;

const normal = (label: string): string => label.trim().toLowerCase();

const sameSet = (a: readonly CodedConcept[] = [], b: readonly CodedConcept[] = []): boolean =>
  a.length === b.length && a.every((one) => b.some((other) => sameConcept(one, other)));
