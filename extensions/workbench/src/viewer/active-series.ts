/**
 * @file Follows the active viewport: which series it shows, and whether that can be segmented.
 */
import { CordonError, toCordonError } from '../errors/cordon-error';
import type { Region } from '../method/contract';
import type { DisplaySet, HostServices, Subscription } from './host';
import { imageDisplaySet, readSourceSeries, seriesTitle, type SourceSeries } from './source-series';
import { shownSlice, type PlaneViewport } from './viewport-plane';

export interface ActiveSeries {
  readonly viewportId: string;
  readonly series: SourceSeries;
}

export type Situation =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'series' } & ActiveSeries)
  | { readonly kind: 'unfit'; readonly viewportId: string; readonly error: CordonError };

export class SeriesFollower {
  readonly #services: HostServices;
  readonly #onChange: () => void;
  readonly #imageIdsOf: (displaySet: DisplaySet) => readonly string[];
  readonly #known = new Map<string, { readonly imageIds: unknown; readonly outcome: Outcome }>();
  #subscriptions: Subscription[] = [];
  #held: ActiveSeries | undefined;

  /** `imageIdsOf`: the images of a display set that no viewport has shown yet. */
  constructor(
    services: HostServices,
    onChange: () => void,
    imageIdsOf: (displaySet: DisplaySet) => readonly string[] = () => []
  ) {
    this.#services = services;
    this.#onChange = onChange;
    this.#imageIdsOf = imageIdsOf;
  }

  start(): void {
    this.stop();
    const { viewportGridService: grid, displaySetService: sets } = this.#services;
    this.#subscriptions = [
      grid.subscribe(grid.EVENTS.ACTIVE_VIEWPORT_ID_CHANGED, this.#onChange),
      grid.subscribe(grid.EVENTS.GRID_STATE_CHANGED, this.#onChange),
      grid.subscribe(grid.EVENTS.VIEWPORTS_READY, this.#onChange),
      sets.subscribe(sets.EVENTS.DISPLAY_SETS_ADDED, this.#onChange),
    ];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
    this.#held = undefined;
    this.#known.clear();
  }

  /**
   * What the active viewport shows now. The same series is the same object as long as its images stay the same. While a
   * series is held it is that one, unless no viewport shows it any more.
   */
  look(): Situation {
    const viewportId = this.#services.viewportGridService.getActiveViewportId();
    const situation: Situation = viewportId === null ? { kind: 'none' } : this.#lookAt(viewportId);
    if (!this.#held) return situation;
    if (situation.kind === 'series' && situation.series === this.#held.series) {
      this.#held = { viewportId: situation.viewportId, series: situation.series };
      return situation;
    }
    const { viewportId: before, series } = this.#held;
    const others = this.#services.viewportGridService.getState().viewports.keys();
    for (const id of [before, ...others]) {
      const there = this.#lookAt(id);
      if (there.kind === 'series' && there.series === series) return there;
    }
    this.#held = undefined;
    return situation;
  }

  /** Keeps to a series although another viewport becomes active, as work on one series needs it; nothing lets go. */
  hold(active: ActiveSeries | undefined): void {
    this.#held = active;
  }

  #lookAt(viewportId: string): Situation {
    const displaySet = imageDisplaySet(this.#services, viewportId);
    // The host fills in the images of a display set after it has put it into a viewport.
    if (!displaySet?.imageIds?.length) return { kind: 'none' };
    const outcome = this.#read(displaySet);
    return outcome.ok
      ? { kind: 'series', viewportId, series: outcome.series }
      : { kind: 'unfit', viewportId, error: outcome.error };
  }

  /** The series in the active viewport. Throws the reason when there is none that can be segmented. */
  require(): ActiveSeries {
    const situation = this.look();
    if (situation.kind === 'series') return situation;
    throw situation.kind === 'unfit' ? situation.error : noImage();
  }

  /** The series that were looked at and can be segmented. */
  known(): readonly SourceSeries[] {
    return [...this.#known.values()].flatMap(({ outcome }) => (outcome.ok ? [outcome.series] : []));
  }

  /** The other series of the study with images, in the order of the host; what cannot be segmented with its reason. */
  besides({ displaySetUid, studyUid }: SourceSeries): readonly OtherSeries[] {
    return this.#services.displaySetService
      .getActiveDisplaySets()
      .filter(
        (set) =>
          set.StudyInstanceUID === studyUid &&
          set.displaySetInstanceUID !== displaySetUid &&
          !set.isOverlayDisplaySet
      )
      .map((set) => ({
        displaySetUid: set.displaySetInstanceUID,
        title: seriesTitle(set),
        outcome: this.#read(set),
      }))
      .filter(({ outcome }) => outcome.ok || outcome.error.code !== 'NOT_AN_IMAGE');
  }

  /** The series of a display set; nothing when it cannot be segmented. */
  find(displaySet: DisplaySet): SourceSeries | undefined {
    const outcome = this.#read(displaySet);
    return outcome.ok ? outcome.series : undefined;
  }

  /** The series of a display set. Throws when it cannot be segmented. */
  seriesOf(displaySet: DisplaySet): SourceSeries {
    const outcome = this.#read(displaySet);
    if (outcome.ok) return outcome.series;
    throw outcome.error;
  }

  /** The whole volume, or the slice that the viewport shows. Throws `PLANE_OBLIQUE`. */
  region(
    kind: Region['kind'],
    { viewportId, series }: ActiveSeries
  ): Extract<Region, { kind: 'volume' | 'slice' }> {
    if (kind !== 'slice') return { kind: 'volume' };
    const { cornerstoneViewportService: viewports } = this.#services;
    const viewport: PlaneViewport = viewports.getCornerstoneViewport(viewportId) ?? {};
    return shownSlice(viewport, series.geometry, series.imageIds);
  }

  #read(displaySet: DisplaySet): Outcome {
    const uid = displaySet.displaySetInstanceUID;
    const known = this.#known.get(uid);
    const isTold = displaySet.imageIds !== undefined && displaySet.imageIds.length > 0;
    const told = isTold ? displaySet.imageIds : NOT_TOLD;
    if (known?.imageIds === told) return known.outcome;
    const imageIds = isTold ? displaySet.imageIds : this.#imageIdsOf(displaySet);
    const outcome = readOutcome(displaySet, imageIds);
    if (imageIds?.length) this.#known.set(uid, { imageIds: told, outcome });
    return outcome;
  }
}

/** Stands for images that the host names only when a viewport shows them. */
const NOT_TOLD = Symbol('not told');

export interface OtherSeries {
  readonly displaySetUid: string;
  readonly title: string;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly ok: true; readonly series: SourceSeries }
  | { readonly ok: false; readonly error: CordonError };

function readOutcome(displaySet: DisplaySet, imageIds: readonly string[] | undefined): Outcome {
  try {
    return { ok: true, series: readSourceSeries(displaySet, imageIds) };
  } catch (error) {
    return { ok: false, error: toCordonError(error) };
  }
}

const noImage = () =>
  new CordonError({
    code: 'NO_IMAGE',
    what: 'There is no image to work on',
    why: 'the active viewport is empty',
    remedy: 'open an image series in the viewport and select it',
  });
