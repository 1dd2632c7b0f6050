/**
 * Where each frame's bytes lie in a file: native pixel data by arithmetic, encapsulated pixel data (PS3.5 A.4) by
 * extended offset table, basic offset table, or the start markers of the compressed streams.
 */
import { notDicom } from './reader';

/** Reads bytes of the file (or of the inflated data set) that holds the pixel data. */
export interface ByteSource {
  readonly size: number;
  read(offset: number, length: number): Promise<Buffer>;
}
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}
/** One frame: its pieces in order. */
export type FrameRanges = readonly ByteRange[];

const ITEM = 0xfffee000;
const SEQUENCE_END = 0xfffee0dd;
const MAX_FRAGMENTS = 1_000_000;

export interface Fragments {
  /** Offsets of the basic offset table, relative to the first fragment's item tag. */
  readonly offsets: readonly number[];
  /** Values of the fragments. */
  readonly fragments: readonly ByteRange[];
}

/**
 * Lists the fragments of encapsulated pixel data.
 * @param start first byte of the pixel data's value
 * @throws CordonError DICOM_UNREADABLE when it is cut off or malformed
 */
export async function listFragments(source: ByteSource, start: number): Promise<Fragments> {
  const fragments: ByteRange[] = [];
  let offsets: number[] = [];
  let at = start;
  for (let index = 0; index <= MAX_FRAGMENTS; index++) {
    if (at + 8 > source.size) throw notDicom('its compressed pixel data is cut off');
    const head = await source.read(at, 8);
    const tag = head.readUInt16LE(0) * 0x10000 + head.readUInt16LE(2);
    const length = head.readUInt32LE(4);
    if (tag === SEQUENCE_END) return { offsets, fragments };
    if (tag !== ITEM) throw notDicom('its compressed pixel data holds something that is no item');
    if (at + 8 + length > source.size) throw notDicom('its compressed pixel data is cut off');
    if (index === 0) {
      const table = await source.read(at + 8, length);
      offsets = Array.from({ length: Math.floor(length / 4) }, (_, i) => table.readUInt32LE(i * 4));
    } else {
      fragments.push({ offset: at + 8, length });
    }
    at += 8 + length;
  }
  throw notDicom(`its compressed pixel data has more than ${MAX_FRAGMENTS} fragments`);
}

/**
 * Groups fragments into frames.
 * @param extendedOffsets (7FE0,0001), empty when absent
 * @throws CordonError DICOM_UNREADABLE when the frames cannot be told apart
 */
export async function encapsulatedFrames(
  source: ByteSource,
  { offsets, fragments }: Fragments,
  frameCount: number,
  extendedOffsets: readonly number[]
): Promise<FrameRanges[]> {
  if (fragments.length === 0) throw notDicom('its compressed pixel data is empty');
  if (frameCount === 1) return [fragments];
  if (fragments.length === frameCount) return fragments.map((fragment) => [fragment]);
  const table = extendedOffsets.length === frameCount ? extendedOffsets : offsets;
  const starts =
    table.length === frameCount
      ? startsFromTable(fragments, table)
      : await startsFromMarkers(source, fragments);
  if (starts.length !== frameCount || starts[0] !== 0) {
    throw notDicom(
      `its ${frameCount} frames cannot be told apart in ${fragments.length} fragments`
    );
  }
  return starts.map((start, frame) => fragments.slice(start, starts[frame + 1]));
}

function startsFromTable(fragments: readonly ByteRange[], table: readonly number[]): number[] {
  const base = fragments[0].offset - 8;
  const byOffset = new Map(fragments.map((fragment, index) => [fragment.offset - 8 - base, index]));
  return table.flatMap((offset) => byOffset.get(offset) ?? []);
}

/** JPEG and JPEG-LS streams begin with FFD8, JPEG 2000 with FF4F. */
async function startsFromMarkers(
  source: ByteSource,
  fragments: readonly ByteRange[]
): Promise<number[]> {
  const starts: number[] = [];
  for (const [index, fragment] of fragments.entries()) {
    if (fragment.length < 2) continue;
    const marker = (await source.read(fragment.offset, 2)).readUInt16BE(0);
    if (marker === 0xffd8 || marker === 0xff4f) starts.push(index);
  }
  return starts;
}
