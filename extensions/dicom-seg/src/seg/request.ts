/**
 * @file What the writer needs: plain data, so that it can be sent to a worker.
 */
import type { LabelLayer, LabelSegment, LabelVolume } from '@cordon/extension-workbench/pure';
import type { SourceInstance } from '../series/source-instance';
import { requestInvalid } from './errors';

export type SegmentationEncoding = 'binary' | 'labelmap' | 'fractional';

/** Identifies a plane of the source; never an array index, so that slice order cannot flip. */
export interface PlaneKey {
  readonly sopInstanceUid: string;
  readonly frameNumber?: number;
}

/** Labels of one plane: rows × columns values, segment numbers of one layer, 0 where there is none. */
export interface LabelPlane extends PlaneKey {
  readonly layer: number;
  readonly voxels: LabelLayer;
}

/** Probabilities 0 … 1 of one segment in one plane. */
export interface ProbabilityPlane extends PlaneKey {
  readonly segmentNumber: number;
  readonly voxels: Float32Array;
}

export interface Equipment {
  readonly manufacturer: string;
  readonly modelName: string;
  readonly serialNumber: string;
  readonly softwareVersions: string;
}

/** A stored segmentation that a new one follows. */
export interface Predecessor {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

export interface SegmentationRequest {
  /** All planes of the source, in any order. */
  readonly source: readonly SourceInstance[];
  readonly segments: readonly LabelSegment[];
  /** For binary and labelmap. Planes without labels may be left out. */
  readonly planes: readonly LabelPlane[];
  /** For fractional. */
  readonly probabilities?: readonly ProbabilityPlane[];
  /** Default binary. Labelmap falls back to binary where segments overlap, with a warning. */
  readonly encoding?: SegmentationEncoding;
  /** Default native. RLE is for labelmap and fractional only. */
  readonly compression?: 'native' | 'rle';
  readonly seriesDescription: string;
  /** Default 1000. */
  readonly seriesNumber?: number;
  /** Default 1. */
  readonly instanceNumber?: number;
  /** Only to add to a series that this program made; a new one otherwise. */
  readonly seriesInstanceUid?: string;
  /** Upper case letters, digits, blanks, underscores, at most 16. Default SEGMENTATION. */
  readonly contentLabel?: string;
  readonly contentDescription?: string;
  /** Person name, `Family^Given`. Left empty in de-identified studies unless the site configures one. */
  readonly creatorName?: string;
  readonly equipment: Equipment;
  /** What computed the segments, such as the runtime of a network. */
  readonly processingEquipment?: Equipment;
  readonly predecessor?: Predecessor;
  /** False: recipes that do not fit into Algorithm Parameters are left out instead of put into private attributes. */
  readonly privateRecipe?: boolean;
  /** True: an object without any labelled voxel is what the user wants. */
  readonly allowEmpty?: boolean;
  /** Time of writing; now when absent. */
  readonly now?: Date;
}

export const planeKey = ({ sopInstanceUid, frameNumber }: PlaneKey): string =>
  frameNumber === undefined ? sopInstanceUid : `${sopInstanceUid}#${frameNumber}`;

/** The planes of a label volume whose slice `k` is `instances[k]`. Views, no copies. */
export function planesOf(labels: LabelVolume, instances: readonly SourceInstance[]): LabelPlane[] {
  const [columns, rows, slices] = labels.geometry.size;
  if (instances.length !== slices) {
    throw requestInvalid(`${slices} slices of labels for ${instances.length} images`);
  }
  const pixels = columns * rows;
  return labels.layers.flatMap((voxels, layer) =>
    instances.map(({ sopInstanceUid, frameNumber }, k) => ({
      sopInstanceUid,
      frameNumber,
      layer,
      voxels: voxels.subarray(k * pixels, (k + 1) * pixels),
    }))
  );
}
