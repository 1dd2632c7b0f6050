/**
 * @file One segment as the measures take it: a view of its layer, and its voxels cut out with a border of background.
 */
import type { Box } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { LabelLayer, LabelSegment, LabelVolume } from '../volume/label-volume';
import type { Vec3 } from '../volume/vector';

/** The voxels of `layer` with the value `number`. Nothing is copied. */
export interface SegmentVoxels {
  readonly geometry: Geometry;
  readonly layer: LabelLayer;
  readonly number: number;
}

/** One segment of a label volume. */
export const voxelsOf = (labels: LabelVolume, segment: LabelSegment): SegmentVoxels => ({
  geometry: labels.geometry,
  layer: labels.layers[segment.layer],
  number: segment.number,
});

/** The smallest box that holds the segment; undefined when it is empty. Complexity O(n). */
export function segmentBounds({ geometry, layer, number }: SegmentVoxels): Box | undefined {
  const [columns, rows, slices] = geometry.size;
  const from: [number, number, number] = [columns, rows, slices];
  const to: [number, number, number] = [0, 0, 0];
  for (let k = 0, at = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++, at += columns) {
      const row = layer.subarray(at, at + columns);
      const first = row.indexOf(number);
      if (first < 0) continue;
      from[0] = Math.min(from[0], first);
      to[0] = Math.max(to[0], row.lastIndexOf(number) + 1);
      from[1] = Math.min(from[1], j);
      to[1] = Math.max(to[1], j + 1);
      from[2] = Math.min(from[2], k);
      to[2] = k + 1;
    }
  }
  return to[2] > from[2] ? { fromIjk: from, toIjk: to } : undefined;
}

/** A segment cut out of its grid, with one voxel of background on every side. */
export interface PaddedMask {
  /** 0 or 1. Index of voxel (i, j, k) is i + size[0] · (j + size[1] · k). */
  readonly voxels: Uint8Array;
  readonly size: Vec3;
  /** Position of its voxel (0, 0, 0) in the grid of the segment; may be -1. */
  readonly originIjk: Vec3;
}

/** Cuts a segment out; undefined when it is empty. Complexity O(n), one byte a voxel of its bounding box. */
export function paddedMask(segment: SegmentVoxels): PaddedMask | undefined {
  const bounds = segmentBounds(segment);
  if (!bounds) return undefined;
  const { geometry, layer, number } = segment;
  const { fromIjk, toIjk } = bounds;
  const size: Vec3 = [
    toIjk[0] - fromIjk[0] + 2,
    toIjk[1] - fromIjk[1] + 2,
    toIjk[2] - fromIjk[2] + 2,
  ];
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    for (let j = fromIjk[1]; j < toIjk[1]; j++) {
      const source = geometry.size[0] * (j + geometry.size[1] * k);
      let target = 1 + size[0] * (j - fromIjk[1] + 1 + size[1] * (k - fromIjk[2] + 1));
      for (let i = fromIjk[0]; i < toIjk[0]; i++) {
        voxels[target++] = layer[source + i] === number ? 1 : 0;
      }
    }
  }
  return { voxels, size, originIjk: [fromIjk[0] - 1, fromIjk[1] - 1, fromIjk[2] - 1] };
}
