/**
 * @file `cordon rerun`: makes a segmentation again from the recipes in it, and says whether it is the same.
 */
import {
  CordonError,
  type LabelSegment,
  type LabelVolume,
  type Recipe,
  type RecipeStep,
} from '@cordon/extension-workbench/pure';
import { channelPaths, loadChannels, otherChannels, recipeChannels } from './channels';
import { loadInput, type LoadedInput } from './load-input';
import { loadLabels } from './load-labels';
import { recipeOf, recipeSource } from './make-recipe';
import { allMethods, type Installation } from './method-list';
import { otherEngine, RecipeRunner } from './run-recipe';
import {
  parseDestination,
  prepareDestination,
  requireDicomSource,
  saveNiftiLabels,
  saveSegmentation,
} from './save-output';
import { Narrator, printLine, type Terminal } from './terminal';

export interface RerunOptions {
  readonly input: readonly string[];
  readonly series?: string;
  /** Further images of a method that takes several, as for `segment`. */
  readonly channel?: readonly string[];
  readonly output: string;
  /** Files of other vendors' extensions. */
  readonly extension?: readonly string[];
}

export async function rerunCommand(
  segFile: string,
  options: RerunOptions,
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const narrator = new Narrator(terminal);
  const destination = parseDestination(options.output);
  await prepareDestination(destination, [
    ...[segFile, ...options.input, ...channelPaths(options.channel)],
    ...(options.extension ?? []),
  ]);
  const input = await loadInput(options, terminal, narrator);
  requireDicomSource({ kind: 'seg', file: segFile }, input);
  const series = input.kind === 'dicom' ? input.series : undefined;
  const { labels } = await loadLabels(segFile, narrator, series);
  const channels = await loadChannels(options, input, terminal, narrator);
  const runner = new RecipeRunner(
    input.volume,
    await allMethods(installation, options.extension),
    { signal: terminal.signal, onProgress: narrator.progress },
    channels
  );
  const remade = await remake(labels, input, recipeChannels(channels), runner, narrator, terminal);
  narrator.warn(...runner.warnings);
  if (destination.kind === 'nifti') {
    await saveNiftiLabels(destination.file, remade.labels, undefined, narrator);
  } else if (series) {
    const toSave = {
      series,
      labels: remade.labels,
      encoding: 'binary',
      seriesDescription: 'Run again',
    } as const;
    await saveSegmentation(destination, toSave, terminal, narrator);
  }
  narrator.clearProgress();
  for (const { segment, differences, handEdited } of remade.outcomes) {
    const same = differences === 0 ? 'equal voxel for voxel' : `${differences} voxels differ`;
    const edited = handEdited ? ' (edited by hand afterwards; run again up to that)' : '';
    printLine(terminal, `${segment.number} ${segment.label}: ${same}${edited}`);
  }
  printLine(terminal, options.output);
  requireSame(remade.outcomes);
}

interface Outcome {
  readonly segment: LabelSegment;
  readonly differences: number;
  readonly handEdited: boolean;
  /** WebGPU and the native engine may differ from wasm in single voxels. */
  readonly mayDiffer: boolean;
}

async function remake(
  stored: LabelVolume,
  input: LoadedInput,
  channels: RecipeStep['channels'],
  runner: RecipeRunner,
  narrator: Narrator,
  terminal: Terminal
): Promise<{ readonly labels: LabelVolume; readonly outcomes: readonly Outcome[] }> {
  const recipes = stored.segments.map((segment) => requireRecipe(segment));
  const { pixelsSha256 } = recipeSource(input);
  const layers: Uint8Array[] = [];
  const outcomes: Outcome[] = [];
  const segments: LabelSegment[] = [];
  for (const [index, recipe] of recipes.entries()) {
    const segment = stored.segments[index];
    if (recipe.source.pixelsSha256 !== '' && recipe.source.pixelsSha256 !== pixelsSha256) {
      narrator.warn(`"${segment.label}" was made from other pixels than those of the input.`);
    }
    for (const name of otherChannels(recipe, channels)) {
      narrator.warn(`"${segment.label}" was made from another image for ${name}.`);
    }
    const mask = await terminal.whileComputing(() => runner.run(recipe));
    const before = stored.layers[segment.layer];
    let differences = 0;
    for (let at = 0; at < mask.length; at++) {
      if ((before[at] === segment.number) !== (mask[at] === 1)) differences++;
    }
    // Each segment has a layer of its own here: segments that overlap stay so.
    layers.push(mask.map((value) => (value === 1 ? 1 : 0)));
    segments.push({
      ...segment,
      layer: index,
      algorithm: {
        ...segment.algorithm,
        parameters: JSON.stringify({ ...recipe, handEdited: false }),
      },
    });
    const mayDiffer = recipe.steps.some((step) => otherEngine(step) !== undefined);
    outcomes.push({ segment, differences, handEdited: recipe.handEdited, mayDiffer });
  }
  const numbered = layers.map((mask, index) => numberedLayer(mask, segments[index].number));
  return { labels: { geometry: stored.geometry, layers: numbered, segments }, outcomes };
}

function numberedLayer(mask: Uint8Array, number: number): Uint8Array | Uint16Array {
  const layer = number > 255 ? new Uint16Array(mask.length) : new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) layer[at] = mask[at] * number;
  return layer;
}

function requireRecipe(segment: LabelSegment): Recipe {
  const recipe = recipeOf(segment);
  if (recipe && recipe.steps.length > 0) return recipe;
  throw new CordonError({
    code: 'RECIPE_MISSING',
    what: `Segment ${segment.number} "${segment.label}" cannot be run again`,
    why: 'no recipe is stored with it',
    remedy: 'run a method with cordon segment',
  });
}

/** The exit status says when the result is not the one that is stored. */
function requireSame(outcomes: readonly Outcome[]): void {
  const edited = outcomes.filter(({ handEdited }) => handEdited);
  if (edited.length > 0) {
    throw new CordonError({
      code: 'RERUN_HAND_EDITED',
      what: 'The segmentation was run again only in part',
      why: `${edited.length} of ${outcomes.length} segments were edited by hand, which cannot be repeated`,
      remedy: 'the output holds the segments as they were before the edit',
    });
  }
  const different = outcomes.filter(({ differences, mayDiffer }) => differences > 0 && !mayDiffer);
  if (different.length > 0) {
    throw new CordonError({
      code: 'RERUN_DIFFERS',
      what: 'The segmentation came out differently',
      why: different
        .map(({ segment, differences }) => `${differences} voxels of "${segment.label}"`)
        .join(', '),
      remedy: 'check that --input is the series that it was made from',
    });
  }
}
