/**
 * @file The graph whose nodes are voxels. Terminal links change warm.
 */
import type { UpdateContext } from '@cordon/extension-workbench/pure';
import type { CutKernels } from '../../generated/cut';
import type { Arena } from '../../kernels/arena';
import { GridCut, type GridKind } from '../../kernels/cut';
import type { ResidentImage } from '../../kernels/image-session';

export interface Terminals {
  /** t-link of each level. */
  readonly table: Int32Array;
  /** 0, 1 object or 2 background a voxel. */
  readonly marks: Uint8Array;
}

/** A graph that is solved again and again with other terminal links. */
export interface CutGraph {
  /** Solves with these terminals and writes 1 or 0 a voxel to `out` (uint8). */
  solve(terminals: Terminals, out: number, context: UpdateContext): Promise<void>;
  /** Sentences for the user about the last solution. */
  readonly warnings: readonly string[];
}

/** Peak bytes per voxel beside the graph itself: levels, two sets of marks, the result. */
export const VOXEL_GRAPH_BYTES = 5;

export class VoxelGraph implements CutGraph {
  readonly warnings: readonly string[] = [];
  readonly #arena: Arena;
  readonly #image: ResidentImage;
  readonly #levels: number;
  readonly #cut: GridCut;
  /** Two places for the terminals: the present ones and the last ones. */
  readonly #places: readonly [Place, Place];
  #solved = 0;

  constructor(
    kernels: CutKernels,
    arena: Arena,
    image: ResidentImage,
    kind: GridKind,
    levels: number,
    weights: Float32Array,
    factors: readonly number[]
  ) {
    this.#arena = arena;
    this.#image = image;
    this.#levels = levels;
    const place = () => ({
      table: arena.allocate(weights.length * 4),
      marks: arena.allocate(image.count),
    });
    this.#places = [place(), place()];
    this.#cut = new GridCut(kernels, arena, image.squeezedSize, kind);
    this.#cut.connect(levels, weights, factors);
  }

  async solve({ table, marks }: Terminals, out: number, context: UpdateContext): Promise<void> {
    const now = this.#places[this.#solved % 2];
    const last = this.#solved > 0 ? this.#places[(this.#solved + 1) % 2] : undefined;
    this.#arena.i32(now.table, table.length).set(table);
    this.#arena.u8(now.marks, this.#image.count).set(marks);
    this.#cut.attach(this.#levels, now, last);
    this.#solved++;
    await this.#cut.solve(context);
    this.#cut.writeSide(out);
  }
}

interface Place {
  readonly table: number;
  readonly marks: number;
}
