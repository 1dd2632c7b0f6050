/**
 * @file Coded concepts: a value in a coding scheme with its meaning (DICOM PS3.3 section 8).
 */

export interface CodedConcept {
  readonly value: string;
  /** Coding scheme designator: SCT, DCM, UCUM or a private one that starts with 99. */
  readonly scheme: string;
  readonly meaning: string;
}

export const code = (value: string, scheme: string, meaning: string): CodedConcept => ({
  value,
  scheme,
  meaning,
});

/** True when both stand for the same concept; the meaning may be worded differently. */
export const sameConcept = (a: CodedConcept, b: CodedConcept): boolean =>
  a.value === b.value && a.scheme === b.scheme;
