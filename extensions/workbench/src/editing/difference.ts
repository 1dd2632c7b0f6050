/**
 * @file What a commit changed, so small that many of them can be kept: runs of equal changes, coded in bytes.
 *
 * A run is four variable-length integers: voxels skipped since the last run, voxels in the run, value before, value
 * after. Seven bits a byte, the highest bit says that more follow. Typical cost: 4 to 6 bytes a run.
 */
import type { LabelLayer } from '../volume/label-volume';
import { fillRun, ValueRuns } from '../volume/value-runs';

export interface SliceDifference {
  /** Index of the slice along the grid. */
  readonly slice: number;
  /** The coded runs. */
  readonly runs: Uint8Array;
  /** Number of voxels that changed. */
  readonly voxels: number;
  /** Of those, how many had a value before, by value; 0 is no segment. */
  readonly lost: ReadonlyMap<number, number>;
}

/** Which way a difference is applied. */
export type Direction = 'forward' | 'back';

/** Collects the changes of one slice; they must come in ascending order. */
export class DifferenceRecorder {
  readonly #slice: number;
  #bytes = new Uint8Array(256);
  #used = 0;
  #end = 0;
  #start = -1;
  #length = 0;
  #before = 0;
  #after = 0;
  #voxels = 0;
  readonly #lost = new Map<number, number>();
  /** Not yet in `lost`: most runs had the value of the one before. */
  #losing = { value: 0, voxels: 0 };

  constructor(slice: number) {
    this.#slice = slice;
  }

  /** `length` voxels from `voxel` on have changed. */
  record(voxel: number, before: number, after: number, length = 1): void {
    this.#voxels += length;
    if (before !== this.#losing.value) this.#noteLost(before);
    this.#losing.voxels += length;
    const continues =
      voxel === this.#start + this.#length && before === this.#before && after === this.#after;
    if (this.#start >= 0 && continues) {
      this.#length += length;
      return;
    }
    this.#flush();
    this.#start = voxel;
    this.#length = length;
    this.#before = before;
    this.#after = after;
  }

  /** The difference; undefined when nothing changed. */
  finish(): SliceDifference | undefined {
    this.#flush();
    if (this.#voxels === 0) return undefined;
    this.#noteLost(0);
    return {
      slice: this.#slice,
      runs: this.#bytes.slice(0, this.#used),
      voxels: this.#voxels,
      lost: this.#lost,
    };
  }

  #noteLost(next: number): void {
    const { value, voxels } = this.#losing;
    if (voxels > 0) this.#lost.set(value, (this.#lost.get(value) ?? 0) + voxels);
    this.#losing = { value: next, voxels: 0 };
  }

  #flush(): void {
    if (this.#start < 0) return;
    this.#put(this.#start - this.#end);
    this.#put(this.#length);
    this.#put(this.#before);
    this.#put(this.#after);
    this.#end = this.#start + this.#length;
    this.#start = -1;
  }

  #put(value: number): void {
    if (this.#used + 5 > this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#used++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#used++] = rest;
  }
}

/**
 * Applies a difference to the labels of its slice. A voxel that no longer has the expected value was changed by
 * someone else in between; it is left alone. Returns the number of voxels that changed.
 */
export function applyDifference(
  labels: LabelLayer,
  difference: SliceDifference,
  direction: Direction
): number {
  const { runs } = difference;
  const values = new ValueRuns(labels);
  let at = 0;
  let voxel = 0;
  let changed = 0;
  const next = () => {
    let byte = runs[at++];
    let value = byte & 0x7f;
    for (let shift = 7; byte & 0x80; shift += 7) {
      byte = runs[at++];
      value |= (byte & 0x7f) << shift;
    }
    return value;
  };
  while (at < runs.length) {
    voxel += next();
    const length = next();
    const before = next();
    const after = next();
    const [from, to] = direction === 'forward' ? [before, after] : [after, before];
    for (const end = voxel + length; voxel < end;) {
      const runEnd = values.endOf(voxel, end);
      if (labels[voxel] === from) {
        fillRun(labels, to, voxel, runEnd);
        changed += runEnd - voxel;
      }
      voxel = runEnd;
    }
  }
  return changed;
}

/** Bytes that a list of differences keeps in memory. */
export const differenceBytes = (differences: readonly SliceDifference[]): number =>
  differences.reduce((sum, { runs }) => sum + runs.byteLength, 0);

/** Number of voxels that a list of differences changes. */
export const differenceVoxels = (differences: readonly SliceDifference[]): number =>
  differences.reduce((sum, { voxels }) => sum + voxels, 0);
