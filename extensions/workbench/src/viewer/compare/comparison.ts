/**
 * @file Runs several methods on the same region and sets their results beside each other. Nothing is written until a person
 * asks to see where they differ; that is a preview like any other.
 */
import type { BackgroundClient } from '../../background/client';
import {
  agreementCsv,
  agreementWith,
  asLayers,
  differences,
  maskOf,
  type AgreementPair,
  type AgreementRow,
  type DifferenceNames,
  type Opinion,
} from '../../measure/agreement';
import { abortError, isAbort, toCordonError, type CordonError } from '../../errors/cordon-error';
import type { Region } from '../../method/contract';
import { defaultParameters } from '../../method/parameter-fields';
import { NO_PROMPTS } from '../../method/prompts';
import type { MethodOffer, MethodRegistry } from '../../method/registry';
import type { Job, PanelState } from '../../ui/panel-model';
import { segmentMask } from '../../volume/label-volume';
import { toLabelMessage } from '../../volume/label-message';
import type { ActiveSeries, SeriesFollower } from '../active-series';
import type { ChannelDesk } from '../channel-desk';
import { MethodJobs } from '../method-jobs';
import type { SegmentationCopy } from '../segmentations';

export interface ComparisonState {
  readonly job?: Job;
  readonly rows: readonly AgreementRow[];
  readonly pairs: readonly AgreementPair[];
  readonly error?: CordonError;
}

export interface ComparisonOrder {
  readonly methods: readonly string[];
  readonly region: Region['kind'];
  /** Number of the segment that counts as right. */
  readonly reference?: number;
}

export interface ComparisonParts {
  readonly methods: MethodRegistry;
  readonly follower: SeriesFollower;
  readonly background: BackgroundClient;
  readonly channels: ChannelDesk;
  panelState(): PanelState;
  copySegmentation(): Promise<SegmentationCopy | undefined>;
}

const NOTHING: ComparisonState = { rows: [], pairs: [] };

export class MethodComparison {
  readonly #parts: ComparisonParts;
  readonly #jobs = new MethodJobs();
  readonly #listeners = new Set<() => void>();
  #state = NOTHING;
  #running: AbortController | undefined;
  /** What the running comparison looks at. */
  #lookedAt: ActiveSeries['series'] | undefined;
  #compared: { readonly current: ActiveSeries; readonly opinions: readonly Opinion[] } | undefined;

  constructor(parts: ComparisonParts) {
    this.#parts = parts;
  }

