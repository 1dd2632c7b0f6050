/**
 * @file Keeps unsaved work: copies every segmentation that differs from the archive into the encrypted store shortly after each
 * change, offers what an earlier visit has left, and erases it after a verified save or when a person discards it.
 */
import { moving, type BackgroundClient } from '../../background/client';
import type { DraftMessage } from '../../background/api';
import { toCordonError } from '../../errors/cordon-error';
import type { DraftSummary } from '../../safekeeping/draft';
import { lockStudy, type StudyLock } from '../../safekeeping/study-lock';
import { fromLabelMessage, toLabelMessage } from '../../volume/label-message';
import type { DraftsState } from '../../ui/panel-model';
import type { AcceptedCopies } from '../accepted-copies';
import type { ActiveSeries, SeriesFollower } from '../active-series';
import { Labelmap } from '../labelmap';
import type { PanelStore } from '../panel-store';
import type { Preview } from '../preview';
import type { SegmentationCopy } from '../segmentations';
import type { SourceSeries } from '../source-series';
import { restoreDraft, type RestoreParts } from './restore';

export interface KeeperParts extends RestoreParts {
  readonly follower: SeriesFollower;
  readonly preview: Preview;
  readonly copies: AcceptedCopies;
  readonly store: PanelStore;
  readonly background: BackgroundClient;
  /** False where the site has switched it off. */
  readonly isAllowed: () => boolean;
}

/** How long after a change the work is copied (ms); changes in between wait for it, but no longer than `MOST_WAIT_MS`. */
const WAIT_MS = 700;
const MOST_WAIT_MS = 4000;
/** Where the host goes to log a person out. */
const LOGOUT_ROUTE = '/logout';

