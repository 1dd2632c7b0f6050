/**
 * @file Seeds and scribbles as voxels of a region, checked before work starts.
 */
import {
  BACKGROUND,
  boxContains,
  boxSize,
  CordonError,
  type Box,
  type Prompts,
  type Vec3,
} from '@cordon/extension-workbench/pure';

export interface SeedVoxel {
  readonly ijk: Vec3;
  readonly label: number;
  /** Linear index in the region's box. */
  readonly index: number;
}

/**
 * All seed and scribble voxels in the order in which they were given, each once. Throws `SEED_OUTSIDE_IMAGE` and
 * `SEED_OUTSIDE_REGION`; scribbles may reach beyond the region, what lies there is left out.
 */
export function seedVoxels(prompts: Prompts, size: Vec3, box: Box): readonly SeedVoxel[] {
  const found = new Map<number, SeedVoxel>();
  const add = (ijk: Vec3, label: number) => {
    const index = indexInBox(ijk, box);
    found.set(index, { ijk, label, index });
  };
  for (const { ijk, label } of prompts.seeds) {
    const rounded: Vec3 = [Math.round(ijk[0]), Math.round(ijk[1]), Math.round(ijk[2])];
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
        why: `the region reaches from (${box.fromIjk.join(', ')}) up to, but not including, (${box.toIjk.join(', ')})`,
        remedy: 'set the seed inside the region, or choose a larger region',
      });
    }
    add(rounded, label);
  }
  for (const { label, voxels } of prompts.scribbles) {
    for (const voxel of voxels) {
      const ijk: Vec3 = [
        voxel % size[0],
        Math.floor(voxel / size[0]) % size[1],
        Math.floor(voxel / (size[0] * size[1])),
      ];
      if (boxContains(box, ijk)) add(ijk, label);
    }
  }
  return [...found.values()];
}

/** The seed voxels that mark a target. Throws `SEEDS_MISSING` when there is none. */
export function targetVoxels(prompts: Prompts, size: Vec3, box: Box): readonly SeedVoxel[] {
  const targets = seedVoxels(prompts, size, box).filter(({ label }) => label !== BACKGROUND);
  if (targets.length > 0) return targets;
  throw new CordonError({
    code: 'SEEDS_MISSING',
    what: 'There is no seed in the structure',
    why: 'the method grows from at least one seed inside the region',
    remedy: 'click into the structure that you want to segment',
  });
}

function indexInBox(ijk: Vec3, box: Box): number {
  const [columns, rows] = boxSize(box);
  const [i, j, k] = [ijk[0] - box.fromIjk[0], ijk[1] - box.fromIjk[1], ijk[2] - box.fromIjk[2]];
  return i + columns * (j + rows * k);
}
