/**
 * @file What a person draws to tell a method what is meant. All positions are voxel indexes of the method's first channel.
 */
import type { Box } from '../volume/box';
import type { Vec3 } from '../volume/vector';

/** Label of the background in seeds and scribbles. */
export const BACKGROUND = 0;

export interface Seed {
  readonly ijk: Vec3;
  /** 0 background, 1 the target, 2 … further targets. */
  readonly label: number;
}

export interface Scribble {
  readonly label: number;
  /** Linear voxel indexes, ascending, without duplicates. */
  readonly voxels: Uint32Array;
}

export interface ValueRange {
  /** Both in modality units, both inside the range. */
  readonly lower: number;
  readonly upper: number;
}

export interface Prompts {
  readonly seeds: readonly Seed[];
  readonly scribbles: readonly Scribble[];
  readonly box?: Box;
  /** Anchors of a path, in the order in which they were set. */
  readonly path?: readonly Vec3[];
  readonly range?: ValueRange;
}

export const NO_PROMPTS: Prompts = { seeds: [], scribbles: [] };

export type PromptKind = 'seeds' | 'scribbles' | 'box' | 'path' | 'range';
