/**
 * @file The page's side of the workbench's own worker: started when it is first needed, ended to free its memory.
 */
import { transfer, wrap, type Remote } from 'comlink';
import { abortError, CordonError } from '../errors/cordon-error';
import { unwrap, type Outcome } from '../jobs/outcome';
import { labelBuffers, type LabelMessage } from '../volume/label-message';
import type { BackgroundApi } from './api';

interface Running {
  readonly worker: Worker;
  readonly api: Remote<BackgroundApi>;
  /** Rejects when the worker cannot be loaded, dies or is ended. */
  readonly failure: Promise<never>;
  readonly fail: (reason: CordonError) => void;
}

export class BackgroundClient {
  readonly #createWorker: () => Worker;
  /** What the worker does, for its errors. */
  readonly #purpose: string;
  #running: Running | undefined;

  constructor(createWorker: () => Worker, purpose: string) {
    this.#createWorker = createWorker;
    this.#purpose = purpose;
  }

  /** Calls the worker. Rejects with its error, and with `WORKER_FAILED` when it cannot run. */
  async call<T>(ask: (api: Remote<BackgroundApi>) => Promise<Outcome<T>>): Promise<T> {
    const { api, failure } = (this.#running ??= this.#start());
    return unwrap(await Promise.race([ask(api), failure]));
  }

  /** Ends the worker, and what it is doing with `CANCELLED`; the next call starts another. */
  end(): void {
    const ending = this.#running;
    this.#running = undefined;
    ending?.worker.terminate();
    ending?.fail(abortError());
  }

  #start(): Running {
    const worker = this.#createWorker();
    let fail: Running['fail'] = () => undefined;
    const failure = new Promise<never>((_, reject) => (fail = reject));
    const running = { worker, api: wrap<BackgroundApi>(worker), failure, fail };
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      fail(this.#failed(event.message));
    });
    worker.addEventListener('messageerror', () => {
      fail(this.#failed('its message could not be decoded, usually for lack of memory'));
    });
    failure.catch(() => {
      if (this.#running === running) this.end();
    });
    return running;
  }

  #failed(why: string): CordonError {
    return new CordonError({
      code: 'WORKER_FAILED',
      what: `The background worker that ${this.#purpose} could not run`,
      why: why || 'its script is missing or was not served as JavaScript',
      remedy: 'check that all plugin files are served beside each other, then reload',
    });
  }
}

/** Moves the voxels with the message instead of copying them: the sender must not use them any more. */
export function moving<T extends { readonly labels: LabelMessage }>(
  message: T,
  ...others: readonly (LabelMessage | undefined)[]
): T {
  const buffers = [message.labels, ...others].flatMap((labels) =>
    labels ? labelBuffers(labels) : []
  );
  return transfer(message, [...new Set(buffers)]);
}
