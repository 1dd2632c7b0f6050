/**
 * @file The result that is shown but not accepted: written like a commit, drawn like a preview, taken back when rejected.
 */
import type { WriteRule } from '../editing/write-rule';
import { differenceBytes, differenceVoxels, type SliceDifference } from '../editing/difference';
import { CordonError } from '../errors/cordon-error';
import { timed } from '../jobs/timing';
import type { LabelResult, MethodResult } from '../method/contract';
import type { SegmentTerms } from '../terms/segment-description';
import type { PreviewSummary } from '../ui/panel-model';
import { boxSize } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import { pushStep } from './history';
import type { PreviewStatistics } from './host-statistics';
import type { Change, LabelWriter, WritingTurn } from './label-writer';
import { endPreviewStyle, setPreviewStyle } from './preview-style';
import type { Segmentations, Unaccepted } from './segmentations';
import type { SourceSeries } from './source-series';
import { takenFrom } from './taken-from';

export interface PreviewTarget {
  readonly viewportId: string;
  readonly series: SourceSeries;
  /** Segment that the first class is written to; absent: a new one. */
  readonly segment?: number;
  /** Segments of a former run, indexed by class: they are brought up to date. */
  readonly former?: readonly number[];
  readonly mode: 'add' | 'replace';
  readonly rule: WriteRule;
  /** Name of a new segment. */
  readonly label: string;
}

/** What an accepted preview leaves behind. */
export interface Accepted {
  readonly segmentationId: string;
  /** Segment of each class of the result, indexed by class. */
  readonly segmentOfClass: readonly number[];
  readonly created: readonly number[];
  /** Segments of a former run for which this one has no class: they are empty and taken off the list. */
  readonly emptied: readonly number[];
}

interface Shown {
  readonly target: PreviewTarget;
  readonly segmentationId: string;
  readonly segmentOfClass: number[];
  /** Segments that were added for this preview, and still have a class. */
  readonly created: number[];
  readonly names: Names;
  readonly change: Change;
  readonly labels: LabelResult;
}

type Prepared = Omit<Shown, 'change' | 'labels'>;

/** What a result calls its segments. */
interface Names {
  readonly terms: Map<number, Partial<SegmentTerms>>;
  /** Functions that take names back, the last one first. */
  takeBacks: (() => void)[];
}

export class Preview {
  readonly #writer: LabelWriter;
  readonly #segmentations: Segmentations;
  readonly #statistics: PreviewStatistics;
  #shown: Shown | undefined;
  /** Ends with the last `show`: they take turns, as each begins with what the one before has left. */
  #turn: Promise<void> = Promise.resolve();
  /** The empty segment that the host gives a new segmentation, until a result is accepted into it. */
  #spare: { readonly segmentationId: string; readonly number: number } | undefined;

  constructor(writer: LabelWriter, segmentations: Segmentations, statistics: PreviewStatistics) {
    this.#writer = writer;
    this.#segmentations = segmentations;
    this.#statistics = statistics;
  }

  get isShown(): boolean {
    return this.#shown !== undefined;
  }

  get segmentationId(): string | undefined {
    return this.#shown?.segmentationId;
  }

  /** What a copy of the segmentation must leave out to hold accepted work only. */
  unacceptedIn(segmentationId: string): Unaccepted | undefined {
    return this.#shown?.segmentationId === segmentationId ? this.#shown : undefined;
  }

  /** Voxels that the preview changes, their volume, and what of it others lose. */
  get extent(): Pick<PreviewSummary, 'voxels' | 'volumeMl' | 'taken'> {
    const shown = this.#shown;
    if (!shown) return { voxels: 0, volumeMl: 0 };
    const { change, target, labels, segmentationId, segmentOfClass } = shown;
    const { differences, series } = change;
    const listed = this.#segmentations.segments(segmentationId);
    const taken = takenFrom(change, segmentOfClass, listed);
    if (target.former) return { ...resultExtent(labels, series.geometry), taken };
    return {
      voxels: differenceVoxels(differences),
      volumeMl: volumeMl(series.geometry, differences),
      taken,
    };
  }

