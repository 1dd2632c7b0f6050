/**
 * @file How a segment was made, as versioned JSON that travels with it and can be run again.
 */
import { z } from 'zod';
import { CordonError } from '../errors/cordon-error';
import type { Region } from './contract';
import type { Prompts } from './prompts';

const ijk = z.tuple([z.number(), z.number(), z.number()]);
const box = z.object({ fromIjk: ijk, toIjk: ijk });

const region = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('volume') }),
  z.object({
    kind: z.literal('slice'),
    axis: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    index: z.int().min(0),
  }),
  z.object({ kind: z.literal('box'), box }),
]);

const prompts = z.object({
  seeds: z.array(z.object({ ijk, label: z.int().min(0) })),
  /** Voxels run-length coded: first index, run length, gap to the next run's first index, run length … */
  scribbles: z.array(z.object({ label: z.int().min(0), runs: z.array(z.int().min(0)) })),
  box: box.optional(),
  path: z.array(ijk).optional(),
  range: z.object({ lower: z.number(), upper: z.number() }).optional(),
});

const writeRule = z.object({
  area: z.enum(['everywhere', 'inside-segment', 'outside-segments']),
  insideSegment: z.int().min(1).optional(),
  range: z.object({ lower: z.number(), upper: z.number(), invert: z.boolean() }).optional(),
  overwrite: z.enum(['all', 'none', 'visible']),
});

export const recipeStepSchema = z.object({
  method: z.string(),
  version: z.string(),
  parameters: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  prompts,
  region,
  writeRule: writeRule.optional(),
  /** Class value of the method's result that became this segment. */
  label: z.int().min(1),
  /** The segment is nothing but this class: it was split off from the segment that the earlier steps made. */
  splitOff: z.literal(true).optional(),
  model: z.object({ id: z.string(), sha256: z.string() }).optional(),
  runtime: z.string(),
  /** Series of the further images of a method that takes several; `source` is the first. */
  channels: z
    .array(z.object({ name: z.string(), seriesInstanceUid: z.string(), pixelsSha256: z.string() }))
    .optional(),
});

export const recipeSchema = z.object({
  cordonRecipe: z.literal(1),
  steps: z.array(recipeStepSchema),
  source: z.object({
    seriesInstanceUid: z.string(),
    sopInstanceUids: z.array(z.string()),
    /** SHA-256 of the voxels in modality units, little endian, slice by slice; empty when not computed. */
    pixelsSha256: z.string(),
  }),
  handEdited: z.boolean(),
});

export type RecipeStep = z.output<typeof recipeStepSchema>;
export type Recipe = z.output<typeof recipeSchema>;
export type RecipeRegion = Region;

/** The recipe in JSON text. Throws `RECIPE_INVALID` when the text is not a recipe that this version knows. */
export function parseRecipe(text: string): Recipe {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw recipeError('it is not JSON', cause);
  }
  const parsed = recipeSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw recipeError(parsed.error.issues.map((issue) => issue.message).join('; '), parsed.error);
}

/** A region as a recipe keeps it. */
export function encodeRegion(region: Region): RecipeStep['region'] {
  if (region.kind !== 'box') return region;
  const { fromIjk, toIjk } = region.box;
  return { kind: 'box', box: { fromIjk: [...fromIjk], toIjk: [...toIjk] } };
}

/** Prompts as a recipe keeps them: scribbles run-length coded. */
export function encodePrompts(value: Prompts): RecipeStep['prompts'] {
  return {
    seeds: value.seeds.map((seed) => ({ ijk: [...seed.ijk], label: seed.label })),
    scribbles: value.scribbles.map(({ label, voxels }) => ({ label, runs: toRuns(voxels) })),
    box: value.box && { fromIjk: [...value.box.fromIjk], toIjk: [...value.box.toIjk] },
    path: value.path?.map((point) => [...point]),
    range: value.range && { ...value.range },
  };
}

/** The prompts that a recipe keeps. */
export function decodePrompts(value: RecipeStep['prompts']): Prompts {
  return {
    ...value,
    scribbles: value.scribbles.map(({ label, runs }) => ({ label, voxels: fromRuns(runs) })),
  };
}

/** Ascending indexes as pairs: distance from the end of the previous run (or from 0), length of the run. */
function toRuns(voxels: Uint32Array): number[] {
  const runs: number[] = [];
  let end = 0;
  for (let at = 0; at < voxels.length;) {
    let next = at + 1;
    while (next < voxels.length && voxels[next] === voxels[next - 1] + 1) next++;
    runs.push(voxels[at] - end, next - at);
    end = voxels[next - 1] + 1;
    at = next;
  }
  return runs;
}

/** Throws `RECIPE_INVALID` for runs that reach beyond what an index can hold: a recipe may come from anywhere. */
function fromRuns(runs: readonly number[]): Uint32Array {
  let total = 0;
  for (let at = 1; at < runs.length; at += 2) total += runs[at];
  const last = runs.reduce((sum, length) => sum + length, 0);
  if (runs.length % 2 === 1 || last > MOST_VOXELS) {
    throw recipeError('its scribbles are not pairs of gap and length within an image', undefined);
  }
  const voxels = new Uint32Array(total);
  let end = 0;
  let filled = 0;
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const first = end + runs[at];
    for (let step = 0; step < runs[at + 1]; step++) voxels[filled++] = first + step;
    end = first + runs[at + 1];
  }
  return voxels;
}

/** Linear indexes fit into 32 bits. */
const MOST_VOXELS = 2 ** 32;

function recipeError(why: string, cause: unknown): CordonError {
  return new CordonError({
    code: 'RECIPE_INVALID',
    what: 'The recipe of the segmentation cannot be read',
    why,
    remedy: 'run the method again by hand',
    cause,
  });
}
