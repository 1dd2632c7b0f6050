/**
 * @file The page's side of a session: a volume resident in a worker of its own.
 *
 * A newer update supersedes an older one. Cancel answers at once; a worker whose kernel does not yield within
 * {@link GRACE_MS} is ended, and the next update starts a new one. Ending the worker is also what frees wasm memory.
 */
import { transfer, wrap, type Remote } from 'comlink';
import { abortError, CordonError, toCordonError } from '../errors/cordon-error';
import type {
  MethodInput,
  MethodResult,
  MethodSession,
  Progress,
  UpdateContext,
  UpdateRequest,
} from '../method/contract';
import type { MethodOffer } from '../method/registry';
import { unwrap, type Outcome } from './outcome';
import { SplitSession, splitOptions } from './split-session';
import { toChannelMessage, type MethodWorkerApi } from './protocol';

/** How long a cancelled update may take to stop by itself (ms). */
export const GRACE_MS = 120;

/** Gives the volume each time a worker is started; buffers that are not shared are moved to the worker. */
export type InputSource = () => Promise<MethodInput>;

interface Running {
  readonly worker: Worker;
  readonly api: Remote<MethodWorkerApi>;
  /** Rejects when the worker cannot be loaded or dies. */
  readonly failure: Promise<never>;
}

/** A request to stop, with its reason. */
class Stop {
  reason: CordonError | undefined;
  readonly promise: Promise<CordonError>;
  #resolve: (reason: CordonError) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => (this.#resolve = resolve));
  }

  trigger(reason: CordonError): void {
    this.reason ??= reason;
    this.#resolve(this.reason);
  }
}

/**
 * Opens `offer` on the volume of `source`: in its worker, in several where the method can be split and the processors are there,
 * or here when it has none.
 */
export function openSession(offer: MethodOffer, source: InputSource): MethodSession<unknown> {
  if (!offer.createWorker) return new LocalSession(offer, source);
  const open = (from: InputSource) => new WorkerSession(offer, from);
  const options = splitOptions(
    (globalThis as Partial<WorkerGlobalScope>).navigator?.hardwareConcurrency
  );
  const isSplit = offer.method.haloSlices !== undefined && options.workers > 1;
  return isSplit ? new SplitSession(offer.method, open, source, options) : open(source);
}

class WorkerSession implements MethodSession<unknown> {
  readonly #offer: MethodOffer;
  readonly #source: InputSource;
  #running: Promise<Running> | undefined;
  #current: { readonly stop: Stop; readonly idle: Promise<unknown> } | undefined;
  #updates = 0;
  #closed = false;

  constructor(offer: MethodOffer, source: InputSource) {
    this.#offer = offer;
    this.#source = source;
  }

