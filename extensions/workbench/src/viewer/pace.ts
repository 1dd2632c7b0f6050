/**
 * @file Long work on the page in slices short enough that nothing stutters.
 */
import { abortError } from '../errors/cordon-error';

/** How long a slice of work may take (ms). */
export const SLICE_MS = 8;

/** Lets the page draw and answer input whenever a slice of work has lasted {@link SLICE_MS}. */
export class Pace {
  #since = performance.now();

  /** Waits for the page when it is time; throws `CANCELLED` when the signal has fired. */
  async rest(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw abortError();
    if (performance.now() - this.#since < SLICE_MS) return;
    await nextTask();
    this.#since = performance.now();
    if (signal?.aborted) throw abortError();
  }
}

/** Resolves in a task of its own, after pending input and drawing had their chance. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
