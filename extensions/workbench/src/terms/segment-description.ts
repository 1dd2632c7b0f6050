/**
 * @file What a segment is: its name, codes, colour, and how it was made (DICOM Segment Description Macro).
 */
import { code, type CodedConcept } from './coded-concept';

/** Red, green, blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/** DICOM Segment Algorithm Type (0062,0008). */
export type AlgorithmType = 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL';

export interface SegmentAlgorithm {
  readonly type: AlgorithmType;
  /** Name of the method; empty for MANUAL. */
  readonly name: string;
  readonly version?: string;
  /** Who made the algorithm, when it was not this program; empty when a stored segment does not say. */
  readonly source?: string;
  /** CID 7162 family; absent for MANUAL. */
  readonly family?: CodedConcept;
  /** The recipe as JSON text, or a digest of it. */
  readonly parameters?: string;
}

/** An attribute of DICOM as plain data that can be kept as JSON: text, numbers, or items of a sequence. */
export interface CarriedAttribute {
  readonly tag: number;
  readonly vr: string;
  readonly value: string | readonly number[] | readonly (readonly CarriedAttribute[])[];
}

export interface SegmentDescription {
  /** The user's own name for it. */
  readonly label: string;
  readonly description?: string;
  /** CID 7150. */
  readonly category: CodedConcept;
  readonly type: CodedConcept;
  /** Laterality and the like. */
  readonly typeModifiers?: readonly CodedConcept[];
  readonly anatomicRegion?: CodedConcept;
  readonly anatomicRegionModifiers?: readonly CodedConcept[];
  readonly colour: Rgb;
  readonly algorithm: SegmentAlgorithm;
  /** Stable over edits, so that follow-up and measurements match. */
  readonly trackingId?: string;
  readonly trackingUid?: string;
  /** What a stored segment says beyond this; it is stored again as it was. */
  readonly carried?: readonly CarriedAttribute[];
}

/** What a person says about a segment: its name, codes and colour, without how it was made. */
export type SegmentTerms = Omit<SegmentDescription, 'algorithm' | 'trackingId' | 'trackingUid'>;

/** SNOMED CT categories of CID 7150 that nearly every segment uses. */
export const CATEGORIES = {
  anatomicalStructure: code('91723000', 'SCT', 'Anatomical Structure'),
  tissue: code('85756007', 'SCT', 'Tissue'),
  morphologicallyAbnormalStructure: code('49755003', 'SCT', 'Morphologically Abnormal Structure'),
} as const;

/** The description of a segment that nobody has named yet. */
export function unnamedSegment(number: number, colour: Rgb): SegmentDescription {
  return {
    label: `Segment ${number}`,
    category: CATEGORIES.tissue,
    type: CATEGORIES.tissue,
    colour,
    algorithm: { type: 'MANUAL', name: '' },
  };
}
