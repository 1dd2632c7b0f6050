/** @file What the measures section shows and what a person can ask of it. The viewer bridge implements the model. */
import type { Agreement, SegmentShape } from '../../measure/measures';
import type { SegmentStatistics } from '../../measure/segment-statistics';
import type { Rgb } from '../../terms/segment-description';

export interface MeasureRow extends SegmentStatistics {
  readonly label: string;
  readonly colour: Rgb;
}

/** A segment of any segmentation on the open series. */
export interface ComparedSegment {
  readonly key: string;
  readonly label: string;
}

export interface MeasuresState {
  readonly rows: readonly MeasureRow[];
  /** What the intensities are: `HU`, `SUVbw` …; empty when the unit is unknown. */
  readonly quantity: string;
  /** Why there is no SUV, or no intensity at all. */
  readonly note?: string;
  /** Number of the segment whose shape is shown. */
  readonly open?: number;
  readonly shape?: SegmentShape;
  readonly choices: readonly ComparedSegment[];
  readonly reference?: string;
  readonly candidate?: string;
  readonly agreement?: Agreement;
  readonly isMeasuring: boolean;
  readonly error?: { readonly what: string; readonly why: string; readonly remedy: string };
}

export interface MeasuresModel {
  /** The same object until something changes. */
  getState(): MeasuresState;
  /** Measures as long as somebody listens; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Shows the shape of a segment; of none when `number` is undefined. */
  open(number: number | undefined): void;
  /** Chooses a segment to compare, by its key. */
  compare(side: 'reference' | 'candidate', key: string | undefined): void;
}
