/**
 * @file What the session of a kernel method stands on: an image, a memory, and the kernels on it.
 *
 * The voxels of the region lie in kernel memory and stay there as long as the region stays: a slider moves without
 * copying the image. Everything is given back at close.
 */
import {
  boxEquals,
  boxSize,
  boxVoxels,
  CordonError,
  abortError,
  type Box,
  type Geometry,
  type ImageVolume,
  type MethodInput,
  type UpdateContext,
  type Vec3,
  type VoxelArray,
} from '@cordon/extension-workbench/pure';
import { Arena } from './arena';
import { instantiate, type WasmSource } from './wasm';

/** Columns, rows, slices. */
export type Axis = 0 | 1 | 2;

export type VoxelType = 'uint8' | 'int16' | 'uint16' | 'float32';

/** A box of voxels as kernels see it: contiguous, columns fastest. */
export interface RegionGrid {
  readonly box: Box;
  /** Voxels in the box. */
  readonly count: number;
  /** Extent of the box along columns, rows, slices. */
  readonly size: Vec3;
  /** Axes of the image in the order of {@link squeezedSize}. */
  readonly axes: readonly [Axis, Axis, Axis];
  /** Extent with axes of one voxel moved to the end: a slice along any axis is (n, m, 1). Same order in memory. */
  readonly squeezedSize: Vec3;
  /** Spacing along the axes of {@link squeezedSize}. */
  readonly squeezedSpacingMm: Vec3;
}

/** The image in a box, in kernel memory. */
export interface ResidentImage extends RegionGrid {
  readonly address: number;
  readonly type: VoxelType;
}

type Sources = Readonly<Record<string, WasmSource<object>>>;
type KernelsOf<S extends Sources> = {
  readonly [Name in keyof S]: S[Name] extends WasmSource<infer K> ? K : never;
};

export class ImageSession<S extends Sources> {
  readonly image: ImageVolume;
  readonly kernels: KernelsOf<S>;
  #arena: Arena | undefined;
  #resident: ResidentImage | undefined;
  #derived = new Map<string, unknown>();

  private constructor(image: ImageVolume, arena: Arena, kernels: KernelsOf<S>) {
    this.image = image;
    this.#arena = arena;
    this.kernels = kernels;
  }

  /** A session on the first channel of `input` with the kernel modules of `sources` on one memory. */
  static async open<S extends Sources>(
    input: MethodInput,
    sources: S,
    limitBytes?: number
  ): Promise<ImageSession<S>> {
    const arena = new Arena(limitBytes);
    const kernels = await Promise.all(
      Object.entries(sources).map(
        async ([name, source]) => [name, await instantiate(source, arena.memory)] as const
      )
    );
    const image = firstChannel(input);
    return new ImageSession(image, arena, Object.fromEntries(kernels) as KernelsOf<S>);
  }

