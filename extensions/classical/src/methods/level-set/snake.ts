/**
 * @file One morphological snake in kernel memory: the mask, and the operators that move it.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import type { LevelSetKernels } from '../../generated/level-set';
import type { Arena } from '../../kernels/arena';
import { paddedGrid, type PaddedGrid } from '../../kernels/neighbours';

/** Lines of three pixels through the middle, or planes of nine voxels: the bases of the curvature operators. */
function structuringElements(planar: boolean): readonly (readonly Vec3[])[] {
  const near = [-1, 0, 1] as const;
  if (planar) {
    const directions: readonly Vec3[] = [
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
      [1, -1, 0],
    ];
    return directions.map((d) => near.map((t) => [t * d[0], t * d[1], 0] as const));
  }
  const spans: readonly (readonly [Vec3, Vec3])[] = [
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
    [
      [0, 1, 0],
      [0, 0, 1],
    ],
    [
      [1, 1, 0],
      [0, 0, 1],
    ],
    [
      [1, -1, 0],
      [0, 0, 1],
    ],
    [
      [1, 0, 1],
      [0, 1, 0],
    ],
    [
      [1, 0, -1],
      [0, 1, 0],
    ],
    [
      [0, 1, 1],
      [1, 0, 0],
    ],
    [
      [0, 1, -1],
      [1, 0, 0],
    ],
  ];
  return spans.map(([a, b]) =>
    near.flatMap((s) =>
      near.map((t) => [s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]] as const)
    )
  );
}

export class Snake {
  readonly grid: PaddedGrid;
  readonly #kernels: LevelSetKernels;
  readonly #arena: Arena;
  readonly #bases: { readonly at: number; readonly count: number; readonly taps: number };
  readonly #box: { readonly at: number; readonly taps: number };
  #mask: number;
  #other: number;
  #turns = 0;

  /** Allocates two masks for as long as the arena is not rewound. `start` (uint8 a voxel) is where it begins. */
  constructor(kernels: LevelSetKernels, arena: Arena, size: Vec3, start: Uint8Array) {
    this.#kernels = kernels;
    this.#arena = arena;
    this.grid = paddedGrid(size, 'full');
    const planar = this.grid.pad === 0;
    const width = size[0] + 2;
    const slice = width * (size[1] + 2);
    const place = (steps: readonly number[]) => {
      const at = arena.allocate(steps.length * 4);
      arena.i32(at, steps.length).set(steps);
      return at;
    };
    const elements = structuringElements(planar);
    const bases = elements.flat().map(([i, j, k]) => i + width * j + slice * k);
    this.#bases = { at: place(bases), count: elements.length, taps: elements[0].length };
    const box = [0, ...this.grid.offsets];
    this.#box = { at: place(box), taps: box.length };
    this.#mask = arena.allocate(this.grid.total + slice);
    this.#other = arena.allocate(this.grid.total + slice);
    const mark = arena.mark();
    const flat = arena.allocate(start.length);
    arena.u8(flat, start.length).set(start);
    kernels.padMask(flat, this.#mask, ...size, this.grid.pad);
    arena.rewind(mark);
  }

  /** Smooths once: IS then SI and SI then IS by turns. */
  smooth(): void {
    const first = this.#turns++ % 2 === 0 ? 1 : 0;
    const { at, count, taps } = this.#bases;
    for (const outer of [first, 1 - first]) {
      this.#morph(at, count, taps, outer);
      this.#swap();
    }
  }

  /** Grows (or shrinks) by one voxel in every direction where image > limit. */
  balloon(grow: boolean, image: number, limit: number): void {
    this.#morph(this.#box.at, 1, this.#box.taps, grow ? 1 : 0);
    const { size, pad } = this.grid;
    this.#kernels.balloon(this.#mask, this.#other, image, ...size, pad, limit);
  }

  /** Moves towards the valleys of image; `perAxis` is 1 / spacing². */
  attract(image: number, perAxis: Vec3): void {
    const { size, pad } = this.grid;
    this.#kernels.attract(this.#mask, this.#other, image, ...size, pad, ...perAxis);
    this.#swap();
  }

  /** Lets the means inside and outside compete for the voxels of the surface. */
  compete(image: number, weightIn: number, weightOut: number): void {
    const { size, pad } = this.grid;
    const mark = this.#arena.mark();
    const sums = this.#arena.allocate(32);
    this.#kernels.regionSums(this.#mask, image, ...size, pad, sums);
    const [inside, insideCount, outside, outsideCount] = this.#arena.f64(sums, 4);
    this.#arena.rewind(mark);
    // The small number of scikit-image keeps an empty side from dividing by zero.
    const meanIn = inside / (insideCount + 1e-8);
    const meanOut = outside / (outsideCount + 1e-8);
    const shape = [...size, pad] as const;
    this.#kernels.compete(
      this.#mask,
      this.#other,
      image,
      ...shape,
      meanIn,
      meanOut,
      weightIn,
      weightOut
    );
    this.#swap();
  }

  /** The mask, one byte a voxel. */
  voxels(): Uint8Array {
    const [columns, rows, slices] = this.grid.size;
    const count = columns * rows * slices;
    const mark = this.#arena.mark();
    const out = this.#arena.allocate(count);
    this.#kernels.unpadMask(this.#mask, out, ...this.grid.size, this.grid.pad);
    const voxels = this.#arena.u8(out, count).slice();
    this.#arena.rewind(mark);
    return voxels;
  }

  #morph(elements: number, count: number, taps: number, outer: number): void {
    const { size, pad } = this.grid;
    this.#kernels.morph(this.#mask, this.#other, ...size, pad, elements, count, taps, outer);
  }

  #swap(): void {
    [this.#mask, this.#other] = [this.#other, this.#mask];
  }
}
