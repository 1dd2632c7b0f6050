/**
 * @file The image that a command works on: a DICOM series from files or from an archive, or a NIfTI volume.
 */
import type { Box, ImageVolume, Vec3 } from '@cordon/extension-workbench/pure';
import {
  readImageSeries,
  type ImageSeries,
  type NamedFile,
  type SkippedFile,
} from '@cordon/extension-dicom-seg/pure';
import { looksLikeNifti, readNiftiImage, type NiftiTemplate } from '../nifti/read-nifti';
import { filesBelow, readInput } from './files';
import { fetchSeries } from './load-dicomweb';
import { type Narrator, type Terminal } from './terminal';
import { parseRootUrl, parseUid, usageError } from './usage';

export type LoadedInput =
  | { readonly kind: 'dicom'; readonly volume: ImageVolume; readonly series: ImageSeries }
  | { readonly kind: 'nifti'; readonly volume: ImageVolume; readonly template: NiftiTemplate };

/** Options that name an input, as typed. */
export interface InputOptions {
  readonly input?: readonly string[];
  readonly series?: string;
  readonly dicomweb?: string;
  readonly study?: string;
}

/** At most so many skipped files are named. */
const NAMED_SKIPS = 5;

/** Loads the image. Throws `USAGE`, and what reading throws. */
export async function loadInput(
  options: InputOptions,
  terminal: Terminal,
  narrator: Narrator
): Promise<LoadedInput> {
  const seriesUid = options.series === undefined ? undefined : parseUid('--series', options.series);
  if (options.dicomweb !== undefined) {
    return loadSeries(
      await fromArchive(options, terminal, narrator),
      seriesUid,
      terminal,
      narrator
    );
  }
  if (options.study !== undefined) {
    throw usageError(
      '--study is of no use here',
      'there is no --dicomweb',
      'give --dicomweb URL too'
    );
  }
  if (!options.input || options.input.length === 0) {
    throw usageError(
      'There is no image to work on',
      'neither --input nor --dicomweb is given',
      'give --input with a folder or files, or --dicomweb with --study and --series'
    );
  }
  const paths = await filesBelow(options.input);
  if (paths.length === 1 && seriesUid === undefined) {
    const bytes = await readInput(paths[0]);
    if (isNiftiName(paths[0]) || looksLikeNifti(bytes)) {
      const { volume, template, warnings } = readNiftiImage(bytes);
      narrator.warn(...warnings);
      return { kind: 'nifti', volume, template };
    }
  }
  return loadSeries(await readFiles(paths, terminal, narrator), seriesUid, terminal, narrator);
}

/** Which series of the files. */
export interface SeriesWish {
  /** `--series`, as typed. */
  readonly series?: string;
  /** Of several, that which is among these. */
  readonly preferred?: readonly string[];
}

/** The images of a DICOM series in files. Throws `USAGE`, and what reading throws. */
export async function loadDicomSeries(
  inputs: readonly string[],
  { series, preferred }: SeriesWish,
  terminal: Terminal,
  narrator: Narrator
): Promise<ImageSeries> {
  const seriesUid = series === undefined ? undefined : parseUid('--series', series);
  const files = await readFiles(await filesBelow(inputs), terminal, narrator);
  return (await loadSeries(files, seriesUid, terminal, narrator, preferred)).series;
}

export const isNiftiName = (file: string): boolean => /\.nii(\.gz)?$/i.test(file);

async function fromArchive(
  options: InputOptions,
  terminal: Terminal,
  narrator: Narrator
): Promise<readonly NamedFile[]> {
  if (options.input && options.input.length > 0) {
    throw usageError(
      'There are two images to work on',
      '--input and --dicomweb are both given',
      'give one of them'
    );
  }
  if (options.study === undefined || options.series === undefined) {
    throw usageError(
      'The series is not named',
      'an archive holds many',
      'give --study UID and --series UID with --dicomweb'
    );
  }
  return fetchSeries(
    {
      url: parseRootUrl('--dicomweb', options.dicomweb ?? ''),
      studyInstanceUid: parseUid('--study', options.study),
      seriesInstanceUid: parseUid('--series', options.series),
    },
    {
      token: terminal.environment.CORDON_TOKEN,
      signal: terminal.signal,
      onProgress: narrator.progress,
    }
  );
}

async function readFiles(
  paths: readonly string[],
  terminal: Terminal,
  narrator: Narrator
): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = [];
  for (const path of paths) {
    terminal.signal.throwIfAborted();
    files.push({ name: path, bytes: await readInput(path) });
    narrator.progress({ fraction: files.length / paths.length, message: 'Reading files' });
  }
  return files;
}

async function loadSeries(
  files: readonly NamedFile[],
  seriesInstanceUid: string | undefined,
  terminal: Terminal,
  narrator: Narrator,
  preferredSeriesUids?: readonly string[]
): Promise<Extract<LoadedInput, { kind: 'dicom' }>> {
  const series = await readImageSeries(files, {
    seriesInstanceUid,
    preferredSeriesUids,
    signal: terminal.signal,
    onProgress: narrator.progress,
  });
  narrator.warn(...skippedSentences(series.skipped), ...series.warnings);
  return { kind: 'dicom', volume: series.volume, series };
}

function skippedSentences(skipped: readonly SkippedFile[]): readonly string[] {
  const named = skipped
    .slice(0, NAMED_SKIPS)
    .map(({ name, reason }) => `Skipped ${name}: ${reason}.`);
  const more = skipped.length - named.length;
  return more > 0 ? [...named, `Skipped ${more} more files.`] : named;
}

/** Voxel indexes as the user counts them (those of the file) and as the volume does; its own inverse. */
export function fileIjk(input: LoadedInput, [i, j, k]: Vec3): Vec3 {
  const last = input.volume.geometry.size[2] - 1;
  return input.kind === 'nifti' && input.template.isFlipped ? [i, j, last - k] : [i, j, k];
}

/** A box as the user counts and as the volume does; its own inverse. */
export function fileBox(input: LoadedInput, { fromIjk, toIjk }: Box): Box {
  if (input.kind === 'dicom' || !input.template.isFlipped) return { fromIjk, toIjk };
  const slices = input.volume.geometry.size[2];
  return {
    fromIjk: [fromIjk[0], fromIjk[1], slices - toIjk[2]],
    toIjk: [toIjk[0], toIjk[1], slices - fromIjk[2]],
  };
}
