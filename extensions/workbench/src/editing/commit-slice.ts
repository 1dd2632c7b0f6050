/**
 * @file Commits one slice of a method's result: asks the write rule, writes the labels, returns what changed.
 * Complexity O(voxels of the box in the slice); no copy of the slice is made.
 */
import type { LabelResult } from '../method/contract';
import { boxSize } from '../volume/box';
import { DifferenceRecorder, type SliceDifference } from './difference';
import {
  compileRule,
  isFree,
  type LayerStates,
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
  const { result, valueOfClass, mode } = order;
  const { fromIjk, toIjk } = result.box;
  if (at.slice < fromIjk[2] || at.slice >= toIjk[2]) return undefined;
  const [columns, rows] = boxSize(result.box);
  const values = new Set(valueOfClass.filter((value) => value !== 0));
  const free = isFree(order.rule, order.states);
  const mayWrite = compileRule(order.rule, at, order.states, values);
  const recorder = new DifferenceRecorder(at.slice);
  const { labels } = at;
  const { voxels } = result;
  // Most of a result is usually outside: that writes nothing where nothing can be cleared.
  const outside = valueOfClass[0] === 0 ? 0 : -1;
  const mayClear = mode === 'replace';
  let source = (at.slice - fromIjk[2]) * columns * rows;
  for (let row = 0; row < rows; row++) {
    let voxel = (fromIjk[1] + row) * at.columns + fromIjk[0];
    for (let column = 0; column < columns; column++, voxel++, source++) {
      const found = voxels[source];
      if (found === outside && !mayClear) continue;
      const before = labels[voxel];
      if (found === outside && before === 0) continue;
      const wanted = valueOfClass[found];
      const clears = wanted === 0 && mayClear && before !== 0 && values.has(before);
      if (wanted === before || (wanted === 0 && !clears)) continue;
      if (!free && !mayWrite(voxel, before, wanted)) continue;
      labels[voxel] = wanted;
      recorder.record(voxel, before, wanted);
    }
  }
  return recorder.finish();
}
