/**
 * @file Where a result goes: a DICOM SEG file, a NIfTI file, or a DICOMweb archive (stored, read back and compared).
 */
import {
  CordonError,
  type LabelVolume,
  type ProbabilityVolume,
} from '@cordon/extension-workbench/pure';
import {
  CORDON_EQUIPMENT,
  planesOf,
  storeObject,
  writeSegmentation,
  type ImageSeries,
  type Predecessor,
  type ProbabilityPlane,
  type SegmentationEncoding,
  type SegmentationRequest,
  type StorableObject,
  type WrittenSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import path from 'node:path';
import type { NiftiTemplate } from '../nifti/read-nifti';
import { writeNiftiLabels, writeNiftiMap, type WrittenNifti } from '../nifti/write-nifti';
import { requireWritable, wouldReplace, writeOutput } from './files';
import { isNiftiName, type LoadedInput } from './load-input';
import { type Narrator, type Terminal } from './terminal';
import { parseRootUrl, usageError } from './usage';

export type Destination =
  | { readonly kind: 'seg'; readonly file: string }
  | { readonly kind: 'nifti'; readonly file: string }
  | { readonly kind: 'dicomweb'; readonly url: string };

/** Reads `--output`. Throws `USAGE`. */
export function parseDestination(text: string): Destination {
  if (text.startsWith('dicomweb:')) {
    return { kind: 'dicomweb', url: parseRootUrl('--output', text.slice('dicomweb:'.length)) };
  }
  if (isNiftiName(text)) return { kind: 'nifti', file: text };
  if (/\.dcm$/i.test(text)) return { kind: 'seg', file: text };
  throw usageError(
    'The output cannot be understood',
    `"${text}" is none of the kinds that can be written`,
    'give a name that ends in .dcm, .nii or .nii.gz, or dicomweb:URL (convert also writes .stl)'
  );
}

/**
 * Looks, before the work begins, whether the result could be put there. `inputs` are all files and folders that are read.
 * Throws `USAGE` or `OUTPUT_UNWRITABLE`.
 */
export async function prepareDestination(
  destination: Destination,
  inputs: readonly string[]
): Promise<void> {
  if (destination.kind !== 'dicomweb') await prepareFile(destination.file, inputs);
}

/** The same for one file. Throws `USAGE` or `OUTPUT_UNWRITABLE`. */
export async function prepareFile(file: string, inputs: readonly string[]): Promise<void> {
  if (await wouldReplace(file, inputs)) {
    throw usageError(
      'The output would replace the input',
      `${file} is both`,
      'give another name for the output'
    );
  }
  await requireWritable(path.resolve(file));
}

/** The same for a table beside the result, which it must not replace either. Throws `USAGE` or `OUTPUT_UNWRITABLE`. */
export async function prepareVolumes(
  file: string,
  destination: Destination,
  inputs: readonly string[]
): Promise<void> {
  if (destination.kind !== 'dicomweb' && (await wouldReplace(file, [destination.file]))) {
    throw usageError(
      'The volumes would replace the output',
      `${file} is both`,
      'give another name with --volumes'
    );
  }
  await prepareFile(file, inputs);
}

/** DICOM SEG is written for DICOM images only: it names them. */
export function requireDicomSource(destination: Destination, input: LoadedInput): void {
  if (destination.kind === 'nifti' || input.kind === 'dicom') return;
  throw usageError(
    'DICOM SEG cannot be written for this image',
    'it is a NIfTI volume, and a segmentation object refers to DICOM images',
    'give an output that ends in .nii or .nii.gz'
  );
}

export interface SegmentationToSave {
  readonly series: ImageSeries;
  readonly labels: LabelVolume;
  /** For the fractional encoding: one for each segment of `labels`, in order. */
  readonly probabilities?: readonly ProbabilityVolume[];
  readonly encoding: SegmentationEncoding;
  readonly seriesDescription: string;
  readonly predecessor?: Predecessor;
}

/** Writes a segmentation as DICOM SEG into a file or an archive. */
export async function saveSegmentation(
  destination: Exclude<Destination, { kind: 'nifti' }>,
  toSave: SegmentationToSave,
  terminal: Terminal,
  narrator: Narrator
): Promise<WrittenSegmentation> {
  const written = writeSegmentation(requestOf(toSave));
  narrator.warn(...written.warnings);
  await saveObject(destination, written, terminal, narrator);
  return written;
}

/** Puts a finished DICOM object into a file or an archive. */
export async function saveObject(
  destination: Exclude<Destination, { kind: 'nifti' }>,
  written: StorableObject,
  terminal: Terminal,
  narrator: Narrator
): Promise<void> {
  if (destination.kind !== 'dicomweb') {
    await writeOutput(destination.file, written.parts);
    return;
  }
  const token = terminal.environment.CORDON_TOKEN;
  const headers = (): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});
  try {
    const receipt = await storeObject(
      written,
      { url: destination.url, headers },
      { signal: terminal.signal, onProgress: narrator.progress }
    );
    narrator.warn(...receipt.warnings);
  } catch (error) {
    throw await keepUnsaved(written, error);
  }
}

