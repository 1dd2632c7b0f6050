/**
 * @file What has been drawn on one series: an immutable value, changed only through the functions here, so that every
 * change is one undo step and any earlier state can come back.
 */
import type { PromptKind, Prompts, Seed } from '../method/prompts';
import { BACKGROUND } from '../method/prompts';
import { boxContains, type Box } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import type { SlicePlane } from './brush';
import {
  countRunVoxels,
  linearIndex,
  NO_RUNS,
  runsContain,
  subtractRuns,
  uniteRuns,
  voxelsOfRuns,
  type VoxelRuns,
} from './voxel-runs';

/** Scribbles of one label; those of different labels never share a voxel. */
export interface LabelledRuns {
  readonly label: number;
  readonly runs: VoxelRuns;
}

export interface PromptSet {
  /** At most one at a voxel, in the order in which they were set. */
  readonly seeds: readonly Seed[];
  /** By label, ascending, none empty. */
  readonly scribbles: readonly LabelledRuns[];
  readonly box?: Box;
  /** Anchors of a contour in the order in which they were set, all in {@link pathSlice}. */
  readonly path: readonly Vec3[];
  readonly pathSlice?: SlicePlane;
  /** Of the spheres that are drawn around the seeds (mm). */
  readonly radiusMm?: number;
}

export const EMPTY_SET: PromptSet = { seeds: [], scribbles: [], path: [] };

export const isEmptySet = ({ seeds, scribbles, box, path }: PromptSet): boolean =>
  seeds.length === 0 && scribbles.length === 0 && box === undefined && path.length === 0;

/** With a seed at a voxel; one that was there before gives way. */
export function withSeed(set: PromptSet, seed: Seed): PromptSet {
  const others = set.seeds.filter(({ ijk }) => !sameVoxel(ijk, seed.ijk));
  return { ...set, seeds: [...others, seed] };
}

/** With one sphere: its centre is the only seed of its label. */
export function withSphere(set: PromptSet, seed: Seed, radiusMm: number): PromptSet {
  const others = set.seeds.filter(({ label }) => label !== seed.label);
  return { ...set, seeds: [...others, seed], radiusMm };
}

/** With voxels painted in a label; scribbles of other labels give way. */
export function withStroke(set: PromptSet, label: number, runs: VoxelRuns): PromptSet {
  const cleared = withoutRuns(set, runs);
  const before = set.scribbles.find((scribble) => scribble.label === label)?.runs ?? NO_RUNS;
  const others = cleared.scribbles.filter((scribble) => scribble.label !== label);
  const painted = { label, runs: uniteRuns(before, runs) };
  if (painted.runs.length === 0) return cleared;
  return { ...cleared, scribbles: [...others, painted].sort((a, b) => a.label - b.label) };
}

/** Without scribbles, seeds and anchors on these voxels of a grid of `size`. */
export function erased(set: PromptSet, runs: VoxelRuns, size: Vec3): PromptSet {
  const isKept = (ijk: Vec3) => !runsContain(runs, linearIndex(ijk, size));
  const seeds = set.seeds.filter(({ ijk }) => isKept(ijk));
  const path = set.path.filter(isKept);
  return withPath({ ...withoutRuns(set, runs), seeds }, path, set.pathSlice);
}

/** With a box, or without one. */
export const withBox = (set: PromptSet, box: Box | undefined): PromptSet => ({ ...set, box });

/** With one more anchor at the end of the path, in the slice of the path. */
export const withAnchor = (set: PromptSet, ijk: Vec3, slice: SlicePlane): PromptSet =>
  withPath(set, [...set.path, ijk], slice);

/** With other anchors; a path without anchors lies in no slice. */
export const withPath = (
  set: PromptSet,
  path: readonly Vec3[],
  slice: SlicePlane | undefined
): PromptSet => ({ ...set, path, pathSlice: path.length > 0 ? slice : undefined });

/** Labels that are in use, ascending. */
export function labelsOf({ seeds, scribbles }: PromptSet): readonly number[] {
  const labels = [...seeds.map(({ label }) => label), ...scribbles.map(({ label }) => label)];
  return [...new Set(labels)].sort((a, b) => a - b);
}

/** True when something marks a target: enough for methods that need no background. */
export const hasTarget = (set: PromptSet): boolean =>
  labelsOf(set).some((label) => label !== BACKGROUND);

/** What a method that takes `kinds` gets to see. */
export function toPrompts(set: PromptSet, kinds: readonly PromptKind[]): Prompts {
  const takes = (kind: PromptKind) => kinds.includes(kind);
  return {
    seeds: takes('seeds') ? set.seeds : [],
    scribbles: takes('scribbles')
      ? set.scribbles.map(({ label, runs }) => ({ label, voxels: voxelsOfRuns(runs) }))
      : [],
    ...(takes('box') && set.box ? { box: set.box } : {}),
    ...(takes('path') && set.path.length > 0 ? { path: set.path } : {}),
  };
}

/** Scribbled voxels of all labels. */
export const scribbledVoxels = ({ scribbles }: PromptSet): number =>
  scribbles.reduce((sum, { runs }) => sum + countRunVoxels(runs), 0);

/** Seeds that lie outside of a box. */
export const seedsOutside = ({ seeds }: PromptSet, box: Box): readonly Seed[] =>
  seeds.filter(({ ijk }) => !boxContains(box, ijk));

function withoutRuns(set: PromptSet, runs: VoxelRuns): PromptSet {
  const scribbles = set.scribbles
    .map((scribble) => ({ ...scribble, runs: subtractRuns(scribble.runs, runs) }))
    .filter((scribble) => scribble.runs.length > 0);
  return { ...set, scribbles };
}

const sameVoxel = (a: Vec3, b: Vec3) => a.every((value, axis) => value === b[axis]);
