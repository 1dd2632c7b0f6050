/**
 * @file From stored values to modality units. Whole-numbered rescaling keeps whole numbers in the smallest type that
 * holds them; anything else becomes Float32, as Math.fround(slope · stored + intercept).
 */
import type { VoxelArray } from '@cordon/extension-workbench/pure';
import type { StoredValues } from './codecs/frame';

export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** Stored values are the modality values. */
export const IDENTITY: Rescale = { slope: 1, intercept: 0 };

export interface DecodedFrame {
  readonly values: StoredValues | Float32Array;
  readonly rescale: Rescale;
}

const isWhole = ({ slope, intercept }: Rescale): boolean =>
  Number.isInteger(slope) && Number.isInteger(intercept);

/** The voxels of all frames in order. Complexity O(n); allocates the result only. */
export function toModalityUnits(frames: readonly DecodedFrame[], pixels: number): VoxelArray {
  const voxels = allocate(frames, pixels * frames.length);
  frames.forEach(({ values, rescale: { slope, intercept } }, frame) => {
    const at = frame * pixels;
    if (slope === 1 && intercept === 0) voxels.set(values.subarray(0, pixels), at);
    else for (let i = 0; i < pixels; i++) voxels[at + i] = slope * values[i] + intercept;
  });
  return voxels;
}

function allocate(frames: readonly DecodedFrame[], length: number): VoxelArray {
  if (frames.some((frame) => frame.values instanceof Float32Array || !isWhole(frame.rescale))) {
    return new Float32Array(length);
  }
  let min = Infinity;
  let max = -Infinity;
  for (const { values, rescale } of frames) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const ends = [low, high].map((value) => rescale.slope * value + rescale.intercept);
    min = Math.min(min, ...ends);
    max = Math.max(max, ...ends);
  }
  if (min >= 0 && max <= 255) return new Uint8Array(length);
  if (min >= -32768 && max <= 32767) return new Int16Array(length);
  if (min >= 0 && max <= 65535) return new Uint16Array(length);
  return new Float32Array(length);
}