function requestOf(toSave: SegmentationToSave): SegmentationRequest {
  const { series, labels, encoding, probabilities = [] } = toSave;
  const isFractional = encoding === 'fractional';
  return {
    source: series.instances,
    segments: labels.segments,
    planes: isFractional ? [] : planesOf(labels, series.instances),
    probabilities: isFractional
      ? probabilities.flatMap((map, index) =>
          probabilityPlanes(map, labels.segments[index].number, series)
        )
      : undefined,
    encoding,
    seriesDescription: toSave.seriesDescription,
    equipment: CORDON_EQUIPMENT,
    predecessor: toSave.predecessor,
  };
}

function probabilityPlanes(
  { geometry, voxels }: ProbabilityVolume,
  segmentNumber: number,
  series: ImageSeries
): ProbabilityPlane[] {
  const pixels = geometry.size[0] * geometry.size[1];
  return series.instances.map(({ sopInstanceUid, frameNumber }, k) => ({
    sopInstanceUid,
    frameNumber,
    segmentNumber,
    voxels: voxels.subarray(k * pixels, (k + 1) * pixels),
  }));
}

/** What could not be stored is put into a file, so that nothing is lost; the error says where. */
async function keepUnsaved(written: StorableObject, error: unknown): Promise<unknown> {
  if (!(error instanceof CordonError)) return error;
  const file = `cordon-unsaved-${written.sopInstanceUid}.dcm`;
  await writeOutput(file, written.parts);
  return new CordonError({
    code: error.code,
    what: error.what,
    why: error.why,
    remedy: `the object is kept in ${file}; ${error.remedy.replace('The segmentation is kept; ', '')}`,
    cause: error,
  });
}

/** Writes labels as NIfTI. */
export function saveNiftiLabels(
  file: string,
  labels: LabelVolume,
  template: NiftiTemplate | undefined,
  narrator: Narrator
): Promise<void> {
  return saveNifti(
    file,
    writeNiftiLabels(labels, { template, compress: /\.gz$/i.test(file) }),
    narrator
  );
}

/** Writes a map of one value a voxel as NIfTI. */
export function saveNiftiMap(
  file: string,
  map: Pick<ProbabilityVolume, 'geometry' | 'voxels'>,
  template: NiftiTemplate | undefined,
  narrator: Narrator
): Promise<void> {
  const options = { template, compress: /\.gz$/i.test(file) };
  return saveNifti(file, writeNiftiMap(map.geometry, map.voxels, options), narrator);
}

async function saveNifti(file: string, written: WrittenNifti, narrator: Narrator): Promise<void> {
  narrator.warn(...written.warnings);
  await writeOutput(file, [written.bytes]);
}
