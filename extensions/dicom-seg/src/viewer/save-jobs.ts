/**
 * @file Saving: copied out of the viewer, written in a worker, stored, read back and compared — only then "saved". What
 * was written is kept until then, so that a retry sends the same bytes and one object results.
 */
import { CordonError, toCordonError, type Progress } from '@cordon/extension-workbench/pure';
import type { CordonWorkbench, HostServices } from '@cordon/extension-workbench/viewer';
import { storeSegmentation, type StoreReceipt } from '../store/store';
import type { WrittenSegmentation } from '../seg/writer';
import type { Archive } from './archive';
import { withSegWorker } from './seg-worker';
import { probabilityRequest, segmentationRequest, type Version } from './segmentation-request';

export type SaveState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'busy'; readonly progress: Progress }
  | {
      readonly phase: 'saved';
      readonly receipt: StoreReceipt;
      readonly warnings: readonly string[];
    }
  | { readonly phase: 'failed'; readonly error: CordonError; readonly canRetry: boolean };

/** The labels, or how probable they are as an object of its own. */
type Content = 'labels' | 'probabilities';

/** What was written but is not known to be stored. */
interface Pending {
  readonly content: Content;
  readonly written: WrittenSegmentation;
  readonly revision: number;
  readonly seriesDescription: string;
}

const pendingKey = (segmentationId: string, content: Content): string =>
  `${segmentationId} ${content}`;

const IDLE: SaveState = { phase: 'idle' };
const SERIES_NUMBER = 1000;
/** Characters of a series description (VR LO). */
const MOST_DESCRIPTION = 64;
const PROBABILITIES = ', probabilities';

export class SaveJobs {
  readonly #workbench: CordonWorkbench;
  readonly #services: HostServices;
  readonly #archive: Archive;
  readonly #pending = new Map<string, Pending>();
  readonly #listeners = new Set<() => void>();
  #state: SaveState = IDLE;
  #running: Promise<void> | undefined;
  #controller: AbortController | undefined;

  constructor(workbench: CordonWorkbench, services: HostServices, archive: Archive) {
    this.#workbench = workbench;
    this.#services = services;
    this.#archive = archive;
  }

  getState(): SaveState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** The object that a segmentation was read from. */
  setVersion(segmentationId: string, version: Version): void {
    // The workbench keeps it with unsaved work, so that a restored segmentation is still the next version of its object.
    this.#workbench.book.setOrigin(segmentationId, JSON.stringify(version));
  }

