/**
 * @file Measures the active segmentation while somebody looks: after every accepted change, in a worker that keeps the image. What a
 * preview shows and nobody has accepted is not measured.
 */
import { moving, type BackgroundClient } from '../../background/client';
import { toCordonError } from '../../errors/cordon-error';
import { memoryBudgetBytes } from '../../jobs/memory-budget';
import { toChannelMessage } from '../../jobs/protocol';
import { toLabelMessage } from '../../volume/label-message';
import type { MeasuresModel, MeasuresState } from '../../ui/measures/measures-model';
import type { AcceptedCopies } from '../accepted-copies';
import type { ActiveSeries, SeriesFollower } from '../active-series';
import { Labelmap } from '../labelmap';
import { Latest } from '../latest';
import { deviceMemoryGiB, type MethodJobs } from '../method-jobs';
import type { PanelStore } from '../panel-store';
import type { SegmentBook } from '../segment-book';
import type { SegmentationCopy, Segmentations } from '../segmentations';
import type { SourceSeries } from '../source-series';
import type { HostServices } from '../host';
import { quantityOf } from './quantity';

export interface MeasureParts {
  readonly services: HostServices;
  readonly follower: SeriesFollower;
  readonly segmentations: Segmentations;
  readonly copies: AcceptedCopies;
  readonly book: SegmentBook;
  readonly jobs: MethodJobs;
  readonly store: PanelStore;
  readonly background: BackgroundClient;
}

const NOTHING: MeasuresState = { rows: [], quantity: '', choices: [], isMeasuring: false };
/** Changes that follow each other more quickly are measured together (ms). */
const REST_MS = 250;
/** An image that takes more than this share of the memory for one session is not copied to be measured. */
const MOST_OF_BUDGET = 0.5;

export class LiveMeasures implements MeasuresModel {
  readonly #parts: MeasureParts;
  readonly #listeners = new Set<() => void>();
  readonly #updates: Latest<null>;
  #stops: (() => void)[] = [];
  #state = NOTHING;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was measured last: it is not measured again until something changes. */
  #measured = '';
  /** Series whose image the worker has. */
  #image: SourceSeries | undefined;

