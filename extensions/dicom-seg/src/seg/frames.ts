/**
 * @file Which frames a segmentation has, and their pixels: bits packed across frames for binary (PS3.5 8.2), labels for
 * labelmap, scaled probabilities for fractional. Complexity O(voxels), independent of the number of segments; memory
 * is the packed result.
 */
import type { LabelLayer } from '@cordon/extension-workbench/pure';
import { groupBy } from '../part10/group-by';
import { DEFAULT_LIMITS } from '../part10/limits';
import { encodeRle } from '../series/codecs/rle';
import { requestInvalid, tooLarge } from './errors';
import { planeKey, type LabelPlane, type ProbabilityPlane } from './request';
import type { SourcePlane, SourcePlanes } from './source-planes';

/** One frame of the object. */
export interface SegFrame {
  readonly plane: SourcePlane;
  /** Number in the object; absent for labelmap. */
  readonly segmentNumber?: number;
}

export interface EncodedFrames {
  readonly frames: readonly SegFrame[];
  /** Native pixel data of all frames, of even length. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** One fragment a frame instead, when compressed. */
  readonly fragments?: readonly Uint8Array[];
  /** Numbers of the segments that have voxels. */
  readonly found: ReadonlySet<number>;
}

/** What readers take, ours too: a larger file could be stored and not be opened again. */
const MOST_BYTES = DEFAULT_LIMITS.bytes - 2 ** 25;

interface LayerPlanes {
  readonly plane: SourcePlane;
  readonly layers: readonly LabelPlane[];
}

/** Labels by plane of the source, ascending. Throws `SEG_REQUEST_INVALID` for labels of foreign planes. */
export function assignPlanes(source: SourcePlanes, labels: readonly LabelPlane[]): LayerPlanes[] {
  const pixels = source.rows * source.columns;
  const byKey = new Map<string, LabelPlane[]>(
    source.planes.map(({ source: instance }) => [planeKey(instance), []])
  );
  for (const plane of labels) {
    const list = byKey.get(planeKey(plane));
    if (!list)
      throw requestInvalid(`labels for image ${planeKey(plane)}, which is not in the source`);
    if (plane.voxels.length !== pixels) {
      throw requestInvalid(`${plane.voxels.length} labels for an image of ${pixels} pixels`);
    }
    list.push(plane);
  }
  return source.planes.map((plane) => ({ plane, layers: byKey.get(planeKey(plane.source)) ?? [] }));
}

/** True when a voxel has labels in two layers. */
export function segmentsOverlap(planes: readonly LayerPlanes[]): boolean {
  for (const { layers } of planes) {
    for (let second = 1; second < layers.length; second++) {
      for (let first = 0; first < second; first++) {
        const [a, b] = [layers[first].voxels, layers[second].voxels];
        for (let at = 0; at < a.length; at++) if (a[at] !== 0 && b[at] !== 0) return true;
      }
    }
  }
  return false;
}

/** True when a voxel has a stored probability above zero of two segments. */
export function probabilitiesOverlap(probabilities: readonly ProbabilityPlane[]): boolean {
  for (const planes of groupBy(probabilities, planeKey).values()) {
    if (planes.length < 2) continue;
    const taken = new Uint8Array(planes[0].voxels.length);
    for (const { voxels } of planes) {
      for (let at = 0; at < voxels.length; at++) {
        if (level(voxels[at]) === 0) continue;
        if (taken[at] === 1) return true;
        taken[at] = 1;
      }
    }
  }
  return false;
}

/** A probability as it is stored, 0 … 255. */
const level = (probability: number): number =>
  Math.min(255, Math.max(0, Math.round(probability * 255)));

/** Bits of every (segment, plane) that has voxels, segment by segment. `numberOf[label]` is the number in the object. */
export function binaryFrames(
  planes: readonly LayerPlanes[],
  pixels: number,
  numberOf: Uint16Array
): EncodedFrames {
  const segments = numberOf.reduce((max, number) => Math.max(max, number), 0);
  const present = planes.map(({ layers }) => presentNumbers(layers, numberOf, segments));
  const frames: SegFrame[] = [];
  const frameOf = planes.map(() => new Int32Array(segments + 1).fill(-1));
  for (let segmentNumber = 1; segmentNumber <= segments; segmentNumber++) {
    planes.forEach(({ plane }, k) => {
      if (present[k][segmentNumber] === 0) return;
      frameOf[k][segmentNumber] = frames.length;
      frames.push({ plane, segmentNumber });
    });
  }
  const packed = allocate(Math.ceil((frames.length * pixels) / 8));
  planes.forEach(({ layers }, k) => {
    for (const { voxels } of layers) packPlane(voxels, numberOf, frameOf[k], pixels, packed);
  });
  return { frames, pixels: packed, found: new Set(frames.map(numberOfFrame)) };
}

const numberOfFrame = ({ segmentNumber = 0 }: SegFrame) => segmentNumber;

/** 1 at the numbers of the segments that a plane has. Throws for a label without a segment. */
function presentNumbers(
  layers: readonly LabelPlane[],
  numberOf: Uint16Array,
  segments: number
): Uint8Array {
  const present = new Uint8Array(segments + 1);
  for (const { voxels } of layers) {
    forEachRun(voxels, (label) => {
      if (numberOf[label] === 0) throw requestInvalid(`label ${label} belongs to no segment`);
      present[numberOf[label]] = 1;
    });
  }
  return present;
}

/** Sets the bits of all labels of one plane, run by run. */
function packPlane(
  voxels: LabelLayer,
  numberOf: Uint16Array,
  frameOf: Int32Array,
  pixels: number,
  packed: Uint8Array
): void {
  forEachRun(voxels, (label, from, to) => {
    setBits(packed, frameOf[numberOf[label]] * pixels + from, to - from);
  });
}

