/**
 * @file Runs the newest request and skips those in between, as a moving slider needs it.
 */

/** How long a running request may go on before a newer one ends it (ms): quick ones finish and are seen. */
const PATIENCE_MS = 300;

/** When to stop: `superseded` fires when something newer waits or the user cancels, `cancelled` only for the latter. */
export interface StopSignals {
  readonly superseded: AbortSignal;
  readonly cancelled: AbortSignal;
}

export class Latest<Request> {
  readonly #run: (request: Request, signals: StopSignals) => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #wanted: { readonly request: Request } | undefined;
  #running:
    | {
        readonly superseded: AbortController;
        readonly cancelled: AbortController;
        readonly since: number;
      }
    | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(
    run: (request: Request, signals: StopSignals) => Promise<void>,
    onError: (error: unknown) => void
  ) {
    this.#run = run;
    this.#onError = onError;
  }

  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Runs `request` next; resolves when nothing is left to run. */
  request(request: Request): Promise<void> {
    this.#wanted = { request };
    if (!this.#running) this.#loop = this.#work();
    else if (performance.now() - this.#running.since > PATIENCE_MS)
      this.#running.superseded.abort();
    return this.#loop;
  }

  /** Resolves when nothing is left to run. */
  async idle(): Promise<void> {
    await this.#loop;
  }

  /** Ends what runs and forgets what waits. Resolves when it has ended. */
  cancel(): Promise<void> {
    this.#wanted = undefined;
    this.#running?.superseded.abort();
    this.#running?.cancelled.abort();
    return this.#loop;
  }

  async #work(): Promise<void> {
    while (this.#wanted) {
      const { request } = this.#wanted;
      this.#wanted = undefined;
      const superseded = new AbortController();
      const cancelled = new AbortController();
      this.#running = { superseded, cancelled, since: performance.now() };
      try {
        await this.#run(request, { superseded: superseded.signal, cancelled: cancelled.signal });
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#running = undefined;
  }
}
