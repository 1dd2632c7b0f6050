/**
 * @file Labels from a file: DICOM SEG, NIfTI, or an RT Structure Set on its images.
 */
import { CordonError, type LabelVolume } from '@cordon/extension-workbench/pure';
import {
  parseDicom,
  readSegmentation,
  readStructureSet,
  referencedSeries,
  SOP_CLASS,
  type ImageSeries,
  type StoredSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { looksLikeNifti, readNiftiLabels, type NiftiTemplate } from '../nifti/read-nifti';
import { readInput } from './files';
import { isNiftiName } from './load-input';
import type { Narrator } from './terminal';

export type LoadedLabels =
  | { readonly kind: 'nifti'; readonly labels: LabelVolume; readonly template: NiftiTemplate }
  | { readonly kind: 'seg'; readonly labels: LabelVolume; readonly stored: StoredSegmentation }
  | { readonly kind: 'structure-set'; readonly labels: LabelVolume };

/** Reads labels, onto the grid of `series` when given. Throws `NIFTI_…`, `SEG_…`, `RTSTRUCT_…`, `DICOM_…`. */
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
  return naming(file, () =>
    parseDicom(bytes).data.text('SOPClassUID') === SOP_CLASS.rtStructureSet
      ? fromStructureSet(bytes, narrator, series)
      : fromSegmentation(bytes, narrator, series)
  );
}

/** Series that a segmentation object refers to; none for other files. Throws `INPUT_UNREADABLE` or `DICOM_…`. */
export async function seriesOf(file: string): Promise<readonly string[]> {
  const bytes = await readInput(file);
  if (isNiftiName(file) || looksLikeNifti(bytes)) return [];
  return naming(file, () =>
    referencedSeries(parseDicom(bytes).data).map(({ seriesInstanceUid }) => seriesInstanceUid)
  );
}

async function fromSegmentation(
  bytes: Uint8Array,
  narrator: Narrator,
  series: ImageSeries | undefined
): Promise<LoadedLabels> {
  const stored = await readSegmentation(
    bytes,
    series ? { source: series.instances, onOtherGrid: 'refuse' } : {}
  );
  narrator.warn(...stored.notices.map(({ text }) => text));
  return { kind: 'seg', labels: stored.labels, stored };
}

function fromStructureSet(
  bytes: Uint8Array,
  narrator: Narrator,
  series: ImageSeries | undefined
): LoadedLabels {
  if (!series) {
    throw new CordonError({
      code: 'RTSTRUCT_NEEDS_IMAGES',
      what: 'The structure set cannot be turned into labels',
      why: 'it holds contours, and the voxels are those of the images that they were drawn on',
      remedy: 'use cordon convert with --source and the folder of the image series',
    });
  }
  const { labels, warnings } = readStructureSet(bytes, series.instances);
  narrator.warn(...warnings);
  return { kind: 'structure-set', labels };
}

/** Errors of reading say which file it was. */
async function naming<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    const { code, what, why, remedy } = error;
    throw new CordonError({ code, what: `${what} (${file})`, why, remedy, cause: error });
  }
}
