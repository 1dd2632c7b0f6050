/**
 * @file What a segmentation object holds, once read.
 */
import type { LabelVolume, ProbabilityVolume } from '@cordon/extension-workbench/pure';
import type { SourceInstance } from '../../series/source-instance';
import type { ReadLimits } from '../../part10/limits';
import type { PlaneKey, Predecessor, SegmentationEncoding } from '../request';

/** Something the user should know; the code is stable. */
export interface Notice {
  readonly code:
    | 'FRACTIONAL_THRESHOLD'
    | 'BYTE_PADDED_FRAMES'
    | 'LABEL_WITHOUT_SEGMENT'
    | 'SEGMENT_RENUMBERED'
    | 'MATCHED_BY_REFERENCE'
    | 'MATCHED_BY_POSITION'
    | 'OTHER_ORIENTATION'
    | 'CROPPED'
    | 'OTHER_GRID'
    | 'RESAMPLED'
    | 'NOT_POSITIONED'
    | 'EMPTY';
  readonly text: string;
}

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface ReferencedSeries {
  readonly seriesInstanceUid: string;
  readonly instances: readonly ReferencedInstance[];
}

/** Where the labels lie: on the grid of the source, on the object's own, or resampled from there to the source's. */
export type StoredGrid = 'source' | 'own' | 'resampled';

export interface StoredSegmentation {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesDescription: string;
  readonly seriesNumber: number;
  readonly contentLabel: string;
  readonly contentDescription: string;
  readonly creatorName: string;
  readonly encoding: SegmentationEncoding;
  readonly frameOfReferenceUid: string;
  readonly labels: LabelVolume;
  /** Only for fractional objects, when asked for. */
  readonly probabilities: readonly ProbabilityVolume[];
  readonly grid: StoredGrid;
  /** False for labels that were resampled or thresholded: as a next version, a copy would pass for the original. */
  readonly isForExport: boolean;
  /** The source image of each slice, where known. */
  readonly slices: readonly (PlaneKey | undefined)[];
  readonly references: readonly ReferencedSeries[];
  /** The stored segmentation that this one is an edited version of. */
  readonly predecessor?: Predecessor;
  readonly notices: readonly Notice[];
}

export interface ReadSegmentationOptions {
  /** Planes of the images to put the labels on, in any order. Without them the labels come on their own grid. */
  readonly source?: readonly SourceInstance[];
  /** When the labels do not lie on the grid of the source. Default `own`. */
  readonly onOtherGrid?: 'own' | 'resample' | 'refuse';
  /** Share of the largest fractional value from which on a voxel counts as inside. Default 0.5. */
  readonly fractionalThreshold?: number;
  readonly withProbabilities?: boolean;
  readonly limits?: ReadLimits;
  readonly signal?: AbortSignal;
}
