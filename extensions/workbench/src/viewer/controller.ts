/**
 * @file What the panel can do, done in the viewer: the {@link PanelModel} on the host's services.
 */
import type { Region } from '../method/contract';
import type { SegmentTerms } from '../terms/segment-description';
import type { DrawingTool } from '../prompts/gestures';
import type { PanelModel, PanelState, ParameterValue, WriteRuleState } from '../ui/panel-model';
import type { ActiveSeries } from './active-series';
import { learnRange } from './control/image-range';
import { lookAtChannels } from './control/look-at-channels';
import { MethodRun } from './control/method-run';
import { PromptWork } from './control/prompt-work';
import { withoutLeft } from './control/gone-segments';
import { ResultKeys } from './control/result-keys';
import type { ControllerParts, ControllerView } from './control/parts';
import { showsNetwork } from './control/shows-network';
import { canRedo, canUndo, clearHistory, redo, redoPrompts, undo, undoPrompts } from './history';
import type { Subscription } from './host';
import { onSegmentationChange } from './host-events';
import { limitStatistics } from './host-statistics';
import { activateMethod, beginAnew, methodEntries, startingValues } from './method-entries';
import { nextTask } from './pace';
import type { PanelStore } from './panel-store';
import type { ListedSegment } from './segmentations';
import { addSegment, describeSegment } from './segment-actions';
import { segmentsFor, segmentsLacking } from './control/segments-for';
import { hideMap } from './control/show-map';