  /** Shows `result` in place of what is shown now: one pass over the changed slices, one event. */
  show(result: MethodResult, target: PreviewTarget, signal: AbortSignal): Promise<void> {
    const { labels } = result;
    if (!labels) return Promise.resolve();
    const shown = this.#turn.then(() => this.#show(labels, target, signal));
    this.#turn = shown.catch(() => undefined);
    return shown;
  }

  async #show(labels: LabelResult, target: PreviewTarget, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const shown = this.#shown;
    const fits =
      shown && shown.target.series === target.series && sameSegment(shown.target, target);
    if (shown && !fits) await this.#takeBack();
    const base = this.#shown ?? (await this.#prepare(target));
    this.#requireRoom(base, labels);
    this.#statistics.rest();
    try {
      this.#segmentations.trying(() => {
        this.#addSegments(base, labels, target);
      });
      setPreviewStyle(base.segmentationId, base.segmentOfClass.filter(Boolean));
      // What is shown is known within the turn that writes it: a copy in the next one leaves it out.
      await this.#writer.exclusive((turn) => this.#commit(turn, base, labels, target, signal));
    } catch (error) {
      this.#clear(base);
      throw error;
    }
  }

  async #commit(
    turn: WritingTurn,
    base: Prepared,
    labels: LabelResult,
    target: PreviewTarget,
    signal: AbortSignal
  ): Promise<void> {
    const { segmentationId, segmentOfClass } = base;
    const { series, mode, rule } = target;
    const listed = this.#segmentations.segments(segmentationId);
    const locked = new Set(listed.filter((one) => one.locked).map(({ number }) => number));
    const hidden = new Set(listed.filter((one) => one.hidden).map(({ number }) => number));
    const order = { segmentationId, series, result: labels, segmentOfClass, mode, rule };
    try {
      const change = await timed('commit', () =>
        turn.write({ ...order, locked, hidden }, this.#shown?.change, signal)
      );
      this.#dropSurplus(base, labels);
      this.#shown = { ...base, target, change, labels };
    } catch (error) {
      // The writer has taken back what it wrote, the earlier preview included.
      this.#shown = undefined;
      throw error;
    }
  }

  /** Keeps the preview: it becomes one undo step, with `bytes` kept by `onUndone`. Undefined when nothing is shown. */
  async accept(
    onUndone: (undone: boolean, accepted: Accepted) => void,
    bytes = 0
  ): Promise<Accepted | undefined> {
    await this.#turn;
    await this.#writer.idle();
    const shown = this.#shown;
    if (!shown) return undefined;
    const { segmentationId, created, change, names } = shown;
    const { emptied, segmentOfClass } = withoutEmptied(shown);
    endPreviewStyle(segmentationId, shown.segmentOfClass.filter(Boolean));
    this.#shown = undefined;
    this.#statistics.renew(segmentationId);
    const accepted = { segmentationId, segmentOfClass, created, emptied };
    const spare = this.#spare;
    const isFilled = spare !== undefined && segmentOfClass.includes(spare.number);
    if (isFilled) this.#spare = undefined;
    const listed = this.#segmentations.segments(segmentationId);
    const again = listed.filter(({ number }) => created.includes(number));
    const gone = listed.filter(({ number }) => emptied.includes(number));
    this.#segmentations.removeEmptySegments(segmentationId, emptied);
    pushStep({
      bytes: bytes + differenceBytes(change.differences),
      undo: () => {
        this.#writer.soon(async (turn) => {
          this.#segmentations.addSegments(segmentationId, gone);
          await turn.apply(change, 'back');
          takeBackNames(names);
          this.#segmentations.removeEmptySegments(segmentationId, created);
          if (isFilled) this.#spare = spare;
          onUndone(true, accepted);
        });
      },
      redo: () => {
        this.#writer.soon(async (turn) => {
          if (isFilled) this.#spare = undefined;
          this.#segmentations.addSegments(segmentationId, again);
          names.takeBacks = [this.#segmentations.setTerms(segmentationId, names.terms)];
          await turn.apply(change, 'forward');
          this.#segmentations.removeEmptySegments(segmentationId, emptied);
          onUndone(false, accepted);
        });
      },
    });
    return accepted;
  }

  /** Takes the preview back; voxels that a tool of the host has changed since stay as that tool left them. */
  async reject(): Promise<void> {
    await this.#turn;
    await this.#takeBack();
  }

  async #takeBack(): Promise<void> {
    const shown = await this.#writer.exclusive(async (turn) => {
      const taken = this.#shown;
      this.#shown = undefined;
      if (taken) await turn.apply(taken.change, 'back');
      return taken;
    });
    if (shown) this.#clear(shown);
  }

  /** Forgets the preview without touching labels: its segmentation is gone with the mode. */
  forget(): void {
    this.#statistics.resume();
    this.#shown = undefined;
    this.#spare = undefined;
  }

  async #prepare(target: PreviewTarget): Promise<Prepared> {
    const { viewportId, series } = target;
    const { segmentationId, isNew } = await this.#segmentations.activeOrNew(viewportId, series);
    const segmentOfClass: number[] = [...(target.former ?? [0])];
    if (target.segment !== undefined) segmentOfClass[1] = target.segment;
    else if (!target.former) segmentOfClass[1] = this.#spareOf(segmentationId, isNew) ?? 0;
    const names: Names = { terms: new Map(), takeBacks: [] };
    return { target, segmentationId, segmentOfClass, created: [], names };
  }

  /** The host's empty segment, also when an earlier preview in it was rejected; not once a tool of the host has drawn in it. */
  #spareOf(segmentationId: string, isNew: boolean): number | undefined {
    const listed = this.#segmentations.segments(segmentationId);
    if (isNew && listed.length > 0) this.#spare = { segmentationId, number: listed[0].number };
    const spare = this.#spare;
    if (spare?.segmentationId !== segmentationId) return undefined;
    const segment = listed.find(({ number }) => number === spare.number);
    return segment && !this.#segmentations.isHandEdited(segmentationId, segment.number)
      ? segment.number
      : undefined;
  }

  /** Throws `TOO_MANY_SEGMENTS` before thousands of parts become thousands of segments. */
  #requireRoom(
    {
      segmentationId,
      segmentOfClass,
    }: { segmentationId: string; segmentOfClass: readonly number[] },
    { classes }: LabelResult
  ): void {
    const added = classes.filter(({ value }) => !segmentOfClass[value]).length;
    const listed = this.#segmentations.segments(segmentationId).length;
    if (listed + added > MOST_SEGMENTS) throw tooManySegments(classes.length);
  }

  #addSegments(base: Prepared, labels: LabelResult, target: PreviewTarget): void {
    const added = labels.classes.filter(({ value }) => !base.segmentOfClass[value]);
    const numbers = this.#segmentations.addSegments(
      base.segmentationId,
      added.map(({ value, segment }) => ({
        label:
          segment?.label ?? (labels.classes.length > 1 ? `${target.label} ${value}` : undefined),
      }))
    );
    added.forEach(({ value }, at) => {
      base.segmentOfClass[value] = numbers[at];
    });
    base.created.push(...numbers);
    this.#nameSegments(base, labels, target);
    for (let value = 0; value < base.segmentOfClass.length; value++)
      base.segmentOfClass[value] ??= 0;
  }

  /** Takes off the list what was added for classes that the result has no more. */
  #dropSurplus(base: Prepared, { classes }: LabelResult): void {
    const { segmentationId, segmentOfClass, created, names } = base;
    const values = new Set(classes.map(({ value }) => value));
    const surplus = created.filter((number) => !values.has(segmentOfClass.indexOf(number)));
    if (surplus.length === 0) return;
    endPreviewStyle(segmentationId, surplus);
    this.#segmentations.trying(() => {
      this.#segmentations.removeEmptySegments(segmentationId, surplus);
    });
    for (const number of surplus) {
      segmentOfClass[segmentOfClass.indexOf(number)] = 0;
      created.splice(created.indexOf(number), 1);
      names.terms.delete(number);
    }
  }

  /** Names, codes and colours that a method knows, for the host's empty segment too; a segment that the user has chosen keeps the user's. */
  #nameSegments(base: Prepared, labels: LabelResult, target: PreviewTarget): void {
    const named = new Map<number, Partial<SegmentTerms>>();
    for (const { value, segment } of labels.classes) {
      const number = base.segmentOfClass[value];
      const isKept = number === target.segment || target.former?.includes(number);
      if (!segment || isKept || base.names.terms.has(number)) continue;
      const { label, category, type, typeModifiers, colour } = segment;
      named.set(
        number,
        type ? { label, category, type, typeModifiers, colour } : { label, colour }
      );
    }
    if (named.size === 0) return;
    for (const [number, terms] of named) base.names.terms.set(number, terms);
    base.names.takeBacks.unshift(this.#segmentations.setTerms(base.segmentationId, named));
  }

  #clear({ segmentationId, segmentOfClass, created, names }: Prepared): void {
    endPreviewStyle(segmentationId, segmentOfClass.filter(Boolean));
    this.#segmentations.trying(() => {
      takeBackNames(names);
      this.#segmentations.removeEmptySegments(segmentationId, created);
    });
    this.#statistics.resume();
  }
}

