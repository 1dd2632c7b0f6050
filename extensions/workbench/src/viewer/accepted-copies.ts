/**
 * @file Copies of accepted work for those who follow it: unsaved work is kept and measured within a second of each change, and both
 * read the same voxels. A copy lasts for as long as somebody uses it.
 */
import { eventTarget } from '@cornerstonejs/core';
import { Enums } from '@cornerstonejs/tools';
import type { LabelLayer } from '../volume/label-volume';
import type { LabelWriter } from './label-writer';
import type { Preview } from './preview';
import type { SegmentationCopy, Segmentations, Unaccepted } from './segmentations';
import type { SourceSeries } from './source-series';

interface Kept {
  readonly segmentationId: string;
  readonly series: SourceSeries;
  /** Changes of labels until then. */
  readonly changes: number;
  readonly without: Unaccepted['change'] | undefined;
  /** Numbers of the segments, as text. */
  readonly numbers: string;
  readonly layers: WeakRef<readonly LabelLayer[]>;
}

export interface CopyParts {
  readonly segmentations: Segmentations;
  readonly writer: LabelWriter;
  readonly preview: Preview;
}

export class AcceptedCopies {
  readonly #parts: CopyParts;
  #changes = 0;
  #kept: Kept | undefined;
  readonly #onChange = (): void => {
    this.#changes++;
  };

  constructor(parts: CopyParts) {
    this.#parts = parts;
  }

  start(): void {
    eventTarget.addEventListener(Enums.Events.SEGMENTATION_DATA_MODIFIED, this.#onChange);
  }

  stop(): void {
    eventTarget.removeEventListener(Enums.Events.SEGMENTATION_DATA_MODIFIED, this.#onChange);
    this.#kept = undefined;
  }

  /**
   * Copies a segmentation without what a preview shows. The voxels may be those of the copy before, in memory that others read: do
   * not write to them. Throws `SEGMENTATION_GONE`.
   */
  take(segmentationId: string, series: SourceSeries): Promise<SegmentationCopy> {
    const { preview, segmentations, writer } = this.#parts;
    return writer.exclusive(async () => {
      const without = preview.unacceptedIn(segmentationId);
      const state = {
        segmentationId,
        series,
        changes: this.#changes,
        without: without?.change,
        numbers: String(segmentations.segments(segmentationId).map(({ number }) => number)),
      };
      const kept = this.#kept;
      const layers = kept && isSame(kept, state) ? kept.layers.deref() : undefined;
      const copy = await segmentations.copy(segmentationId, series, { without, layers });
      this.#kept = isShared(copy.labels.layers)
        ? { ...state, layers: new WeakRef(copy.labels.layers) }
        : undefined;
      return copy;
    });
  }
}

const isSame = (a: Omit<Kept, 'layers'>, b: Omit<Kept, 'layers'>) =>
  a.segmentationId === b.segmentationId &&
  a.series === b.series &&
  a.changes === b.changes &&
  a.without === b.without &&
  a.numbers === b.numbers;

/** Memory that is not shared moves to the worker that reads it. */
const isShared = (layers: readonly LabelLayer[]) =>
  layers.every(({ buffer }) => !(buffer instanceof ArrayBuffer));