export class PanelController implements PanelModel {
  readonly #parts: ControllerParts;
  readonly #view: ControllerView;
  readonly #method: MethodRun;
  readonly #prompts: PromptWork;
  readonly #keys: ResultKeys;
  #subscriptions: Subscription[] = [];
  #active: ActiveSeries | undefined;
  /** The segmentation whose segments are listed. */
  #listed: string | undefined;
  #isRefreshing = false;
  /** Ends with the command that was given last. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#view = { active: () => this.#active, refresh: this.refresh.bind(this) };
    this.#method = new MethodRun(parts, this.#view);
    this.#prompts = new PromptWork(parts, this.#view, this.#method, (region) => {
      this.setRegion(region);
    });
    this.#keys = new ResultKeys(this, parts);
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
        // What is tried for a preview is shown with it.
        if (!this.#parts.segmentations.isTrying) this.refreshSoon();
      }),
    ];
    this.#parts.follower.start();
    this.#parts.drafts.start();
    this.#prompts.start();
    this.#keys.start();
    this.refresh();
  }

  /** The mode is being left: nothing of this patient may stay. */
  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
    this.#parts.drafts.stop();
    this.#keys.stop();
    this.#prompts.stop();
    this.#parts.follower.stop();
    this.#method.forget();
    this.#parts.overlay.hide();
    this.#parts.jobs.reset();
    this.#parts.channels.clear();
    this.#active = undefined;
    this.#listed = undefined;
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
    this.#inTurn(() => this.#choose(id));
  }

  startMethod(id: string, segment?: number): void {
    this.#inTurn(async () => {
      await this.#choose(id, segment);
      this.#method.run();
    });
  }

  setParameter(name: string, value: ParameterValue): void {
    const { active } = this.#store.state;
    if (!active) return;
    this.#store.set({ active: { ...active, values: { ...active.values, [name]: value } } });
    this.#prompts.attend();
    this.#method.follow();
  }

  resetParameters(): void {
    const { active } = this.#store.state;
    if (!active) return;
    this.#store.set({ active: { ...active, values: startingValues(active) } });
    this.#prompts.attend();
    this.#method.follow();
  }

  setRegion(region: Region['kind']): void {
    const { active } = this.#store.state;
    if (!active || active.region === region) return;
    this.#store.set({ active: { ...active, region } });
    this.#prompts.publish();
    this.#method.renew();
  }

  setChannel(name: string, id: string): void {
    const series = this.#active?.series;
    if (!series) return;
    this.#parts.channels.choose(series, name, id);
    this.refresh();
    this.#method.renew();
  }

  setDrawingTool(tool: DrawingTool | undefined): void {
    this.#prompts.choose(tool);
  }

  setPromptLabel(label: number): void {
    this.#prompts.setLabel(label);
  }

  setBrushMm(brushMm: number): void {
    this.#prompts.setBrushMm(brushMm);
  }

  clearPrompts(): void {
    this.#prompts.clear();
  }

  removeBox(): void {
    this.#prompts.removeBox();
  }

  /** The path is complete: it is closed. */
  finishPath(): void {
    this.#method.followPrompts();
  }

  setTargetSegment(number: number | undefined): void {
    this.#store.set({ targetSegment: number });
    this.#store.set(segmentsFor(this.#store.state, number));
    // An operation begins with the segment; for all others it says only where the result goes.
    const { segmentInput = 'none' } = this.#store.state.active ?? {};
    if (segmentInput === 'none') this.#method.rewrite();
    else this.#method.renew();
  }

  setOtherSegment(otherSegment: number): void {
    const { active } = this.#store.state;
    if (active) this.#store.set({ active: { ...active, otherSegment } });
    this.#method.renew();
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
    this.#method.rewrite();
  }

  run(): void {
    this.#method.run();
  }

  cancel(): void {
    this.#method.cancel();
  }

  accept(): void {
    this.#inTurn(() => this.#method.accept());
  }

  reject(): void {
    this.#inTurn(() => this.#method.reject());
  }

  setOverlayOpacity(opacity: number): void {
    const { overlay } = this.#store.state;
    if (!overlay) return;
    this.#parts.overlay.setOpacity(opacity);
    this.#store.set({ overlay: { ...overlay, opacity } });
  }

  hideOverlay(): void {
    hideMap(this.#parts);
  }

  undo(): void {
    this.#inTurn(async () => {
      if (!this.#parts.preview.isShown) undo();
      else if (!(this.#store.state.prompts && undoPrompts())) await this.#method.abandon();
      this.refresh();
    });
  }

  redo(): void {
    this.#inTurn(() => {
      if (this.#parts.preview.isShown) redoPrompts();
      else redo();
      this.refresh();
      return Promise.resolve();
    });
  }

  dismissMessage(id: string): void {
    this.#store.dismiss(id);
  }

  restoreDraft(id: string): void {
    this.#do(() => this.#parts.drafts.restore(id));
  }

  discardDraft(id: string): void {
    this.#do(() => this.#parts.drafts.discard(id));
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
    this.#store.together(() => {
      this.#refresh();
    });
  }

  #refresh(): void {
    const { follower, segmentations } = this.#parts;
    const situation = follower.look();
    const active = situation.kind === 'series' ? situation : undefined;
    if (active?.series !== this.#active?.series) this.#seriesChanged(active);
    this.#active = active;
    const segmentation = active && segmentations.active(active.viewportId, active.series);
    const listed = segmentation ? segmentations.segments(segmentation.segmentationId) : [];
    this.#letGo(segmentation?.segmentationId, listed);
    this.#store.renew({
      ready: active !== undefined,
      methods: methodEntries(this.#parts.methods, this.#parts.channels, active?.series),
      segmentationId: segmentation?.segmentationId,
      segments: listed.map((segment) => ({
        ...segment,
        terms: segmentation && segmentations.describe(segmentation.segmentationId, segment),
      })),
      showsNetwork: showsNetwork(this.#parts, segmentation?.segmentationId, listed),
      canUndo: canUndo() || this.#parts.preview.isShown,
      canRedo: canRedo(),
    });
    this.#store.set(segmentsLacking(this.#store.state));
    lookAtChannels(this.#parts, this.#active?.series);
    if (situation.kind === 'unfit') this.#store.report(situation.error);
    this.#prompts.attend();
  }

  /** Lets go of what was chosen, or is at work, for segments that are gone or left. */
  #letGo(now: string | undefined, listed: readonly ListedSegment[]): void {
    const { preview } = this.#parts;
    const ids = { now, before: this.#listed, preview: preview.segmentationId };
    const left = withoutLeft(this.#store.state, listed, ids);
    this.#listed = now;
    this.#store.set(left.change);
    if (left.message) this.#store.say(left.message);
    const isAtWork = preview.isShown || this.#method.isBusy;
    if (left.isResultLost && isAtWork) this.#inTurn(() => this.#method.abandon());
    else if (left.areLocksChanged) this.#method.rewrite();
  }

  async #choose(id: string | undefined, segment?: number): Promise<void> {
    const before = this.#store.state.active;
    if (id !== before?.entry.id) {
      await this.#method.abandon();
      this.#parts.jobs.closeSession();
      const entry = this.#store.state.methods.find((other) => other.id === id);
      // A method of another vendor may fail here: then none is active, and the reason is shown.
      this.#store.set({ active: undefined });
      const { methods } = this.#parts;
      const { series } = this.#store.state;
      this.#store.set({ active: entry && activateMethod(methods, entry, series) });
      if (entry) learnRange(this.#parts, this.#view, this.#method);
      lookAtChannels(this.#parts, this.#active?.series);
      this.#prompts.attend();
    }
    this.#store.set(segmentsFor(this.#store.state, segment, before?.segmentInput));
  }

  #seriesChanged(active: ActiveSeries | undefined): void {
    void this.#method.abandon();
    hideMap(this.#parts);
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
    if (active) {
      const { drafts, services } = this.#parts;
      limitStatistics(services.customizationService, active.series.geometry.voxelCount);
      drafts.visit(active);
    }
    if (active && method) {
      this.#active = active;
      this.#store.set({ active: beginAnew(this.#parts.methods, method, this.#store.state.series) });
      learnRange(this.#parts, this.#view, this.#method);
    }
  }

  #withSegmentation(work: (segmentationId: string) => void): void {
    this.#do(() => {
      const { viewportId, series } = this.#parts.follower.require();
      const active = this.#parts.segmentations.active(viewportId, series);
      if (active) work(active.segmentationId);
      return Promise.resolve();
    });
  }

  /** Commands in the order in which they were given: what was accepted is kept before the next one takes a preview back. */
  #inTurn(work: () => Promise<void>): void {
    const visit = this.#subscriptions;
    this.#do(() => {
      const done = this.#turn.then(() => (this.#subscriptions === visit ? work() : undefined));
      this.#turn = done.catch(() => undefined);
      return done;
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
