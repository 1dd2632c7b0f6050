/**
 * @file `cordon convert`: a segmentation from DICOM SEG or an RT Structure Set to NIfTI or to surfaces (STL), and back onto
 * the images that it belongs to.
 */
import type { LabelVolume } from '@cordon/extension-workbench/pure';
import { nextVersion, type ImageSeries, type NextVersion } from '@cordon/extension-dicom-seg/pure';
import { loadDicomSeries } from './load-input';
import { loadLabels, seriesOf, type LoadedLabels } from './load-labels';
import { ontoSeries } from './onto-series';
import {
  parseDestination,
  prepareDestination,
  prepareFile,
  saveNiftiLabels,
  saveSegmentation,
} from './save-output';
import { isStlName, saveSurfaces } from './save-surfaces';
import { Narrator, printLine, type Terminal } from './terminal';
import { usageError } from './usage';

export interface ConvertOptions {
  readonly source?: string;
  readonly series?: string;
}

export async function convertCommand(
  inFile: string,
  outFile: string,
  options: ConvertOptions,
  terminal: Terminal
): Promise<void> {
  const narrator = new Narrator(terminal);
  const { source } = options;
  if (options.series !== undefined && source === undefined) {
    throw usageError(
      '--series is of no use here',
      'there is no --source',
      'give --source with the folder of the image series too'
    );
  }
  const inputs = [inFile, ...(source === undefined ? [] : [source])];
  if (isStlName(outFile)) {
    await prepareFile(outFile, inputs);
    await convertToSurfaces(inFile, outFile, options, terminal, narrator);
    return;
  }
  const destination = parseDestination(outFile);
  if (destination.kind !== 'nifti' && source === undefined) {
    throw usageError(
      'A DICOM SEG cannot be written without its images',
      '--source is missing',
      'give --source with the folder of the image series'
    );
  }
  await prepareDestination(destination, inputs);
  const series = await sourceSeries(inFile, options, terminal, narrator);
  const loaded = await loadLabels(inFile, narrator, series);
  const labels = series ? ontoSeries(loaded.labels, series, narrator) : loaded.labels;
  if (destination.kind === 'nifti') {
    const template = loaded.kind === 'nifti' && !series ? loaded.template : undefined;
    await saveNiftiLabels(destination.file, labels, template, narrator);
  } else if (series) {
    const { segments, predecessor } = versionOf(loaded, labels);
    const toSave = {
      series,
      labels: { ...labels, segments },
      encoding: 'binary',
      seriesDescription: 'Converted segmentation',
      predecessor,
    } as const;
    await saveSegmentation(destination, toSave, terminal, narrator);
  }
  narrator.clearProgress();
  printSegments(labels, outFile, terminal);
}

/** The images, when they are given: of several series that which the segmentation refers to. */
async function sourceSeries(
  inFile: string,
  { source, series }: ConvertOptions,
  terminal: Terminal,
  narrator: Narrator
): Promise<ImageSeries | undefined> {
  if (source === undefined) return undefined;
  const wish = { series, preferred: await seriesOf(inFile) };
  return loadDicomSeries([source], wish, terminal, narrator);
}

async function convertToSurfaces(
  inFile: string,
  outFile: string,
  options: ConvertOptions,
  terminal: Terminal,
  narrator: Narrator
): Promise<void> {
  const series = await sourceSeries(inFile, options, terminal, narrator);
  const { labels } = await loadLabels(inFile, narrator, series);
  const files = await saveSurfaces(outFile, labels, narrator);
  narrator.clearProgress();
  for (const file of files) printLine(terminal, file);
}

const versionOf = (loaded: LoadedLabels, labels: LabelVolume): NextVersion =>
  loaded.kind === 'seg' ? nextVersion({ ...loaded.stored, labels }) : { segments: labels.segments };

function printSegments(labels: LabelVolume, outFile: string, terminal: Terminal): void {
  for (const { number, label } of labels.segments) printLine(terminal, `${number} ${label}`);
  printLine(terminal, outFile);
}
