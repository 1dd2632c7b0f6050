/**
 * @file The mouse on viewports while a drawing tool is in the hand. Read from the page itself: the host's own events come
 * 400 ms after a click, because they wait whether it becomes a double click.
 */
import type { SeriesFollower } from '../active-series';
import type { HostServices } from '../host';
import type { PromptDesk } from './prompt-desk';
import { boardOf, placeAt, viewportAt, type Board } from './shown-series';

export interface PointerContext {
  readonly services: HostServices;
  readonly follower: SeriesFollower;
  readonly desk: PromptDesk;
  /** Whether our tool has the main mouse button in a viewport. */
  hasButton(viewportId: string): boolean;
}

export class PointerInput {
  readonly #context: PointerContext;
  /** The viewport in which the button was pressed. */
  #pressed: Board | undefined;
  /** The press is ours: the host's listeners must not see it. */
  #isTaken = false;
  #listening: AbortController | undefined;

  constructor(context: PointerContext) {
    this.#context = context;
  }

  start(): void {
    this.stop();
    this.#listening = new AbortController();
    const options = { capture: true, signal: this.#listening.signal };
    window.addEventListener(
      'pointerdown',
      (event) => {
        this.#onDown(event);
      },
      options
    );
    window.addEventListener(
      'pointermove',
      (event) => {
        this.#onMove(event);
      },
      options
    );
    window.addEventListener(
      'pointerup',
      () => {
        this.#onUp();
      },
      options
    );
    window.addEventListener(
      'pointercancel',
      () => {
        this.#pressed = undefined;
        this.#context.desk.dropDrawing();
      },
      options
    );
    window.addEventListener(
      'mousedown',
      (event) => {
        if (this.#isTaken) event.stopPropagation();
      },
      options
    );
    window.addEventListener(
      'dblclick',
      (event) => {
        this.#onDoubleClick(event);
      },
      options
    );
  }

  stop(): void {
    this.#listening?.abort();
    this.#listening = undefined;
    this.#pressed = undefined;
    this.#isTaken = false;
  }

  #onDown(event: PointerEvent): void {
    const { desk, services } = this.#context;
    this.#isTaken = false;
    if (event.button !== 0 || !event.isPrimary || event.altKey) return;
    const board = this.#board(event.target);
    if (board === undefined) return;
    this.#isTaken = true;
    if (board === 'other') {
      desk.refuse('other-series');
      return;
    }
    const { viewportGridService: grid } = services;
    if (grid.getActiveViewportId() !== board.viewport.id)
      grid.setActiveViewportId(board.viewport.id);
    this.#pressed = board;
    desk.press(placeAt(board, event), {
      alternate: event.shiftKey,
      erase: event.ctrlKey || event.metaKey,
    });
  }

  #onMove(event: PointerEvent): void {
    const { desk } = this.#context;
    if (!desk.tool) return;
    if (this.#pressed) {
      desk.move(placeAt(this.#pressed, event));
      return;
    }
    const board = event.buttons === 0 ? this.#board(event.target) : undefined;
    if (board === undefined || board === 'other') {
      desk.leave();
      return;
    }
    board.viewport.element.style.cursor = 'crosshair';
    desk.move(placeAt(board, event));
  }

  #onUp(): void {
    if (!this.#pressed) return;
    this.#pressed = undefined;
    this.#context.desk.release();
  }

  /** The host would enlarge the viewport. */
  #onDoubleClick(event: MouseEvent): void {
    const board = this.#board(event.target);
    if (board === undefined) return;
    event.stopPropagation();
    if (board !== 'other' && this.#context.desk.tool === 'path') this.#context.desk.finish();
  }

  /** The series under the mouse that our tool may draw on; 'other' where it must not. */
  #board(target: EventTarget | null): Board | 'other' | undefined {
    const { desk, follower, services, hasButton } = this.#context;
    if (!desk.tool || !desk.series) return undefined;
    const viewport = viewportAt(target);
    if (!viewport || !hasButton(viewport.id)) return undefined;
    const board = boardOf(viewport, services, follower);
    return board?.series === desk.series ? board : 'other';
  }
}
