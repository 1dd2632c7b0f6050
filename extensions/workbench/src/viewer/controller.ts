/**
 * @file What the panel can do, done in the viewer: the {@link PanelModel} on the host's services.
 */
import type { Region, UpdateContext } from '../method/contract';
import { NO_PROMPTS } from '../method/prompts';
import type { MethodRegistry } from '../method/registry';
import type { SegmentTerms } from '../terms/segment-description';
import type { PanelModel, PanelState, ParameterValue, WriteRuleState } from '../ui/panel-model';
import type { SeriesFollower, ActiveSeries } from './active-series';
import { canRedo, canUndo, clearHistory, redo, undo } from './history';
import type { HostServices, Subscription } from './host';
import { onSegmentationChange } from './host-events';
import type { LabelWriter } from './label-writer';
import { Latest, type StopSignals } from './latest';
import { activateMethod, defaultValues, methodEntries } from './method-entries';
import { isLive, type MethodJobs } from './method-jobs';
import { nextTask } from './pace';
import type { PanelStore } from './panel-store';
import type { Accepted, Preview } from './preview';
import { describeComputation, recordStep, unrecordStep, type Computed } from './provenance';
import { addSegment, describeSegment } from './segment-actions';
import type { SegmentBook } from './segment-book';
import type { Segmentations } from './segmentations';

type Quality = UpdateContext['quality'];

/** How long a slider must rest before a coarse preview is computed in full (ms). */
const REST_MS = 250;
/** Work that is done sooner shows no progress (ms). */
const JOB_DELAY_MS = 150;

export interface ControllerParts {
  readonly services: HostServices;
  readonly methods: MethodRegistry;
  readonly follower: SeriesFollower;
  readonly jobs: MethodJobs;
  readonly writer: LabelWriter;
  readonly preview: Preview;
  readonly segmentations: Segmentations;
  readonly book: SegmentBook;
  readonly store: PanelStore;
}

