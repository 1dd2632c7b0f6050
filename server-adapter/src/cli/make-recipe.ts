/**
 * @file The recipe that travels with a segment made by the command line.
 */
import {
  encodePrompts,
  NO_PROMPTS,
  parseRecipe,
  type LabelSegment,
  type Prompts,
  type Recipe,
  type RecipeStep,
  type Region,
  type SegmentationMethod,
} from '@cordon/extension-workbench/pure';
import type { ImageSeries } from '@cordon/extension-dicom-seg/pure';
import { createHash } from 'node:crypto';
import type { LoadedInput } from './load-input';

/**
 * A step that is no method: the segment came from a file without a recipe. Its voxels are kept as the scribble with label 1, so that
 * the recipe can be run again without the file.
 */
export const FROM_FILE = 'segment-from-file';

export interface RecipeFacts {
  readonly method: SegmentationMethod;
  readonly parameters: Readonly<Record<string, number | boolean | string>>;
  readonly prompts: Prompts;
  readonly region: Region;
  /** Steps that made the segment that the method started from. */
  readonly before: readonly RecipeStep[];
  readonly source: Recipe['source'];
  readonly model?: RecipeStep['model'];
  readonly channels?: RecipeStep['channels'];
  /** What computed it; WebAssembly when absent. */
  readonly runtime?: string;
}

/** The recipe of the class with value `label`, as JSON text. */
export function recipeText(facts: RecipeFacts, label: number): string {
  const step: RecipeStep = {
    method: facts.method.id,
    version: facts.method.version,
    parameters: { ...facts.parameters },
    prompts: encodePrompts(facts.prompts),
    region: encodeRegion(facts.region),
    label,
    ...(facts.model && { model: facts.model }),
    ...(facts.channels && { channels: facts.channels }),
    runtime: facts.runtime ?? 'wasm',
  };
  const recipe: Recipe = {
    cordonRecipe: 1,
    steps: [...facts.before, step],
    source: facts.source,
    handEdited: false,
  };
  return JSON.stringify(recipe);
}

function encodeRegion(region: Region): RecipeStep['region'] {
  if (region.kind !== 'box') return region;
  const { fromIjk, toIjk } = region.box;
  return { kind: 'box', box: { fromIjk: [...fromIjk], toIjk: [...toIjk] } };
}

/** What the recipe says about the image. */
export function recipeSource(input: LoadedInput): Recipe['source'] {
  const series: ImageSeries | undefined = input.kind === 'dicom' ? input.series : undefined;
  const { voxels } = input.volume;
  const bytes = new Uint8Array(voxels.buffer, voxels.byteOffset, voxels.byteLength);
  return {
    seriesInstanceUid: series?.seriesInstanceUid ?? '',
    sopInstanceUids: [...new Set(series?.instances.map(({ sopInstanceUid }) => sopInstanceUid))],
    pixelsSha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** The steps that made a segment from a file: its own recipe, or the voxels themselves. */
export function stepsBefore(segment: LabelSegment, mask: Uint8Array): readonly RecipeStep[] {
  const recipe = recipeOf(segment);
  if (recipe && !recipe.handEdited) return recipe.steps;
  const voxels: number[] = [];
  for (let at = 0; at < mask.length; at++) if (mask[at] === 1) voxels.push(at);
  return [
    {
      method: FROM_FILE,
      version: '1',
      parameters: {},
      prompts: encodePrompts({
        ...NO_PROMPTS,
        scribbles: [{ label: 1, voxels: Uint32Array.from(voxels) }],
      }),
      region: { kind: 'volume' },
      label: 1,
      runtime: 'none',
    },
  ];
}

/** The recipe that is stored with a segment; undefined when there is none. Throws `RECIPE_INVALID`. */
export function recipeOf(segment: LabelSegment): Recipe | undefined {
  const text = segment.algorithm.parameters;
  return text?.includes('"cordonRecipe"') ? parseRecipe(text) : undefined;
}
