/**
 * @file The result of a click before the click: what the method would find under the mouse, shown over the image only.
 */
import { CordonError } from '../../errors/cordon-error';
import type { Place } from '../../prompts/place';
import { voxelOf } from '../../prompts/place';
import { EMPTY_SET, withAnchor, withSeed, type PromptSet } from '../../prompts/prompt-set';
import { isOnImage } from '../../prompts/place';
import { isSameSlice } from '../../prompts/gestures';
import type { ActiveMethod } from '../../ui/panel-model';
import { Latest } from '../latest';
import { buildRequest } from './build-request';
import type { MethodRun } from './method-run';
import type { ControllerParts, ControllerView } from './parts';

/** The mouse must rest this long (ms). */
const REST_MS = 40;

export class ForesightRun {
  readonly #parts: ControllerParts;
  readonly #view: ControllerView;
  readonly #method: MethodRun;
  readonly #latest: Latest<Place>;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: ControllerParts, view: ControllerView, method: MethodRun) {
    this.#parts = parts;
    this.#view = view;
    this.#method = method;
    this.#latest = new Latest(
      (place, { superseded }) => this.#look(place, superseded),
      (error) => {
        this.#parts.desk.foresee(undefined);
        // Outside of the bounds, or replaced by a click: there is nothing to see here.
        if (!(error instanceof CordonError) || !SILENT.has(error.code)) parts.store.report(error);
      }
    );
  }

  /** The mouse is at a place, or has left the series. */
  follow(place: Place | undefined): void {
    clearTimeout(this.#rest);
    if (!place || !isOnImage(place) || !this.#set(place)) {
      this.stop();
      return;
    }
    this.#rest = setTimeout(() => {
      // A result that is to stay goes first.
      if (!this.#method.isBusy) void this.#latest.request(place);
    }, REST_MS);
  }

  stop(): void {
    clearTimeout(this.#rest);
    void this.#latest.cancel();
    // While a result evolves, what is shown is not ours.
    if (this.#parts.desk.foresight && !this.#method.isBusy) this.#parts.desk.foresee(undefined);
  }

  async #look(place: Place, signal: AbortSignal): Promise<void> {
    const { channels, desk, jobs, methods, store } = this.#parts;
    const [current, { active }] = [this.#view.active(), store.state];
    const set = this.#set(place);
    if (!current || !active || !set || current.series !== desk.series) return;
    const offer = methods.get(active.entry.id);
    const request = await buildRequest(
      this.#parts,
      this.#method.masks,
      offer,
      openPath(active),
      current,
      set
    );
    const images = channels.require(offer.method, current.series);
    const result = await jobs.update(offer, images, request, {
      signal,
      quality: 'preview',
    });
    if (this.#method.isBusy || desk.isDrawing || !desk.mouse || desk.series !== current.series)
      return;
    desk.foresee({
      series: current.series,
      labels: result.contour ? undefined : result.labels,
      contour: result.contour,
    });
  }

  /** What a click here would add; nothing when no click is awaited. */
  #set({ plane, ...rest }: Place): PromptSet | undefined {
    const { desk, methods, preview, store } = this.#parts;
    const { active } = store.state;
    if (!active || !desk.series || !methods.get(active.entry.id).method.inputs.followsMouse) {
      return undefined;
    }
    const ijk = voxelOf({ plane, ...rest });
    const drawn = desk.book.of(desk.series.displaySetUid);
    if (desk.tool === 'seed') {
      return withSeed({ ...EMPTY_SET, box: drawn.box }, { ijk, label: Math.max(1, desk.label) });
    }
    if (desk.tool !== 'path' || plane.kind !== 'slice' || preview.isShown) return undefined;
    const { path, pathSlice } = drawn;
    if (path.length === 0 || !pathSlice || !isSameSlice(pathSlice, plane)) return undefined;
    return withAnchor(drawn, ijk, pathSlice);
  }
}

/** A wire that follows the mouse is not closed yet. */
const openPath = (active: ActiveMethod): ActiveMethod =>
  'closed' in active.values ? { ...active, values: { ...active.values, closed: false } } : active;

const SILENT: ReadonlySet<string> = new Set([
  'SEED_OUTSIDE_RANGE',
  'SEED_OUTSIDE_REGION',
  'SEED_WITHOUT_SPREAD',
  'ANCHOR_OUTSIDE_REGION',
  'SUPERSEDED',
  'CANCELLED',
  'SESSION_CLOSED',
]);
