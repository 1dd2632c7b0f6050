/**
 * @file Labels from a file: DICOM SEG or NIfTI.
 */
import { CordonError, type LabelVolume } from '@cordon/extension-workbench/pure';
import {
  readSegmentation,
  type ImageSeries,
  type StoredSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { looksLikeNifti, readNiftiLabels, type NiftiTemplate } from '../nifti/read-nifti';
import { readInput } from './files';
import { isNiftiName } from './load-input';
import type { Narrator } from './terminal';

export type LoadedLabels =
  | { readonly kind: 'nifti'; readonly labels: LabelVolume; readonly template: NiftiTemplate }
  | { readonly kind: 'seg'; readonly labels: LabelVolume; readonly stored: StoredSegmentation };

/** Reads labels, onto the grid of `series` when given. Throws `NIFTI_…`, `SEG_…`, `DICOM_…`. */
export async function loadLabels(
  file: string,
  narrator: Narrator,
  series?: ImageSeries
): Promise<LoadedLabels> {
  const bytes = await readInput(file);
  if (isNiftiName(file) || looksLikeNifti(bytes)) {
    const { labels, template, warnings } = readNiftiLabels(bytes);
    narrator.warn(...warnings);
    return { kind: 'nifti', labels, template };
  }
  const stored = await readNamed(file, bytes, series);
  narrator.warn(...stored.notices.map(({ text }) => text));
  return { kind: 'seg', labels: stored.labels, stored };
}

async function readNamed(
  file: string,
  bytes: Uint8Array,
  series: ImageSeries | undefined
): Promise<StoredSegmentation> {
  try {
    return await readSegmentation(
      bytes,
      series ? { source: series.instances, onOtherGrid: 'refuse' } : {}
    );
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    const { code, what, why, remedy } = error;
    throw new CordonError({ code, what: `${what} (${file})`, why, remedy, cause: error });
  }
}
