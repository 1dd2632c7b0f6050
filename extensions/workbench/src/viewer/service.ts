/**
 * @file The service `cordonWorkbench` of the host: how other extensions, other vendors' too, add methods and panel
 * sections and reach the segmentations in the viewer.
 */
import { createElement } from 'react';
import { eventTarget } from '@cornerstonejs/core';
import { Enums } from '@cornerstonejs/tools';
import { CordonError } from '../errors/cordon-error';
import { MethodRegistry, type MethodOffer } from '../method/registry';
import { languages, methodText } from '../ui/i18n/language';
import { Measures } from '../ui/measures/measures';
import { Recipes as RecipesSection } from '../ui/recipes/recipes';
import { PanelSlots } from '../ui/slots';
import { BackgroundClient } from '../background/client';
import { AcceptedCopies } from './accepted-copies';
import { SeriesFollower } from './active-series';
import { ChannelDesk } from './channel-desk';
import { addCompareSection } from './compare/add-compare-section';
import { MethodComparison } from './compare/comparison';
import { PanelController } from './controller';
import { DraftKeeper } from './drafts/keeper';
import { watchHistory, type StrokeMemo } from './history';
import { PreviewStatistics, takeOnlyStatistics } from './host-statistics';
import { addHotkeys } from './hotkeys';
import type {
  CommandsManager,
  CustomizationService,
  DataSource,
  HostServices,
  SegmentationService,
} from './host';
import { LiveMeasures } from './measures/live-measures';
import { LabelWriter } from './label-writer';
import { MethodJobs } from './method-jobs';
import { PanelStore } from './panel-store';
import { Preview } from './preview';
import { ProbabilityShelf, type KeptProbabilities } from './probability-shelf';
import { Recipes } from './recipes';
import { ScalarOverlay } from './scalar-overlay';
import { PromptDesk } from './prompts/prompt-desk';
import { PromptToolHost } from './prompts/prompt-tool';
import { SegmentBook } from './segment-book';
import { deleteSegment } from './segment-actions';
import { SegmentWatcher } from './segment-watcher';
import { Segmentations, type SegmentationCopy } from './segmentations';
import { siteSettings } from './site-settings';
import { applyRuleToStroke } from './stroke-rule';
import { Toolbox } from './toolbox';

export const SERVICE_NAME = 'cordonWorkbench';

export class CordonWorkbench {
  /** Methods; register yours with its worker. */
  readonly methods = new MethodRegistry();
  /** Sections of the panel. */
  readonly slots = new PanelSlots();
  /** What is known about segments beyond the host. */
  readonly book = new SegmentBook();
  readonly segmentations: Segmentations;
  readonly panel: PanelController;
  /** Buttons of methods beside the host's own tools. */
  readonly toolbox: Toolbox;
  readonly #follower: SeriesFollower;
  readonly #writer: LabelWriter;
  readonly #store: PanelStore;
  readonly #preview: Preview;
  readonly #copies: AcceptedCopies;
  readonly #shelf = new ProbabilityShelf();
  readonly #watcher: SegmentWatcher;
  readonly #comparison: MethodComparison;
  readonly #measures: LiveMeasures;
  readonly #onDataModified: (event: Event) => void;
  readonly #customizations: CustomizationService;
  readonly #segmentationService: SegmentationService;
  #isActive = false;
  #unwatchHistory: () => void = () => undefined;
  #endStatistics: () => void = () => undefined;

