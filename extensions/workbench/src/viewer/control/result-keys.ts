/**
 * @file Enter and Escape wherever the mouse works: the hand stays on the image. Enter accepts what is shown or closes a path;
 * Escape takes back one thing after the other: the stroke, the work, the preview, what is drawn.
 */
import type { PanelModel } from '../../ui/panel-model';
import type { ControllerParts } from './parts';

interface Actions extends Pick<
  PanelModel,
  'accept' | 'reject' | 'cancel' | 'clearPrompts' | 'getState'
> {
  finishPath(): void;
}

/** Where these keys always mean something else. */
const WRITTEN_IN = 'input, textarea, [contenteditable], [role=dialog], [role=menu], [role=listbox]';
/** What was clicked before the hand went to the image keeps the focus, but the keys are meant for the image then. */
const CLICKED = 'select, button, a, [data-cy=cordon-panel]';
const IMAGE = '.cornerstone-viewport-element';

export class ResultKeys {
  readonly #actions: Actions;
  readonly #parts: ControllerParts;
  readonly #onKey: (event: KeyboardEvent) => void;
  readonly #onMove: (event: Event) => void;
  readonly #onFocus: () => void;
  /** The mouse has moved over an image since something got the focus. */
  #isOnImage = false;

  constructor(actions: Actions, parts: ControllerParts) {
    this.#actions = actions;
    this.#parts = parts;
    this.#onKey = (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      if (event.target instanceof Element && this.#isOfOthers(event.target)) return;
      const isDone =
        (event.key === 'Enter' && this.#enter()) || (event.key === 'Escape' && this.#escape());
      if (!isDone) return;
      event.preventDefault();
      event.stopPropagation();
    };
    this.#onMove = ({ target }) => {
      this.#isOnImage = target instanceof Element && target.closest(IMAGE) !== null;
    };
    this.#onFocus = () => {
      this.#isOnImage = false;
    };
  }

  start(): void {
    window.addEventListener('keydown', this.#onKey, true);
    window.addEventListener('pointermove', this.#onMove, true);
    window.addEventListener('pointerdown', this.#onMove, true);
    window.addEventListener('focusin', this.#onFocus, true);
  }

  stop(): void {
    window.removeEventListener('keydown', this.#onKey, true);
    window.removeEventListener('pointermove', this.#onMove, true);
    window.removeEventListener('pointerdown', this.#onMove, true);
    window.removeEventListener('focusin', this.#onFocus, true);
    this.#isOnImage = false;
  }

  #isOfOthers(target: Element): boolean {
    if (target.closest(WRITTEN_IN)) return true;
    return !this.#isOnImage && target.closest(CLICKED) !== null;
  }

  #enter(): boolean {
    const { job, preview, prompts } = this.#actions.getState();
    // While the result of the last stroke is on its way, that one is meant.
    if (preview) this.#actions.accept();
    else if (job) return false;
    else if (prompts?.tool === 'path' && !prompts.isEmpty) this.#actions.finishPath();
    else return false;
    return true;
  }

  #escape(): boolean {
    const { job, preview, prompts } = this.#actions.getState();
    if (this.#parts.desk.dropDrawing()) return true;
    if (job) this.#actions.cancel();
    else if (preview) this.#actions.reject();
    else if (prompts?.tool !== undefined && !prompts.isEmpty) this.#actions.clearPrompts();
    else return false;
    return true;
  }
}
