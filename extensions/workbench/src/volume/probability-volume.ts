/**
 * @file Probabilities of one class on a grid.
 */
import type { SegmentDescription } from '../terms/segment-description';
import type { Geometry } from './geometry';

export interface ProbabilityVolume {
  readonly geometry: Geometry;
  /** 0 … 1 a voxel, `geometry.voxelCount` values. */
  readonly voxels: Float32Array;
  readonly segment: SegmentDescription;
}
