/**
 * @file How much a file may ask for before it is refused. Checked while reading, before anything of that size exists.
 */

export interface ReadLimits {
  /** Size of a file, and of an inflated data set (bytes). */
  readonly bytes: number;
  /** Nesting of sequences. */
  readonly depth: number;
  /** Data elements, items included. */
  readonly elements: number;
  /** Inflated bytes for each deflated byte, beyond {@link ReadLimits.inflateFloor}. */
  readonly inflateRatio: number;
  /** A deflated data set may inflate to this many bytes at any ratio. */
  readonly inflateFloor: number;
  /** Voxels of a decoded object: rows × columns × frames (or slices). */
  readonly voxels: number;
  /** Memory of the label layers of a segmentation that was read (bytes). */
  readonly labelBytes: number;
}

export const DEFAULT_LIMITS: ReadLimits = {
  bytes: 2 ** 30,
  depth: 16,
  elements: 1_000_000,
  inflateRatio: 100,
  inflateFloor: 64 * 2 ** 20,
  voxels: 2 ** 31,
  labelBytes: 2 ** 31,
};