/** Segments of a former run that have lost their class, and the segments of the classes that are left. */
function withoutEmptied({ target, segmentOfClass, labels }: Shown) {
  const values = new Set(labels.classes.map(({ value }) => value));
  const isEmptied = (number: number, value: number) =>
    number !== 0 && !values.has(value) && target.former?.includes(number) === true;
  return {
    emptied: segmentOfClass.filter(isEmptied),
    segmentOfClass: segmentOfClass.map((number, value) => (isEmptied(number, value) ? 0 : number)),
  };
}

function takeBackNames({ takeBacks }: Names): void {
  for (const takeBack of takeBacks) takeBack();
}

/** As many values has the viewer's labelmap. */
const MOST_SEGMENTS = 255;

const tooManySegments = (parts: number) =>
  new CordonError({
    code: 'TOO_MANY_SEGMENTS',
    what: `The result has ${parts} parts`,
    why: `the viewer keeps at most ${MOST_SEGMENTS} segments`,
    remedy: 'keep the largest parts only, with "Islands", or drop small ones first',
  });

const sameSegment = (a: PreviewTarget, b: PreviewTarget) =>
  a.segment === b.segment && String(a.former) === String(b.former);

/** All that the result labels, changed or not. */
function resultExtent(
  { box, voxels }: LabelResult,
  geometry: Geometry
): { readonly voxels: number; readonly volumeMl: number } {
  const [columns, rows, slices] = boxSize(box);
  let [count, mm3] = [0, 0];
  for (let k = 0, at = 0; k < slices; k++) {
    let inSlice = 0;
    for (const end = at + columns * rows; at < end; at++) if (voxels[at] !== 0) inSlice++;
    count += inSlice;
    mm3 += inSlice * geometry.voxelVolumeMm3(box.fromIjk[2] + k);
  }
  return { voxels: count, volumeMl: mm3 / 1000 };
}

function volumeMl(geometry: Geometry, differences: readonly SliceDifference[]): number {
  const mm3 = differences.reduce(
    (sum, { slice, voxels }) => sum + voxels * geometry.voxelVolumeMm3(slice),
    0
  );
  return mm3 / 1000;
}
