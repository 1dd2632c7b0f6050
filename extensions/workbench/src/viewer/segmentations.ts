/**
 * @file The host's segmentations as Cordon sees them: segments of a series, targets for results, and copies for storing.
 */
import { segmentation as tools } from '@cornerstonejs/tools';
import { applyDifference } from '../editing/difference';
import { CordonError } from '../errors/cordon-error';
import type { Recipe } from '../method/recipe';
import {
  unnamedSegment,
  type Rgb,
  type SegmentDescription,
  type SegmentTerms,
} from '../terms/segment-description';
import type { LabelLayer, LabelSegment, LabelVolume } from '../volume/label-volume';
import type { CommandsManager, HostSegment, HostSegmentation, HostServices } from './host';
import { colourSegments, listSegments, renameSegments, unlistSegments } from './host-segments';
import type { Change } from './label-writer';
import { Labelmap } from './labelmap';
import { Pace } from './pace';
import { recipeOf, type SegmentBook } from './segment-book';
import type { SourceSeries } from './source-series';

const LABELMAP = 'Labelmap';
const NO_COLOUR: Rgb = [128, 128, 128];

export interface ListedSegment {
  readonly number: number;
  readonly label: string;
  readonly colour: Rgb;
  readonly locked: boolean;
  readonly hidden: boolean;
}

/** A segmentation copied out of the viewer, ready to be written. */
export interface SegmentationCopy {
  readonly segmentationId: string;
  readonly title: string;
  readonly series: SourceSeries;
  readonly labels: LabelVolume;
  /** Recipe of each segment that a method made, by segment number. */
  readonly recipes: ReadonlyMap<number, Recipe>;
  /** Of the {@link SegmentBook} when the copy was begun: what changed later may not be in it. */
  readonly revision: number;
}

/** A preview that a copy shall leave out. */
export interface Unaccepted {
  readonly change: Pick<Change, 'segment' | 'differences'>;
  /** Segments that were added for it. */
  readonly created: readonly number[];
}

export interface CopyOptions {
  readonly signal?: AbortSignal;
  readonly without?: Unaccepted;
  /** Voxels of an earlier copy, where they have not changed since: only what is said about them is read anew. */
  readonly layers?: readonly LabelLayer[];
}

/** A segment to be added; without a label it is called after its number. */
export interface WantedSegment {
  readonly label?: string;
  readonly number?: number;
}

/** What is said about segments, by their numbers. */
export type TermsByNumber = ReadonlyMap<number, Partial<SegmentTerms>>;

export class Segmentations {
  readonly #services: HostServices;
  readonly #commands: CommandsManager;
  readonly #book: SegmentBook;
  #describing = 0;
  #trying = 0;

  constructor(services: HostServices, commands: CommandsManager, book: SegmentBook) {
    this.#services = services;
    this.#commands = commands;
    this.#book = book;
  }

  /** The labelmap that is active in a viewport and lies on the series; nothing when there is none. */
  active(viewportId: string, series: SourceSeries): HostSegmentation | undefined {
    const { segmentationService } = this.#services;
    const active = segmentationService.getActiveSegmentation(viewportId) ?? undefined;
    if (!active?.representationData.Labelmap) return undefined;
    return new Labelmap(active.segmentationId).covers(series.imageIds) ? active : undefined;
  }

