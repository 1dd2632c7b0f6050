/**
 * @file The active method at work: previews that follow a parameter, the full result, and what becomes of it.
 */
import { CordonError } from '../../errors/cordon-error';
import type { MethodResult, UpdateContext } from '../../method/contract';
import type { MethodOffer } from '../../method/registry';
import type { ActiveSeries } from '../active-series';
import type { PanelState } from '../../ui/panel-model';
import { EMPTY_SET, isEmptySet, type PromptSet } from '../../prompts/prompt-set';
import { Latest, type StopSignals } from '../latest';
import { isLive } from '../method-jobs';
import { startingValues } from '../method-entries';
import type { Accepted } from '../preview';
import {
  describeComputation,
  recordStep,
  unrecordStep,
  withoutVoxels,
  type Computed,
} from '../provenance';
import { levelsOf } from '../probability-shelf';
import type { SegmentBook } from '../segment-book';
import { SegmentMasks } from '../segment-masks';
import { afterDrawing } from '../after-drawing';
import { buildRequest } from './build-request';
import { formerSegments } from './former-result';
import { ProgressNews } from './progress-news';
import { showMap } from './show-map';
import type { ControllerParts, ControllerView } from './parts';

interface Wanted {
  readonly quality: UpdateContext['quality'];
  /** Nobody pressed Run: marks that are still missing are no error. */
  readonly follows?: boolean;
}

/** How long a slider must rest before a coarse preview is computed in full (ms). */
const REST_MS = 250;
/** Work that is done sooner shows no progress (ms): drawing it would hold up the result. */
const JOB_DELAY_MS = 400;
export class MethodRun {
  readonly #parts: ControllerParts;
  readonly #view: ControllerView;
  readonly masks: SegmentMasks;
  readonly #updates: Latest<Wanted>;
  #computed: Computed | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #isWriting = false;
  /** What the panel will say of the last result when the viewports show it. */
  #unsaid: (() => void) | undefined;
  /** Messages about the last result, or why there was none. */
  readonly #said = new Set<string>();

