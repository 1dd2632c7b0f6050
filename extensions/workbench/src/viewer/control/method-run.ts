/**
 * @file The active method at work: previews that follow a parameter, the full result, and what becomes of it.
 */
import type { UpdateContext } from '../../method/contract';
import type { PanelState } from '../../ui/panel-model';
import { Latest, type StopSignals } from '../latest';
import { isLive } from '../method-jobs';
import type { Accepted } from '../preview';
import { describeComputation, recordStep, unrecordStep, type Computed } from '../provenance';
import type { SegmentBook } from '../segment-book';
import { SegmentMasks } from '../segment-masks';
import { buildRequest } from './build-request';
import { showMap } from './show-map';
import type { ControllerParts, ControllerView } from './parts';

type Quality = UpdateContext['quality'];

/** How long a slider must rest before a coarse preview is computed in full (ms). */
const REST_MS = 250;
/** Work that is done sooner shows no progress (ms). */
const JOB_DELAY_MS = 150;

export class MethodRun {
  readonly #parts: ControllerParts;
  readonly #view: ControllerView;
  readonly #masks: SegmentMasks;
  readonly #updates: Latest<Quality>;
  #computed: Computed | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ControllerParts, view: ControllerView) {
    this.#parts = parts;
    this.#view = view;
    this.#masks = new SegmentMasks(parts);
    this.#updates = new Latest(
      (quality, signals) => this.#update(quality, signals),
      (error) => {
        parts.store.report(error);
      }
    );
  }

  /** Computes the full result. */
  run(): void {
    clearTimeout(this.#rest);
    void this.#updates.request('final');
  }

  /** Computes again what is shown, if anything is: what it depends on has changed. */
  renew(): void {
    if (this.#parts.preview.isShown) void this.#updates.request('final');
  }

  /** A parameter has changed: a method that is quick enough follows. */
  follow(): void {
    const { methods, preview, store } = this.#parts;
    const { active } = store.state;
    const current = this.#view.active();
    if (!active || !current) return;
    clearTimeout(this.#rest);
    const offer = methods.get(active.entry.id);
    const live = preview.isShown || isLive(offer, current.series, { kind: 'volume' });
    if (!live || active.entry.unfit !== undefined) return;
    void this.#updates.request('preview');
    this.#rest = setTimeout(() => {
      if (this.#computed?.isComplete !== true) void this.#updates.request('final');
    }, REST_MS);
  }

  /** Ends what is being computed; what is shown stays. */
  cancel(): void {
    clearTimeout(this.#rest);
    void this.#updates.cancel();
    this.#parts.store.set({ job: undefined });
  }

  /** Forgets everything without touching labels: the mode is being left. */
  forget(): void {
    clearTimeout(this.#rest);
    void this.#updates.cancel();
    this.#parts.preview.forget();
    this.#masks.forget();
    this.#computed = undefined;
  }

  /** Keeps what is shown, computed in full: one step of the history. */
  async accept(): Promise<void> {
    clearTimeout(this.#rest);
    if (this.#updates.isBusy || this.#computed?.isComplete === false) {
      await this.#updates.request('final');
    }
    const computed = this.#computed;
    const { book, preview, store } = this.#parts;
    const before = new Map<number, ReturnType<SegmentBook['record']>>();
    const write = (accepted: Accepted, undone: boolean) => {
      if (undone) unrecordStep(book, accepted, before);
      else if (computed) recordStep(book, computed, accepted);
      book.markUnsaved(accepted.segmentationId);
      this.#view.refresh();
    };
    const accepted = await preview.accept((undone, kept) => {
      write(kept, undone);
    });
    this.#computed = undefined;
    store.set({ preview: undefined });
    if (!accepted) return;
    for (const segment of accepted.segmentOfClass) {
      before.set(segment, book.record(accepted.segmentationId, segment));
    }
    write(accepted, false);
  }

  /** Takes back what is shown. */
  async abandon(): Promise<void> {
    clearTimeout(this.#rest);
    await this.#updates.cancel();
    await this.#parts.preview.reject();
    this.#computed = undefined;
    this.#parts.store.set({ preview: undefined, job: undefined });
    this.#view.refresh();
  }

  async #update(quality: Quality, { superseded, cancelled }: StopSignals): Promise<void> {
    const { follower, jobs, methods, preview, store } = this.#parts;
    const { active, writeRule, targetSegment } = store.state;
    if (!active) return;
    const current = follower.require();
    const offer = methods.get(active.entry.id);
    const title = offer.method.title;
    const showJob = setTimeout(() => {
      store.set({ job: { title, message: 'Computing' } });
    }, JOB_DELAY_MS);
    try {
      const request = await buildRequest(this.#parts, this.#masks, offer, active, current);
      const result = await jobs.update(offer, current.series, request, {
        signal: superseded,
        quality,
        onProgress: ({ fraction, message }) => {
          if (!superseded.aborted) store.set({ job: { title, fraction, message } });
        },
      });
      if (this.#view.active()?.series !== current.series) return;
      for (const warning of result.warnings) {
        store.say({ kind: 'warning', what: title, why: warning, remedy: '' });
      }
      if (await showMap(this.#parts, result, current)) {
        this.#computed = undefined;
        return;
      }
      await preview.show(
        result,
        {
          ...current,
          segment: targetSegment,
          mode: request.segment ? 'replace' : 'add',
          rule: writeRule,
          label: targetLabel(store.state) ?? title,
        },
        // What has begun to be written is finished: half a result would flicker.
        cancelled
      );
      this.#computed = describeComputation({
        offer,
        result,
        quality,
        request,
        writeRule,
      });
      store.set({
        preview: { ...preview.extent, values: result.values, ranOn: result.runtime?.title },
      });
    } finally {
      clearTimeout(showJob);
      store.set({ job: undefined });
      this.#view.refresh();
      if (!preview.isShown) store.set({ preview: undefined });
    }
  }
}

/** Parts that an operation splits off are named after their segment. */
const targetLabel = ({ active, segments, targetSegment }: PanelState) =>
  active?.segmentInput === 'required'
    ? segments.find(({ number }) => number === targetSegment)?.label
    : undefined;
