/**
 * @file The sections that extensions add to the panel, at any time, in order.
 */
import { CordonError } from '../errors/cordon-error';
import type { PanelSlot } from './panel-model';

export class PanelSlots {
  #slots: readonly PanelSlot[] = [];
  readonly #listeners = new Set<() => void>();

  /** Adds a section; returns the function that takes it away. Throws `SLOT_EXISTS` when its id is taken. */
  add(slot: PanelSlot): () => void {
    if (this.#slots.some(({ id }) => id === slot.id)) {
      throw new CordonError({
        code: 'SLOT_EXISTS',
        what: `The panel section "${slot.id}" is added twice`,
        why: 'two extensions use the same id',
        remedy: 'load only one of them, or ask its author for another id',
      });
    }
    this.#change([...this.#slots, slot].sort((a, b) => a.order - b.order));
    return () => {
      this.#change(this.#slots.filter((other) => other !== slot));
    };
  }

  /** All sections by their order: the same array until one is added or taken away. */
  list(): readonly PanelSlot[] {
    return this.#slots;
  }

  /** Calls `listener` after each change; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #change(slots: readonly PanelSlot[]): void {
    this.#slots = slots;
    for (const listener of this.#listeners) listener();
  }
}
