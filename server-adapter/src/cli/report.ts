/**
 * @file `cordon report`: measures a stored segmentation on its images and writes the numbers as a DICOM structured report.
 */
import { CordonError, type SegmentStatistics } from '@cordon/extension-workbench/pure';
import { CORDON_EQUIPMENT, writeMeasurementReport } from '@cordon/extension-dicom-seg/pure';
import { loadDicomSeries } from './load-input';
import { loadLabels, seriesOf } from './load-labels';
import { parseDestination, prepareDestination, saveObject } from './save-output';
import { Narrator, printLine, type Terminal } from './terminal';
import { usageError } from './usage';

export interface ReportOptions {
  readonly input: readonly string[];
  readonly series?: string;
  readonly output: string;
  readonly observer?: string;
}

export async function reportCommand(
  segFile: string,
  options: ReportOptions,
  terminal: Terminal
): Promise<void> {
  const narrator = new Narrator(terminal);
  const destination = parseDestination(options.output);
  if (destination.kind === 'nifti') {
    throw usageError(
      'A report cannot be written as NIfTI',
      `"${options.output}" names an image`,
      'give a name that ends in .dcm, or dicomweb:URL'
    );
  }
  await prepareDestination(destination, [segFile, ...options.input]);
  const wish = { series: options.series, preferred: await seriesOf(segFile) };
  const series = await loadDicomSeries(options.input, wish, terminal, narrator);
  const loaded = await loadLabels(segFile, narrator, series);
  if (loaded.kind !== 'seg') {
    throw new CordonError({
      code: 'REPORT_NEEDS_SEG',
      what: 'The labels cannot be reported',
      why: 'a report refers to a segmentation object in the archive, and this file is none',
      remedy: 'convert it to a DICOM SEG first, with cordon convert',
    });
  }
  const written = writeMeasurementReport({
    stored: loaded.stored,
    series,
    seriesDescription: 'Measurements',
    observerName: options.observer,
    equipment: CORDON_EQUIPMENT,
  });
  await saveObject(destination, written, terminal, narrator);
  narrator.clearProgress();
  written.statistics.forEach((statistics, index) => {
    printLine(terminal, `${loaded.labels.segments[index].label}: ${sentence(statistics)}`);
  });
  printLine(terminal, options.output);
}

function sentence({ volumeMl, intensity }: SegmentStatistics): string {
  const volume = `${volumeMl.toFixed(2)} ml`;
  if (!intensity) return volume;
  const { mean, standardDeviation, unit } = intensity;
  return `${volume}, mean ${mean.toFixed(1)} ± ${standardDeviation.toFixed(1)} ${unit}`.trimEnd();
}
