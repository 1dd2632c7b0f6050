/**
 * @file Writes labels into the viewer: slice by slice in short pieces of work, then one event. Writes are queued, so
 * that an undo that comes during a commit waits for it.
 */
import { segmentation as tools } from '@cornerstonejs/tools';
import { toCordonError } from '../errors/cordon-error';
import { commitSlice, type CommitOrder } from '../editing/commit-slice';
import { applyDifference, type Direction, type SliceDifference } from '../editing/difference';
import { Labelmap, type SegmentPlace } from './labelmap';
import type { LabelLayer } from '../volume/label-volume';
import { Pace } from './pace';
import { loadImages, sliceValues, type SourceSeries } from './source-series';

/** What a write changed, with everything needed to take it back. */
export interface Change {
  readonly segmentationId: string;
  readonly series: SourceSeries;
  /** A segment of the layer that was written. */
  readonly segment: number;
  readonly differences: readonly SliceDifference[];
}

export interface WriteOrder extends Omit<CommitOrder, 'valueOfClass' | 'states'> {
  readonly segmentationId: string;
  readonly series: SourceSeries;
  /** Segment for each class of the result, indexed by class; 0 where a class is not written. All in one layer. */
  readonly segmentOfClass: readonly number[];
  readonly locked: ReadonlySet<number>;
  readonly hidden: ReadonlySet<number>;
}

/** Writing within a turn of the queue: nothing else is written or copied until the turn ends. */
export interface WritingTurn {
  /**
   * Takes back `previous` (an unaccepted preview) and writes `order`, in one pass with one event. When `signal` fires
   * before the end, what was written is taken back and the promise rejects with `CANCELLED`.
   */
  write(order: WriteOrder, previous: Change | undefined, signal?: AbortSignal): Promise<Change>;
  /** Applies a change again or takes it back, with one event. */
  apply(change: Change, direction: Direction): Promise<void>;
}

export class LabelWriter {
  #queue: Promise<unknown> = Promise.resolve();
  #ours = 0;
  readonly #onError: (error: unknown) => void;

  /** `onError` hears of writes that nobody waits for: those of the host's undo and redo. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** True while the event of our own write is being handled: other writes of labels are the host's. */
  get isWriting(): boolean {
    return this.#ours > 0;
  }

  /** Resolves when all writes so far are done. */
  async idle(): Promise<void> {
    await this.#queue.catch(() => undefined);
  }

