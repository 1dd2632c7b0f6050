/**
 * @file Volumes of the brain structures of the active segmentation, measured once when they have been accepted or opened, and
 * again when a person asks: copying a whole segmentation at every stroke of a brush would be felt.
 */
import {
  sideVolumes,
  toCordonError,
  type CodedConcept,
  type CordonError,
  type Rgb,
  type SideVolumes,
} from '@cordon/extension-workbench/pure';
import type { CordonWorkbench } from '@cordon/extension-workbench/viewer';

export interface StructureVolumes extends SideVolumes {
  readonly colour: Rgb;
}

export interface VolumesState {
  readonly rows: readonly StructureVolumes[];
  readonly isMeasuring: boolean;
  /** The segmentation has changed since. */
  readonly isStale: boolean;
  readonly error?: CordonError;
}

const NOTHING: VolumesState = { rows: [], isMeasuring: false, isStale: false };

/** So many segments of brain structures are a labelled brain, and not one that somebody has drawn. */
const LEAST_SEGMENTS = 10;

interface Measured {
  readonly segmentationId: string | undefined;
  readonly revision: number;
}

type Workbench = Pick<CordonWorkbench, 'book' | 'panel' | 'copySegmentation'>;

export class BrainVolumes {
  readonly #workbench: Workbench;
  readonly #codes: ReadonlySet<string>;
  readonly #listeners = new Set<() => void>();
  #state = NOTHING;
  /** Which segmentation was measured, and its revision then; undefined while none is. */
  #measured: Measured | undefined;
  /** Grows with every measurement, so that a late one does not replace a newer. */
  #turn = 0;

  /** `types` are the structures that the networks know. */
  constructor(workbench: Workbench, types: readonly CodedConcept[]) {
    this.#workbench = workbench;
    this.#codes = new Set(types.map(codeOf));
    workbench.panel.subscribe(() => {
      this.#look();
    });
    workbench.book.subscribe(() => {
      this.#look();
    });
  }

  getState(): VolumesState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Measures the active segmentation as it is now. */
  async measure(): Promise<void> {
    const { book, panel } = this.#workbench;
    const turn = ++this.#turn;
    this.#measured = {
      segmentationId: panel.getState().segmentationId,
      revision: book.revision,
    };
    this.#set({ ...this.#state, isMeasuring: true, error: undefined });
    // Accepting is several changes in one task: all of them count.
    await new Promise((resolve) => setTimeout(resolve));
    if (turn !== this.#turn) return;
    try {
      const copy = await this.#workbench.copySegmentation();
      if (turn !== this.#turn) return;
      if (!copy) {
        this.#set(NOTHING);
        return;
      }
      const { segmentationId, revision, labels } = copy;
      this.#measured = { segmentationId, revision };
      const isStale = book.revision !== revision;
      this.#set({ rows: this.#rows(labels), isMeasuring: false, isStale });
    } catch (error) {
      if (turn === this.#turn) this.#set({ ...NOTHING, error: toCordonError(error) });
    }
  }

  #rows(labels: Parameters<typeof sideVolumes>[0]): readonly StructureVolumes[] {
    const segments = labels.segments.filter(({ type }) => this.#codes.has(codeOf(type)));
    const colours = new Map(segments.map(({ number, colour }) => [number, colour]));
    return sideVolumes({ ...labels, segments }).map((row) => ({
      ...row,
      colour: colours.get(row.segments[0]) ?? [128, 128, 128],
    }));
  }

  #look(): void {
    const { book, panel } = this.#workbench;
    const { segments, segmentationId, preview, job } = panel.getState();
    // Numbers of one segmentation never stand beside another, not even while something is computed.
    if (this.#measured && this.#measured.segmentationId !== segmentationId) this.#forget();
    if (preview || job) return;
    const known = segments.filter(({ terms }) => terms && this.#codes.has(codeOf(terms.type)));
    const { isMeasuring, isStale } = this.#state;
    if (known.length < LEAST_SEGMENTS) this.#forget();
    else if (this.#measured === undefined) void this.measure();
    else if (!isMeasuring && !isStale && book.revision !== this.#measured.revision) {
      this.#set({ ...this.#state, isStale: true });
    }
  }

  #forget(): void {
    this.#turn++;
    this.#measured = undefined;
    if (this.#state !== NOTHING) this.#set(NOTHING);
  }

  #set(state: VolumesState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const codeOf = ({ scheme, value }: CodedConcept): string => `${scheme}:${value}`;