  constructor(parts: ControllerParts, view: ControllerView) {
    this.#parts = parts;
    this.#view = view;
    this.masks = new SegmentMasks(parts);
    this.#updates = new Latest(
      (wanted, signals) => this.#update(wanted, signals),
      (error) => {
        this.#note(parts.store.report(error));
      }
    );
  }

  /** True while a result is being computed. */
  get isBusy(): boolean {
    return this.#updates.isBusy;
  }

  /** Something was drawn: the result follows; while marks are missing there is none. */
  followPrompts(): void {
    clearTimeout(this.#rest);
    void this.#updates.request({ quality: 'final', follows: true });
  }

  /** Computes the full result. */
  run(): void {
    clearTimeout(this.#rest);
    void this.#updates.request({ quality: 'final' });
  }

  /** Computes again what is shown or being computed, if anything is: what it depends on has changed. */
  renew(): void {
    if (this.#parts.preview.isShown || this.isBusy)
      void this.#updates.request({ quality: 'final' });
  }

  /** As {@link renew}, for what only writing depends on: a result that is not written yet will be by what is chosen then. */
  rewrite(): void {
    if (this.#parts.preview.isShown || this.#isWriting)
      void this.#updates.request({ quality: 'final' });
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
    void this.#updates.request({ quality: 'preview', follows: true });
    this.#rest = setTimeout(() => {
      if (this.#computed?.isComplete !== true) {
        void this.#updates.request({ quality: 'final', follows: true });
      }
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
    this.masks.forget();
    this.#said.clear();
    this.#unsaid = undefined;
    this.#computed = undefined;
  }

  /** Keeps what is shown, computed in full: one step of the history. */
  async accept(): Promise<void> {
    clearTimeout(this.#rest);
    const shown = this.#computed;
    const isBusy = this.#updates.isBusy;
    await this.#updates.idle();
    const isMissing = this.#computed?.isComplete === false;
    if (isMissing) await this.#updates.request({ quality: 'final' });
    // Cancelled or failed: what is shown is not what was accepted.
    if ((isBusy || isMissing) && this.#computed === shown) return;
    // The history keeps what it needs to do it again, but no result.
    const made = this.#computed && withoutVoxels(this.#computed);
    const levels = this.#computed && levelsOf(this.#computed.result);
    const { book, desk, preview, shelf, store } = this.#parts;
    const before = new Map<number, ReturnType<SegmentBook['record']>>();
    const drawn = this.#drawn();
    let takeOffShelf: () => void = () => undefined;
    let remember: (() => void)[] = [];
    const write = (accepted: Accepted, undone: boolean) => {
      store.together(() => {
        book.together(() => {
          note(accepted, undone);
        });
        this.#view.refresh();
      });
    };
    const note = (accepted: Accepted, undone: boolean) => {
      // What was drawn has become the result; it comes back with the undo.
      if (drawn)
        desk.book.replace(drawn.key, undone ? drawn.set : { ...EMPTY_SET, box: drawn.set.box });
      if (undone) {
        for (const again of remember) again();
        unrecordStep(book, accepted, before);
        takeOffShelf();
      } else if (made && levels) {
        const { segmentationId, emptied } = accepted;
        remember = emptied.map((number) => book.forgetSegment(segmentationId, number));
        recordStep(book, made, accepted);
        takeOffShelf = shelf.keep(levels, accepted, (segment) =>
          book.record(accepted.segmentationId, segment)
        );
      }
      book.markUnsaved(accepted.segmentationId);
    };
    const accepted = await preview.accept((undone, kept) => {
      write(kept, undone);
    }, levels?.bytes);
    this.#computed = undefined;
    this.#unsaid = undefined;
    store.set({ preview: undefined, job: undefined });
    if (!accepted) return;
    for (const segment of accepted.segmentOfClass) {
      before.set(segment, book.record(accepted.segmentationId, segment));
    }
    write(accepted, false);
  }

  /** Takes back what is shown, and the clicks that led to it; strokes, boxes and paths took longer and stay. */
  async reject(): Promise<void> {
    const { desk, preview } = this.#parts;
    const drawn = preview.isShown ? this.#drawn() : undefined;
    await this.abandon();
    if (drawn && drawn.set.scribbles.length === 0 && drawn.set.path.length === 0) {
      desk.book.change(drawn.key, { ...EMPTY_SET, box: drawn.set.box });
    }
  }

  /** Takes back what is shown. */
  async abandon(): Promise<void> {
    clearTimeout(this.#rest);
    this.#takeBack();
    await this.#updates.cancel();
    this.#unsaid = undefined;
    await this.#parts.preview.reject();
    this.#computed = undefined;
    const { store } = this.#parts;
    store.together(() => {
      store.set({ preview: undefined, job: undefined });
      this.#view.refresh();
    });
  }

  /** What is drawn for the active method; nothing when it is nothing. */
  #drawn(): { readonly key: string; readonly set: PromptSet } | undefined {
    const { desk, methods, store } = this.#parts;
    const { active } = store.state;
    const key = this.#view.active()?.series.displaySetUid;
    if (!active || key === undefined) return undefined;
    if (methods.get(active.entry.id).method.inputs.prompts.length === 0) return undefined;
    const set = desk.book.of(key);
    return isEmptySet(set) ? undefined : { key, set };
  }

  #note(message: string | undefined): void {
    if (message !== undefined) this.#said.add(message);
  }

  /** What was said about an earlier result holds no more. */
  #takeBack(): void {
    for (const message of this.#said) this.#parts.store.dismiss(message);
    this.#said.clear();
  }

  async #update(wanted: Wanted, signals: StopSignals): Promise<void> {
    const { preview, store } = this.#parts;
    this.#takeBack();
    try {
      await this.#compute(wanted.quality, signals);
      this.#waitFor(undefined);
    } catch (error) {
      const isMissing = error instanceof CordonError && MISSING_MARKS.has(error.code);
      if (!wanted.follows || !isMissing) throw error;
      await preview.reject();
      this.#computed = undefined;
      store.set({ preview: undefined });
      this.#waitFor(error.remedy);
    }
  }

  #waitFor(waitingFor: string | undefined): void {
    const { store } = this.#parts;
    const { prompts } = store.state;
    if (prompts && prompts.waitingFor !== waitingFor)
      store.set({ prompts: { ...prompts, waitingFor } });
  }

  /** The segments that this network has made before and that it brings up to date; undefined where it makes new ones. */
  #former(
    { method }: MethodOffer,
    { labels }: MethodResult,
    { viewportId, series }: ActiveSeries
  ): readonly number[] | undefined {
    const { book, segmentations, store } = this.#parts;
    const { area, range } = store.state.writeRule;
    if (method.family !== 'neural' || !labels || store.state.targetSegment !== undefined) {
      return undefined;
    }
    const segmentation = segmentations.active(viewportId, series);
    if (!segmentation) return undefined;
    const { segmentationId } = segmentation;
    const made = segmentations.segments(segmentationId).map(({ number, label, locked }) => {
      const { steps, handEdited } = book.record(segmentationId, number);
      return { number, label, locked, steps, handEdited };
    });
    const mayEmpty = area === 'everywhere' && range === undefined;
    return formerSegments(method.id, labels, made, series.geometry.size, mayEmpty);
  }

  async #compute(
    quality: UpdateContext['quality'],
    { superseded, cancelled }: StopSignals
  ): Promise<void> {
    const { channels, desk, follower, jobs, methods, preview, store } = this.#parts;
    const { active, targetSegment: begunFor } = store.state;
    if (!active) return;
    this.#tellNow();
    const current = follower.require();
    const offer = methods.get(active.entry.id);
    const title = offer.method.title;
    let isDone = false;
    const progress = new ProgressNews();
    let shown: PanelState['preview'];
    const showJob = setTimeout(() => {
      store.set({ job: { title, message: 'Computing' } });
    }, JOB_DELAY_MS);
    try {
      const request = await buildRequest(this.#parts, this.masks, offer, active, current);
      const images = channels.require(offer.method, current.series);
      const result = await jobs.update(offer, images, request, {
        signal: superseded,
        quality,
        showsSteps: true,
        onProgress: ({ fraction, message, soFar }) => {
          if (superseded.aborted || isDone) return;
          if (progress.isNews(message)) store.set({ job: { title, fraction, message } });
          if (soFar) desk.foresee({ series: current.series, labels: soFar });
        },
      });
      isDone = true;
      clearTimeout(showJob);
      // A bar that moves by itself is drawn in every frame, before the result: it stands still from now on.
      const { job } = store.state;
      if (job && job.fraction === undefined) store.set({ job: { ...job, fraction: 1 } });
      if (this.#view.active()?.series !== current.series) return;
      for (const warning of result.warnings) {
        this.#note(store.say({ kind: 'warning', what: title, why: warning, remedy: '' }));
      }
      if (await showMap(this.#parts, result, current)) {
        this.#computed = undefined;
        return;
      }
      // What was chosen when the work began may be deleted by now; what was made of a segment belongs to that one.
      const { writeRule, targetSegment: chosen } = store.state;
      const targetSegment = request.segment ? begunFor : chosen;
      const former = this.#former(offer, result, current);
      this.#isWriting = true;
      await preview.show(
        result,
        {
          ...current,
          segment: targetSegment,
          former,
          mode: request.segment || former ? 'replace' : 'add',
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
        images,
        writeRule,
        updates: former !== undefined,
        begun: startingValues(active),
      });
      shown = {
        ...preview.extent,
        values: result.values,
        ranOn: result.runtime?.title,
        updates: former !== undefined,
      };
    } finally {
      isDone = true;
      this.#isWriting = false;
      clearTimeout(showJob);
      if (desk.foresight) desk.foresee(undefined);
      this.#tell(() => {
        store.set({ job: undefined, ...(shown && { preview: shown }) });
        this.#view.refresh();
        if (!preview.isShown) store.set({ preview: undefined });
      }, shown && preview.segmentationId);
    }
  }

  /** Changes what the panel says, once: after the viewports have drawn, where they do. */
  #tell(say: () => void, segmentationId: string | undefined): void {
    this.#unsaid = say;
    if (segmentationId === undefined) this.#tellNow();
    else
      void afterDrawing(segmentationId).then(() => {
        if (this.#unsaid === say) this.#tellNow();
      });
  }

  #tellNow(): void {
    const say = this.#unsaid;
    this.#unsaid = undefined;
    if (say) this.#parts.store.together(say);
  }
}

/** Parts that an operation splits off are named after their segment. */
const targetLabel = ({ active, segments, targetSegment }: PanelState) =>
  active?.segmentInput === 'required'
    ? segments.find(({ number }) => number === targetSegment)?.label
    : undefined;

/** What methods say while marks are still missing. */
const MISSING_MARKS: ReadonlySet<string> = new Set([
  'SEEDS_MISSING',
  'ONE_CLASS_ONLY',
  'ANCHORS_MISSING',
  'START_MISSING',
]);
