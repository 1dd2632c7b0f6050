/**
 * @file Reads DICOM Segmentation objects, our own and those of others: shared or per-frame groups, missing references,
 * padding values, gaps in the numbers, overlaps, odd sizes, compression, fractions.
 *
 * Complexity O(frames · pixels); memory is the file and the label layers, both limited.
 */
import {
  abortError,
  countVoxels,
  unnamedSegment,
  type LabelSegment,
  type LabelVolume,
  type ProbabilityVolume,
} from '@cordon/extension-workbench/pure';
import { DEFAULT_LIMITS, type ReadLimits } from '../../part10/limits';
import { overLimit } from '../../part10/errors';
import { parseDicom, type DicomFile } from '../../part10/parse';
import { SOP_CLASS } from '../../part10/uid';
import { notASegmentation, segDamaged } from '../errors';
import type { SegmentationEncoding } from '../request';
import { bitFrames, valueFrames, type BitFrames } from './frame-pixels';
import { frameTable, type FrameTable } from './frame-table';
import { Layers } from './layers';
import { placeFrames, type PlacedFrames } from './place-frames';
import { predecessorOf, referencedSeries } from './references';
import { resampleNearest } from './resample';
import { describedSegments, fallbackColour, type DescribedSegment } from './segments';
import type { Notice, ReadSegmentationOptions, StoredSegmentation } from './stored-segmentation';

interface Labels {
  readonly layers: Layers;
  readonly segments: readonly LabelSegment[];
  readonly probabilities: readonly ProbabilityVolume[];
}

interface Work {
  readonly file: DicomFile;
  readonly table: FrameTable;
  readonly placed: PlacedFrames;
  readonly described: readonly DescribedSegment[];
  readonly limits: ReadLimits;
  readonly options: ReadSegmentationOptions;
  readonly notices: Notice[];
}

/**
 * Reads an object. Rejects with a CordonError: `SEG_*` when it is none or cannot be put on the images, `DICOM_*` when
 * the file is damaged or goes beyond the limits, `CANCELLED` when the signal fired.
 */
export async function readSegmentation(
  bytes: Uint8Array,
  options: ReadSegmentationOptions = {}
): Promise<StoredSegmentation> {
  const limits = options.limits ?? DEFAULT_LIMITS;
  const file = parseDicom(bytes, limits);
  const { data } = file;
  const encoding = encodingOf(file);
  const notices: Notice[] = [];
  const table = frameTable(data, encoding === 'labelmap', limits);
  const described = describedSegments(data, limits);
  const frameOfReferenceUid = data.text('FrameOfReferenceUID');
  const placed = placeFrames(table, frameOfReferenceUid, options, limits, notices);
  if (placed.geometry.voxelCount > limits.voxels) {
    throw overLimit(`${placed.geometry.voxelCount} voxels exceed the limit of ${limits.voxels}`);
  }
  if (options.signal?.aborted) throw abortError();
  const work = { file, table, placed, described, limits, options, notices };
  const found =
    encoding === 'binary'
      ? await binaryLabels(work)
      : encoding === 'labelmap'
        ? await labelmapLabels(work)
        : await fractionalLabels(work);
  const labels = finish(found, placed);
  if (labels.segments.every((segment) => countVoxels(labels, segment) === 0)) {
    notices.push({ code: 'EMPTY', text: 'The segmentation has no voxels.' });
  }
  return {
    sopClassUid: data.text('SOPClassUID'),
    sopInstanceUid: data.text('SOPInstanceUID'),
    seriesInstanceUid: data.text('SeriesInstanceUID'),
    studyInstanceUid: data.text('StudyInstanceUID'),
    seriesDescription: data.text('SeriesDescription'),
    seriesNumber: data.number('SeriesNumber') ?? 0,
    contentLabel: data.text('ContentLabel'),
    contentDescription: data.text('ContentDescription'),
    creatorName: data.text('ContentCreatorName'),
    encoding,
    frameOfReferenceUid,
    labels,
    probabilities: found.probabilities,
    grid: placed.resampleTo ? 'resampled' : placed.isSourceGrid ? 'source' : 'own',
    isForExport: !placed.resampleTo && encoding !== 'fractional',
    slices: placed.resampleTo?.slices ?? placed.slices,
    references: referencedSeries(data),
    predecessor: predecessorOf(data),
    notices,
  };
}

