/**
 * @file Runs of equal values in labels. Most voxels equal their neighbours: four bytes are compared at a time.
 */
import type { LabelLayer } from './label-volume';

export class ValueRuns {
  readonly #values: LabelLayer;
  readonly #words: Uint32Array;
  /** Values before the first whole word. */
  readonly #skipped: number;
  /** Values in a word, as a power of two. */
  readonly #shift: number;
  /** A value times this is the word that holds nothing else. */
  readonly #repeat: number;

  /** Changes of `values` are seen. */
  constructor(values: LabelLayer) {
    const bytes = values.BYTES_PER_ELEMENT;
    const before = Math.min(values.byteLength, (4 - (values.byteOffset & 3)) & 3);
    this.#values = values;
    this.#words = new Uint32Array(
      values.buffer,
      before === values.byteLength ? 0 : values.byteOffset + before,
      (values.byteLength - before) >> 2
    );
    this.#skipped = before / bytes;
    this.#shift = bytes === 1 ? 2 : 1;
    this.#repeat = bytes === 1 ? 0x01010101 : 0x00010001;
  }

  /** Where the run of equal values that holds `from` ends; `limit` (exclusive) at the latest. */
  endOf(from: number, limit: number): number {
    const values = this.#values;
    const value = values[from];
    const inWord = (1 << this.#shift) - 1;
    let at = from + 1;
    while (at < limit && values[at] === value) {
      if (((at - this.#skipped) & inWord) === 0) {
        at = this.#wordsEnd(at, limit, value);
        while (at < limit && values[at] === value) at++;
        return at;
      }
      at++;
    }
    return at;
  }

  /** As {@link endOf} from the begin of a word, to the first word that holds something else. */
  #wordsEnd(from: number, limit: number, value: number): number {
    const words = this.#words;
    const wanted = Math.imul(value, this.#repeat) >>> 0;
    let word = (from - this.#skipped) >> this.#shift;
    const last = (limit - this.#skipped) >> this.#shift;
    while (word < last && words[word] === wanted) word++;
    return this.#skipped + (word << this.#shift);
  }
}

/** Shorter runs are written sooner one by one than by a call of the engine's own `fill`. */
const SHORT_RUN = 32;

/** Sets the values from `from` to `to` (exclusive). */
export function fillRun(values: LabelLayer, value: number, from: number, to: number): void {
  if (to - from < SHORT_RUN) for (let at = from; at < to; at++) values[at] = value;
  else values.fill(value, from, to);
}