  /** The active labelmap on the series, or a new one with one empty segment. */
  async activeOrNew(
    viewportId: string,
    series: SourceSeries
  ): Promise<{ readonly segmentationId: string; readonly isNew: boolean }> {
    const active = this.active(viewportId, series);
    if (active) return { segmentationId: active.segmentationId, isNew: false };
    const created = await this.#commands.run('createLabelmapForViewport', {
      viewportId,
      options: { createInitialSegment: true },
    });
    if (typeof created !== 'string') throw notCreated();
    if (!new Labelmap(created).covers(series.imageIds)) throw notCreated();
    return { segmentationId: created, isNew: true };
  }

  /** The segments of a segmentation in the order of their numbers. */
  segments(segmentationId: string): readonly ListedSegment[] {
    const segmentation = this.#services.segmentationService.getSegmentation(segmentationId);
    const viewportId = this.#viewportOf(segmentationId);
    const hidden =
      viewportId === undefined
        ? new Set<number>()
        : tools.config.visibility.getHiddenSegmentIndices(viewportId, {
            segmentationId,
            type: LABELMAP as never,
          });
    return Object.values(segmentation?.segments ?? {})
      .filter((segment): segment is HostSegment => segment !== undefined && segment !== null)
      .map((segment) => ({
        number: segment.segmentIndex,
        label: segment.label,
        colour: this.#colour(viewportId, segmentationId, segment.segmentIndex),
        locked: segment.locked === true,
        hidden: hidden.has(segment.segmentIndex),
      }))
      .sort((a, b) => a.number - b.number);
  }

  /** Adds segments and returns their numbers: the lowest free ones where none is given. */
  addSegments(segmentationId: string, wanted: readonly WantedSegment[]): readonly number[] {
    const taken = new Set(this.segments(segmentationId).map((segment) => segment.number));
    const added = wanted.map(({ label, number }) => {
      let free = number ?? 1;
      while (number === undefined && taken.has(free)) free++;
      taken.add(free);
      return { number: free, label: label ?? `Segment ${free}` };
    });
    listSegments(this.#services.segmentationService, segmentationId, added);
    return added.map(({ number }) => number);
  }

  /** Takes segments without voxels off the list, without a step in the history. */
  removeEmptySegments(segmentationId: string, numbers: readonly number[]): void {
    unlistSegments(this.#services.segmentationService, segmentationId, numbers);
  }

  /** Whether a tool of the host has drawn in a segment. */
  isHandEdited(segmentationId: string, segment: number): boolean {
    return this.#book.record(segmentationId, segment).handEdited;
  }

  /** Name, codes and colour of a segment as it will be stored, and how it was made. */
  describe(segmentationId: string, segment: ListedSegment): SegmentDescription {
    const record = this.#book.record(segmentationId, segment.number);
    return {
      ...unnamedSegment(segment.number, segment.colour),
      ...record.terms,
      label: segment.label,
      colour: segment.colour,
      algorithm: record.algorithm,
      trackingId: record.trackingId,
      trackingUid: record.trackingUid,
    };
  }

  /** True while we name or colour a segment ourselves. */
  get isDescribing(): boolean {
    return this.#describing > 0;
  }

  /** True while segments come and go for a result that nobody has accepted. */
  get isTrying(): boolean {
    return this.#trying > 0;
  }

  /** What `work` changes in the list of segments belongs to a result that nobody has accepted. */
  trying(work: () => void): void {
    this.#trying++;
    try {
      work();
    } finally {
      this.#trying--;
    }
  }

  /** Names, codes or colours segments, by number. Returns the function that takes it back. */
  setTerms(segmentationId: string, terms: TermsByNumber): () => void {
    const listed = this.segments(segmentationId).filter(({ number }) => terms.has(number));
    const records = listed.map(
      ({ number }) => [number, this.#book.record(segmentationId, number).terms] as const
    );
    const looks = new Map(listed.map(({ number, label, colour }) => [number, { label, colour }]));
    this.#book.together(() => {
      for (const [number, before] of records) {
        const { label, colour, ...codes } = terms.get(number) ?? {};
        void [label, colour]; // kept by the host
        this.#book.set(segmentationId, number, { terms: { ...before, ...codes } });
      }
      this.#setLooks(segmentationId, terms);
    });
    return () => {
      this.#book.together(() => {
        for (const [number, before] of records) {
          this.#book.set(segmentationId, number, { terms: before });
        }
        this.#setLooks(segmentationId, looks);
      });
    };
  }

  setLocked(segmentationId: string, number: number, locked: boolean): void {
    this.#services.segmentationService.setSegmentLocked(segmentationId, number, locked);
  }

  /** Copies a segmentation out of the viewer, slice by slice in short pieces of work. */
  async copy(
    segmentationId: string,
    series: SourceSeries,
    { signal, ...options }: CopyOptions = {}
  ): Promise<SegmentationCopy> {
    const pace = new Pace();
    const work = this.#copying(segmentationId, series, options);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      await pace.rest(signal);
    }
  }

  /** As {@link copy}, at once: for when the labels are about to go. */
  copyNow(segmentationId: string, series: SourceSeries, without?: Unaccepted): SegmentationCopy {
    const work = this.#copying(segmentationId, series, { without });
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
  }

  /** The copy in steps of one slice. */
  *#copying(
    segmentationId: string,
    series: SourceSeries,
    { without, layers: known }: Omit<CopyOptions, 'signal'>
  ): Generator<void, SegmentationCopy> {
    const { revision } = this.#book;
    const labelmap = new Labelmap(segmentationId);
    const listed = this.segments(segmentationId).filter(
      ({ number }) => !without?.created.includes(number)
    );
    const layers = known ?? (yield* copyLayers(labelmap, series, listed, without));
    const segments = listed.map((segment): LabelSegment => ({
      ...this.describe(segmentationId, segment),
      number: segment.number,
      layer: Math.max(0, labelmap.layers.indexOf(labelmap.placeOf(segment.number).layer)),
    }));
    return {
      segmentationId,
      title: this.#services.segmentationService.getSegmentation(segmentationId)?.label ?? '',
      series,
      labels: { geometry: series.geometry, layers, segments },
      recipes: this.#recipes(segmentationId, series, listed),
      revision,
    };
  }

  #recipes(segmentationId: string, series: SourceSeries, listed: readonly ListedSegment[]) {
    const source = {
      seriesInstanceUid: series.seriesUid,
      sopInstanceUids: [...new Set(series.planes.map(({ sopInstanceUid }) => sopInstanceUid))],
      pixelsSha256: '',
    };
    const recipes = new Map<number, Recipe>();
    for (const { number } of listed) {
      const recipe = recipeOf(this.#book.record(segmentationId, number), source);
      if (recipe) recipes.set(number, recipe);
    }
    return recipes;
  }

  #setLooks(segmentationId: string, looks: TermsByNumber): void {
    const labels = new Map<number, string>();
    const colours = new Map<number, Rgb>();
    for (const [number, { label, colour }] of looks) {
      if (label !== undefined) labels.set(number, label);
      if (colour !== undefined) colours.set(number, colour);
    }
    this.#describing++;
    try {
      const { segmentationService } = this.#services;
      renameSegments(segmentationService, segmentationId, labels);
      // What is tried has no voxels yet, or none any more.
      colourSegments(segmentationService, segmentationId, colours, { areDrawn: !this.isTrying });
    } finally {
      this.#describing--;
    }
  }

  #viewportOf(segmentationId: string): string | undefined {
    return this.#services.segmentationService.getViewportIdsWithSegmentation(segmentationId)[0];
  }

  #colour(viewportId: string | undefined, segmentationId: string, number: number): Rgb {
    if (viewportId === undefined) return NO_COLOUR;
    const { segmentationService } = this.#services;
    const colour = segmentationService.getSegmentColor(viewportId, segmentationId, number);
    return colour ? [colour[0], colour[1], colour[2]] : NO_COLOUR;
  }
}

