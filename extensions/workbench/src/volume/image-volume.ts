/**
 * @file The image that a method works on: voxels in modality units on a grid in the patient.
 */
import type { Geometry } from './geometry';

/** Voxel storage. Index of voxel (i, j, k) is i + columns · (j + rows · k). */
export type VoxelArray = Uint8Array | Int16Array | Uint16Array | Float32Array;

export interface ImageVolume {
  readonly geometry: Geometry;
  /** Values in modality units: the rescale slope and intercept are already applied. */
  readonly voxels: VoxelArray;
  /** DICOM modality (CT, MR, PT, DX …); empty when unknown. */
  readonly modality: string;
  /** Unit of the values as UCUM or DICOM Rescale Type: `HU`, `g/ml`, `1`; empty when unknown. */
  readonly unit: string;
  /** True where small values are shown bright (MONOCHROME1), as on many X-ray plates. */
  readonly isInverted?: boolean;
}

/** Smallest and largest finite value; both 0 for a volume without any. Complexity O(n). */
export function valueRange(voxels: VoxelArray): { readonly min: number; readonly max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of voxels) {
    if (value < min && value > -Infinity) min = value;
    if (value > max && value < Infinity) max = value;
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}