  constructor(
    services: HostServices,
    commands: CommandsManager,
    dataSource: () => DataSource | undefined
  ) {
    this.#customizations = services.customizationService;
    this.#segmentationService = services.segmentationService;
    this.#store = new PanelStore();
    this.#writer = new LabelWriter((error) => {
      this.#store.report(error);
    });
    this.segmentations = new Segmentations(services, commands, this.book);
    this.#watcher = new SegmentWatcher(services, this.segmentations, this.book);
    this.#preview = new Preview(this.#writer, this.segmentations, new PreviewStatistics(services));
    this.#copies = new AcceptedCopies({
      segmentations: this.segmentations,
      writer: this.#writer,
      preview: this.#preview,
    });
    this.#follower = new SeriesFollower(
      services,
      () => {
        this.panel.refreshSoon();
        this.#comparison.follow();
      },
      (displaySet) => dataSource()?.getImageIdsForDisplaySet?.(displaySet) ?? []
    );
    const channels = new ChannelDesk(this.#follower);
    const background = new BackgroundClient(
      createBackgroundWorker,
      'keeps unsaved work and measures'
    );
    const drafts = new DraftKeeper({
      services,
      commands,
      book: this.book,
      segmentations: this.segmentations,
      writer: this.#writer,
      preview: this.#preview,
      copies: this.#copies,
      follower: this.#follower,
      store: this.#store,
      background,
      isAllowed: () => siteSettings().keepUnsavedWork,
    });
    const desk = new PromptDesk();
    const jobs = new MethodJobs();
    this.#measures = new LiveMeasures({
      services,
      follower: this.#follower,
      segmentations: this.segmentations,
      copies: this.#copies,
      book: this.book,
      jobs,
      store: this.#store,
      background: new BackgroundClient(createBackgroundWorker, 'measures'),
    });
    this.slots.add({
      id: 'cordon.measures',
      title: (language) => languages.t('sections.measures', { lng: language }),
      order: 220,
      render: () => createElement(Measures, { model: this.#measures }),
    });
    const recipes = new Recipes({
      methods: this.methods,
      follower: this.#follower,
      segmentations: this.segmentations,
      book: this.book,
      store: this.#store,
      channels,
      panel: () => this.panel,
    });
    this.slots.add({
      id: 'cordon.recipes',
      title: (language) => languages.t('sections.recipes', { lng: language }),
      order: 240,
      render: () => createElement(RecipesSection, { model: recipes }),
    });
    this.panel = new PanelController({
      services,
      drafts,
      overlay: new ScalarOverlay(),
      startCounting: () =>
        new BackgroundClient(createBackgroundWorker, 'counts the values of an image'),
      methods: this.methods,
      follower: this.#follower,
      jobs,
      writer: this.#writer,
      preview: this.#preview,
      segmentations: this.segmentations,
      book: this.book,
      shelf: this.#shelf,
      store: this.#store,
      desk,
      channels,
      promptTool: new PromptToolHost({ services, commands, follower: this.#follower, desk }),
    });
    this.toolbox = new Toolbox(services, this.panel, (id, key, original) =>
      methodText(languages.language, id, key, original)
    );
    this.#comparison = new MethodComparison({
      methods: this.methods,
      follower: this.#follower,
      background,
      channels,
      panelState: () => this.#store.state,
      copySegmentation: () => this.copySegmentation(),
    });
    addCompareSection(this.slots, this.#comparison, this.panel, {
      preview: this.#preview,
      store: this.#store,
    });
    this.#onDataModified = (event) => {
      if (this.#writer.isWriting) return;
      const { detail } = event as CustomEvent<DataModified>;
      const { segmentationId, segmentIndex } = detail;
      // The host also sends this event, without slices, when it begins to draw a segmentation.
      if (!detail.modifiedSlicesToUse?.length) return;
      const { segmentationService } = services;
      const segments = segmentationService.getSegmentation(segmentationId)?.segments ?? {};
      const active = Object.values(segments).find((segment) => segment?.active)?.segmentIndex;
      const edited = segmentIndex ?? active;
      if (edited) this.book.markHandEdited(segmentationId, edited);
      this.book.markUnsaved(segmentationId);
    };
  }

  /** Adds a method. Throws `METHOD_EXISTS` when its id is taken. */
  registerMethod(offer: MethodOffer): void {
    this.methods.register(offer);
  }

  /** True while our mode is open. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** True while a result is shown that is neither accepted nor rejected. */
  get hasPreview(): boolean {
    return this.#preview.isShown;
  }

  enter(): void {
    if (this.#isActive) this.leave();
    this.#isActive = true;
    eventTarget.addEventListener(Enums.Events.SEGMENTATION_DATA_MODIFIED, this.#onDataModified);
    this.#copies.start();
    this.#unwatchHistory = watchHistory((stroke) => this.#admit(stroke));
    this.#endStatistics = takeOnlyStatistics(this.#segmentationService);
    this.#watcher.start();
    addHotkeys(this.#customizations);
    this.panel.start();
    this.toolbox.enter();
  }

  leave(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    eventTarget.removeEventListener(Enums.Events.SEGMENTATION_DATA_MODIFIED, this.#onDataModified);
    this.#copies.stop();
    this.#unwatchHistory();
    this.#endStatistics();
    this.#watcher.stop();
    this.#comparison.reset();
    this.toolbox.leave();
    this.panel.stop();
    this.#measures.reset();
    this.book.clear();
    this.#shelf.clear();
  }

  /** Deletes a segment by the host's own command: one step of the history; a locked one is not, and that is said. */
  deleteSegment(segmentationId: string, number: number, deleteByHost: () => void): void {
    try {
      const known = { book: this.book, shelf: this.#shelf };
      deleteSegment(this.segmentations, known, { segmentationId, number }, deleteByHost);
    } catch (error) {
      this.#store.report(error);
    }
  }

  /** The viewer's dialog for the colour of a segment is being opened. */
  expectColour(segmentationId: string, number: number): void {
    this.#watcher.expectColour(segmentationId, number);
  }

  /** A stroke of the host's tools has ended: the write rule holds for it too. False when nothing of it is left. */
  #admit(stroke: StrokeMemo): boolean {
    try {
      const { writeRule } = this.#store.state;
      const { refused, kept } = applyRuleToStroke(stroke, writeRule, this.segmentations);
      if (refused > 0) this.#store.say(strokeRefused(kept === 0));
      return kept > 0 || refused === 0;
    } catch (error) {
      // The viewer's tool has done its work all the same.
      this.#store.report(error);
      return true;
    }
  }

  /** By segment number: how probable the active segmentation's segments are, as the networks said that made them. */
  probabilities(): ReadonlyMap<number, KeptProbabilities> {
    const situation = this.#follower.look();
    if (situation.kind !== 'series') return this.#shelf.of('');
    const { viewportId, series } = situation;
    return this.#shelf.of(this.segmentations.active(viewportId, series)?.segmentationId ?? '');
  }

  /**
   * Copies the segmentation with this id, or the active one, out of the viewer; no method writes meanwhile. Undefined when the
   * active viewport has none. Throws `PREVIEW_OPEN` while a result is neither accepted nor rejected.
   */
  copySegmentation(
    segmentationId?: string,
    signal?: AbortSignal
  ): Promise<SegmentationCopy | undefined> {
    return this.#writer.exclusive(async () => {
      if (this.#preview.isShown) throw previewOpen();
      const situation = this.#follower.look();
      if (situation.kind === 'unfit') throw situation.error;
      if (situation.kind === 'none') return undefined;
      const { viewportId, series } = situation;
      const id = segmentationId ?? this.segmentations.active(viewportId, series)?.segmentationId;
      return id === undefined ? undefined : this.segmentations.copy(id, series, { signal });
    });
  }
}

/** Found beside the plugin, never relative to the page. */
const createBackgroundWorker = () =>
  new Worker(new URL('./workbench.worker.js', import.meta.url), { type: 'module' });

const strokeRefused = (isAll: boolean) => ({
  kind: 'info' as const,
  what: isAll ? 'The stroke was taken back' : 'A part of the stroke was taken back',
  why: 'it lay where “Write only here” or a lock forbids to write',
  remedy: 'change “Write only here”, or unlock the segment',
});

const previewOpen = () =>
  new CordonError({
    code: 'PREVIEW_OPEN',
    what: 'A result is shown that is neither accepted nor rejected',
    why: 'only accepted work is saved, measured and compared',
    remedy: 'accept or reject it, then try again',
  });

interface DataModified {
  readonly segmentationId: string;
  readonly segmentIndex?: number;
  readonly modifiedSlicesToUse?: readonly number[];
}