  async update(request: UpdateRequest<unknown>, context: UpdateContext): Promise<MethodResult> {
    if (this.#closed) throw closedError();
    if (context.signal?.aborted) throw abortError();
    const stop = new Stop();
    const onAbort = () => {
      stop.trigger(abortError());
    };
    context.signal?.addEventListener('abort', onAbort, { once: true });
    const previous = this.#current;
    previous?.stop.trigger(supersededError());
    // The attempt begins when the worker is free again and ends when it is free for the next one.
    const idle = previous ? previous.idle : Promise.resolve();
    const attempt = idle.then(() => this.#attempt(request, context, stop));
    this.#current = { stop, idle: attempt.catch(() => undefined) };
    try {
      return await Promise.race([attempt, stop.promise.then((reason) => Promise.reject(reason))]);
    } catch (error) {
      throw toCordonError(error);
    } finally {
      context.signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.#closed = true;
    this.#current?.stop.trigger(abortError());
    this.#end();
  }

  async #attempt(
    request: UpdateRequest<unknown>,
    context: UpdateContext,
    stop: Stop
  ): Promise<MethodResult> {
    if (stop.reason) throw stop.reason;
    const { api, failure } = await (this.#running ??= this.#start());
    if (stop.reason) throw stop.reason;
    const updateId = ++this.#updates;
    const how = { quality: context.quality, showsSteps: context.showsSteps };
    const progress = new MessageChannel();
    progress.port1.onmessage = ({ data }: MessageEvent<Progress>) => context.onProgress?.(data);
    const call = api.update(updateId, request, how, transfer(progress.port2, [progress.port2]));
    const answer = Promise.race([call, failure]) as Promise<Outcome<MethodResult>>;
    const answered = answer.then(
      () => true,
      () => true
    );
    try {
      if (await Promise.race([answered, stop.promise.then(() => false)]))
        return unwrap(await answer);
      void api.cancel(updateId);
      if (!(await Promise.race([answered, delay(GRACE_MS).then(() => false)]))) this.#end();
      throw stop.reason ?? abortError();
    } finally {
      // An open channel would stay for as long as the page.
      progress.port1.close();
    }
  }

  async #start(): Promise<Running> {
    const input = await this.#source();
    const worker = this.#offer.createWorker!();
    const failure = workerFailure(worker, this.#offer.method.title);
    failure.catch(() => {
      this.#end();
    });
    const api = wrap<MethodWorkerApi>(worker);
    const channels = input.channels.map(toChannelMessage);
    const buffers = channels
      .map(({ voxels }) => voxels.buffer)
      .filter((b) => b instanceof ArrayBuffer);
    try {
      const opening = api.open(this.#offer.method.id, transfer(channels, [...new Set(buffers)]));
      unwrap((await Promise.race([opening, failure])) as Outcome<null>);
    } catch (error) {
      worker.terminate();
      this.#running = undefined;
      throw error;
    }
    return { worker, api, failure };
  }

  /** Ends the worker, now or as soon as it has started; the next update starts another. */
  #end(): void {
    const ending = this.#running;
    this.#running = undefined;
    ending?.then(
      ({ worker }) => {
        worker.terminate();
      },
      () => undefined // a start that failed has ended its worker itself
    );
  }
}

/** A session of a method without a worker: same rules, same thread. */
class LocalSession implements MethodSession<unknown> {
  readonly #offer: MethodOffer;
  readonly #source: InputSource;
  #session: Promise<MethodSession<Record<string, unknown>>> | undefined;
  #controller: AbortController | undefined;

  constructor(offer: MethodOffer, source: InputSource) {
    this.#offer = offer;
    this.#source = source;
  }

  async update(request: UpdateRequest<unknown>, context: UpdateContext): Promise<MethodResult> {
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const signal = context.signal
      ? AbortSignal.any([context.signal, controller.signal])
      : controller.signal;
    this.#session ??= this.#source().then((input) => this.#offer.method.open(input));
    try {
      const session = await this.#session;
      const parameters = request.parameters as Record<string, unknown>;
      const result = await session.update({ ...request, parameters }, { ...context, signal });
      if (signal.aborted) throw abortError();
      return result;
    } catch (error) {
      throw toCordonError(error);
    }
  }

  close(): void {
    this.#controller?.abort();
    void this.#session?.then((session) => {
      session.close();
    });
  }
}

/** Rejects when the worker's script cannot be loaded or throws outside a call. Never resolves. */
function workerFailure(worker: Worker, title: string): Promise<never> {
  const failure = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      reject(
        new CordonError({
          code: 'WORKER_FAILED',
          what: `The background worker of "${title}" could not run`,
          why: event.message || 'its script is missing or was not served as JavaScript',
          remedy: 'check that all plugin files are served beside each other, then reload',
        })
      );
    });
    worker.addEventListener('messageerror', () => {
      reject(
        new CordonError({
          code: 'WORKER_FAILED',
          what: `The background worker of "${title}" sent what cannot be read`,
          why: 'its message could not be decoded, usually for lack of memory',
          remedy: 'close other tabs, choose a smaller region, and run it again',
        })
      );
    });
  });
  failure.catch(() => undefined); // looked at where it matters
  return failure;
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The error of an update that a newer one replaced; callers that drive a slider ignore it. */
export const supersededError = (): CordonError =>
  new CordonError({
    code: 'SUPERSEDED',
    what: 'A newer request replaced this one',
    why: 'the parameters changed before it was finished',
    remedy: 'nothing to do',
  });

const closedError = () =>
  new CordonError({
    code: 'SESSION_CLOSED',
    what: 'The method was closed',
    why: 'its session has ended',
    remedy: 'start the method again',
  });
