/**
 * What a job of ours is, and the inputs that it works on.
 */
import { Geometry, type ImageVolume, type MethodInput } from '@cordon/extension-workbench/pure';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Job {
  /** Does the work once; what it returns computes a check sum, outside of the measured time. */
  run(): (() => number) | Promise<() => number>;
}

export interface JobPlace {
  readonly folder: string;
  readonly input: string;
}

export type JobMaker = (input: MethodInput, place: JobPlace) => Promise<Job>;

const SIZES = {
  ct512: [512, 512, 200],
  ct256: [256, 256, 256],
  ct128: [128, 128, 128],
  slice512: [512, 512, 1],
} as const;

/** The int16 phantom of this name on voxels of 1 mm. */
export function readInput(folder: string, name: string): ImageVolume {
  const size = SIZES[name as keyof typeof SIZES];
  const geometry = new Geometry({
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [1, 1],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: size[2] }, (_, k) => [0, 0, k] as const),
  });
  const bytes = new Uint8Array(readFileSync(join(folder, `${name}.i16`)));
  return { geometry, voxels: new Int16Array(bytes.buffer), modality: 'CT', unit: 'HU' };
}

/** A file of bytes beside the phantom: its gradient or its markers. */
export const readBytes = ({ folder, input }: JobPlace, what: 'gradient' | 'markers'): Uint8Array =>
  new Uint8Array(readFileSync(join(folder, `${input}-${what}.u8`)));

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}
