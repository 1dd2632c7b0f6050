/**
 * @file A session that splits work over several workers where its method allows and the work is long enough; the result is the
 * same bit for bit. Everything else goes to the first worker alone.
 */
import { parseParameters } from '../method/define-method';
import type {
  MethodInput,
  MethodResult,
  MethodSession,
  Progress,
  UpdateContext,
  UpdateRequest,
} from '../method/contract';
import type { MethodOffer } from '../method/registry';
import { regionBox } from '../method/region';
import { boxVoxels } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { InputSource } from './session-client';
import { cutSlabs, joinSlabs, slabRegion, type Slab } from './slabs';

/** Below this many voxels, starting workers and copying the image takes as long as the work. */
const LEAST_VOXELS = 2_000_000;
/** More workers than this wait for memory. */
const MOST_WORKERS = 4;
/** Each worker holds the image when memory cannot be shared: all copies together stay below this. */
const COPIES_BYTES = 2 ** 30;
const BYTES_PER_VOXEL = 4;

export interface SplitOptions {
  /** Workers at most. */
  readonly workers: number;
  /** Voxels below which the work stays in one piece. */
  readonly leastVoxels: number;
}

/** Half of the processors, so that the viewer stays smooth. */
export function splitOptions(processors: number | undefined): SplitOptions {
  const workers = Math.max(1, Math.min(MOST_WORKERS, Math.floor((processors ?? 1) / 2)));
  return { workers, leastVoxels: LEAST_VOXELS };
}

export class SplitSession implements MethodSession<unknown> {
  readonly #method: MethodOffer['method'];
  readonly #open: (source: InputSource) => MethodSession<unknown>;
  readonly #source: InputSource;
  readonly #options: SplitOptions;
  readonly #sessions: MethodSession<unknown>[] = [];
  /** The first volume, and its grid. */
  #first: Promise<MethodInput> | undefined;
  #geometry: Promise<Geometry> | undefined;
  #controller: AbortController | undefined;

  /** `open` makes one session; `source` is asked for the volume once for each. */
  constructor(
    method: MethodOffer['method'],
    open: (source: InputSource) => MethodSession<unknown>,
    source: InputSource,
    options: SplitOptions
  ) {
    this.#method = method;
    this.#open = open;
    this.#options = options;
    this.#source = source;
  }

  async update(request: UpdateRequest<unknown>, context: UpdateContext): Promise<MethodResult> {
    // What an older update still does on other workers is of no use any more.
    this.#controller?.abort();
    const controller = (this.#controller = new AbortController());
    const geometry = await this.#gridOf();
    const slabs = this.#slabsOf(request, geometry);
    if (slabs.length < 2) return this.#session(0).update(request, context);
    const signal = context.signal
      ? AbortSignal.any([context.signal, controller.signal])
      : controller.signal;
    const progress = meanProgress(slabs.length, context.onProgress);
    const updates = slabs.map((slab, at) =>
      this.#session(at).update(
        { ...request, region: slabRegion(slab) },
        { ...context, signal, onProgress: progress(at) }
      )
    );
    try {
      const box = regionBox(request.region, geometry.size);
      return joinSlabs(box, slabs, await Promise.all(updates));
    } catch (error) {
      controller.abort();
      await Promise.allSettled(updates);
      throw error;
    }
  }

  close(): void {
    this.#controller?.abort();
    for (const session of this.#sessions.splice(0)) session.close();
  }

  #slabsOf({ region, parameters }: UpdateRequest<unknown>, geometry: Geometry): readonly Slab[] {
    const box = regionBox(region, geometry.size);
    if (boxVoxels(box) < this.#options.leastVoxels) return [];
    const complete = parseParameters(this.#method, parameters);
    const halo = this.#method.haloSlices?.(complete, geometry);
    if (halo === undefined) return [];
    const copies = Math.floor(COPIES_BYTES / (geometry.voxelCount * BYTES_PER_VOXEL));
    return cutSlabs(box, halo, Math.min(this.#options.workers, copies));
  }

  #session(at: number): MethodSession<unknown> {
    return (this.#sessions[at] ??= this.#open(() => {
      const first = this.#first;
      this.#first = undefined;
      return first ?? this.#source();
    }));
  }

  /** Loads the first volume for its grid; the first session that is opened takes it. */
  #gridOf(): Promise<Geometry> {
    if (!this.#geometry) {
      this.#first = this.#source();
      this.#geometry = this.#first.then(({ channels }) => channels[0].geometry);
      this.#geometry.catch(() => {
        this.#geometry = undefined;
        this.#first = undefined;
      });
    }
    return this.#geometry;
  }
}

/** Progress of the whole from that of its parts. */
function meanProgress(parts: number, onProgress: UpdateContext['onProgress']) {
  const fractions = new Array<number>(parts).fill(0);
  return (at: number) =>
    onProgress &&
    (({ fraction, message }: Progress) => {
      fractions[at] = fraction;
      onProgress({ fraction: fractions.reduce((sum, one) => sum + one, 0) / parts, message });
    });
}
