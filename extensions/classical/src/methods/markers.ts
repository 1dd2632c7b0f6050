/**
 * @file Scribbles and seeds painted into the voxels of a region, for methods that take many of them.
 */
import {
  BACKGROUND,
  boxContains,
  boxSize,
  boxVoxels,
  CordonError,
  type Box,
  type LabelResult,
  type Prompts,
  type Scribble,
  type Vec3,
} from '@cordon/extension-workbench/pure';

/**
 * Writes the value that `valueOf` gives for a scribble into `target` (the voxels of `box`) at the scribble's voxels; what
 * lies outside of the box is left out. Complexity O(scribbled voxels).
 */
export function paintScribbles(
  { scribbles }: Pick<Prompts, 'scribbles'>,
  size: Vec3,
  box: Box,
  target: Uint8Array | Uint16Array,
  valueOf: (scribble: Scribble) => number | undefined
): void {
  const [i0, j0, k0] = box.fromIjk;
  const [columns, rows, slices] = boxSize(box);
  const slice = size[0] * size[1];
  const isWhole = target.length === slice * size[2];
  for (const scribble of scribbles) {
    const value = valueOf(scribble);
    if (value === undefined) continue;
    const { voxels } = scribble;
    for (let at = 0; at < voxels.length; at++) {
      const voxel = voxels[at];
      if (isWhole) {
        target[voxel] = value;
        continue;
      }
      const k = Math.floor(voxel / slice) - k0;
      const inSlice = voxel % slice;
      const j = Math.floor(inSlice / size[0]) - j0;
      const i = (inSlice % size[0]) - i0;
      if (i < 0 || j < 0 || k < 0 || i >= columns || j >= rows || k >= slices) continue;
      target[i + columns * (j + rows * k)] = value;
    }
  }
}

/** Seeds and scribbles of a region as voxels. */
export interface Markers {
  /** One value a voxel of the region: 0 none, else the position of its label in {@link labels}, plus 1. */
  readonly voxels: Uint16Array;
  /** Labels that occur in the region, ascending. */
  readonly labels: readonly number[];
  /** Marked voxels. */
  readonly count: number;
}

/**
 * All seeds and scribbles of `prompts` in `box`; later ones win, seeds after scribbles. Throws `SEED_OUTSIDE_IMAGE` and
 * `SEED_OUTSIDE_REGION` for a seed; scribbles may reach beyond the region. Complexity O(region + scribbled voxels).
 */
export function markersOf(prompts: Prompts, size: Vec3, box: Box): Markers {
  const used = new Set([
    ...prompts.scribbles.filter(({ voxels }) => voxels.length > 0).map(({ label }) => label),
    ...prompts.seeds.map(({ label }) => label),
  ]);
  const candidates = [...used].sort((a, b) => a - b);
  const voxels = new Uint16Array(boxVoxels(box));
  paintScribbles(prompts, size, box, voxels, ({ label }) => candidates.indexOf(label) + 1);
  const [columns, rows] = boxSize(box);
  for (const { ijk, label } of prompts.seeds) {
    const [i, j, k] = requireInside(ijk, size, box);
    voxels[i + columns * (j + rows * k)] = candidates.indexOf(label) + 1;
  }
  return compact(voxels, candidates);
}

/** Throws `SEEDS_MISSING` unless there are markers of a target, and `ONE_CLASS_ONLY` unless of a second class too. */
export function requireTwoClasses(markers: Markers): void {
  if (!markers.labels.some((label) => label !== BACKGROUND)) {
    throw new CordonError({
      code: 'SEEDS_MISSING',
      what: 'There is no seed in the structure',
      why: 'the method needs at least one seed of a target inside the region',
      remedy: 'draw a seed or a scribble in the structure that you want to segment',
    });
  }
  if (markers.labels.length > 1) return;
  throw new CordonError({
    code: 'ONE_CLASS_ONLY',
    what: 'All seeds have the same label',
    why: `the region holds ${markers.count} marked voxels, all of label ${markers.labels[0]}; the method separates at least two classes`,
    remedy: 'mark the background, or another structure, as well',
  });
}

/**
 * The labels of a region from the winning marker of each voxel (position in `labels` plus 1, 0 for none): the background is 0,
 * all others keep their label. 8 bits a voxel where that is enough.
 */
export function labelsFromMarkers(
  box: Box,
  winners: Uint16Array,
  { labels }: Markers
): LabelResult {
  const table = Uint16Array.from([0, ...labels]);
  const wide = labels[labels.length - 1] > 255;
  const voxels = wide ? new Uint16Array(winners.length) : new Uint8Array(winners.length);
  for (let at = 0; at < voxels.length; at++) voxels[at] = table[winners[at]];
  const classes = labels.filter((label) => label !== BACKGROUND).map((value) => ({ value }));
  return { box, voxels, classes };
}

/** A voxel index relative to `box`. */
function requireInside(ijk: Vec3, size: Vec3, box: Box): Vec3 {
  const rounded: Vec3 = [Math.round(ijk[0]), Math.round(ijk[1]), Math.round(ijk[2])];
  const { fromIjk, toIjk } = box;
  if (!boxContains({ fromIjk: [0, 0, 0], toIjk: size }, rounded)) {
    throw new CordonError({
      code: 'SEED_OUTSIDE_IMAGE',
      what: `The seed (${ijk.join(', ')}) lies outside the image`,
      why: `the image has ${size.join(' × ')} voxels, indexes start at 0`,
      remedy: 'set the seed inside the image',
    });
  }
  if (!boxContains(box, rounded)) {
    throw new CordonError({
      code: 'SEED_OUTSIDE_REGION',
      what: `The seed (${ijk.join(', ')}) lies outside the chosen region`,
      why: `the region reaches from (${fromIjk.join(', ')}) up to, but not including, (${toIjk.join(', ')})`,
      remedy: 'set the seed inside the region, or choose a larger region',
    });
  }
  return [rounded[0] - fromIjk[0], rounded[1] - fromIjk[1], rounded[2] - fromIjk[2]];
}

/** Drops the candidates that have no voxel in the region. */
function compact(voxels: Uint16Array, candidates: readonly number[]): Markers {
  const counts = new Float64Array(candidates.length + 1);
  for (const value of voxels) counts[value]++;
  const present = candidates.filter((_, at) => counts[at + 1] > 0);
  const count = voxels.length - counts[0];
  if (present.length === candidates.length) return { voxels, labels: present, count };
  const renumber = Uint16Array.from([0, ...candidates.map((label) => present.indexOf(label) + 1)]);
  for (let at = 0; at < voxels.length; at++) voxels[at] = renumber[voxels[at]];
  return { voxels, labels: present, count };
}
