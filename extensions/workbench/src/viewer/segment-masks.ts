/**
 * @file The voxels of one segment, for methods that work on a segment: as they are without the preview that is shown, so
 * that every change of a parameter starts from the same voxels. Read slice by slice in short pieces of work.
 */
import { applyDifference, type SliceDifference } from '../editing/difference';
import { timed } from '../jobs/timing';
import type { LabelLayer } from '../volume/label-volume';
import { Labelmap } from './labelmap';
import type { LabelWriter } from './label-writer';
import { Pace } from './pace';
import type { Preview } from './preview';
import type { SegmentBook } from './segment-book';
import type { SourceSeries } from './source-series';

/** Which segment. */
export interface SegmentAddress {
  readonly segmentationId: string;
  readonly number: number;
  readonly series: SourceSeries;
}

interface Kept extends SegmentAddress {
  readonly revision: number;
  readonly mask: Promise<SegmentMask>;
}

export interface SegmentMask {
  /** 0/1, one byte a voxel of the series' grid; in shared memory where the page is isolated. */
  readonly voxels: Uint8Array;
  readonly isEmpty: boolean;
}

export class SegmentMasks {
  readonly #parts: {
    readonly book: SegmentBook;
    readonly preview: Preview;
    readonly writer: LabelWriter;
  };
  #kept: Kept | undefined;

  constructor(parts: {
    readonly book: SegmentBook;
    readonly preview: Preview;
    readonly writer: LabelWriter;
  }) {
    this.#parts = parts;
  }

  /** The voxels of a segment; the last one read is kept while nothing was changed. Throws `SEGMENTATION_GONE`. */
  async read(address: SegmentAddress): Promise<SegmentMask> {
    await this.#parts.writer.idle();
    const { revision } = this.#parts.book;
    const kept = this.#kept;
    if (kept && kept.revision === revision && isSame(kept, address)) return kept.mask;
    const reading = () => this.#parts.writer.exclusive(() => this.#read(address));
    const entry = { ...address, revision, mask: timed('request', reading) };
    this.#kept = entry;
    try {
      return await entry.mask;
    } catch (error) {
      if (this.#kept === entry) this.#kept = undefined;
      throw error;
    }
  }

  /** Lets go of what was read: the patient changes. */
  forget(): void {
    this.#kept = undefined;
  }

  async #read({ segmentationId, number, series }: SegmentAddress): Promise<SegmentMask> {
    const { geometry, imageIds } = series;
    const sliceVoxels = geometry.size[0] * geometry.size[1];
    const labelmap = new Labelmap(segmentationId);
    const { layer, value } = labelmap.placeOf(number);
    const shown = this.#shownIn(labelmap, layer.id);
    const voxels = allocate(geometry.voxelCount);
    let isEmpty = true;
    const pace = new Pace();
    for (const [k, imageId] of imageIds.entries()) {
      const labels = before(labelmap.labels(layer, imageId), shown.get(k));
      const from = k * sliceVoxels;
      for (let voxel = 0; voxel < sliceVoxels; voxel++) {
        if (labels[voxel] !== value) continue;
        voxels[from + voxel] = 1;
        isEmpty = false;
      }
      await pace.rest();
    }
    return { voxels, isEmpty };
  }

  /** What the preview has changed in a layer, by slice. */
  #shownIn(labelmap: Labelmap, layerId: string): ReadonlyMap<number, SliceDifference> {
    const change = this.#parts.preview.unacceptedIn(labelmap.segmentationId)?.change;
    const isHere = change && labelmap.placeOf(change.segment).layer.id === layerId;
    return new Map(isHere ? change.differences.map((one) => [one.slice, one]) : []);
  }
}

/** The labels of a slice as they were before a difference; the host's own array when there is none. */
function before(labels: LabelLayer, difference: SliceDifference | undefined): LabelLayer {
  if (!difference) return labels;
  const copy = labels.slice();
  applyDifference(copy, difference, 'back');
  return copy;
}

function allocate(count: number): Uint8Array {
  const Storage = globalThis.crossOriginIsolated ? SharedArrayBuffer : ArrayBuffer;
  return new Uint8Array(new Storage(count));
}

const isSame = (a: SegmentAddress, b: SegmentAddress) =>
  a.segmentationId === b.segmentationId && a.number === b.number && a.series === b.series;

/** Linear indexes of the voxels of a mask, ascending; in short pieces of work. */
export async function voxelsOf({ voxels }: SegmentMask): Promise<Uint32Array> {
  const pace = new Pace();
  const parts: Uint32Array[] = [];
  for (let from = 0; from < voxels.length; from += PIECE) {
    const to = Math.min(voxels.length, from + PIECE);
    const found = new Uint32Array(to - from);
    let count = 0;
    for (let voxel = from; voxel < to; voxel++) if (voxels[voxel] === 1) found[count++] = voxel;
    if (count > 0) parts.push(found.slice(0, count));
    await pace.rest();
  }
  const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Voxels that are looked through before the page gets a chance to draw. */
const PIECE = 1 << 18;
