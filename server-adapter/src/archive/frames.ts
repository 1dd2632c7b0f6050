/** WADO-RS frames and bulk data from a file, read by position: a frame of a large file costs one frame of memory. */
import { randomUUID } from 'node:crypto';
import { chooseFrameType } from '../dicomweb/accept';
import type { DicomWebAnswer } from '../dicomweb/backend';
import { badRequest, notFound } from '../dicomweb/http-error';
import { multipartChunks, type MediaType } from '../dicomweb/multipart';
import type { DicomDataset, DicomElement } from '../dicom/element';
import type { ByteSource, FrameRanges } from '../dicom/fragments';
import { UNDEFINED_LENGTH, type DicomHeader } from '../dicom/reader';
import { frameMediaType, isNative, transferSyntax } from '../dicom/transfer-syntax';
import type { InstanceEntry } from './catalog';
import { frameRanges, pixelLayout, withByteSource } from './pixel-layout';

/**
 * Frames as multipart/related, each in the transfer syntax in which it is stored (big endian is turned).
 * @param frames numbers from 1
 * @throws HttpError 400 for frames that do not begin at a byte, 404 for a frame that is not there, 406
 */
export async function framesAnswer(
  instance: InstanceEntry,
  frames: readonly number[],
  accept: readonly MediaType[]
): Promise<DicomWebAnswer> {
  return withByteSource(instance.path, async (source, header) => {
    if (!header.pixelData) throw notFound('this instance has no frames');
    const layout = pixelLayout(header);
    if (
      layout.frameCount > 1 &&
      layout.nativeFrameBits !== undefined &&
      layout.nativeFrameBits % 8 !== 0
    ) {
      throw badRequest(
        'FRAMES_NOT_ALIGNED',
        'the frames of this instance cannot be returned one by one',
        'its 1-bit frames do not begin at a byte, so one frame shares bytes with the next',
        'retrieve the whole instance or its bulk data'
      );
    }
    const native = isNative(header.transferSyntaxUid);
    const stored = native ? transferSyntax.explicitLittle : header.transferSyntaxUid;
    const type = chooseFrameType(accept, {
      mediaType: frameMediaType(stored),
      transferSyntaxUid: stored,
      native,
    });
    const ranges = await frameRanges(source, header);
    const missing = frames.find((frame) => frame > ranges.length);
    if (missing !== undefined)
      throw notFound(`frame ${missing} of ${ranges.length} does not exist`);
    const boundary = randomUUID();
    const { head, tail } = multipartChunks(boundary);
    const pieces: Buffer[] = [];
    for (const frame of frames) {
      pieces.push(head(`${type}; transfer-syntax=${stored}`));
      pieces.push(...(await readFrame(source, ranges[frame - 1], layout.swapWords)));
    }
    pieces.push(tail());
    return {
      status: 200,
      contentType: `multipart/related; type="${type}"; boundary=${boundary}`,
      body: Buffer.concat(pieces),
    };
  });
}

async function readFrame(
  source: ByteSource,
  ranges: FrameRanges,
  swapWords: boolean
): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  for (const { offset, length } of ranges) {
    const bytes = await source.read(offset, length);
    pieces.push(swapWords && length % 2 === 0 ? bytes.swap16() : bytes);
  }
  return pieces;
}

/**
 * One binary value by its path of tags and item numbers.
 * @throws HttpError 404 when the path leads nowhere
 */
export async function bulkAnswer(
  instance: InstanceEntry,
  path: readonly string[]
): Promise<DicomWebAnswer> {
  return withByteSource(instance.path, async (source, header) => {
    const element = findElement(header, path);
    if (!element) throw notFound('this instance has no such bulk data');
    const boundary = randomUUID();
    const { head, tail } = multipartChunks(boundary);
    const parts =
      element.length === UNDEFINED_LENGTH
        ? await compressedParts(source, header)
        : [
            {
              type: 'application/octet-stream',
              bytes: await source.read(element.offset, element.length),
            },
          ];
    return {
      status: 200,
      contentType: `multipart/related; type="${parts[0]?.type ?? 'application/octet-stream'}"; boundary=${boundary}`,
      body: Buffer.concat([...parts.flatMap(({ type, bytes }) => [head(type), bytes]), tail()]),
    };
  });
}

/** Compressed pixel data as bulk data: one part a frame (PS3.18 8.7.3.3.2). */
async function compressedParts(source: ByteSource, header: DicomHeader) {
  const type = `${frameMediaType(header.transferSyntaxUid)}; transfer-syntax=${header.transferSyntaxUid}`;
  const parts: { type: string; bytes: Buffer }[] = [];
  for (const ranges of await frameRanges(source, header)) {
    parts.push({ type, bytes: Buffer.concat(await readFrame(source, ranges, false)) });
  }
  return parts;
}

function findElement(
  header: DicomHeader,
  path: readonly string[]
): Pick<DicomElement, 'offset' | 'length'> | undefined {
  const tags = path.filter((_, index) => index % 2 === 0).map((part) => parseInt(part, 16));
  if (tags.length === 1 && tags[0] === header.pixelData?.tag) return header.pixelData;
  let dataset: DicomDataset | undefined = header.dataset;
  for (const [depth, tag] of tags.entries()) {
    const element: DicomElement | undefined = dataset?.get(tag);
    if (depth === tags.length - 1) return element?.items ? undefined : element;
    dataset = element?.items?.[Number(path[depth * 2 + 1]) - 1];
  }
  return undefined;
}
