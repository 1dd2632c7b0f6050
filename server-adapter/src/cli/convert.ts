/**
 * @file `cordon convert`: a segmentation from DICOM SEG or an RT Structure Set to NIfTI or to surfaces (STL), and back onto
 * the images that it belongs to.
 */
import type { LabelVolume } from '@cordon/extension-workbench/pure';
import { loadDicomSeries } from './load-input';
import { loadLabels, type LoadedLabels } from './load-labels';
import { ontoSeries } from './onto-series';
import {
  parseDestination,
  prepareDestination,
  saveNiftiLabels,
  saveSegmentation,
} from './save-output';
import { isStlName, saveSurfaces } from './save-surfaces';
import { Narrator, printLine, type Terminal } from './terminal';
import { usageError } from './usage';

export async function convertCommand(
  inFile: string,
  outFile: string,
  options: { readonly source?: string },
  terminal: Terminal
): Promise<void> {
  const narrator = new Narrator(terminal);
  if (isStlName(outFile)) {
    await convertToSurfaces(inFile, outFile, options.source, terminal, narrator);
    return;
  }
  const destination = parseDestination(outFile);
  if (destination.kind !== 'nifti' && options.source === undefined) {
    throw usageError(
      'A DICOM SEG cannot be written without its images',
      '--source is missing',
      'give --source with the folder of the image series'
    );
  }
  await prepareDestination(destination, [inFile]);
  const series =
    options.source === undefined
      ? undefined
      : await loadDicomSeries([options.source], terminal, narrator);
  const loaded = await loadLabels(inFile, narrator, series);
  const labels = series ? ontoSeries(loaded.labels, series, narrator) : loaded.labels;
  if (destination.kind === 'nifti') {
    const template = loaded.kind === 'nifti' && !series ? loaded.template : undefined;
    await saveNiftiLabels(destination.file, labels, template, narrator);
  } else if (series) {
    await saveSegmentation(
      destination,
      {
        series,
        labels,
        encoding: 'binary',
        seriesDescription: 'Converted segmentation',
        predecessor: predecessorOf(loaded),
      },
      terminal,
      narrator
    );
  }
  narrator.clearProgress();
  printSegments(labels, outFile, terminal);
}

async function convertToSurfaces(
  inFile: string,
  outFile: string,
  source: string | undefined,
  terminal: Terminal,
  narrator: Narrator
): Promise<void> {
  const series =
    source === undefined ? undefined : await loadDicomSeries([source], terminal, narrator);
  const { labels } = await loadLabels(inFile, narrator, series);
  const files = await saveSurfaces(outFile, labels, narrator);
  narrator.clearProgress();
  for (const file of files) printLine(terminal, file);
}

const predecessorOf = (loaded: LoadedLabels) =>
  loaded.kind === 'seg'
    ? {
        sopClassUid: loaded.stored.sopClassUid,
        sopInstanceUid: loaded.stored.sopInstanceUid,
        seriesInstanceUid: loaded.stored.seriesInstanceUid,
      }
    : undefined;

function printSegments(labels: LabelVolume, outFile: string, terminal: Terminal): void {
  for (const { number, label } of labels.segments) printLine(terminal, `${number} ${label}`);
  printLine(terminal, outFile);
}