/** Calls `visit` with each run of equal labels other than 0; eight bytes of nothing are passed over at once. */
function forEachRun(
  voxels: LabelLayer,
  visit: (label: number, from: number, to: number) => void
): void {
  const step = 8 / voxels.BYTES_PER_ELEMENT;
  const isAligned = voxels.byteOffset % 8 === 0;
  const words = new Float64Array(
    voxels.buffer,
    isAligned ? voxels.byteOffset : 0,
    isAligned ? Math.floor(voxels.byteLength / 8) : 0
  );
  const { length } = voxels;
  for (let at = 0; at < length;) {
    const label = voxels[at];
    if (label === 0) {
      // A word of zero bytes is the number +0; −0 has a bit set and compares equal, hence Object.is.
      if (isAligned && at % step === 0) {
        let word = at / step;
        while (word < words.length && Object.is(words[word], 0)) word++;
        if (word * step > at) {
          at = word * step;
          continue;
        }
      }
      at++;
      continue;
    }
    let end = at + 1;
    while (end < length && voxels[end] === label) end++;
    visit(label, at, end);
    at = end;
  }
}

/** Sets `count` bits from `first` on, least significant bit first. Positions may exceed 2³². */
function setBits(packed: Uint8Array, first: number, count: number): void {
  let byte = Math.floor(first / 8);
  const head = first - byte * 8;
  if (head + count <= 8) {
    packed[byte] |= ((1 << count) - 1) << head;
    return;
  }
  packed[byte++] |= 0xff << head;
  const rest = count - (8 - head);
  const whole = rest >> 3;
  packed.fill(0xff, byte, byte + whole);
  const tail = rest & 7;
  if (tail > 0) packed[byte + whole] |= (1 << tail) - 1;
}

/** Labels of every plane that has any; layers are merged, they must not overlap. Numbers stay as they are. */
export function labelmapFrames(
  planes: readonly LayerPlanes[],
  columns: number,
  pixels: number,
  numberOf: Uint16Array,
  rle: boolean
): EncodedFrames {
  const largest = numberOf.reduce((max, number) => Math.max(max, number), 0);
  const found = new Set<number>();
  const used = planes.filter(({ layers }) => {
    const present = presentNumbers(layers, numberOf, largest);
    present.forEach((is, number) => {
      if (is === 1) found.add(number);
    });
    return present.includes(1);
  });
  const bytesPerVoxel = largest > 255 ? 2 : 1;
  const frames = used.map(({ plane }) => ({ plane }));
  const fragments: Uint8Array[] = [];
  const native = allocate(rle ? 0 : used.length * pixels * bytesPerVoxel);
  used.forEach(({ layers }, frame) => {
    const offset = frame * pixels * bytesPerVoxel;
    const buffer = rle ? new ArrayBuffer(pixels * bytesPerVoxel) : native.buffer;
    const at = rle ? 0 : offset;
    const target =
      bytesPerVoxel === 2
        ? new Uint16Array(buffer, at, pixels)
        : new Uint8Array(buffer, at, pixels);
    for (const { voxels } of layers) {
      for (let i = 0; i < pixels; i++) if (voxels[i] !== 0) target[i] = voxels[i];
    }
    if (rle) fragments.push(encodeRle(target, columns));
  });
  return { frames, pixels: native, fragments: rle ? fragments : undefined, found };
}

/** Probabilities scaled to 0 … 255 of every (segment, plane) that has any above zero, segment by segment. */
export function fractionalFrames(
  source: SourcePlanes,
  probabilities: readonly ProbabilityPlane[],
  numberOf: Uint16Array,
  rle: boolean
): EncodedFrames {
  const pixels = source.rows * source.columns;
  const planeByKey = new Map(
    source.planes.map((plane, k) => [planeKey(plane.source), { plane, k }])
  );
  const entries = probabilities
    .map((probability) => {
      const place = planeByKey.get(planeKey(probability));
      if (!place)
        throw requestInvalid(`probabilities for ${planeKey(probability)}, not in the source`);
      if (probability.voxels.length !== pixels) {
        throw requestInvalid(`${probability.voxels.length} probabilities for ${pixels} pixels`);
      }
      return { ...place, probability, segmentNumber: numberOf[probability.segmentNumber] };
    })
    .filter(({ probability }) => probability.voxels.some((value) => level(value) > 0))
    .sort((a, b) => a.segmentNumber - b.segmentNumber || a.k - b.k);
  const native = allocate(rle ? 0 : entries.length * pixels);
  const fragments: Uint8Array[] = [];
  entries.forEach(({ probability }, frame) => {
    const target = rle
      ? new Uint8Array(pixels)
      : native.subarray(frame * pixels, (frame + 1) * pixels);
    for (let i = 0; i < pixels; i++) {
      target[i] = level(probability.voxels[i]);
    }
    if (rle) fragments.push(encodeRle(target, source.columns));
  });
  const frames = entries.map(({ plane, segmentNumber }) => ({ plane, segmentNumber }));
  const found = new Set(frames.map(numberOfFrame));
  return { frames, pixels: native, fragments: rle ? fragments : undefined, found };
}

/** Zeros, padded to an even number of bytes. */
function allocate(bytes: number): Uint8Array<ArrayBuffer> {
  const even = bytes + (bytes % 2);
  if (even > MOST_BYTES) {
    throw tooLarge(`its pixels take ${bytes} bytes, readers take at most ${MOST_BYTES}`);
  }
  try {
    return new Uint8Array(even);
  } catch (cause) {
    throw tooLarge(`${bytes} bytes of memory are not available (${String(cause)})`);
  }
}
