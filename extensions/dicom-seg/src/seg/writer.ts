/**
 * @file Writes DICOM Segmentation objects (PS3.3 A.51): BINARY, LABELMAP and FRACTIONAL, Explicit VR Little Endian or
 * RLE Lossless. Own code instead of a library because the ones at hand pad bits wrongly, drop codes and references or
 * copy every voxel several times (see the package's README).
 *
 * Complexity O(voxels + frames); memory is the packed pixels and the header, never an unpacked copy.
 */
import type { LabelSegment } from '@cordon/extension-workbench/pure';
import { attribute, type Attribute } from '../part10/attribute';
import { writeDataSet } from '../part10/encode';
import { fileHead } from '../part10/file-head';
import { Sha256 } from '../part10/sha256';
import { TRANSFER_SYNTAX } from '../part10/uid';
import { encodeRle } from '../series/codecs/rle';
import { emptySegmentation, requestInvalid } from './errors';
import {
  assignPlanes,
  binaryFrames,
  fractionalFrames,
  labelmapFrames,
  probabilitiesOverlap,
  segmentsOverlap,
  type EncodedFrames,
} from './frames';
import { functionalGroups } from './functional-groups';
import { headerAttributes, newIds, type HeaderIds } from './header';
import type { SegmentationEncoding, SegmentationRequest } from './request';
import { backgroundItem, segmentItems, type NumberedSegment } from './segment-items';
import { sourcePlanes, type SourcePlanes } from './source-planes';

/** A finished object. Join the parts, in order, for the file; a Blob takes them as they are. */
export interface WrittenSegmentation {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly byteLength: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly encoding: SegmentationEncoding;
  readonly frames: number;
  /** Number in the object of each segment of the request, by its number there. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

/**
 * Writes an object. The caller is responsible for the labels lying on the planes that they name.
 * Throws `SEG_SOURCE_INCOMPLETE`, `SEG_REQUEST_INVALID`, `SEG_EMPTY` or `SEG_TOO_LARGE`.
 */
export function writeSegmentation(request: SegmentationRequest): WrittenSegmentation {
  const source = sourcePlanes(request.source);
  const warnings: string[] = [];
  const framesOfReference = new Set(
    request.source.map(({ frameOfReferenceUid }) => frameOfReferenceUid)
  ).size;
  if (framesOfReference > 1) {
    warnings.push(
      `The images of the series state ${framesOfReference} different frames of reference; that of the first is stored.`
    );
  }
  const planes = assignPlanes(source, request.planes);
  const overlap =
    request.encoding === 'fractional'
      ? probabilitiesOverlap(request.probabilities ?? [])
      : segmentsOverlap(planes);
  const encoding = chooseEncoding(request, overlap, warnings);
  const numbered = numberSegments(request.segments, encoding);
  const numberOf = new Uint16Array(65536);
  for (const { segment, number } of numbered) numberOf[segment.number] = number;
  const rle = request.compression === 'rle' && encoding !== 'binary';
  if (request.compression === 'rle' && !rle) {
    warnings.push(
      'Binary segmentations are stored uncompressed: few programs read compressed bits.'
    );
  }
  const pixels = source.rows * source.columns;
  const found =
    encoding === 'binary'
      ? binaryFrames(planes, pixels, numberOf)
      : encoding === 'labelmap'
        ? labelmapFrames(planes, source.columns, pixels, numberOf, rle)
        : fractionalFrames(source, request.probabilities ?? [], numberOf, rle);
  const frames = found.frames.length > 0 ? found : emptyFrame(request, source, encoding, rle);
  const items = segmentItems(numbered, { allowPrivate: request.privateRecipe !== false });
  warnings.push(...items.warnings, ...notFound(numbered, frames.found));
  const ids = newIds(request, encoding === 'labelmap');
  const attributes: Attribute[] = [
    ...headerAttributes(request, ids, [...new Set(frames.frames.map(({ plane }) => plane.source))]),
    ...pixelAttributes(encoding, source, frames, numberOf),
    attribute('SegmentsOverlap', overlap ? 'YES' : 'NO'),
    attribute(
      'SegmentSequence',
      encoding === 'labelmap'
        ? [backgroundItem(request.segments[0]), ...items.items]
        : items.items.slice()
    ),
    ...functionalGroups(frames.frames, source, encoding === 'labelmap'),
  ];
  const parts = assemble(attributes, ids, frames, rle);
  const hash = new Sha256();
  for (const part of parts) hash.update(part);
  return {
    parts,
    byteLength: parts.reduce((sum, part) => sum + part.length, 0),
    sha256: hash.hex(),
    ...ids,
    studyInstanceUid: request.source[0].studyInstanceUid,
    encoding,
    frames: frames.frames.length,
    numbers: new Map(numbered.map(({ segment, number }) => [segment.number, number])),
    warnings,
  };
}

function chooseEncoding(
  request: SegmentationRequest,
  overlap: boolean,
  warnings: string[]
): SegmentationEncoding {
  const wanted = request.encoding ?? 'binary';
  if (wanted !== 'labelmap' || !overlap) return wanted;
  warnings.push(
    'Segments overlap, which a label map cannot hold: stored as binary segments instead.'
  );
  return 'binary';
}

/** Label maps keep the numbers of the labels; the others count 1 … N. */
function numberSegments(
  segments: readonly LabelSegment[],
  encoding: SegmentationEncoding
): NumberedSegment[] {
  if (segments.length === 0) throw emptySegmentation('it has no segment');
  const ordered = [...segments].sort((a, b) => a.number - b.number);
  ordered.forEach(({ number }, index) => {
    if (!Number.isInteger(number) || number < 1 || number > 65535) {
      throw requestInvalid(`segment number ${number} is not between 1 and 65535`);
    }
    if (index > 0 && ordered[index - 1].number === number) {
      throw requestInvalid(`two segments have the number ${number}`);
    }
  });
  return ordered.map((segment, index) => ({
    segment,
    number: encoding === 'labelmap' ? segment.number : index + 1,
  }));
}

/** "Looked for and not found", only when the caller says that this is meant. */
function emptyFrame(
  request: SegmentationRequest,
  source: SourcePlanes,
  encoding: SegmentationEncoding,
  rle: boolean
): EncodedFrames {
  if (!request.allowEmpty) throw emptySegmentation('no voxel belongs to a segment');
  const pixels = source.rows * source.columns;
  const [plane] = source.planes;
  const segmentNumber = encoding === 'labelmap' ? undefined : 1;
  const voxels = new Uint8Array(encoding === 'binary' ? Math.ceil(pixels / 8) : pixels);
  const wide = encoding === 'labelmap' && request.segments.some(({ number }) => number > 255);
  const samples = wide ? new Uint16Array(pixels) : voxels;
  return {
    frames: [{ plane, segmentNumber }],
    pixels: evenBytes(new Uint8Array(samples.buffer)),
    fragments: rle ? [encodeRle(samples, source.columns)] : undefined,
    found: new Set(),
  };
}

/** The names of segments without voxels, as the standard allows them beside others: a person may not have meant that. */
function notFound(
  numbered: readonly NumberedSegment[],
  found: ReadonlySet<number>
): readonly string[] {
  const names = numbered
    .filter(({ number }) => !found.has(number))
    .map(({ segment }) => `“${segment.label}”`);
  if (names.length === 0) return [];
  const listed = [
    ...names.slice(0, MOST_NAMES),
    ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : []),
  ].join(', ');
  return [
    names.length === 1
      ? `${listed} has no voxels: it is stored as looked for and not found.`
      : `${listed} have no voxels: they are stored as looked for and not found.`,
  ];
}

