/**
 * @file Further images of a method that takes several, such as T1, T2 and FLAIR: `--channel NAME=…`, beside `--input`, which is the
 * first of them.
 */
import {
  CordonError,
  type ImageVolume,
  type Recipe,
  type RecipeStep,
  type SegmentationMethod,
} from '@cordon/extension-workbench/pure';
import { isUid } from '@cordon/extension-dicom-seg/pure';
import { existsSync } from 'node:fs';
import { loadInput, type InputOptions, type LoadedInput } from './load-input';
import { recipeSource } from './make-recipe';
import type { Narrator, Terminal } from './terminal';
import { usageError } from './usage';

export interface ChannelOptions extends InputOptions {
  /** `NAME=PATH`, or `NAME=UID` for another series of the same folder or archive. */
  readonly channel?: readonly string[];
}

export interface GivenChannel {
  readonly name: string;
  readonly input: LoadedInput;
}

/** The names and places that were typed. Throws `USAGE`. */
export function parseChannels(
  assignments: readonly string[]
): readonly { readonly name: string; readonly place: string }[] {
  const channels = assignments.map((assignment) => {
    const [, name, place] = /^([\w-]+)=(.+)$/s.exec(assignment.trim()) ?? [];
    if (name && place) return { name, place };
    throw usageError(
      '--channel cannot be understood',
      `"${assignment}" is not NAME=PATH`,
      'give for example T2=folder, or T2=UID for another series of the same folder'
    );
  });
  const names = channels.map(({ name }) => name.toLowerCase());
  const twice = channels.find(({ name }, at) => names.indexOf(name.toLowerCase()) < at);
  if (!twice) return channels;
  throw usageError(
    '--channel cannot be understood',
    `"${twice.name}" is given twice`,
    'give it once'
  );
}

/** Files and folders among the places that were typed. Throws `USAGE`. */
export const channelPaths = (assignments: readonly string[] = []): readonly string[] =>
  parseChannels(assignments)
    .map(({ place }) => place)
    .filter((place) => !isSeriesUid(place));

/** A folder may be named like a UID. */
const isSeriesUid = (place: string): boolean => isUid(place) && !existsSync(place);

/** What was typed is what the method takes. Throws `USAGE`. */
export function requireChannels(method: SegmentationMethod, assignments: readonly string[]): void {
  const [first, ...wanted] = method.inputs.channels;
  const given = parseChannels(assignments).map(({ name }) => name);
  const strange = given.find((name) => !wanted.some((other) => isSame(name, other)));
  if (strange !== undefined) {
    throw usageError(
      '--channel is of no use here',
      `"${method.id}" takes no further image "${strange}"`,
      wanted.length === 0 ? 'leave it out' : `the names are: ${wanted.join(', ')}`
    );
  }
  const missing = wanted.find((name) => !given.some((other) => isSame(name, other)));
  if (missing === undefined) return;
  throw usageError(
    `"${method.id}" cannot start`,
    `it takes ${[first, ...wanted].join(', ')}, and there is no image for ${missing}`,
    `give --channel ${missing}=PATH; --input is ${first}`
  );
}

/** Loads them. Throws `CHANNEL_UNFIT` for one of another frame of reference than `first`, and what reading throws. */
export async function loadChannels(
  options: ChannelOptions,
  first: LoadedInput,
  terminal: Terminal,
  narrator: Narrator
): Promise<readonly GivenChannel[]> {
  const given: GivenChannel[] = [];
  for (const { name, place } of parseChannels(options.channel ?? [])) {
    const where = isSeriesUid(place) ? { ...options, series: place } : { input: [place] };
    const input = await loadInput(where, terminal, narrator);
    requireFrame(name, input, first);
    given.push({ name, input });
  }
  return given;
}

/** The images of a method in the order of its names. Throws `CHANNEL_MISSING`. */
export function imagesOf(
  method: SegmentationMethod,
  first: ImageVolume,
  given: readonly GivenChannel[]
): readonly ImageVolume[] {
  const others = method.inputs.channels.slice(1).map((name) => {
    const found = given.find((channel) => isSame(channel.name, name));
    if (found) return found.input.volume;
    throw new CordonError({
      code: 'CHANNEL_MISSING',
      what: `"${method.id}" cannot start`,
      why: `there is no image for ${name}`,
      remedy: `give --channel ${name}=PATH`,
    });
  });
  return [first, ...others];
}

/** For the recipe: which series stood for which name; undefined for a method of one image. */
export const recipeChannels = (given: readonly GivenChannel[]): RecipeStep['channels'] =>
  given.length === 0
    ? undefined
    : given.map(({ name, input }) => {
        const { seriesInstanceUid, pixelsSha256 } = recipeSource(input);
        return { name, seriesInstanceUid, pixelsSha256 };
      });

/** Names of the further images that are not those of the recipe: by their pixels, where it knows them, else by their series. */
export function otherChannels(
  { steps }: Recipe,
  given: RecipeStep['channels'] = []
): readonly string[] {
  const recorded = steps.flatMap(({ channels = [] }) => channels);
  return recorded
    .filter(({ name, pixelsSha256, seriesInstanceUid }) =>
      given.some(
        (other) =>
          isSame(other.name, name) &&
          (pixelsSha256 === ''
            ? other.seriesInstanceUid !== seriesInstanceUid
            : other.pixelsSha256 !== pixelsSha256)
      )
    )
    .map(({ name }) => name);
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** Only within one frame of reference do coordinates mean the same place. NIfTI files have none. */
function requireFrame(name: string, input: LoadedInput, first: LoadedInput): void {
  const [frame, wanted] = [frameOf(input), frameOf(first)];
  if (frame === wanted || input.kind === 'nifti' || first.kind === 'nifti') return;
  throw new CordonError({
    code: 'CHANNEL_UNFIT',
    what: `The image for ${name} cannot be used`,
    why: `its frame of reference (${frame ?? 'none'}) is not that of the first image (${wanted ?? 'none'})`,
    remedy: 'give a series of the same visit, or register the images first',
  });
}

const frameOf = (input: LoadedInput): string | undefined =>
  input.kind === 'dicom' ? input.series.instances[0]?.frameOfReferenceUid : undefined;