  getState(): ComparisonState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Methods that can take part: they start from the image alone, without anything drawn. */
  candidates(): readonly MethodOffer[] {
    const situation = this.#parts.follower.look();
    if (situation.kind !== 'series') return [];
    const { series } = situation;
    const { channels } = this.#parts;
    return this.#parts.methods.list().filter(({ method }) => {
      const { inputs, outputs } = method;
      const isFree = inputs.segment === 'none' && inputs.prompts.every((kind) => kind === 'box');
      return isFree && outputs.includes('labels') && channels.fitOf(method, series).fits;
    });
  }

  /** Runs all methods and measures; a method that fails ends the comparison with its reason. */
  async run(order: ComparisonOrder): Promise<void> {
    this.cancel();
    const running = (this.#running = new AbortController());
    this.#compared = undefined;
    this.#set(NOTHING);
    try {
      await this.#run(order, running.signal);
    } catch (error) {
      if (this.#running !== running) return;
      this.#set(isAbort(error) ? NOTHING : { ...NOTHING, error: toCordonError(error) });
    } finally {
      if (this.#running === running) this.#running = undefined;
      this.#jobs.reset();
    }
  }

  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#set({ ...this.#state, job: undefined });
  }

  /** Forgets everything: the mode is being left, or another series is open. */
  reset(): void {
    this.cancel();
    this.#jobs.reset();
    this.#compared = undefined;
    this.#set(NOTHING);
  }

  /** The active viewport has changed: the table of another series must not stay, nor come. */
  follow(): void {
    const situation = this.#parts.follower.look();
    const series = situation.kind === 'series' ? situation.series : undefined;
    const own = this.#running ? this.#lookedAt : this.#compared?.current.series;
    if (own && own !== series) this.reset();
  }

  /** Where the results agree and where not, and the series that they belong to. */
  differences(names: DifferenceNames) {
    if (!this.#compared) return undefined;
    const { current, opinions } = this.#compared;
    return { current, labels: differences(opinions, current.series.geometry, names) };
  }

  csv(): string {
    return agreementCsv(this.#state.rows, this.#state.pairs);
  }

  async #run(order: ComparisonOrder, signal: AbortSignal): Promise<void> {
    const { channels, follower, methods } = this.#parts;
    const current = follower.require();
    this.#lookedAt = current.series;
    const { geometry } = current.series;
    const region = follower.region(order.region, current);
    // As it is when the comparison begins: it may be changed, or another segmentation be active, when the methods are done.
    const reference = await this.#reference(order.reference);
    if (signal.aborted) throw abortError();
    const opinions: Opinion[] = [];
    const times: (number | undefined)[] = [];
    for (const [at, id] of order.methods.entries()) {
      const offer = methods.get(id);
      const { title } = offer.method;
      const images = channels.require(offer.method, current.series);
      const started = performance.now();
      const request = { prompts: NO_PROMPTS, parameters: this.#parametersOf(offer), region };
      const result = await this.#jobs.update(offer, images, request, {
        signal,
        quality: 'final',
        onProgress: ({ fraction, message }) => {
          const job = { title, message, fraction: (at + fraction) / order.methods.length };
          if (!signal.aborted) this.#set({ ...this.#state, job });
        },
      });
      if (signal.aborted) throw abortError();
      times.push(performance.now() - started);
      const mask = result.labels ? maskOf(result.labels, geometry) : undefined;
      opinions.push({ title, mask: mask ?? new Uint8Array(geometry.voxelCount) });
    }
    if (reference) {
      opinions.push(reference);
      times.push(undefined);
    }
    await this.#measure(current, opinions, times, reference && opinions.length - 1, signal);
  }

  async #reference(number: number | undefined): Promise<Opinion | undefined> {
    if (number === undefined) return undefined;
    const copy = await this.#parts.copySegmentation();
    const segment = copy?.labels.segments.find((one) => one.number === number);
    if (!copy || !segment) return undefined;
    return { title: segment.label, mask: segmentMask(copy.labels, segment) };
  }

  async #measure(
    current: ActiveSeries,
    opinions: readonly Opinion[],
    times: readonly (number | undefined)[],
    reference: number | undefined,
    signal: AbortSignal
  ): Promise<void> {
    const labels = toLabelMessage(asLayers(opinions, current.series.geometry));
    const pairs: AgreementPair[] = [];
    let volumes: readonly number[] = [];
    for (let a = 0; a < opinions.length; a++) {
      for (let b = a + 1; b < opinions.length; b++) {
        const compare = { reference: a + 1, candidate: b + 1 };
        const measures = await this.#parts.background.call((api) =>
          api.measure({ labels, image: 'none', compare })
        );
        if (signal.aborted) throw abortError();
        volumes = measures.statistics.map(({ volumeMl }) => volumeMl);
        const { dice = null, hd95Mm = null } = measures.agreement ?? {};
        pairs.push({ a, b, dice, hd95Mm });
      }
    }
    const rows = opinions.map(({ title }, at): AgreementRow => ({
      title,
      isReference: at === reference,
      volumeMl: volumes[at] ?? 0,
      milliseconds: times[at],
      ...(at === reference ? { dice: null, hd95Mm: null } : agreementWith(at, reference, pairs)),
    }));
    this.#compared = { current, opinions };
    this.#set({ rows, pairs });
  }

  /** As a person has set them, for the method that is open; the defaults of all others. */
  #parametersOf({ method }: MethodOffer) {
    const { active } = this.#parts.panelState();
    return active?.entry.id === method.id ? active.values : defaultParameters(method.parameters);
  }

  #set(state: ComparisonState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