export class PanelController implements PanelModel {
  readonly #parts: ControllerParts;
  readonly #updates: Latest<Quality>;
  #subscriptions: Subscription[] = [];
  #active: ActiveSeries | undefined;
  #computed: Computed | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isRefreshing = false;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#updates = new Latest(
      (quality, signals) => this.#update(quality, signals),
      (error) => {
        this.#store.report(error);
      }
    );
    parts.methods.subscribe(() => {
      this.refreshSoon();
    });
  }

  get #store(): PanelStore {
    return this.#parts.store;
  }

  /** The mode has been entered. */
  start(): void {
    this.#subscriptions = [
      onSegmentationChange(this.#parts.services, () => {
        this.refreshSoon();
      }),
    ];
    this.#parts.follower.start();
    this.refresh();
  }

  /** The mode is being left: nothing of this patient may stay. */
  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
    clearTimeout(this.#rest);
    void this.#updates.cancel();
    this.#parts.follower.stop();
    this.#parts.preview.forget();
    this.#parts.jobs.reset();
    this.#active = undefined;
    this.#computed = undefined;
    clearHistory();
    this.#store.reset();
  }

  getState(): PanelState {
    return this.#store.state;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  chooseMethod(id: string | undefined): void {
    if (id === this.#store.state.active?.entry.id) return;
    void this.#abandon().then(() => {
      this.#parts.jobs.closeSession();
      const entry = this.#store.state.methods.find((other) => other.id === id);
      this.#store.set({ active: entry && activateMethod(this.#parts.methods, entry) });
      if (entry) this.#learnRange();
    });
  }

  setParameter(name: string, value: ParameterValue): void {
    const { active } = this.#store.state;
    if (!active) return;
    this.#store.set({ active: { ...active, values: { ...active.values, [name]: value } } });
    this.#changed();
  }

  resetParameters(): void {
    const { active } = this.#store.state;
    if (!active) return;
    const values = defaultValues(this.#parts.methods, active.entry.id);
    this.#store.set({ active: { ...active, values } });
    this.#changed();
  }

  setRegion(region: Region['kind']): void {
    const { active } = this.#store.state;
    if (!active || active.region === region) return;
    this.#store.set({ active: { ...active, region } });
    if (this.#parts.preview.isShown) void this.#updates.request('final');
  }

  setTargetSegment(number: number | undefined): void {
    this.#store.set({ targetSegment: number });
    if (this.#parts.preview.isShown) void this.#updates.request('final');
  }

  addSegment(): void {
    this.#do(async () => {
      const number = await addSegment(this.#parts.segmentations, this.#parts.follower.require());
      this.#store.set({ targetSegment: number });
      this.refresh();
    });
  }

  setSegmentLocked(number: number, locked: boolean): void {
    this.#withSegmentation((segmentationId) => {
      this.#parts.segmentations.setLocked(segmentationId, number, locked);
    });
  }

  describeSegment(number: number, terms: Partial<SegmentTerms>): void {
    this.#withSegmentation((segmentationId) => {
      const { segmentations, book } = this.#parts;
      describeSegment(segmentations, book, segmentationId, number, terms);
      this.refresh();
    });
  }

  setWriteRule(rule: WriteRuleState): void {
    this.#store.set({ writeRule: rule });
    if (this.#parts.preview.isShown) void this.#updates.request('final');
  }

  run(): void {
    clearTimeout(this.#rest);
    void this.#updates.request('final');
  }

  cancel(): void {
    clearTimeout(this.#rest);
    void this.#updates.cancel();
    this.#store.set({ job: undefined });
  }

  accept(): void {
    this.#do(() => this.#accept());
  }

  reject(): void {
    this.#do(() => this.#abandon());
  }

  undo(): void {
    if (this.#parts.preview.isShown) this.reject();
    else undo();
    this.refresh();
  }

  redo(): void {
    if (!this.#parts.preview.isShown) redo();
    this.refresh();
  }

  dismissMessage(id: string): void {
    this.#store.dismiss(id);
  }

  /** As {@link refresh}, in a task of its own: the host sends its events in bursts, and the panel is drawn once. */
  refreshSoon(): void {
    if (this.#isRefreshing) return;
    this.#isRefreshing = true;
    void nextTask().then(() => {
      this.#isRefreshing = false;
      if (this.#subscriptions.length > 0) this.refresh();
    });
  }

  /** Reads viewport, methods and segments anew. */
  refresh(): void {
    const { follower, segmentations } = this.#parts;
    const situation = follower.look();
    const active = situation.kind === 'series' ? situation : undefined;
    if (active?.series !== this.#active?.series) this.#seriesChanged(active);
    this.#active = active;
    const segmentation = active && segmentations.active(active.viewportId, active.series);
    const listed = segmentation ? segmentations.segments(segmentation.segmentationId) : [];
    const { targetSegment } = this.#store.state;
    this.#store.set({
      ready: active !== undefined,
      methods: methodEntries(this.#parts.methods, active?.series),
      segments: listed.map((segment) => ({
        ...segment,
        terms: segmentation && segmentations.describe(segmentation.segmentationId, segment),
      })),
      targetSegment: listed.some(({ number }) => number === targetSegment)
        ? targetSegment
        : undefined,
      canUndo: canUndo() || this.#parts.preview.isShown,
      canRedo: canRedo(),
    });
    if (situation.kind === 'unfit') this.#store.report(situation.error);
  }

  #seriesChanged(active: ActiveSeries | undefined): void {
    void this.#abandon();
    this.#parts.jobs.reset();
    const series = active?.series;
    const method = this.#store.state.active;
    this.#store.set({
      series: series && {
        title: series.title,
        modality: series.description.modality,
        unit: series.unit,
      },
      messages: [],
      targetSegment: undefined,
    });
    if (active && method) {
      this.#active = active;
      this.#learnRange();
    }
  }

  /** The range of the image's values, for sliders; computed when a method is chosen, as it needs all images. */
  #learnRange(): void {
    const active = this.#active;
    const summary = this.#store.state.series;
    if (!active || !summary || summary.range) return;
    this.#parts.jobs
      .range(active.series, {})
      .then((range) => {
        if (this.#active?.series !== active.series) return;
        this.#store.set({ series: { ...summary, range } });
      })
      .catch((error: unknown) => {
        if (this.#active?.series === active.series) this.#store.report(error);
      });
  }

  #changed(): void {
    const { active } = this.#store.state;
    if (!active || !this.#active) return;
    clearTimeout(this.#rest);
    const offer = this.#parts.methods.get(active.entry.id);
    const live =
      this.#parts.preview.isShown || isLive(offer, this.#active.series, { kind: 'volume' });
    if (!live || active.entry.unfit !== undefined) return;
    void this.#updates.request('preview');
    this.#rest = setTimeout(() => {
      if (this.#computed?.isComplete !== true) void this.#updates.request('final');
    }, REST_MS);
  }

  async #update(quality: Quality, { superseded, cancelled }: StopSignals): Promise<void> {
    const { active, writeRule, targetSegment } = this.#store.state;
    if (!active) return;
    const current = this.#parts.follower.require();
    const offer = this.#parts.methods.get(active.entry.id);
    const region = this.#parts.follower.region(active.region, current);
    const title = offer.method.title;
    const showJob = setTimeout(() => {
      this.#store.set({ job: { title, message: 'Computing' } });
    }, JOB_DELAY_MS);
    try {
      const request = { prompts: NO_PROMPTS, parameters: active.values, region };
      const result = await this.#parts.jobs.update(offer, current.series, request, {
        signal: superseded,
        quality,
        onProgress: ({ fraction, message }) => {
          if (!superseded.aborted) this.#store.set({ job: { title, fraction, message } });
        },
      });
      if (this.#active?.series !== current.series) return;
      await this.#parts.preview.show(
        result,
        {
          ...current,
          segment: targetSegment,
          mode: offer.method.inputs.segment === 'none' ? 'add' : 'replace',
          rule: writeRule,
          label: title,
        },
        // What has begun to be written is finished: half a result would flicker.
        cancelled
      );
      this.#computed = describeComputation({
        offer,
        result,
        quality,
        values: active.values,
        region,
        writeRule,
      });
      this.#store.set({
        preview: { ...this.#parts.preview.extent, values: result.values },
      });
      for (const warning of result.warnings) {
        this.#store.say({ kind: 'warning', what: title, why: warning, remedy: '' });
      }
    } finally {
      clearTimeout(showJob);
      this.#store.set({ job: undefined });
      this.refresh();
      if (!this.#parts.preview.isShown) this.#store.set({ preview: undefined });
    }
  }

  async #accept(): Promise<void> {
    clearTimeout(this.#rest);
    if (this.#updates.isBusy || this.#computed?.isComplete === false) {
      await this.#updates.request('final');
    }
    const computed = this.#computed;
    const { book, preview } = this.#parts;
    const before = new Map<number, ReturnType<SegmentBook['record']>>();
    const write = (accepted: Accepted, undone: boolean) => {
      if (undone) unrecordStep(book, accepted, before);
      else if (computed) recordStep(book, computed, accepted);
      book.markUnsaved(accepted.segmentationId);
      this.refresh();
    };
    const accepted = await preview.accept((undone, kept) => {
      write(kept, undone);
    });
    this.#computed = undefined;
    this.#store.set({ preview: undefined });
    if (!accepted) return;
    for (const segment of accepted.segmentOfClass) {
      before.set(segment, book.record(accepted.segmentationId, segment));
    }
    write(accepted, false);
  }

  async #abandon(): Promise<void> {
    clearTimeout(this.#rest);
    await this.#updates.cancel();
    await this.#parts.preview.reject();
    this.#computed = undefined;
    this.#store.set({ preview: undefined, job: undefined });
    this.refresh();
  }

  #withSegmentation(work: (segmentationId: string) => void): void {
    this.#do(() => {
      const { viewportId, series } = this.#parts.follower.require();
      const active = this.#parts.segmentations.active(viewportId, series);
      if (active) work(active.segmentationId);
      return Promise.resolve();
    });
  }

  #do(work: () => Promise<void>): void {
    const report = (error: unknown) => {
      this.#store.report(error);
    };
    try {
      work().catch(report);
    } catch (error) {
      report(error);
    }
  }
}
