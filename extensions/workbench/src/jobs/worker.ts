/**
 * @file The worker's side of a session. A worker script of an extension is two lines: import its methods, serve them.
 */
import { expose, transfer } from 'comlink';
import { CordonError } from '../errors/cordon-error';
import type { MethodResult, MethodSession, Progress, SegmentationMethod } from '../method/contract';
import { settle } from './outcome';
import { timed } from './timing';
import { fromChannelMessage, type MethodWorkerApi } from './protocol';

/** Finds a method by its id; undefined when there is none. */
export type FindMethod = (id: string) => Promise<SegmentationMethod | undefined>;

/** Makes methods available to the page that started this worker: a list, or what finds them when they are asked for. */
export function serveMethods(methods: readonly SegmentationMethod[] | FindMethod): void {
  expose(createMethodWorker(methods));
}

/** The worker without its messages, for tests. */
export function createMethodWorker(
  methods: readonly SegmentationMethod[] | FindMethod
): MethodWorkerApi {
  const find: FindMethod =
    typeof methods === 'function'
      ? methods
      : (wanted) => Promise.resolve(methods.find(({ id }) => id === wanted));
  let session: MethodSession<Record<string, unknown>> | undefined;
  const running = new Map<number, AbortController>();

  return {
    open: (methodId, channels) =>
      settle(async () => {
        const method = await find(methodId);
        if (!method) throw unknownMethod(methodId);
        session?.close();
        session = await method.open({ channels: channels.map(fromChannelMessage) });
        return null;
      }),

    update: async (updateId, request, how, progress) => {
      const controller = new AbortController();
      running.set(updateId, controller);
      try {
        const outcome = await settle(async () => {
          if (!session) throw notOpen();
          const parameters = request.parameters as Record<string, unknown>;
          const onProgress = (so: Progress) => {
            progress.postMessage(so);
          };
          const context = { ...how, signal: controller.signal, onProgress };
          const current = session;
          return timed('kernel', () => current.update({ ...request, parameters }, context));
        });
        return outcome.ok ? transfer(outcome, transferables(outcome.value)) : outcome;
      } finally {
        running.delete(updateId);
        progress.close();
      }
    },

    cancel: (updateId) => {
      running.get(updateId)?.abort();
      return Promise.resolve();
    },
  };
}

/** Buffers that can move to the page; a session must not keep what it returns. */
function transferables(result: MethodResult): ArrayBuffer[] {
  const arrays = [
    result.labels?.voxels,
    result.scalarMap?.voxels,
    ...(result.probabilities ?? []).map(({ voxels }) => voxels),
  ];
  const buffers = arrays.map((array) => array?.buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}

const unknownMethod = (id: string) =>
  new CordonError({
    code: 'METHOD_UNKNOWN',
    what: `The worker does not know the method "${id}"`,
    why: 'page and worker come from different versions of the plugin',
    remedy: 'clear the browser cache and reload',
  });

const notOpen = () =>
  new CordonError({
    code: 'SESSION_CLOSED',
    what: 'The method is not open',
    why: 'an update came before the volume',
    remedy: 'start the method again',
  });
