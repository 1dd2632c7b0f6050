/**
 * @file The prompts of every series that is open, each change an undo step. Emptied when the mode is left, so that nothing
 * of one patient reaches the next.
 */
import { EMPTY_SET, type PromptSet } from './prompt-set';

/** Where undo steps go: the history of the viewer. */
export type PushStep = (step: { undo(): void; redo(): void }) => void;

export class PromptBook {
  readonly #push: PushStep;
  readonly #sets = new Map<string, PromptSet>();
  readonly #listeners = new Set<(key: string) => void>();

  constructor(push: PushStep) {
    this.#push = push;
  }

  /** What is drawn on a series; the same object until it changes. */
  of(key: string): PromptSet {
    return this.#sets.get(key) ?? EMPTY_SET;
  }

  /** Changes the prompts of a series: one undo step. The same object is no change. */
  change(key: string, next: PromptSet): void {
    const before = this.of(key);
    if (before === next) return;
    this.replace(key, next);
    this.#push({
      undo: () => {
        this.replace(key, before);
      },
      redo: () => {
        this.replace(key, next);
      },
    });
  }

  /** As {@link change}, as part of another undo step. */
  replace(key: string, next: PromptSet): void {
    if (this.of(key) === next) return;
    this.#sets.set(key, next);
    for (const listener of this.#listeners) listener(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.#sets.clear();
  }

  /** Calls `listener` with the series after each change. */
  subscribe(listener: (key: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