  constructor(parts: MeasureParts) {
    this.#parts = parts;
    this.#updates = new Latest(
      () => this.#update(),
      (error) => {
        const { code, what, why, remedy } = toCordonError(error);
        if (code === 'CANCELLED' || code === 'SEGMENTATION_GONE') return;
        this.#set({ ...NOTHING, error: { what, why, remedy } });
      }
    );
  }

  getState(): MeasuresState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  open(number: number | undefined): void {
    this.#set({ ...this.#state, open: number, shape: undefined });
    this.#soon();
  }

  compare(side: 'reference' | 'candidate', key: string | undefined): void {
    this.#set({ ...this.#state, [side]: key, agreement: undefined });
    this.#soon();
  }

  /** Nothing of this patient may stay. */
  reset(): void {
    clearTimeout(this.#timer);
    void this.#updates.cancel();
    this.#parts.background.end();
    this.#image = undefined;
    this.#measured = '';
    this.#set(NOTHING);
  }

  #start(): void {
    const { book, store } = this.#parts;
    const look = () => {
      this.#soon();
    };
    this.#stops = [book.subscribe(look), store.subscribe(look)];
    look();
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.reset();
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#listeners.size > 0) void this.#updates.request(null);
    }, REST_MS);
  }

  async #update(): Promise<void> {
    const { follower, segmentations } = this.#parts;
    const situation = follower.look();
    const active = situation.kind === 'series' ? situation : undefined;
    const segmentation = active && segmentations.active(active.viewportId, active.series);
    if (!active || !segmentation) {
      this.#measured = '';
      if (this.#state !== NOTHING) this.#set(NOTHING);
      return;
    }
    const { segmentationId } = segmentation;
    const choices = this.#choices(active, segmentationId);
    const key = this.#key(segmentationId, active);
    if (key === this.#measured) return;
    this.#set({ ...this.#state, choices, isMeasuring: true });
    await this.#measure(segmentationId, active, choices);
    this.#measured = key;
  }

  /** What the result depends on, as text. */
  #key(segmentationId: string, { series }: ActiveSeries): string {
    const { book, segmentations } = this.#parts;
    const { open, reference, candidate } = this.#state;
    const listed = segmentations
      .segments(segmentationId)
      .map(({ number, label, colour }) => [number, label, ...colour]);
    return JSON.stringify([
      segmentationId,
      series.displaySetUid,
      book.revision,
      listed,
      open,
      reference,
      candidate,
    ]);
  }

  async #measure(
    segmentationId: string,
    { series }: ActiveSeries,
    choices: MeasuresState['choices']
  ): Promise<void> {
    const { background, copies } = this.#parts;
    const quantity = quantityOf(series);
    const { image, note } = await this.#imageFor(series);
    const copy = await copies.take(segmentationId, series);
    const reference = splitKey(this.#state.reference, choices);
    const candidate = splitKey(this.#state.candidate, choices);
    // The reference is measured from its own segmentation, which need not be the active one.
    const others = new Map<string, SegmentationCopy>();
    for (const one of [reference, candidate]) {
      if (one && one.id !== segmentationId && !others.has(one.id)) {
        others.set(one.id, await copies.take(one.id, series));
      }
    }
    const labels = toLabelMessage(copy.labels);
    const labelsOf = (id: string) =>
      id === segmentationId ? labels : toLabelMessage((others.get(id) ?? copy).labels);
    const isAsked = reference !== undefined && candidate !== undefined;
    const { open } = this.#state;
    const message = {
      labels,
      image,
      scale: quantity.scale,
      shapeOf: open,
      ...(isAsked && {
        compare: { reference: reference.number, candidate: candidate.number },
        referenceLabels: labelsOf(reference.id),
        candidateLabels: labelsOf(candidate.id),
      }),
    };
    const { referenceLabels, candidateLabels } = message;
    const measured = await background.call((api) =>
      api.measure(moving(message, referenceLabels, candidateLabels))
    );
    this.#image = image === 'none' ? undefined : series;
    const byNumber = new Map(copy.labels.segments.map((segment) => [segment.number, segment]));
    this.#set({
      ...this.#state,
      rows: measured.statistics.map((row) => ({
        ...row,
        label: byNumber.get(row.number)?.label ?? '',
        colour: byNumber.get(row.number)?.colour ?? [128, 128, 128],
      })),
      quantity: quantity.title,
      note: note ?? quantity.note,
      shape: measured.shape,
      agreement: measured.agreement,
      error: undefined,
      isMeasuring: false,
    });
  }

  /** The image where the worker has not got it; too large a one is left out, and that is said. */
  async #imageFor(series: SourceSeries) {
    const bytes = 4 * series.geometry.voxelCount;
    if (bytes > MOST_OF_BUDGET * memoryBudgetBytes(deviceMemoryGiB())) {
      return {
        image: 'none' as const,
        note: `no intensities: the image takes ${(bytes / 2 ** 30).toFixed(1)} GiB, too much to measure it here`,
      };
    }
    if (this.#image === series) return {};
    return { image: toChannelMessage(await this.#parts.jobs.volume(series)) };
  }

  /** All segments on the series; those of other segmentations with its name. */
  #choices({ series }: ActiveSeries, activeId: string): MeasuresState['choices'] {
    const { segmentations, services } = this.#parts;
    return services.segmentationService
      .getSegmentations()
      .filter(
        ({ segmentationId, representationData }) =>
          representationData.Labelmap && new Labelmap(segmentationId).covers(series.imageIds)
      )
      .flatMap(({ segmentationId, label: title }) =>
        segmentations.segments(segmentationId).map(({ number, label }) => ({
          key: `${segmentationId}#${number}`,
          label: segmentationId === activeId ? label : `${title}: ${label}`,
        }))
      );
  }

  #set(state: MeasuresState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function splitKey(key: string | undefined, choices: MeasuresState['choices']) {
  if (key === undefined || !choices.some((choice) => choice.key === key)) return undefined;
  const at = key.lastIndexOf('#');
  return { id: key.slice(0, at), number: Number(key.slice(at + 1)) };
}
