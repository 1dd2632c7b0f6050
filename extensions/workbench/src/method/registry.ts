/**
 * @file The list of methods. Extensions, other vendors' too, register here; everything else asks here.
 */
import { CordonError } from '../errors/cordon-error';
import type { SegmentationMethod } from './contract';

export interface MethodOffer {
  readonly method: SegmentationMethod;
  /** Starts the worker that runs the method (see jobs/worker). Absent: it runs where it is called. */
  readonly createWorker?: () => Worker;
}

export class MethodRegistry {
  readonly #offers = new Map<string, MethodOffer>();
  readonly #listeners = new Set<() => void>();

  /** Adds a method. Throws `METHOD_EXISTS` when its id is taken. */
  register(offer: MethodOffer): void {
    const { id } = offer.method;
    if (this.#offers.has(id)) {
      throw new CordonError({
        code: 'METHOD_EXISTS',
        what: `The method "${id}" is registered twice`,
        why: 'two extensions offer the same id',
        remedy: 'load only one of them, or ask its author for another id',
      });
    }
    this.#offers.set(id, offer);
    for (const listener of this.#listeners) listener();
  }

  /** Takes a method away, such as a model that a person has removed. */
  unregister(id: string): void {
    if (!this.#offers.delete(id)) return;
    for (const listener of this.#listeners) listener();
  }

  /** All offers in the order of registration. */
  list(): readonly MethodOffer[] {
    return [...this.#offers.values()];
  }

  /** The offer with this id. Throws `METHOD_UNKNOWN`. */
  get(id: string): MethodOffer {
    const offer = this.#offers.get(id);
    if (offer) return offer;
    throw new CordonError({
      code: 'METHOD_UNKNOWN',
      what: `There is no method "${id}"`,
      why: `known are ${[...this.#offers.keys()].join(', ') || 'none'}`,
      remedy: 'choose one of these',
    });
  }

  /** Calls `listener` after each registration; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