/** Throws `SEG_NOT_A_SEGMENTATION`. */
function encodingOf({ data }: DicomFile): SegmentationEncoding {
  const sopClass = data.text('SOPClassUID');
  if (sopClass !== SOP_CLASS.segmentation && sopClass !== SOP_CLASS.labelMapSegmentation) {
    throw notASegmentation(`its SOP class is ${sopClass || 'missing'} (${data.text('Modality')})`);
  }
  switch (data.text('SegmentationType')) {
    case 'BINARY':
      return 'binary';
    case 'LABELMAP':
      return 'labelmap';
    case 'FRACTIONAL':
      return 'fractional';
    default:
      throw segDamaged(`its segmentation type is "${data.text('SegmentationType')}"`);
  }
}

function finish({ layers, segments }: Labels, placed: PlacedFrames): LabelVolume {
  if (layers.layers.length === 0) layers.addLayer();
  const { resampleTo, geometry } = placed;
  if (!resampleTo) return { geometry, layers: layers.layers, segments };
  const resampled = resampleNearest(layers.layers, geometry, resampleTo.geometry);
  return { geometry: resampleTo.geometry, layers: resampled, segments };
}

function newLayers({ table, placed, limits }: Work, largest: number): Layers {
  const { size } = placed.geometry;
  return new Layers(size, table.columns, table.rows, largest > 255, limits.labelBytes);
}

async function binaryLabels(work: Work): Promise<Labels> {
  const bits = await bitFrames(work.file, work.table, work.limits, work.notices);
  return { ...layered(work, bits), probabilities: [] };
}

/** Segments from bits, each in the first layer where it fits. */
function layered(work: Work, bits: BitFrames): { layers: Layers; segments: LabelSegment[] } {
  const { table, placed, options } = work;
  const segments = requireNumbers(work);
  const layers = newLayers(work, Math.max(0, ...segments.map(({ number }) => number)));
  const byNumber = new Map<number, { index: number; placement: (typeof placed.placements)[0] }[]>();
  for (const { index, segmentNumber = 0 } of table.frames) {
    const list = byNumber.get(segmentNumber) ?? [];
    list.push({ index, placement: placed.placements[index] });
    byNumber.set(segmentNumber, list);
  }
  return {
    layers,
    segments: segments.map((segment) => {
      if (options.signal?.aborted) throw abortError();
      const frames = byNumber.get(segment.number) ?? [];
      const layer = frames.length > 0 ? layers.addSegment(segment.number, frames, bits) : 0;
      return { ...segment, layer };
    }),
  };
}

/** The described segments; those that frames show without a description get one, with a notice. */
function requireNumbers({ described, table, notices }: Work): DescribedSegment[] {
  const segments = described.filter(({ number }) => number > 0);
  const known = new Set(segments.map(({ number }) => number));
  if (known.size !== segments.length) throw segDamaged('two segments have the same number');
  const missing = new Set<number>();
  for (const { segmentNumber = 0 } of table.frames) {
    if (!known.has(segmentNumber)) missing.add(segmentNumber);
  }
  if (missing.has(0)) throw segDamaged('a frame shows segment 0, which cannot exist');
  return [...segments, ...undescribed([...missing], notices)];
}

function undescribed(numbers: readonly number[], notices: Notice[]): DescribedSegment[] {
  if (numbers.length === 0) return [];
  notices.push({
    code: 'LABEL_WITHOUT_SEGMENT',
    text: `Labels without a description were named by their number: ${numbers.slice(0, 20).join(', ')}.`,
  });
  return numbers.map((number) => ({ ...unnamedSegment(number, fallbackColour(number)), number }));
}

