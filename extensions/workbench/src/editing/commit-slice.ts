/**
 * @file Commits one slice of a method's result: asks the write rule, writes the labels, returns what changed.
 * Runs of equal values are decided together. Complexity O(voxels of the box in the slice); no copy of the slice is made.
 */
import type { LabelResult } from '../method/contract';
import { boxSize } from '../volume/box';
import type { LabelLayer } from '../volume/label-volume';
import { fillRun, ValueRuns } from '../volume/value-runs';
import { DifferenceRecorder, type SliceDifference } from './difference';
import {
  compileRule,
  isFree,
  looksAtVoxels,
  type LayerStates,
  type MayWrite,
  type RuleSlice,
  type WriteRule,
} from './write-rule';

export interface CommitOrder {
  readonly result: LabelResult;
  /** Value to write for each class of the result, indexed by class; 0 where a class is not written. */
  readonly valueOfClass: readonly number[];
  /**
   * `add` leaves what the target already has; `replace` also clears target voxels in the result's box that the result
   * does not hold, as an operation on a segment must.
   */
  readonly mode: 'add' | 'replace';
  readonly rule: WriteRule;
  readonly states: LayerStates;
}

export interface CommitSlice extends RuleSlice {
  readonly slice: number;
  readonly columns: number;
}

/** Writes slice `at.slice` of the order into `at.labels`; undefined when nothing changed or the slice is outside. */
export function commitSlice(order: CommitOrder, at: CommitSlice): SliceDifference | undefined {
  const { fromIjk, toIjk } = order.result.box;
  if (at.slice < fromIjk[2] || at.slice >= toIjk[2]) return undefined;
  const [columns, rows] = boxSize(order.result.box);
  const commit = new SliceCommit(order, at);
  const first = (at.slice - fromIjk[2]) * columns * rows;
  const isWhole = columns === at.columns;
  for (let row = 0; row < (isWhole ? 1 : rows); row++) {
    const voxel = (fromIjk[1] + row) * at.columns + fromIjk[0];
    commit.write(first + row * columns, voxel, isWhole ? columns * rows : columns);
  }
  return commit.recorder.finish();
}

class SliceCommit {
  readonly recorder: DifferenceRecorder;
  readonly #order: CommitOrder;
  readonly #labels: LabelLayer;
  readonly #values: ReadonlySet<number>;
  readonly #isFree: boolean;
  readonly #looksAtVoxels: boolean;
  readonly #mayWrite: MayWrite;
  readonly #found: ValueRuns;
  readonly #before: ValueRuns;

  constructor(order: CommitOrder, at: CommitSlice) {
    this.recorder = new DifferenceRecorder(at.slice);
    this.#order = order;
    this.#labels = at.labels;
    this.#values = new Set(order.valueOfClass.filter((value) => value !== 0));
    this.#isFree = isFree(order.rule, order.states);
    this.#looksAtVoxels = looksAtVoxels(order.rule);
    this.#mayWrite = compileRule(order.rule, at, order.states, this.#values);
    this.#found = new ValueRuns(order.result.voxels);
    this.#before = new ValueRuns(at.labels);
  }

  /** Writes `length` voxels of the result from `source` on to the labels from `voxel` on. */
  write(source: number, voxel: number, length: number): void {
    const { result, mode, valueOfClass } = this.#order;
    const offset = voxel - source;
    const end = source + length;
    let labelsEnd = 0;
    for (let from = source; from < end;) {
      const found = result.voxels[from];
      const foundEnd = this.#found.endOf(from, end);
      // A class without a value is not written.
      const wanted = valueOfClass.at(found) ?? 0;
      // Most of a result is usually outside: that writes nothing where nothing can be cleared.
      if (wanted === 0 && mode === 'add') from = foundEnd;
      while (from < foundEnd) {
        const at = from + offset;
        const before = this.#labels[at];
        if (labelsEnd <= at) labelsEnd = this.#before.endOf(at, voxel + length);
        const to = Math.min(labelsEnd, foundEnd + offset);
        const stays = wanted === before || (wanted === 0 && !this.#values.has(before));
        if (!stays) this.#change(at, to, before, wanted);
        from = to - offset;
      }
    }
  }

  /** Writes `after` to the voxels from `at` to `to` (exclusive), which all have the value `before`. */
  #change(at: number, to: number, before: number, after: number): void {
    const step = this.#looksAtVoxels ? 1 : to - at;
    for (let from = at; from < to; from += step) {
      if (!this.#isFree && !this.#mayWrite(from, before, after)) continue;
      fillRun(this.#labels, after, from, from + step);
      this.recorder.record(from, before, after, step);
    }
  }
}
