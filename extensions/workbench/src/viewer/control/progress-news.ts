/** @file Which reports of progress are worth a new picture of the panel. */

/** How often progress within a step is shown (ms): some methods report it hundreds of times. */
const PROGRESS_MS = 100;

/** Tells which reports of progress are worth drawing the panel for. */
export class ProgressNews {
  #message: string | undefined;
  #last = -Infinity;

  isNews(message: string): boolean {
    const now = performance.now();
    if (message === this.#message && now - this.#last < PROGRESS_MS) return false;
    this.#message = message;
    this.#last = now;
    return true;
  }
}