async function labelmapLabels(work: Work): Promise<Labels> {
  const { file, table, placed, described, limits, options, notices } = work;
  const { data } = file;
  const padding = data.number('PixelPaddingValue') ?? 0;
  const bits = data.number('BitsAllocated') ?? 0;
  const renumber = new Uint16Array(65536);
  const segments: LabelSegment[] = [];
  const taken = new Set(described.map(({ number }) => number));
  for (const segment of described) {
    if (segment.number === padding || isBackground(segment)) continue;
    const number = segment.number === 0 ? freeNumber(taken) : segment.number;
    if (number !== segment.number) {
      notices.push({
        code: 'SEGMENT_RENUMBERED',
        text: `Segment ${segment.number} is called ${number} here, because 0 means "no segment".`,
      });
    }
    renumber[segment.number] = number;
    segments.push({ ...segment, number, layer: 0 });
  }
  const layers = newLayers(
    work,
    bits > 8 ? 65535 : Math.max(255, ...segments.map((s) => s.number))
  );
  const known = new Set(described.map(({ number }) => number)).add(padding).add(0);
  const strangers = new Set<number>();
  let index = 0;
  for await (const values of valueFrames(file, table, bits, limits)) {
    if (options.signal?.aborted) throw abortError();
    for (const value of values) {
      if (renumber[value] !== 0 || known.has(value)) continue;
      strangers.add(value);
      renumber[value] = value;
    }
    layers.addLabels(values, placed.placements[index++], renumber);
  }
  segments.push(...undescribed([...strangers], notices).map((one) => ({ ...one, layer: 0 })));
  return { layers, segments, probabilities: [] };
}

/** (125040, DCM) Background, by the code or, at number 0, by the name. */
const isBackground = ({ number, label, type }: DescribedSegment): boolean =>
  (type.value === '125040' && type.scheme === 'DCM') ||
  (number === 0 && /^(background|hintergrund)$/i.test(label));

function freeNumber(taken: Set<number>): number {
  let number = 1;
  while (taken.has(number)) number++;
  taken.add(number);
  return number;
}

async function fractionalLabels(work: Work): Promise<Labels> {
  const { file, table, options, notices, limits } = work;
  const largest = file.data.number('MaximumFractionalValue') ?? 255;
  const share = options.fractionalThreshold ?? 0.5;
  const least = Math.max(1, Math.ceil(share * largest));
  const frameBytes = Math.ceil((table.rows * table.columns) / 8);
  const bits = new Uint8Array(frameBytes * table.frames.length);
  const volumes = new Map<number, Float32Array<ArrayBuffer>>();
  let index = 0;
  const allocated = file.data.number('BitsAllocated') ?? 0;
  for await (const values of valueFrames(file, table, allocated, limits)) {
    const target = bits.subarray(index * frameBytes, (index + 1) * frameBytes);
    for (let at = 0; at < values.length; at++) {
      if (values[at] >= least) target[at >> 3] |= 1 << (at & 7);
    }
    if (options.withProbabilities) keepProbabilities(work, index, values, largest, volumes);
    index++;
  }
  notices.push({
    code: 'FRACTIONAL_THRESHOLD',
    text: `The segments are fractional; voxels of at least ${Math.round(share * 100)} % count as inside. Saving them so makes an object of its own, not the next version.`,
  });
  const { layers, segments } = layered(work, { bits, strideBits: frameBytes * 8 });
  const { geometry } = work.placed;
  const probabilities = segments.flatMap((segment) => {
    const voxels = volumes.get(segment.number);
    return voxels ? [{ geometry, voxels, segment }] : [];
  });
  return { layers, segments, probabilities };
}

function keepProbabilities(
  { table, placed, limits }: Work,
  index: number,
  values: Uint8Array | Uint16Array,
  largest: number,
  volumes: Map<number, Float32Array<ArrayBuffer>>
): void {
  const number = table.frames[index].segmentNumber ?? 0;
  const [columns, rows] = placed.geometry.size;
  let volume = volumes.get(number);
  if (!volume) {
    const bytes = 4 * placed.geometry.voxelCount * (volumes.size + 1);
    if (bytes > limits.labelBytes) throw overLimit(`probabilities would take ${bytes} bytes`);
    volume = new Float32Array(placed.geometry.voxelCount);
    volumes.set(number, volume);
  }
  const { originIjk, columnStep, rowStep } = placed.placements[index];
  const stride = (step: readonly number[]) => step[0] + columns * (step[1] + rows * step[2]);
  const [origin, byColumn, byRow] = [stride(originIjk), stride(columnStep), stride(rowStep)];
  for (let row = 0, at = 0; row < table.rows; row++) {
    for (let column = 0; column < table.columns; column++, at++) {
      volume[origin + column * byColumn + row * byRow] = values[at] / largest;
    }
  }
}
