/**
 * @file The graph whose nodes are the basins of a watershed: thousands instead of millions, so that it spans a whole volume. Its
 * cut is the smallest among those that run along the borders of basins. Li Y, Sun J, Tang C, Shum H. Lazy snapping. ACM Trans
 * Graphics 23(3):303-308, 2004.
 */
import type { UpdateContext } from '@cordon/extension-workbench/pure';
import type { AdjacencyKernels } from '../../generated/adjacency';
import type { CutKernels } from '../../generated/cut';
import type { Arena } from '../../kernels/arena';
import { forwardSteps, GraphCut, type GridKind } from '../../kernels/cut';
import type { ResidentImage } from '../../kernels/image-session';
import type { CutGraph, Terminals } from './voxel-graph';

/** Bytes of an entry of the table of neighbours. */
const ENTRY_BYTES = 16;
/** Sums over basins stay below this, so that 32 bits hold them beside seeds. */
const MOST_SUM = 2 ** 26;
/** A seed weighs more than the border of any basin. */
const HARD = 2 ** 29;

export interface Basins {
  /** Basin of each voxel (uint32, from 1). */
  readonly address: number;
  readonly count: number;
}

export class BasinGraph implements CutGraph {
  warnings: readonly string[] = [];
  readonly #kernels: AdjacencyKernels;
  readonly #arena: Arena;
  readonly #image: ResidentImage;
  readonly #levels: number;
  readonly #basins: Basins;
  readonly #cut: GraphCut;
  /** Terminal links as they are now, one a basin. */
  readonly #links: Int32Array;

  constructor(
    kernels: { readonly adjacency: AdjacencyKernels; readonly cut: CutKernels },
    arena: Arena,
    image: ResidentImage,
    kind: GridKind,
    levels: number,
    basins: Basins,
    weights: Float32Array,
    factors: readonly number[]
  ) {
    this.#kernels = kernels.adjacency;
    this.#arena = arena;
    this.#image = image;
    this.#levels = levels;
    this.#basins = basins;
    this.#links = new Int32Array(basins.count);
    const edges = this.#findEdges(kind, weights, factors);
    this.#cut = new GraphCut(kernels.cut, arena, basins.count, edges.length / 3);
    for (let at = 0; at < edges.length; at += 3) {
      this.#cut.link(edges[at] - 1, edges[at + 1] - 1, edges[at + 2], edges[at + 2]);
    }
  }

  async solve(terminals: Terminals, out: number, context: UpdateContext): Promise<void> {
    const { count } = this.#image;
    const arena = this.#arena;
    const links = this.#linksOf(terminals);
    links.forEach((link, basin) => {
      if (link !== this.#links[basin]) this.#cut.change(basin, link - this.#links[basin]);
    });
    this.#links.set(links);
    await this.#cut.solve(context);
    const mark = arena.mark();
    const side = arena.allocate(this.#basins.count + 1);
    arena.u8(side, this.#basins.count + 1).set(this.#cut.side(), 1);
    this.#kernels.paintRegions(this.#basins.address, side, out, count);
    arena.rewind(mark);
  }

  /** Sum of the voxels' links in each basin; a seed decides for the whole basin, the more frequent kind when both occur. */
  #linksOf({ table, marks }: Terminals): Int32Array {
    const arena = this.#arena;
    const most = this.#basins.count;
    const mark = arena.mark();
    const tableAt = arena.allocate(table.length * 4);
    const marksAt = arena.allocate(marks.length);
    const sumsAt = arena.allocate((most + 1) * 8);
    const markedAt = arena.allocate((most + 1) * 8);
    arena.i32(tableAt, table.length).set(table);
    arena.u8(marksAt, marks.length).set(marks);
    const { address } = this.#basins;
    const { count } = this.#image;
    this.#kernels.sumRegions(
      address,
      this.#levels,
      marksAt,
      count,
      most,
      tableAt,
      sumsAt,
      markedAt
    );
    const sums = arena.f64(sumsAt, most + 1);
    const marked = arena.i32(markedAt, 2 * (most + 1));
    let conflicts = 0;
    const links = Int32Array.from({ length: most }, (_, basin) => {
      const [object, background] = [marked[2 * basin + 2], marked[2 * basin + 3]];
      if (object > 0 && background > 0) conflicts++;
      const sum = Math.max(-MOST_SUM, Math.min(MOST_SUM, Math.round(sums[basin + 1])));
      return sum + HARD * Math.sign(object - background);
    });
    arena.rewind(mark);
    this.warnings =
      conflicts > 0
        ? [`${conflicts} basins hold seeds of object and background; choose a smaller depth.`]
        : [];
    return links;
  }

  /** Triples of two basins and the weight of their common border. */
  #findEdges(kind: GridKind, weights: Float32Array, factors: readonly number[]): Int32Array {
    const arena = this.#arena;
    const mark = arena.mark();
    const shifts = forwardSteps(kind).flat();
    const shiftsAt = arena.allocate(shifts.length * 4);
    const factorsAt = arena.allocate(factors.length * 4);
    const weightsAt = arena.allocate(weights.length * 4);
    arena.i32(shiftsAt, shifts.length).set(shifts);
    arena.f32(factorsAt, factors.length).set(factors);
    arena.f32(weightsAt, weights.length).set(weights);
    const tableMark = arena.mark();
    let capacity = 1024;
    while (capacity < 8 * this.#basins.count) capacity *= 2;
    for (;;) {
      arena.rewind(tableMark);
      const table = arena.allocate(capacity * ENTRY_BYTES);
      const found = this.#kernels.adjacency(
        this.#basins.address,
        this.#levels,
        weightsAt,
        factorsAt,
        shiftsAt,
        factors.length,
        ...this.#image.squeezedSize,
        table,
        capacity
      );
      if (found >= 0) {
        const edges = this.#readEdges(table, capacity, found);
        arena.rewind(mark);
        return edges;
      }
      capacity *= 2;
    }
  }

  #readEdges(table: number, capacity: number, count: number): Int32Array {
    const pairs = this.#arena.u32(table, capacity * 4);
    const sums = this.#arena.f64(table, capacity * 2);
    const edges = new Int32Array(3 * count);
    let filled = 0;
    for (let slot = 0; slot < capacity; slot++) {
      if (pairs[4 * slot] === 0) continue;
      edges[filled++] = pairs[4 * slot];
      edges[filled++] = pairs[4 * slot + 1];
      edges[filled++] = Math.max(1, Math.min(MOST_SUM, Math.round(sums[2 * slot + 1])));
    }
    return edges;
  }
}