  #version(segmentationId: string): Version | undefined {
    const origin = this.#workbench.book.origin(segmentationId);
    return origin === undefined ? undefined : (JSON.parse(origin) as Version);
  }

  /** Saves the segmentation with this id, or the active one. Never rejects: the state says what happened. */
  save(seriesDescription = '', segmentationId?: string): Promise<void> {
    return this.#start(seriesDescription, segmentationId, 'labels');
  }

  /** Saves how probable the active segmentation is as the networks said, as a fractional object beside it. Never rejects. */
  saveProbabilities(seriesDescription = ''): Promise<void> {
    return this.#start(seriesDescription, undefined, 'probabilities');
  }

  #start(
    seriesDescription: string,
    segmentationId: string | undefined,
    content: Content
  ): Promise<void> {
    this.#running ??= this.#save(seriesDescription, segmentationId, content).finally(() => {
      this.#running = undefined;
      this.#controller = undefined;
    });
    return this.#running;
  }

  cancel(): void {
    this.#controller?.abort();
  }

  /** Writes the segmentation and hands it to the browser as a file. */
  async download(segmentationId?: string): Promise<void> {
    try {
      this.#busy({ fraction: 0, message: 'Writing' });
      const { pending } = await this.#write('', segmentationId, 'labels', undefined);
      offerFile(pending.written);
      this.#set(IDLE);
    } catch (error) {
      this.#fail(error, 'labels');
    }
  }

  /** Nothing of this patient may stay. */
  reset(): void {
    this.cancel();
    this.#pending.clear();
    this.#set(IDLE);
  }

  async #save(
    seriesDescription: string,
    wantedId: string | undefined,
    content: Content
  ): Promise<void> {
    const controller = (this.#controller = new AbortController());
    const { signal } = controller;
    const onProgress = (progress: Progress) => {
      if (!signal.aborted) this.#busy(progress);
    };
    try {
      onProgress({ fraction: 0, message: 'Writing' });
      const store = this.#archive.forStoring;
      const { segmentationId, pending } = await this.#write(
        seriesDescription,
        wantedId,
        content,
        signal
      );
      const receipt = await storeSegmentation(pending.written, store, {
        signal,
        onProgress: ({ fraction, message }) => {
          onProgress({ fraction: 0.2 + 0.8 * fraction, message });
        },
      });
      this.#succeed(segmentationId, pending, receipt);
      await this.#list(receipt);
    } catch (error) {
      this.#fail(error, content);
    }
  }

  /** Writes the object, or takes the one that is already written and was not stored. */
  async #write(
    seriesDescription: string,
    wantedId: string | undefined,
    content: Content,
    signal?: AbortSignal
  ) {
    const copy = await this.#workbench.copySegmentation(wantedId, signal);
    if (!copy || copy.labels.segments.length === 0) throw nothingToSave();
    const { segmentationId, series, revision } = copy;
    const description = seriesDescription || copy.title || 'Segmentation';
    const earlier = this.#pending.get(pendingKey(segmentationId, content));
    if (earlier?.revision === revision && earlier.seriesDescription === description) {
      return { segmentationId, pending: earlier };
    }
    const displaySet = this.#services.displaySetService.getDisplaySetByUID(series.displaySetUid);
    if (!displaySet) throw nothingToSave();
    const request =
      content === 'labels'
        ? segmentationRequest(copy, displaySet, description, this.#version(segmentationId))
        : probabilityRequest(
            copy,
            this.#workbench.probabilities(),
            displaySet,
            `${description.slice(0, MOST_DESCRIPTION - PROBABILITIES.length)}${PROBABILITIES}`
          );
    if (request.segments.length === 0) throw nothingToSave();
    const written = await withSegWorker((client) => client.write(request));
    const pending = { content, written, revision, seriesDescription: description };
    this.#pending.set(pendingKey(segmentationId, content), pending);
    return { segmentationId, pending };
  }

  #succeed(segmentationId: string, pending: Pending, receipt: StoreReceipt): void {
    const { content, written, revision } = pending;
    this.#pending.delete(pendingKey(segmentationId, content));
    this.#set({ phase: 'saved', receipt, warnings: [...written.warnings, ...receipt.warnings] });
    if (content === 'probabilities') return;
    const instanceNumber = (this.#version(segmentationId)?.sameSeries?.instanceNumber ?? 1) + 1;
    this.setVersion(segmentationId, {
      predecessor: {
        sopClassUid: written.sopClassUid,
        sopInstanceUid: written.sopInstanceUid,
        seriesInstanceUid: written.seriesInstanceUid,
      },
      sameSeries: { instanceNumber, seriesNumber: SERIES_NUMBER },
    });
    // Changes that were made while it was being stored are not in it.
    if (this.#workbench.book.revision === revision) this.#workbench.book.markSaved(segmentationId);
  }

  async #list(receipt: StoreReceipt): Promise<void> {
    const { studyInstanceUid, seriesInstanceUid } = receipt;
    try {
      await this.#archive.announce(studyInstanceUid, seriesInstanceUid);
    } catch (error) {
      const { why } = toCordonError(error);
      if (this.#state.phase !== 'saved') return;
      const warning = `It is stored, but the list of series could not be read again (${why}): reload the study to see it.`;
      this.#set({ ...this.#state, warnings: [...this.#state.warnings, warning] });
    }
  }

  #busy(progress: Progress): void {
    this.#set({ phase: 'busy', progress });
  }

  #fail(cause: unknown, content: Content): void {
    const error = toCordonError(cause);
    if (error.code === 'CANCELLED') this.#set(IDLE);
    else {
      const canRetry = content === 'labels' && error.code !== 'NOTHING_TO_SAVE';
      this.#set({ phase: 'failed', error, canRetry });
    }
  }

  #set(state: SaveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function offerFile({ parts, sopInstanceUid }: WrittenSegmentation): void {
  const address = URL.createObjectURL(new Blob([...parts], { type: 'application/dicom' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `segmentation-${sopInstanceUid.slice(-8)}.dcm`;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

const nothingToSave = () =>
  new CordonError({
    code: 'NOTHING_TO_SAVE',
    what: 'There is nothing to save',
    why: 'the series in the active viewport has no segmentation',
    remedy: 'run a method or draw a segment first, then save',
  });
