/**
 * @file Watershed by ordered flooding from markers or from the minima of the relief, in the order of ITK's
 * MorphologicalWatershedFromMarkers and MorphologicalWatershed, without a watershed line.
 */
import type { UpdateContext } from '@cordon/extension-workbench/pure';
import type { MinimaKernels } from '../generated/minima';
import type { WatershedKernels } from '../generated/watershed';
import type { Arena } from './arena';
import { breathe } from './image-session';
import type { PaddedGrid } from './neighbours';
import type { Relief } from './relief';

/** Voxels between two looks for a cancel. */
const STEP_VOXELS = 2_000_000;
/** Cells of 16 bits hold this much, cells of 32 bits that. */
const SMALL = { topLevel: 255, labels: 254 };
const MEDIUM_LABELS = 65534;

interface Flow {
  readonly kernels: WatershedKernels;
  readonly arena: Arena;
  readonly context: UpdateContext;
}

type Width = 16 | 32 | 64;

/** The queues of 32 768 levels, 264 bytes each, whatever the size of the grid. */
export const FLOOD_QUEUES_BYTES = 9 * 2 ** 20;
/** Peak bytes per voxel of {@link floodMarkers} beside relief and markers: cells, queues. */
export const FLOOD_MARKERS_BYTES = 9;
/** Peak bytes per voxel of {@link floodMinima} beside the relief. */
export const FLOOD_MINIMA_BYTES = 20;

/**
 * Floods from `markers` (address of count × uint16, 0 is none, labels up to `mostLabel`). Writes one label a voxel to `out`
 * (uint16, may be the markers). Complexity O(n). Rejects with `CANCELLED`.
 */
export async function floodMarkers(
  flow: Flow,
  grid: PaddedGrid,
  relief: Relief,
  markers: number,
  mostLabel: number,
  out: number
): Promise<void> {
  const { kernels, arena } = flow;
  const mark = arena.mark();
  try {
    const small = relief.topLevel <= SMALL.topLevel && mostLabel <= SMALL.labels;
    const cells = arena.allocate(grid.total * (small ? 2 : 4));
    const pack = small ? kernels.pack16 : kernels.pack32;
    pack(relief.address, markers, cells, ...grid.size, grid.pad);
    await flood(flow, grid, small ? 16 : 32, cells, relief.topLevel + 1);
    const unpack = small ? kernels.unpack16 : kernels.unpack32;
    unpack(out, ...grid.size, grid.pad);
  } finally {
    arena.rewind(mark);
  }
}

/**
 * Floods from every minimum of the relief that is at least `depth` levels deep (0: from all). Writes the basin of each voxel
 * (uint32, from 1 in raster order of the minima) to `out`; returns their number. Complexity O(n), with a large constant for
 * deep plateaus. Rejects with `CANCELLED`.
 */
export async function floodMinima(
  flow: Flow & { readonly minimaKernels: MinimaKernels },
  grid: PaddedGrid,
  relief: Relief,
  depth: number,
  out: number
): Promise<number> {
  const { kernels, minimaKernels, arena, context } = flow;
  const { size, pad, total } = grid;
  const mark = arena.mark();
  try {
    const padded = arena.allocate(2 * total);
    const minima = arena.allocate(4 * total);
    const filled = arena.allocate(2 * total);
    const list = arena.allocate(4 * total);
    const steps = placeOffsets(arena, grid);
    minimaKernels.padRelief(relief.address, padded, ...size, pad);
    const neighbours = grid.offsets.length;
    let image = padded;
    if (depth > 0) {
      const shape = [...size, pad] as const;
      minimaKernels.fillShallow(padded, filled, ...shape, depth, steps, neighbours, minima, list);
      image = filled;
      await breathe(context);
    }
    const count = minimaKernels.regionalMinima(
      image,
      minima,
      ...size,
      pad,
      steps,
      neighbours,
      list
    );
    await breathe(context);
    arena.rewind(filled);
    let cells = minima;
    const width: Width = count <= MEDIUM_LABELS ? 32 : 64;
    if (width === 32) kernels.packMinima32(padded, minima, minima, total);
    else {
      cells = arena.allocate(8 * total);
      kernels.packMinima64(padded, minima, cells, total);
    }
    await flood(flow, grid, width, cells, relief.topLevel + 1);
    const unpack = width === 32 ? kernels.unpack32wide : kernels.unpack64;
    unpack(out, ...size, pad);
    return count;
  } finally {
    arena.rewind(mark);
  }
}

async function flood(
  { kernels, arena, context }: Flow,
  grid: PaddedGrid,
  width: Width,
  cells: number,
  levels: number
): Promise<void> {
  const steps = placeOffsets(arena, grid);
  const neighbours = grid.offsets.length;
  const queues = arena.allocate(kernels.queueBytes(grid.total, levels));
  const { size, pad } = grid;
  const start = { 16: kernels.start16, 32: kernels.start32, 64: kernels.start64 }[width];
  start(cells, queues, levels, ...size, pad, steps, neighbours);
  const run = { 16: kernels.flood16, 32: kernels.flood32, 64: kernels.flood64 }[width];
  const rounds = Math.max(1, grid.total / STEP_VOXELS);
  for (let round = 1; run(STEP_VOXELS, steps, neighbours) === 0; round++) {
    context.onProgress?.({ fraction: Math.min(0.99, round / rounds), message: 'flooding' });
    await breathe(context);
  }
}

function placeOffsets(arena: Arena, { offsets }: PaddedGrid): number {
  // The kernel reads six offsets even where there are four.
  const at = arena.allocate(Math.max(6, offsets.length) * 4);
  arena.i32(at, 6).fill(0);
  arena.i32(at, offsets.length).set(offsets);
  return at;
}
