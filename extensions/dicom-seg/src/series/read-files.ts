/**
 * @file From a heap of files to the images of one series: other files and objects are set aside and listed.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { DEFAULT_LIMITS, type ReadLimits } from '../part10/limits';
import { groupBy } from '../part10/group-by';
import { parseDicom, type DicomFile } from '../part10/parse';
import { SOP_CLASS } from '../part10/uid';
import { noImages, notAnImage, noPixels, seriesNotFound, severalSeries, slide } from './errors';

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SkippedFile {
  readonly name: string;
  readonly reason: string;
}

export interface ImageFile {
  readonly name: string;
  readonly dicom: DicomFile;
}

/** One series among files. */
export interface SeriesSummary {
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
}

export interface SelectedFiles {
  readonly files: readonly ImageFile[];
  readonly skipped: readonly SkippedFile[];
}

const NO_IMAGE_CLASSES: ReadonlySet<string> = new Set([
  SOP_CLASS.segmentation,
  SOP_CLASS.labelMapSegmentation,
  '1.2.840.10008.5.1.4.1.1.66.5',
  '1.2.840.10008.5.1.4.1.1.66.6',
]);

/** The image files of all series, and what is none. Throws when a file that is DICOM is damaged. */
export function readImageFiles(
  files: readonly NamedFile[],
  limits: ReadLimits = DEFAULT_LIMITS
): SelectedFiles {
  const images: ImageFile[] = [];
  const skipped: SkippedFile[] = [];
  const seen = new Set<string>();
  for (const { name, bytes } of files) {
    const dicom = parseNamed(name, bytes, limits, skipped);
    if (!dicom) continue;
    const reason = reasonToSkip(dicom, seen);
    if (reason === undefined) images.push({ name, dicom });
    else skipped.push({ name, reason });
  }
  return { files: images, skipped };
}

function parseNamed(
  name: string,
  bytes: Uint8Array,
  limits: ReadLimits,
  skipped: SkippedFile[]
): DicomFile | undefined {
  try {
    return parseDicom(bytes, limits);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    if (error.code === 'DICOM_NOT_A_FILE') {
      skipped.push({ name, reason: 'it is not a DICOM file' });
      return undefined;
    }
    // Leaving out a damaged slice would make a hole in the volume that nobody sees.
    const { code, what, why, remedy } = error;
    throw new CordonError({ code, what: `${what} (${name})`, why, remedy, cause: error });
  }
}

function reasonToSkip({ data }: DicomFile, seen: Set<string>): string | undefined {
  if (NO_IMAGE_CLASSES.has(data.text('SOPClassUID'))) return 'it is derived from images, not one';
  const hasPixels =
    data.has('PixelData') || data.has('FloatPixelData') || data.has('DoubleFloatPixelData');
  if (!hasPixels && !data.has('Rows')) {
    return `it holds no image (${data.text('Modality') || 'no modality'})`;
  }
  const uid = data.text('SOPInstanceUID');
  if (uid !== '' && seen.has(uid)) return 'it is a copy of another file';
  seen.add(uid);
  return undefined;
}

/** The image series among files, largest first. */
export function listSeries(
  files: readonly NamedFile[],
  limits: ReadLimits = DEFAULT_LIMITS
): readonly SeriesSummary[] {
  return summarize(readImageFiles(files, limits).files);
}

function summarize(files: readonly ImageFile[]): SeriesSummary[] {
  const groups = groupBy(files, (file) => file.dicom.data.text('SeriesInstanceUID'));
  return [...groups]
    .map(([seriesInstanceUid, members]) => ({
      seriesInstanceUid,
      modality: members[0].dicom.data.text('Modality'),
      description: members[0].dicom.data.text('SeriesDescription'),
      instances: members.length,
    }))
    .sort((a, b) => b.instances - a.instances);
}

export interface SeriesChoice {
  readonly seriesInstanceUid?: string;
  readonly preferredSeriesUids?: readonly string[];
}

/** The files of the series asked for, of the only one, or of the only one that is preferred. Throws with the list when a choice is needed. */
export function selectSeries(
  files: readonly NamedFile[],
  { seriesInstanceUid, preferredSeriesUids = [] }: SeriesChoice,
  limits: ReadLimits
): SelectedFiles {
  const { files: images, skipped } = readImageFiles(files, limits);
  if (images.length === 0) throw nothingToRead(files, skipped);
  const series = summarize(images);
  const list = series
    .map((one) => `${one.seriesInstanceUid} (${one.modality} ${one.description}, ${one.instances})`)
    .join('; ');
  const preferred = series.filter((one) => preferredSeriesUids.includes(one.seriesInstanceUid));
  const [only, ...others] = preferred.length === 1 ? preferred : series;
  if (seriesInstanceUid === undefined && others.length > 0) throw severalSeries(list);
  const wanted = seriesInstanceUid ?? only.seriesInstanceUid;
  const chosen = images.filter((file) => file.dicom.data.text('SeriesInstanceUID') === wanted);
  if (chosen.length === 0) throw seriesNotFound(`${wanted} is none of: ${list}`);
  const first = chosen[0].dicom.data;
  if (first.text('SOPClassUID') === SOP_CLASS.wholeSlideMicroscopy) {
    throw slide('it is a VL Whole Slide Microscopy image');
  }
  const empty = chosen.find(
    ({ dicom: { data } }) =>
      !data.has('PixelData') && !data.has('FloatPixelData') && !data.has('DoubleFloatPixelData')
  );
  if (empty) throw noPixels(`${empty.name} has rows and columns, but no pixel data`);
  return { files: chosen, skipped };
}

function nothingToRead(files: readonly NamedFile[], skipped: readonly SkippedFile[]): CordonError {
  if (files.length === 0) return noImages('no file was given');
  const [first] = skipped;
  if (files.length === 1) {
    return first.reason === 'it is not a DICOM file'
      ? noImages(`${first.name} is not a DICOM file`)
      : notAnImage(`${first.name}: ${first.reason}`);
  }
  return noImages(
    `none of ${files.length} files is one, for example ${first.name}: ${first.reason}`
  );
}
