/**
 * @file From stored numbers to voxels in the unit of the image, in the smallest array that holds them.
 */
import type { VoxelArray } from '@cordon/extension-workbench/pure';
import type { NumberArray } from './datatypes';

export interface Scaled {
  readonly voxels: VoxelArray;
  readonly warnings: readonly string[];
}

/** Applies slope and intercept; a slope of 0 (or none) means that the numbers are values already. */
export function scaledVoxels(numbers: NumberArray, slope: number, intercept: number): Scaled {
  const isPlain = slope === 0 || !Number.isFinite(slope) || (slope === 1 && intercept === 0);
  if (isPlain && isVoxelArray(numbers)) return { voxels: numbers, warnings: [] };
  const [a, b] = isPlain ? [1, 0] : [slope, Number.isFinite(intercept) ? intercept : 0];
  const value = (at: number) => Number(numbers[at]) * a + b;
  let [min, max, areWhole, areExact] = [Infinity, -Infinity, true, true];
  for (let at = 0; at < numbers.length; at++) {
    const here = value(at);
    if (here < min) min = here;
    if (here > max) max = here;
    if (areWhole && !Number.isInteger(here)) areWhole = false;
    if (areExact && Math.fround(here) !== here && !Number.isNaN(here)) areExact = false;
  }
  const warnings =
    areExact || !isPlain ? [] : ['Voxel values were rounded to 32-bit floating point numbers.'];
  // Floating point numbers stay such even when they are whole: what they are is the file's choice.
  const wasFloat = numbers instanceof Float32Array || numbers instanceof Float64Array;
  const voxels =
    areWhole && !wasFloat && min >= -32768 && max <= 32767
      ? new Int16Array(numbers.length)
      : areWhole && !wasFloat && min >= 0 && max <= 65535
        ? new Uint16Array(numbers.length)
        : new Float32Array(numbers.length);
  for (let at = 0; at < voxels.length; at++) voxels[at] = value(at);
  return { voxels, warnings };
}

const isVoxelArray = (numbers: NumberArray): numbers is VoxelArray =>
  numbers instanceof Uint8Array ||
  numbers instanceof Int16Array ||
  numbers instanceof Uint16Array ||
  numbers instanceof Float32Array;
