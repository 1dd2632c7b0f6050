/**
 * @file Runs methods on the series in the viewer: one session at a time, its volume in a worker; never on this thread
 * when the method brings a worker.
 */
import { memoryBudgetBytes, requireMemory } from '../jobs/memory-budget';
import { openSession } from '../jobs/session-client';
import { timed } from '../jobs/timing';
import type { MethodResult, MethodSession, UpdateContext, UpdateRequest } from '../method/contract';
import type { MethodOffer } from '../method/registry';
import { boxVoxels } from '../volume/box';
import { regionBox } from '../method/region';
import type { ImageVolume } from '../volume/image-volume';
import { loadVolume, type LoadContext, type SourceSeries } from './source-series';

interface OpenSession {
  readonly methodId: string;
  readonly images: readonly SourceSeries[];
  readonly session: MethodSession<unknown>;
  /** Updates that are being computed or wait for that. */
  updates: number;
}

export class MethodJobs {
  #open: OpenSession | undefined;
  #volume: { readonly series: SourceSeries; readonly promise: Promise<ImageVolume> } | undefined;

  /**
   * One update of a method on its images, the segmented series first. Opens the session when another method or other images were
   * there before.
   */
  async update(
    offer: MethodOffer,
    images: readonly SourceSeries[],
    request: UpdateRequest<unknown>,
    context: UpdateContext
  ): Promise<MethodResult> {
    const { size } = images[0].geometry;
    requireMemory(
      offer.method,
      { size, channels: images.length, bytesPerVoxel: 4, region: request.region },
      memoryBudgetBytes(deviceMemoryGiB())
    );
    if (this.#open?.methodId !== offer.method.id || !isSame(this.#open.images, images)) {
      this.closeSession();
      const session = openSession(offer, async () => ({
        channels: await this.#volumes(images, context),
      }));
      this.#open = { methodId: offer.method.id, images, session, updates: 0 };
    }
    const open = this.#open;
    open.updates++;
    try {
      return await timed('update', () => open.session.update(request, context));
    } finally {
      open.updates--;
      // A network's memory comes back only with the end of its worker; a newer request may be using it.
      const isIdle = open.updates === 0 && this.#open === open;
      if (offer.method.family === 'neural' && isIdle) this.closeSession();
    }
  }

  /** The voxels of a series; where they are not in shared memory, they may be moved on. Loads its images. */
  volume(series: SourceSeries, context: LoadContext = {}): Promise<ImageVolume> {
    return this.#volumeFor(series, context);
  }

  /** Ends the session and with it its worker. */
  closeSession(): void {
    this.#open?.session.close();
    this.#open = undefined;
  }

  /** Ends the session and lets go of the volume. */
  reset(): void {
    this.closeSession();
    this.#volume = undefined;
  }

  /** The volumes of all images; only that of the first is kept. */
  async #volumes(
    [first, ...others]: readonly SourceSeries[],
    { onProgress }: LoadContext
  ): Promise<readonly ImageVolume[]> {
    const volumes = [await this.#volumeFor(first, { onProgress })];
    for (const series of others) volumes.push(await loadVolume(series, { onProgress }));
    return volumes;
  }

  /** The volume is kept where it lies in shared memory; otherwise it moves to the worker and is copied anew. */
  async #volumeFor(series: SourceSeries, context: LoadContext): Promise<ImageVolume> {
    if (this.#volume?.series === series) return this.#volume.promise;
    const promise = loadVolume(series, context);
    if (!globalThis.crossOriginIsolated) return promise;
    const entry = { series, promise };
    this.#volume = entry;
    try {
      return await promise;
    } catch (error) {
      if (this.#volume === entry) this.#volume = undefined;
      throw error;
    }
  }
}

const isSame = (a: readonly SourceSeries[], b: readonly SourceSeries[]) =>
  a.length === b.length && a.every((series, at) => series === b[at]);

/** True when an update is quick enough to follow a slider. */
export function isLive(
  offer: MethodOffer,
  series: SourceSeries,
  region: UpdateRequest<unknown>['region']
) {
  const { method } = offer;
  if (method.family !== 'classical' || (method.inputs.requiredPrompts ?? []).length > 0)
    return false;
  const { size } = series.geometry;
  const work = { size, channels: 1, bytesPerVoxel: 4, region };
  return (
    method.estimate(work).operations <=
    LIVE_OPERATIONS_PER_VOXEL * boxVoxels(regionBox(region, size))
  );
}

const LIVE_OPERATIONS_PER_VOXEL = 20;

/** As far as the browser tells it. */
export const deviceMemoryGiB = () => (navigator as { deviceMemory?: number }).deviceMemory;
