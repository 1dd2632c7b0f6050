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

/** Where these keys mean something else. */
const OTHERS =
  'input, textarea, select, button, a, [contenteditable], [role=dialog], [role=menu], [role=listbox], [data-cy=cordon-panel]';

export class ResultKeys {
  readonly #actions: Actions;
  readonly #parts: ControllerParts;
  readonly #onKey: (event: KeyboardEvent) => void;

  constructor(actions: Actions, parts: ControllerParts) {
    this.#actions = actions;
    this.#parts = parts;
    this.#onKey = (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(OTHERS)) return;
      const isDone =
        (event.key === 'Enter' && this.#enter()) || (event.key === 'Escape' && this.#escape());
      if (!isDone) return;
      event.preventDefault();
      event.stopPropagation();
    };
  }

  start(): void {
    window.addEventListener('keydown', this.#onKey, true);
  }

  stop(): void {
    window.removeEventListener('keydown', this.#onKey, true);
  }

  #enter(): boolean {
    const { job, preview, prompts } = this.#actions.getState();
    if (job) return false;
    if (preview) this.#actions.accept();
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