  /** Writes whole layers into a segmentation that was just made, with one event. */
  fill(segmentationId: string, series: SourceSeries, layers: readonly LabelLayer[]): Promise<void> {
    return this.#enqueue(async () => {
      const labelmap = new Labelmap(segmentationId);
      const sliceVoxels = series.geometry.size[0] * series.geometry.size[1];
      const pace = new Pace();
      for (const [index, voxels] of layers.entries()) {
        for (const [k, imageId] of series.imageIds.entries()) {
          const slice = voxels.subarray(k * sliceVoxels, (k + 1) * sliceVoxels);
          labelmap.labels(labelmap.layers[index], imageId).set(slice);
          await pace.rest();
        }
      }
      this.#announce(labelmap, { series, segment: 1 }, [...series.imageIds.keys()]);
    });
  }

  /** Runs `work` between two writes: what it reads changes only by what it writes itself, with `turn`. */
  exclusive<T>(work: (turn: WritingTurn) => Promise<T>): Promise<T> {
    return this.#enqueue(() => work(this.#turn));
  }

  /** As {@link exclusive}, for the host's history, which does not wait: steps that come quickly run whole, one after the other. */
  soon(work: (turn: WritingTurn) => Promise<void>): void {
    this.exclusive(work).catch((error: unknown) => {
      this.#onError(toCordonError(error));
    });
  }

  readonly #turn: WritingTurn = {
    write: (order, previous, signal) => this.#write(order, previous, signal),
    apply: (change, direction) => this.#apply(change, direction),
  };

  async #apply(change: Change, direction: Direction): Promise<void> {
    const labelmap = new Labelmap(change.segmentationId);
    const { layer } = labelmap.placeOf(change.segment);
    const pace = new Pace();
    for (const difference of change.differences) {
      const imageId = change.series.imageIds[difference.slice];
      applyDifference(labelmap.labels(layer, imageId), difference, direction);
      await pace.rest();
    }
    const slices = change.differences.map(({ slice }) => slice);
    this.#announce(labelmap, change, slices);
  }

  async #write(
    order: WriteOrder,
    previous: Change | undefined,
    signal: AbortSignal | undefined
  ): Promise<Change> {
    const { series, segmentationId } = order;
    if (order.rule.range) await loadImages(series, { signal });
    const labelmap = new Labelmap(segmentationId);
    const segment = order.segmentOfClass.find((number) => number !== 0) ?? 0;
    const place = labelmap.placeOf(segment);
    const commit = commitOrder(order, labelmap, place);
    const old = new Map(previous?.differences.map((difference) => [difference.slice, difference]));
    const differences: SliceDifference[] = [];
    const touched: number[] = [];
    const pace = new Pace();
    const { fromIjk, toIjk } = order.result.box;
    try {
      for (let k = 0; k < series.imageIds.length; k++) {
        const before = old.get(k);
        if (!before && (k < fromIjk[2] || k >= toIjk[2])) continue;
        const labels = labelmap.labels(place.layer, series.imageIds[k]);
        if (before) applyDifference(labels, before, 'back');
        old.delete(k);
        const difference = commitSlice(commit, this.#slice(order, labelmap, labels, k));
        if (difference) differences.push(difference);
        if (before ?? difference) touched.push(k);
        await pace.rest(signal);
      }
    } catch (error) {
      const rest = [...old.keys()];
      for (const difference of differences) {
        const imageId = series.imageIds[difference.slice];
        applyDifference(labelmap.labels(place.layer, imageId), difference, 'back');
      }
      for (const [k, difference] of old) {
        applyDifference(labelmap.labels(place.layer, series.imageIds[k]), difference, 'back');
      }
      this.#announce(labelmap, { series, segment }, [...touched, ...rest]);
      throw error;
    }
    if (touched.length > 0) this.#announce(labelmap, { series, segment }, touched);
    return { segmentationId, series, segment, differences };
  }

  #slice(order: WriteOrder, labelmap: Labelmap, labels: Uint8Array | Uint16Array, k: number) {
    const { rule, series } = order;
    const imageId = series.imageIds[k];
    const inside =
      rule.area === 'inside-segment' && rule.insideSegment !== undefined
        ? labelmap.placeOf(rule.insideSegment)
        : undefined;
    return {
      slice: k,
      columns: series.geometry.size[0],
      labels,
      image: rule.range ? sliceValues(imageId) : undefined,
      inside: inside && {
        labels: labelmap.labels(inside.layer, imageId),
        value: inside.value,
      },
    };
  }

  #announce(
    labelmap: Labelmap,
    { series, segment }: Pick<Change, 'series' | 'segment'>,
    slices: readonly number[]
  ): void {
    const { layer } = labelmap.placeOf(segment);
    const volumeSlices = slices.map((k) => labelmap.volumeSlice(layer, series.imageIds[k]));
    this.#ours++;
    try {
      tools.triggerSegmentationEvents.triggerSegmentationDataModified(
        labelmap.segmentationId,
        volumeSlices.filter((slice) => slice >= 0),
        segment
      );
    } finally {
      this.#ours--;
    }
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

function commitOrder(order: WriteOrder, labelmap: Labelmap, place: SegmentPlace): CommitOrder {
  const valuesOf = (segments: ReadonlySet<number>) => labelmap.valuesIn(place.layer, segments);
  return {
    result: order.result,
    mode: order.mode,
    rule: order.rule,
    valueOfClass: order.segmentOfClass.map((segment) =>
      segment === 0 ? 0 : labelmap.placeOf(segment).value
    ),
    states: { locked: valuesOf(order.locked), hidden: valuesOf(order.hidden) },
  };
}