const MOST_NAMES = 5;

function evenBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const even = new Uint8Array(bytes.length + (bytes.length % 2));
  even.set(bytes);
  return even;
}

/** Image Pixel and Segmentation Image modules. */
function pixelAttributes(
  encoding: SegmentationEncoding,
  source: SourcePlanes,
  frames: EncodedFrames,
  numberOf: Uint16Array
): Attribute[] {
  const largest = numberOf.reduce((max, number) => Math.max(max, number), 0);
  const bits = encoding === 'binary' ? 1 : encoding === 'labelmap' && largest > 255 ? 16 : 8;
  return [
    attribute('SamplesPerPixel', 1),
    attribute('PhotometricInterpretation', 'MONOCHROME2'),
    attribute('NumberOfFrames', frames.frames.length),
    attribute('Rows', source.rows),
    attribute('Columns', source.columns),
    attribute('BitsAllocated', bits),
    attribute('BitsStored', bits),
    attribute('HighBit', bits - 1),
    attribute('PixelRepresentation', 0),
    attribute('SegmentationType', encoding.toUpperCase()),
    ...(encoding === 'labelmap' ? [attribute('PixelPaddingValue', 0)] : []),
    ...(encoding === 'fractional'
      ? [
          attribute('SegmentationFractionalType', 'PROBABILITY'),
          attribute('MaximumFractionalValue', 255),
        ]
      : []),
  ];
}

function assemble(
  attributes: readonly Attribute[],
  ids: HeaderIds,
  frames: EncodedFrames,
  rle: boolean
): Uint8Array<ArrayBuffer>[] {
  const syntax = rle ? TRANSFER_SYNTAX.rle : TRANSFER_SYNTAX.explicitLittleEndian;
  const writer = fileHead(ids.sopClassUid, ids.sopInstanceUid, syntax);
  writeDataSet(writer, attributes);
  writer.tag(0x7fe00010);
  const isWide =
    !rle &&
    attributes.some(
      ({ tag, value }) => tag === 0x00280100 && Array.isArray(value) && value[0] === 16
    );
  writer.text(isWide ? 'OW' : 'OB');
  writer.u16(0);
  if (!frames.fragments) {
    writer.u32(frames.pixels.length);
    return [writer.toBytes(), frames.pixels];
  }
  writer.u32(0xffffffff);
  writer.tag(0xfffee000);
  writer.u32(4 * frames.fragments.length);
  let offset = 0;
  for (const fragment of frames.fragments) {
    writer.u32(offset);
    offset += 8 + fragment.length;
  }
  for (const fragment of frames.fragments) {
    writer.tag(0xfffee000);
    writer.u32(fragment.length);
    writer.bytes(fragment);
  }
  writer.tag(0xfffee0dd);
  writer.u32(0);
  return [writer.toBytes()];
}
