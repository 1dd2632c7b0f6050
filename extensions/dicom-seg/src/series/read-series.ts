/**
 * @file Reads an image series from DICOM files into a volume in modality units, with its instances in slice order.
 *
 * Slices ascend along the normal (row × column direction). Nothing is guessed: mixed sizes, mixed planes and several
 * images at one position are refused. Complexity O(voxels); peak memory is the files, the stored values and the volume.
 */
import { abortError, type ImageVolume, type Progress } from '@cordon/extension-workbench/pure';
import { DEFAULT_LIMITS, type ReadLimits } from '../part10/limits';
import { overLimit } from '../part10/errors';
import { groupBy } from '../part10/group-by';
import type { DicomFile } from '../part10/parse';
import { decodeFrames } from './codecs/decode-pixels';
import { floatFrames } from './codecs/float-pixels';
import { mixedSizes } from './errors';
import { arrange, geometryOf } from './arrange';
import { applyTable, modalityTableOf } from './modality-table';
import { IDENTITY, toModalityUnits, type DecodedFrame } from './modality-values';
import { pixelFormat, type FrameFormat } from './pixel-format';
import { selectSeries, type NamedFile, type SkippedFile } from './read-files';
import { rescaleOf, unitOf } from './rescale';
import { sourceInstances, type SourceInstance } from './source-instance';

export interface ReadSeriesOptions {
  /** Which series; may be omitted when the files hold one image series only. */
  readonly seriesInstanceUid?: string;
  /** Taken when the files hold several series and just one of them is among these. */
  readonly preferredSeriesUids?: readonly string[];
  readonly limits?: ReadLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface ImageSeries {
  readonly volume: ImageVolume;
  /** One for each slice of the volume, in its order. */
  readonly instances: readonly SourceInstance[];
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
  readonly bodyPart: string;
  /** False for a single image that does not say where it lies (X-ray): its grid has an arbitrary origin. */
  readonly isPatientPositioned: boolean;
  /** Files that do not belong to it. */
  readonly skipped: readonly SkippedFile[];
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

interface Frame {
  readonly source: SourceInstance;
  readonly decoded: DecodedFrame;
}

/**
 * Reads one series. Rejects with a CordonError: `SERIES_*` when the images are not a volume, `DICOM_*` when a file is
 * damaged, `CANCELLED` when the signal fired.
 */
export async function readImageSeries(
  files: readonly NamedFile[],
  options: ReadSeriesOptions = {}
): Promise<ImageSeries> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const { files: chosen, skipped } = selectSeries(files, options, limits);
  const formats = chosen.map(({ dicom }) => pixelFormat(dicom.data, limits));
  const planes = chosen.map(({ dicom }) => sourceInstances(dicom.data));
  requireOneSize(formats, limits);
  const arranged = arrange(planes.flat());
  const frames: Frame[] = [];
  for (const [index, { dicom }] of chosen.entries()) {
    if (options.signal?.aborted) throw abortError();
    frames.push(...(await decodeFile(dicom, formats[index], planes[index], limits)));
    options.onProgress?.({
      fraction: (index + 1) / chosen.length,
      message: `Read ${index + 1} of ${chosen.length} files`,
    });
  }
  const bySource = new Map(frames.map((frame) => [frame.source, frame.decoded]));
  const first = chosen[0].dicom.data;
  const { rows, columns } = formats[0];
  const decoded = arranged.slices.map((slice) => bySource.get(slice)!);
  return {
    volume: {
      geometry: geometryOf(arranged),
      voxels: toModalityUnits(decoded, rows * columns),
      modality: first.text('Modality'),
      unit: unitOf(first),
      ...(first.text('PhotometricInterpretation') === 'MONOCHROME1' && { isInverted: true }),
    },
    instances: arranged.slices,
    studyInstanceUid: first.text('StudyInstanceUID'),
    seriesInstanceUid: first.text('SeriesInstanceUID'),
    seriesDescription: first.text('SeriesDescription'),
    bodyPart: first.text('BodyPartExamined'),
    isPatientPositioned: arranged.isPatientPositioned,
    skipped,
    warnings: arranged.warnings,
  };
}

function requireOneSize(formats: readonly FrameFormat[], limits: ReadLimits): void {
  const sizes = groupBy(formats, ({ columns, rows }) => `${columns} × ${rows}`);
  if (sizes.size > 1) {
    const counts = [...sizes].map(([size, members]) => `${members.length} of ${size} pixels`);
    throw mixedSizes(`there are images of different sizes: ${counts.join(', ')}`);
  }
  const { rows, columns } = formats[0];
  const slices = formats.reduce((sum, format) => sum + format.frames, 0);
  if (rows * columns * slices > limits.voxels) {
    throw overLimit(`${columns} × ${rows} × ${slices} voxels exceed the limit of ${limits.voxels}`);
  }
}

async function decodeFile(
  file: DicomFile,
  format: FrameFormat,
  planes: readonly SourceInstance[],
  limits: ReadLimits
): Promise<Frame[]> {
  const frames: Frame[] = [];
  const table = modalityTableOf(file.data);
  const decoded = file.data.has('PixelData')
    ? decodeFrames(file, format, format.frames, limits)
    : floatFrames(file, format);
  for await (const values of decoded) {
    const source = planes[frames.length];
    frames.push({
      source,
      decoded:
        table && !(values instanceof Float32Array)
          ? { values: applyTable(values, table), rescale: IDENTITY }
          : { values, rescale: rescaleOf(file.data, source.frameNumber ?? 1) },
    });
  }
  return frames;
}
