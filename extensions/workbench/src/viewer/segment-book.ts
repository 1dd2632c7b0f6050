/**
 * @file What Cordon knows about segments beyond the host: codes, how they were made, and whether they are stored. Emptied
 * when the mode is left, so that nothing of one patient reaches the next.
 */
import type { Recipe, RecipeStep } from '../method/recipe';
import type { SegmentAlgorithm, SegmentTerms } from '../terms/segment-description';

export interface SegmentRecord {
  readonly terms?: Partial<SegmentTerms>;
  readonly algorithm: SegmentAlgorithm;
  readonly steps: readonly RecipeStep[];
  /** Voxels were changed by a tool of the host since the last step. */
  readonly handEdited: boolean;
  readonly trackingId?: string;
  readonly trackingUid?: string;
}

const MANUAL: SegmentRecord = {
  algorithm: { type: 'MANUAL', name: '' },
  steps: [],
  handEdited: false,
};

export class SegmentBook {
  readonly #records = new Map<string, Map<number, SegmentRecord>>();
  readonly #unsaved = new Set<string>();
  /** What the extension that stores knows about where a segmentation comes from, as text of its own. */
  readonly #origins = new Map<string, string>();
  #revision = 0;
  /** How many pieces of work want their changes told together. */
  #together = 0;
  #isChanged = false;
  readonly #listeners = new Set<() => void>();
  readonly #savedListeners = new Set<(segmentationId: string) => void>();

  /** Grows with every change that is not stored yet, in any segmentation. */
  get revision(): number {
    return this.#revision;
  }

  /** What is known about a segment; a segment drawn by hand when nothing is. */
  record(segmentationId: string, segment: number): SegmentRecord {
    return this.#records.get(segmentationId)?.get(segment) ?? MANUAL;
  }

  /** Changes what is known about a segment. */
  set(segmentationId: string, segment: number, record: Partial<SegmentRecord>): void {
    const records = this.#records.get(segmentationId) ?? new Map<number, SegmentRecord>();
    records.set(segment, { ...this.record(segmentationId, segment), ...record });
    this.#records.set(segmentationId, records);
    this.#changed();
  }

  /** Forgets a segment that was deleted. Returns the function that knows it again. */
  forgetSegment(segmentationId: string, segment: number): () => void {
    const known = this.#records.get(segmentationId)?.get(segment);
    this.#records.get(segmentationId)?.delete(segment);
    this.markUnsaved(segmentationId);
    return () => {
      if (known) this.set(segmentationId, segment, known);
      this.markUnsaved(segmentationId);
    };
  }

  /** A tool of the host has changed the segment's voxels. */
  markHandEdited(segmentationId: string, segment: number): void {
    const { algorithm } = this.record(segmentationId, segment);
    const type = algorithm.type === 'AUTOMATIC' ? 'SEMIAUTOMATIC' : algorithm.type;
    this.set(segmentationId, segment, { handEdited: true, algorithm: { ...algorithm, type } });
  }

  /** The segmentation differs from what the archive holds. */
  markUnsaved(segmentationId: string): void {
    this.#unsaved.add(segmentationId);
    this.#revision++;
    this.#changed();
  }

  /** The archive holds the segmentation as it is, and has given it back. */
  markSaved(segmentationId: string): void {
    this.#unsaved.delete(segmentationId);
    for (const listener of this.#savedListeners) listener(segmentationId);
    this.#changed();
  }

  /** Calls `listener` after each verified save; returns the function that ends it. */
  onSaved(listener: (segmentationId: string) => void): () => void {
    this.#savedListeners.add(listener);
    return () => {
      this.#savedListeners.delete(listener);
    };
  }

  /** What was written down by {@link setOrigin}. */
  origin(segmentationId: string): string | undefined {
    return this.#origins.get(segmentationId);
  }

  /** Where the segmentation comes from, in words of the extension that stores; kept with unsaved work. */
  setOrigin(segmentationId: string, origin: string): void {
    this.#origins.set(segmentationId, origin);
  }

  isUnsaved(segmentationId: string): boolean {
    return this.#unsaved.has(segmentationId);
  }

  /** Segmentations that differ from what the archive holds. */
  unsaved(): readonly string[] {
    return [...this.#unsaved];
  }

  forget(segmentationId: string): void {
    this.#records.delete(segmentationId);
    this.#origins.delete(segmentationId);
    this.#unsaved.delete(segmentationId);
    this.#changed();
  }

  clear(): void {
    this.#records.clear();
    this.#origins.clear();
    this.#unsaved.clear();
    this.#changed();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Listeners hear once of everything that `work` changes. */
  together(work: () => void): void {
    this.#together++;
    try {
      work();
    } finally {
      this.#together--;
      if (this.#isChanged) this.#changed();
    }
  }

  #changed(): void {
    this.#isChanged = this.#together > 0;
    if (this.#isChanged) return;
    for (const listener of this.#listeners) listener();
  }
}

/** The recipe of a segment; nothing when no method of ours made it. */
export function recipeOf(record: SegmentRecord, source: Recipe['source']): Recipe | undefined {
  if (record.steps.length === 0) return undefined;
  return { cordonRecipe: 1, steps: [...record.steps], source, handEdited: record.handEdited };
}