/** The voxels of each layer, in steps of one slice. */
function* copyLayers(
  labelmap: Labelmap,
  { geometry, imageIds }: SourceSeries,
  listed: readonly ListedSegment[],
  without: Unaccepted | undefined
): Generator<void, readonly LabelLayer[]> {
  const sliceVoxels = geometry.size[0] * geometry.size[1];
  const wide = (listed.at(-1)?.number ?? 0) > 255;
  const layers: LabelLayer[] = [];
  const unaccepted = without && {
    layer: labelmap.placeOf(without.change.segment).layer.id,
    bySlice: new Map(without.change.differences.map((one) => [one.slice, one])),
  };
  for (const layer of labelmap.layers) {
    const voxels = allocateLayer(geometry.voxelCount, wide);
    const renamed = renamedValues(labelmap, layer, listed);
    for (const [k, imageId] of imageIds.entries()) {
      const slice = voxels.subarray(k * sliceVoxels, (k + 1) * sliceVoxels);
      slice.set(labelmap.labels(layer, imageId));
      const difference = unaccepted?.layer === layer.id && unaccepted.bySlice.get(k);
      if (difference) applyDifference(slice, difference, 'back');
      if (renamed) rename(slice, renamed);
      yield;
    }
    layers.push(voxels);
  }
  return layers;
}

/** In shared memory where the page is isolated, so that a worker gets it without a copy. */
function allocateLayer(count: number, wide: boolean): LabelLayer {
  const Storage = globalThis.crossOriginIsolated ? SharedArrayBuffer : ArrayBuffer;
  return wide ? new Uint16Array(new Storage(count * 2)) : new Uint8Array(new Storage(count));
}

/** Values of a layer that stand for a segment with another number; nothing when there are none. */
function renamedValues(
  labelmap: Labelmap,
  layer: Labelmap['layers'][number],
  listed: readonly ListedSegment[]
): ReadonlyMap<number, number> | undefined {
  const renamed = new Map<number, number>();
  for (const { number } of listed) {
    const place = labelmap.placeOf(number);
    if (place.layer.id === layer.id && place.value !== number) renamed.set(place.value, number);
  }
  return renamed.size > 0 ? renamed : undefined;
}

function rename(labels: LabelLayer, names: ReadonlyMap<number, number>): void {
  for (let voxel = 0; voxel < labels.length; voxel++) {
    const name = names.get(labels[voxel]);
    if (name !== undefined) labels[voxel] = name;
  }
}

const notCreated = () =>
  new CordonError({
    code: 'SEGMENTATION_NOT_CREATED',
    what: 'The viewer could not make a segmentation for this series',
    why: 'it returned none with labels for every image',
    remedy: 'wait until the images are shown, then run the method again',
  });
