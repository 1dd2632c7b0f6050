/**
 * @file The search for paths in one slice: the tree of the last anchor stays, so that the end of the wire follows the mouse.
 */
import type { LiveWireKernels } from '../../generated/live-wire';
import type { Arena } from '../../kernels/arena';
import { MOST_COST, STEPS } from './costs';

/** A power of two above the largest cost. */
const BUCKETS = 256;
const NO_PARENT = 255;
/** Paths that are kept; a mouse makes many. */
const MOST_KNOWN = 1000;

/** Bytes per pixel: costs 32, distance 4, parent and mark 2, entries of the queue 96. */
export const WIRE_BYTES = 134;

export class Wire {
  readonly #kernels: LiveWireKernels;
  readonly #arena: Arena;
  readonly #columns: number;
  readonly #count: number;
  readonly #at: {
    readonly costs: number;
    readonly steps: number;
    readonly distances: number;
    readonly parents: number;
    readonly settled: number;
    readonly heads: number;
    readonly chain: number;
  };
  #seed = -1;
  readonly #known = new Map<string, readonly number[]>();

  /** Allocates its work space for as long as the arena is not rewound. */
  constructor(kernels: LiveWireKernels, arena: Arena, costs: Int32Array, columns: number) {
    if (BUCKETS <= MOST_COST) throw new RangeError('a step costs more than there are buckets');
    this.#kernels = kernels;
    this.#arena = arena;
    this.#columns = columns;
    this.#count = costs.length / 8;
    this.#at = {
      costs: arena.allocate(costs.length * 4),
      steps: arena.allocate(32),
      distances: arena.allocate(4 * this.#count),
      parents: arena.allocate(this.#count),
      settled: arena.allocate(this.#count),
      heads: arena.allocate(4 * BUCKETS),
      chain: arena.allocate(12 * (8 * this.#count + 1)),
    };
    arena.i32(this.#at.costs, costs.length).set(costs);
    arena.i32(this.#at.steps, 8).set(STEPS.map(([i, j]) => i + columns * j));
  }

  /** Pixels of the cheapest path from one pixel to another, both included. Complexity O(pixels nearer than the end). */
  path(from: number, to: number): readonly number[] {
    const key = `${from} ${to}`;
    const known = this.#known.get(key);
    if (known) return known;
    const { costs, steps, distances, parents, settled, heads, chain } = this.#at;
    if (this.#seed !== from) {
      const count = this.#count;
      this.#kernels.begin(distances, parents, settled, count, heads, BUCKETS, chain, from);
      this.#seed = from;
    }
    this.#kernels.expand(costs, steps, distances, parents, settled, heads, BUCKETS, chain, to);
    const back = this.#arena.u8(parents, this.#count);
    const pixels = [to];
    for (let at = to; back[at] !== NO_PARENT;) {
      const [i, j] = STEPS[back[at]];
      at += i + this.#columns * j;
      pixels.push(at);
    }
    pixels.reverse();
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, pixels);
    return pixels;
  }
}
