/**
 * @file From options to what a method is asked: prompts and region, in the indexes of the loaded volume.
 */
import {
  BACKGROUND,
  ontoCommonGrid,
  type Box,
  type LabelVolume,
  type PromptKind,
  type Prompts,
  type Region,
  type Scribble,
  type SegmentationMethod,
  type Seed,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { fileBox, fileIjk, type LoadedInput } from './load-input';
import { parseBox, parseIjk, parseIndex, usageError } from './usage';

/** Options that point at voxels, as typed. */
export interface PromptOptions {
  readonly seed?: readonly string[];
  readonly seedBackground?: readonly string[];
  readonly box?: string;
  readonly slice?: string;
}

/** In a file of markers this value stands for background; 0 is unmarked. */
export const BACKGROUND_MARKER = 255;

const OPTION_OF: Readonly<Record<PromptKind, string>> = {
  seeds: '--seed',
  scribbles: '--markers',
  box: '--box',
  path: '--seed (the anchors in order)',
  range: '--param',
};

/** Prompts for `method`. `markers` are on the grid of the input. Throws `USAGE` for what the method has no use for. */
export function readPrompts(
  method: SegmentationMethod,
  options: PromptOptions,
  markers: LabelVolume | undefined,
  input: LoadedInput
): Prompts {
  const { prompts: kinds, regions, requiredPrompts = [] } = method.inputs;
  const voxel =
    (option: string) =>
    (text: string): Vec3 => {
      const ijk = fileIjk(input, parseIjk(option, text));
      requireInside(option, text, ijk, input.volume.geometry.size);
      return ijk;
    };
  const targets = (options.seed ?? []).map(voxel('--seed'));
  const background = (options.seedBackground ?? []).map(voxel('--seed-background'));
  const isPath = kinds.includes('path') && !kinds.includes('seeds');
  if (targets.length > 0 && !isPath) requireKind(method, 'seeds', '--seed');
  if (background.length > 0) requireKind(method, 'seeds', '--seed-background');
  if (markers) requireKind(method, 'scribbles', '--markers');
  if (options.box !== undefined && !regions.includes('box')) requireKind(method, 'box', '--box');
  const seeds: Seed[] = isPath
    ? []
    : [
        ...targets.map((ijk) => ({ ijk, label: 1 })),
        ...background.map((ijk) => ({ ijk, label: BACKGROUND })),
      ];
  const prompts: Prompts = {
    seeds,
    scribbles: markers ? scribblesOf(markers) : [],
    ...(options.box !== undefined && kinds.includes('box')
      ? { box: fileBox(input, parseBox(options.box)) }
      : {}),
    ...(isPath && targets.length > 0 ? { path: targets } : {}),
  };
  const isGiven = (kind: PromptKind) =>
    kind === 'seeds' || kind === 'scribbles'
      ? prompts[kind].length > 0
      : prompts[kind] !== undefined;
  const missing = requiredPrompts.filter((kind) => !isGiven(kind));
  // Where seeds or scribbles will do, either is enough.
  if (missing.length > 0 && !requiredPrompts.some((kind) => isGiven(kind))) {
    throw usageError(
      `"${method.id}" cannot start`,
      `it needs ${missing.map((kind) => OPTION_OF[kind]).join(', ')}`,
      `add it; see cordon methods`
    );
  }
  return prompts;
}

/** Where `method` works: what was asked for, or its default. Throws `USAGE`. */
export function readRegion(
  method: SegmentationMethod,
  options: PromptOptions,
  input: LoadedInput
): Region {
  const { regions, prompts } = method.inputs;
  const { size } = input.volume.geometry;
  if (options.slice !== undefined) {
    if (options.box !== undefined && !prompts.includes('box')) {
      throw usageError(
        'There are two regions',
        '--slice and --box are both given',
        'give one of them'
      );
    }
    const k = parseIndex('--slice', options.slice);
    if (k >= size[2]) {
      throw usageError(
        '--slice lies outside the image',
        `it is ${k}`,
        `give a slice from 0 to ${size[2] - 1}`
      );
    }
    if (!regions.includes('slice')) throw noRegion(method, '--slice');
    return { kind: 'slice', axis: 2, index: fileIjk(input, [0, 0, k])[2] };
  }
  if (options.box !== undefined && regions.includes('box')) {
    const box = fileBox(input, parseBox(options.box));
    requireOverlap(box, size, options.box);
    return { kind: 'box', box };
  }
  if (regions.includes('volume')) return { kind: 'volume' };
  if (regions.includes('slice') && size[2] === 1) return { kind: 'slice', axis: 2, index: 0 };
  throw usageError(
    `"${method.id}" cannot start`,
    'it does not work on whole volumes',
    `give ${regions.map((kind) => `--${kind}`).join(' or ')}`
  );
}

/** The labels of a file on the grid of the input. Throws `GRIDS_DIFFER`. */
export function ontoInput(labels: LabelVolume, input: LoadedInput): LabelVolume {
  const { geometry } = input.volume;
  const [grid, placed] = ontoCommonGrid({ geometry, layers: [], segments: [] }, labels);
  if (grid.geometry.voxelCount === geometry.voxelCount) return { ...placed, geometry };
  throw usageError(
    'The file of labels does not fit the image',
    `it reaches beyond it: together they have ${grid.geometry.size.join(' × ')} voxels, the image ${geometry.size.join(' × ')}`,
    'give labels that were drawn on this image'
  );
}

function scribblesOf(markers: LabelVolume): readonly Scribble[] {
  return markers.segments.map(({ number, layer }) => {
    const voxels = markers.layers[layer];
    let count = 0;
    for (const value of voxels) if (value === number) count++;
    const indexes = new Uint32Array(count);
    for (let at = 0, n = 0; n < count; at++) if (voxels[at] === number) indexes[n++] = at;
    return { label: number === BACKGROUND_MARKER ? BACKGROUND : number, voxels: indexes };
  });
}

function requireKind(method: SegmentationMethod, kind: PromptKind, option: string): void {
  if (method.inputs.prompts.includes(kind)) return;
  const useful = method.inputs.prompts.map((known) => OPTION_OF[known]);
  throw usageError(
    `${option} is of no use here`,
    `"${method.id}" takes ${useful.length > 0 ? `only ${useful.join(', ')}` : 'no prompts'}`,
    `leave ${option} out, or choose another method`
  );
}

function requireInside(option: string, text: string, ijk: Vec3, size: Vec3): void {
  if (ijk.every((value, axis) => value >= 0 && value < size[axis])) return;
  throw usageError(
    `${option} lies outside the image`,
    `${text} is not among its ${size.join(' × ')} voxels`,
    'give column, row and slice from 0'
  );
}

function requireOverlap({ fromIjk, toIjk }: Box, size: Vec3, text: string): void {
  if (fromIjk.every((from, axis) => from < size[axis] && toIjk[axis] > 0)) return;
  throw usageError(
    '--box lies outside the image',
    `${text} holds none of its ${size.join(' × ')} voxels`,
    'give a box that overlaps the image'
  );
}

const noRegion = (method: SegmentationMethod, option: string) =>
  usageError(
    `${option} is of no use here`,
    `"${method.id}" works on: ${method.inputs.regions.join(', ')}`,
    `leave ${option} out`
  );