  /** The memory. Throws `SESSION_CLOSED` after close. */
  get arena(): Arena {
    if (this.#arena) return this.#arena;
    throw new CordonError({
      code: 'SESSION_CLOSED',
      what: 'The method is no longer open on this image',
      why: 'its session was closed',
      remedy: 'open it again',
    });
  }

  /** The voxels of `box` in kernel memory; copied only when the box is another one than before. */
  resident(box: Box): ResidentImage {
    if (this.#resident && boxEquals(this.#resident.box, box)) return this.#resident;
    this.#derived.clear();
    this.#resident = undefined;
    this.arena.rewind(Arena.BOTTOM);
    const { voxels, geometry } = this.image;
    const grid = regionGrid(geometry, box);
    const address = this.arena.allocate(grid.count * voxels.BYTES_PER_ELEMENT);
    copyBox(voxels, geometry.size, box, viewLike(voxels, this.arena, address, grid.count));
    this.#resident = { ...grid, address, type: voxelType(voxels) };
    return this.#resident;
  }

  /** What `make` found out about the resident image, kept until the region changes. Addresses may be kept. */
  derived<T>(key: string, make: () => T): T {
    if (!this.#derived.has(key)) this.#derived.set(key, make());
    return this.#derived.get(key) as T;
  }

  /** Runs `work` and gives back all memory that it allocated. */
  scratch<T>(work: () => T): T {
    const mark = this.arena.mark();
    try {
      return work();
    } finally {
      this.arena.rewind(mark);
    }
  }

  close(): void {
    this.#arena = undefined;
    this.#resident = undefined;
    this.#derived.clear();
  }
}

/** What kernels need to know about a box of a grid. */
export function regionGrid(geometry: Geometry, box: Box): RegionGrid {
  const size = boxSize(box);
  const [a, b, c] = ([0, 1, 2] as const).toSorted(
    (one, other) => Number(size[one] === 1) - Number(size[other] === 1)
  );
  const squeezed = (value: Vec3): Vec3 => [value[a], value[b], value[c]];
  return {
    box,
    count: boxVoxels(box),
    size,
    axes: [a, b, c],
    squeezedSize: squeezed(size),
    squeezedSpacingMm: squeezed(geometry.spacingMm),
  };
}

/** Positions of the voxels along an axis of the squeezed grid (mm), with the real offsets of slices. */
export function positionsMm(grid: RegionGrid, geometry: Geometry, squeezedAxis: Axis): number[] {
  const axis = grid.axes[squeezedAxis];
  const from = grid.box.fromIjk[axis];
  return Array.from({ length: grid.size[axis] }, (_, at) =>
    axis === 2 ? geometry.sliceOffsetsMm[from + at] : (from + at) * geometry.spacingMm[axis]
  );
}

/** Throws `CANCELLED` when the caller has cancelled. */
export function checkCancelled(context: UpdateContext): void {
  if (context.signal?.aborted) throw abortError();
}

/** Lets messages in (a cancel among them), then throws `CANCELLED` when the caller has cancelled. */
export async function breathe(context: UpdateContext): Promise<void> {
  await new Promise((resume) => setTimeout(resume, 0));
  checkCancelled(context);
}

/** Copies the voxels of `box` from a grid of `size` into `target`, contiguous. */
export function copyBox(voxels: VoxelArray, size: Vec3, box: Box, target: VoxelArray): void {
  const [columns, rows, slices] = boxSize(box);
  const [i0, j0, k0] = box.fromIjk;
  const wholeRows = columns === size[0];
  const wholeSlices = wholeRows && rows === size[1];
  const run = wholeSlices ? columns * rows * slices : wholeRows ? columns * rows : columns;
  let to = 0;
  for (let k = k0; k < k0 + slices && to < target.length; k++) {
    for (let j = j0; j < j0 + rows && to < (k - k0 + 1) * columns * rows; j++) {
      const from = i0 + size[0] * (j + size[1] * k);
      target.set(voxels.subarray(from, from + run), to);
      to += run;
    }
  }
}

function firstChannel(input: MethodInput): ImageVolume {
  if (input.channels.length > 0) return input.channels[0];
  throw new CordonError({
    code: 'IMAGE_MISSING',
    what: 'There is no image to work on',
    why: 'the method was opened without a channel',
    remedy: 'choose an image series',
  });
}

function voxelType(voxels: VoxelArray): VoxelType {
  if (voxels instanceof Uint8Array) return 'uint8';
  if (voxels instanceof Int16Array) return 'int16';
  if (voxels instanceof Uint16Array) return 'uint16';
  return 'float32';
}

function viewLike(voxels: VoxelArray, arena: Arena, address: number, length: number): VoxelArray {
  if (voxels instanceof Uint8Array) return arena.u8(address, length);
  if (voxels instanceof Int16Array) return arena.i16(address, length);
  if (voxels instanceof Uint16Array) return arena.u16(address, length);
  return arena.f32(address, length);
}