export class DraftKeeper {
  readonly #parts: KeeperParts;
  #stops: (() => void)[] = [];
  #open: Promise<boolean> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitsSince: number | undefined;
  #revision = 0;
  /** Everything that is being copied and kept. */
  #writing: Promise<void> = Promise.resolve();
  /** How many times that is. */
  #underWay = 0;
  #study: { readonly uid: string; readonly lock: Promise<StudyLock | undefined> } | undefined;
  /** Something is neither in the archive nor in the store. */
  #hasUnkept = false;
  /** The mode was left by a log-out while something was not in the archive. */
  #isLoggingOut = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { book, services } = this.#parts;
    const { segmentationService } = services;
    this.#revision = book.revision;
    this.#isLoggingOut = false;
    const onHide = () => {
      if (document.visibilityState === 'hidden' && this.#isPending) this.#keepAll(true);
    };
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('beforeunload', this.#ask);
    const removed = segmentationService.subscribe(
      segmentationService.EVENTS.SEGMENTATION_REMOVED,
      ({ segmentationId }: { readonly segmentationId: string }) => {
        book.forget(segmentationId);
        this.#look();
      }
    );
    this.#stops = [
      book.subscribe(() => {
        this.#changed();
      }),
      book.onSaved((id) => void this.#erase(id)),
      () => {
        document.removeEventListener('visibilitychange', onHide);
        removed.unsubscribe();
      },
    ];
    this.#open = this.#openStore();
  }

  /** The mode is being left: what has changed is copied at once, before the viewer lets go of it. */
  stop(): void {
    const { book, background } = this.#parts;
    if (this.#isPending) this.#keepAll(true);
    const last = this.#writing;
    this.#isLoggingOut =
      book.unsaved().length > 0 && window.location.pathname.endsWith(LOGOUT_ROUTE);
    for (const stop of this.#stops) stop();
    this.#stops = [];
    const study = this.#study;
    this.#study = undefined;
    this.#open = undefined;
    void last.finally(() => {
      void study?.lock.then((lock) => {
        lock?.release();
      });
      if (this.#open !== undefined) return; // the mode was entered again meanwhile
      if (!this.#isLoggingOut) window.removeEventListener('beforeunload', this.#ask);
      background.end();
    });
  }

  /** The active viewport shows a series: work on it that was left is offered. */
  visit({ series }: ActiveSeries): void {
    if (this.#study?.uid === series.studyUid) {
      void this.#offer(series);
      return;
    }
    const before = this.#study;
    const lock = this.#lock(series.studyUid);
    this.#study = { uid: series.studyUid, lock };
    void before?.lock.then((held) => {
      held?.release();
    });
    void this.#offer(series);
  }

  /** Puts a draft back into the viewer; it stays kept until it is saved. */
  async restore(id: string): Promise<void> {
    const { background, follower } = this.#parts;
    const current = follower.require();
    const message = await background.call((api) => api.getDraft(id));
    if (message) {
      await restoreDraft(
        this.#parts,
        { ...message, labels: fromLabelMessage(message.labels) },
        current
      );
    }
    this.visit(current);
  }

  async discard(id: string): Promise<void> {
    await this.#parts.background.call((api) => api.deleteDraft(id));
    this.#look();
  }

  #look(): void {
    const active = this.#parts.follower.look();
    if (active.kind === 'series') this.visit(active);
  }

  async #openStore(): Promise<boolean> {
    const { background, isAllowed, services } = this.#parts;
    if (!isAllowed()) {
      this.#show({ keeping: 'off' });
      return false;
    }
    try {
      const user = services.userAuthenticationService.getUser?.()?.profile?.sub ?? 'anonymous';
      await background.call((api) => api.openDrafts(user));
      this.#show({ keeping: 'on' });
      return true;
    } catch (error) {
      this.#showFailure(error);
      return false;
    }
  }

  /** The store, opened anew where that has failed before: storage may have been allowed, or the worker be there now. */
  async #reopened(open: Promise<boolean>): Promise<boolean> {
    if (await open) return true;
    const isOpen = this.#stops.length > 0 && (await this.#openStore());
    if (isOpen) this.#look();
    return isOpen;
  }

  async #lock(studyUid: string): Promise<StudyLock | undefined> {
    const { store } = this.#parts;
    // Only secure pages have locks; without them, two tabs cannot know of each other.
    const locks = (navigator as { readonly locks?: LockManager }).locks;
    if (!locks) return undefined;
    const lock = await lockStudy(locks, studyUid);
    if (!lock.held) {
      store.say({
        kind: 'warning',
        what: 'This study is being segmented in another tab',
        why: 'each tab keeps and saves its own segmentation, and neither sees the other’s',
        remedy: 'close one of the tabs, or go on in the other one',
      });
    }
    return lock;
  }

  /** Lists what an earlier visit has left of the study; what another tab is working on is not offered. */
  async #offer(series: SourceSeries): Promise<void> {
    const { background, services, store } = this.#parts;
    const study = this.#study;
    if (!study || !(await this.#open)) return;
    const lock = await study.lock;
    if (this.#study !== study) return;
    try {
      const drafts =
        lock?.held === false ? [] : await background.call((api) => api.listDrafts(study.uid));
      if (this.#study !== study) return;
      const isOpen = ({ id }: DraftSummary) =>
        services.segmentationService.getSegmentation(id) !== undefined;
      this.#show({
        left: drafts
          .filter((draft) => !isOpen(draft))
          .map(({ id, label, changedAt, seriesInstanceUid }) => ({
            id,
            label,
            changedAt,
            fits: seriesInstanceUid === series.seriesUid,
          })),
      });
    } catch (error) {
      store.report(error);
    }
  }

  /** Something waits to be copied, or its copy may still fail when the viewer lets go of the labels. */
  get #isPending(): boolean {
    return this.#timer !== undefined || this.#underWay > 0;
  }

  #changed(): void {
    const { book } = this.#parts;
    if (book.revision === this.#revision) return;
    this.#revision = book.revision;
    this.#hasUnkept = true;
    const now = performance.now();
    this.#waitsSince ??= now;
    clearTimeout(this.#timer);
    const rest = MOST_WAIT_MS - (now - this.#waitsSince);
    this.#timer = setTimeout(
      () => {
        this.#keepAll(false);
      },
      Math.max(0, Math.min(WAIT_MS, rest))
    );
  }

  /** Copies everything unsaved; `atOnce` before control is given back, as the labels are about to go. */
  #keepAll(atOnce: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waitsSince = undefined;
    const { book } = this.#parts;
    const { revision } = book;
    // An executor runs at once, and what it throws is the promise's: the mode is left all the same.
    const copies = book.unsaved().map((id) =>
      new Promise<SegmentationCopy | undefined>((resolve) => {
        resolve(this.#copy(id, atOnce));
      }).catch(nothingWhenGone)
    );
    const before = this.#writing;
    const open = this.#open ? this.#reopened(this.#open) : Promise.resolve(false);
    if (this.#open) this.#open = open;
    this.#underWay++;
    this.#writing = before
      .then(() => this.#putAll(copies, open, revision))
      .finally(() => {
        this.#underWay--;
      });
  }

  async #putAll(
    copies: readonly Promise<SegmentationCopy | undefined>[],
    open: Promise<boolean>,
    revision: number
  ): Promise<void> {
    const { book } = this.#parts;
    try {
      const taken = await Promise.all(copies);
      if (!(await open)) return;
      for (const copy of taken) if (copy) await this.#put(copy);
      if (book.revision === revision) this.#hasUnkept = false;
      this.#show({ keeping: 'on' });
    } catch (error) {
      this.#showFailure(error);
    }
  }

  /** The copy with accepted work only; nothing when its series is not known. */
  #copy(id: string, atOnce: boolean): Promise<SegmentationCopy> | undefined {
    const { copies, follower, preview, segmentations, services } = this.#parts;
    if (!services.segmentationService.getSegmentation(id)) return undefined;
    const labelmap = new Labelmap(id);
    const series = follower.known().find(({ imageIds }) => labelmap.covers(imageIds));
    if (!series) return undefined;
    if (atOnce) {
      return Promise.resolve(segmentations.copyNow(id, series, preview.unacceptedIn(id)));
    }
    return copies.take(id, series);
  }

  async #put({ segmentationId, title, series, labels, recipes }: SegmentationCopy): Promise<void> {
    const { background, book } = this.#parts;
    const origin = book.origin(segmentationId);
    const message: DraftMessage = {
      id: segmentationId,
      studyInstanceUid: series.studyUid,
      seriesInstanceUid: series.seriesUid,
      label: title,
      changedAt: new Date().toISOString(),
      labels: toLabelMessage(labels),
      recipes: new Map([...recipes].map(([number, recipe]) => [number, JSON.stringify(recipe)])),
      ...(origin !== undefined && { origin }),
    };
    await background.call((api) => api.putDraft(moving(message)));
    // It may have been saved while it was written.
    if (this.#stops.length > 0 && !book.isUnsaved(segmentationId))
      await this.#erase(segmentationId);
  }

  async #erase(id: string): Promise<void> {
    const { background, store } = this.#parts;
    if (this.#parts.book.unsaved().length === 0) this.#hasUnkept = false;
    if (!(await this.#open)) return;
    try {
      await background.call((api) => api.deleteDraft(id));
    } catch (error) {
      store.report(error);
    }
  }

  /** Has the browser ask before work is lost, and before a log-out locks it. */
  readonly #ask = (event: BeforeUnloadEvent): void => {
    if (this.#hasUnkept || this.#isLoggingOut) event.preventDefault();
  };

  /** Not a message among others: those go with the next series, this stays for as long as it is so. */
  #showFailure(error: unknown): void {
    const { what, why, remedy } = toCordonError(error);
    this.#show({ keeping: 'failed', problem: { what, why, remedy } });
  }

  #show(change: Partial<DraftsState>): void {
    const { store } = this.#parts;
    if (this.#stops.length === 0) return; // of a visit that has ended
    store.set({ drafts: { ...store.state.drafts, ...change } });
  }
}

/** The viewer has let go of a segmentation before it was copied: the others are kept all the same. */
function nothingWhenGone(error: unknown): undefined {
  if (toCordonError(error).code !== 'SEGMENTATION_GONE') throw error;
}
