/**
 * @file Segments on a grid: one or more label layers, so that segments may overlap.
 */
import { CordonError } from '../errors/cordon-error';
import type { SegmentDescription } from '../terms/segment-description';
import type { Geometry } from './geometry';

/** One layer: the value of a voxel is the number of the segment that covers it, 0 where none does. */
export type LabelLayer = Uint8Array | Uint16Array;

export interface LabelSegment extends SegmentDescription {
  /** 1 … 65535; unique in the volume. */
  readonly number: number;
  /** Index of the layer that holds the segment's voxels. */
  readonly layer: number;
}

export interface LabelVolume {
  readonly geometry: Geometry;
  /** Each of `geometry.voxelCount` values. */
  readonly layers: readonly LabelLayer[];
  readonly segments: readonly LabelSegment[];
}

/** Number of voxels that carry `segment`. Complexity O(n). */
export function countVoxels(labels: LabelVolume, segment: LabelSegment): number {
  let count = 0;
  for (const value of labels.layers[segment.layer]) if (value === segment.number) count++;
  return count;
}

/** Volume of a segment in millilitres, with the real extent of each slice. Complexity O(n). */
export function segmentVolumeMl(labels: LabelVolume, segment: LabelSegment): number {
  const { geometry } = labels;
  const layer = labels.layers[segment.layer];
  const sliceVoxels = geometry.size[0] * geometry.size[1];
  let mm3 = 0;
  for (let k = 0; k < geometry.size[2]; k++) {
    let count = 0;
    for (let at = k * sliceVoxels, end = at + sliceVoxels; at < end; at++) {
      if (layer[at] === segment.number) count++;
    }
    mm3 += count * geometry.voxelVolumeMm3(k);
  }
  return mm3 / 1000;
}

/** The voxels of one segment as 0/1 in a new array of `geometry.voxelCount` bytes. */
export function segmentMask(labels: LabelVolume, segment: LabelSegment): Uint8Array {
  const layer = labels.layers[segment.layer];
  const mask = new Uint8Array(layer.length);
  for (let at = 0; at < layer.length; at++) if (layer[at] === segment.number) mask[at] = 1;
  return mask;
}

/** Throws when layers, segments and grid do not belong together. */
export function checkLabelVolume(labels: LabelVolume): void {
  const wrongLayer = labels.layers.find((layer) => layer.length !== labels.geometry.voxelCount);
  const numbers = labels.segments.map((segment) => segment.number);
  const problem = wrongLayer
    ? `a layer has ${wrongLayer.length} voxels, the grid has ${labels.geometry.voxelCount}`
    : new Set(numbers).size !== numbers.length
      ? 'two segments have the same number'
      : labels.segments.some((segment) => !(segment.layer in labels.layers))
        ? 'a segment names a layer that does not exist'
        : labels.segments.some((segment) => !fitsLayer(segment, labels.layers[segment.layer]))
          ? 'a segment has a number that its layer cannot hold'
          : undefined;
  if (problem !== undefined) {
    throw new CordonError({
      code: 'LABELS_INCONSISTENT',
      what: 'The segmentation is inconsistent',
      why: problem,
      remedy: 'report this: it is a defect of the program that made it',
    });
  }
}

const fitsLayer = ({ number }: LabelSegment, layer: LabelLayer): boolean =>
  Number.isInteger(number) && number >= 1 && number <= (layer instanceof Uint8Array ? 255 : 65535);
