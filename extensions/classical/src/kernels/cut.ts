/**
 * @file Minimum s-t cut on a grid or on a general graph, solved by Boykov & Kolmogorov (2004) in steps, kept warm between
 * changes of terminal links. The object is the side of the source, the smallest of all minimum cuts, so that the answer does
 * not depend on how it was reached.
 */
import type { UpdateContext, Vec3 } from '@cordon/extension-workbench/pure';
import type { CutKernels } from '../generated/cut';
import type { Arena } from './arena';
import { breathe } from './image-session';

/** Neighbours of a voxel: 4 and 8 in a slice, 6 and 26 in a volume. */
export type GridKind = 4 | 8 | 6 | 26;

/** Capacity of a seed: more than all other links of a node together, and room for many of them in 32 bits. */
export const HARD = 2 ** 24;
/** n-links are at most this. */
export const MOST_LINK = 32767;
/** Values of marks. */
export const MARK = { none: 0, object: 1, background: 2 } as const;

const STEPS_PER_BREATH = 200_000;

/** One of each pair of opposite steps to a neighbour, in the order of the arcs. */
export function forwardSteps(kind: GridKind): readonly Vec3[] {
  const near = [-1, 0, 1];
  const planes = kind === 4 || kind === 8 ? [0] : near;
  const all = planes.flatMap((k) => near.flatMap((j) => near.map((i) => [i, j, k] as const)));
  const faces = kind === 4 || kind === 6;
  return all.filter(([i, j, k]) => {
    const first = k !== 0 ? k : j !== 0 ? j : i;
    return first > 0 && (!faces || Math.abs(i) + Math.abs(j) + Math.abs(k) === 1);
  });
}

/** Peak bytes per voxel of a grid. */
export const gridBytes = (kind: GridKind): number => (kind === 26 ? 68 : 32);

/** The minimum cut of a grid graph in kernel memory. */
export class GridCut {
  readonly #kernels: CutKernels;
  readonly #arena: Arena;
  readonly #size: Vec3;
  readonly #kind: GridKind;

  /** Allocates the graph, without links, for as long as the arena is not rewound. */
  constructor(kernels: CutKernels, arena: Arena, size: Vec3, kind: GridKind) {
    this.#kernels = kernels;
    this.#arena = arena;
    this.#size = size;
    this.#kind = kind;
    const [columns, rows, slices] = size;
    const slice = columns * rows;
    const bytes = gridBytes(kind);
    const steps = forwardSteps(kind).map(([i, j, k]) => bytes * (i + columns * j + slice * k));
    const table = arena.allocate(kind * 4);
    arena.i32(table, kind).set(steps.flatMap((step) => [step, -step]));
    const margin = slice + columns + 1;
    const count = slice * slices;
    const at = arena.allocate((count + 2 * margin) * bytes);
    kernels.gridOpen(kind, at, count, margin, table);
  }

  /**
   * Sets all n-links: weights[|difference of levels|] times the factor of the direction, rounded, within 1 … 32767. levels:
   * uint16 a voxel; factors: one for each of {@link forwardSteps}.
   */
  connect(levels: number, weights: Float32Array, factors: readonly number[]): void {
    const arena = this.#arena;
    const mark = arena.mark();
    const shifts = forwardSteps(this.#kind).flat();
    const shiftsAt = arena.allocate(shifts.length * 4);
    const factorsAt = arena.allocate(factors.length * 4);
    const weightsAt = arena.allocate(weights.length * 4);
    arena.i32(shiftsAt, shifts.length).set(shifts);
    arena.f32(factorsAt, factors.length).set(factors);
    arena.f32(weightsAt, weights.length).set(weights);
    const kind = this.#kind;
    this.#kernels.gridConnect(kind, levels, weightsAt, factorsAt, shiftsAt, ...this.#size);
    arena.rewind(mark);
  }

  /** Sets the capacities of one link: from a voxel along {@link forwardSteps}[pair], and back. */
  link(voxel: number, pair: number, forward: number, backward: number): void {
    this.#kernels.gridLink(this.#kind, voxel, 2 * pair, forward, backward);
  }

  /**
   * Sets the t-links from a table of levels (int32, > 0 for the object) and marks (uint8), all as addresses; `before` are
   * those of the last call, when the flow is to be kept.
   */
  attach(
    levels: number,
    now: { readonly table: number; readonly marks: number },
    before?: { readonly table: number; readonly marks: number }
  ): void {
    const [columns, rows, slices] = this.#size;
    this.#kernels.gridAttach(
      this.#kind,
      levels,
      columns * rows * slices,
      before?.table ?? 0,
      now.table,
      before?.marks ?? 0,
      now.marks,
      HARD
    );
  }

  /** Adds to the t-link of one voxel: from the source when positive, to the sink when negative. */
  change(voxel: number, amount: number): void {
    this.#kernels.gridChange(this.#kind, voxel, amount);
  }

  /** Brings the flow to its maximum; returns how many nodes were visited. Rejects with `CANCELLED`. */
  solve(context: UpdateContext): Promise<number> {
    return run(this.#kernels, context, (budget) => this.#kernels.gridAdvance(this.#kind, budget));
  }

  get flow(): number {
    return this.#kernels.flowValue();
  }

  /** Writes 1 (object) or 0 a voxel to `out` (uint8). */
  writeSide(out: number): void {
    this.#kernels.gridSide(this.#kind, out);
  }
}

/** The minimum cut of a graph with any edges in kernel memory. */
export class GraphCut {
  readonly #kernels: CutKernels;
  readonly #arena: Arena;
  readonly #count: number;

  constructor(kernels: CutKernels, arena: Arena, nodes: number, edges: number) {
    this.#kernels = kernels;
    this.#arena = arena;
    this.#count = nodes;
    const at = arena.allocate(kernels.graphBytes(nodes, edges));
    kernels.graphOpen(at, nodes);
  }

  link(from: number, to: number, forward: number, backward: number): void {
    this.#kernels.graphLink(from, to, forward, backward);
  }

  change(node: number, amount: number): void {
    this.#kernels.graphChange(node, amount);
  }

  solve(context: UpdateContext): Promise<number> {
    return run(this.#kernels, context, (budget) => this.#kernels.graphAdvance(budget));
  }

  get flow(): number {
    return this.#kernels.flowValue();
  }

  /** 1 (object) or 0 a node. */
  side(): Uint8Array {
    const mark = this.#arena.mark();
    const out = this.#arena.allocate(this.#count);
    this.#kernels.graphSide(out);
    const side = this.#arena.u8(out, this.#count).slice();
    this.#arena.rewind(mark);
    return side;
  }
}

async function run(
  kernels: CutKernels,
  context: UpdateContext,
  advance: (budget: number) => number
): Promise<number> {
  while (advance(STEPS_PER_BREATH) === 0) await breathe(context);
  return kernels.takeVisits();
}
