/**
 * @file The worker that writes and reads segmentations, seen from the page: plain data in both directions, errors as
 * values, geometry rebuilt on arrival.
 */
import { releaseProxy, transfer, wrap } from 'comlink';
import {
  CordonError,
  Geometry,
  type GeometryOptions,
  type LabelLayer,
  type LabelSegment,
  type SerializedError,
} from '@cordon/extension-workbench/pure';
import type { ReadSegmentationOptions, StoredSegmentation } from './seg/reader/stored-segmentation';
import type { SegmentationRequest } from './seg/request';
import type { WrittenSegmentation } from './seg/writer';

export type SegOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SerializedError };

/** A read segmentation without classes. */
export type StoredMessage = Omit<StoredSegmentation, 'labels' | 'probabilities'> & {
  readonly geometry: GeometryOptions;
  readonly layers: readonly LabelLayer[];
  readonly segments: readonly LabelSegment[];
};

/** What a worker can be asked: everything but signals and callbacks. */
export type WorkerReadOptions = Omit<ReadSegmentationOptions, 'signal' | 'withProbabilities'>;

export interface SegWorkerApi {
  write(request: SegmentationRequest): Promise<SegOutcome<WrittenSegmentation>>;
  read(bytes: Uint8Array, options: WorkerReadOptions): Promise<SegOutcome<StoredMessage>>;
}

export interface SegClient {
  /** The label planes are copied to the worker; the caller keeps its own. */
  write(request: SegmentationRequest): Promise<WrittenSegmentation>;
  /** The bytes are handed over and are empty afterwards. */
  read(bytes: Uint8Array<ArrayBuffer>, options?: WorkerReadOptions): Promise<StoredSegmentation>;
  /** Ends the worker. */
  close(): void;
}

/** Talks to a worker started from `worker.ts`. */
export function segClient(worker: Worker): SegClient {
  const remote = wrap<SegWorkerApi>(worker);
  return {
    write: async (request) => unpack(await remote.write(request)),
    read: async (bytes, options = {}) => {
      const message = unpack(await remote.read(transfer(bytes, [bytes.buffer]), options));
      const { geometry, layers, segments, ...rest } = message;
      return {
        ...rest,
        labels: { geometry: new Geometry(geometry), layers, segments },
        probabilities: [],
      };
    },
    close: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}

function unpack<T>(outcome: SegOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new CordonError(outcome.error);
}
