/**
 * @file Connected components of a grid by runs and union-find.
 *
 * Complexity O(n / 64 + runs). Memory: 1 bit per voxel, 8 bytes a run, 4 bytes a row.
 */
import { CordonError, type Geometry, type ValueRange } from '@cordon/extension-workbench/pure';
import type { RunsKernels } from '../generated/runs';
import type { Arena } from './arena';
import type { RegionGrid, ResidentImage } from './image-session';
import { boundsFor } from './mask';

/** Voxels that share a face (6); or an edge (18); or a corner (26); in a slice 4, 8, 8. 4 keeps the slices of a volume apart. */
export type Neighbours = 4 | 6 | 18 | 26;

/** Foreground as bits, each row of the first squeezed axis starting a 64-bit word. */
export interface BitGrid {
  readonly grid: RegionGrid;
  readonly address: number;
  readonly runs: number;
}

export interface Components {
  readonly grid: RegionGrid;
  /** Labels are 1 … count, in the order of their first voxels. */
  readonly count: number;
  readonly rowStarts: number;
  readonly runs: number;
  readonly labels: number;
}

export const bitWords = ({ squeezedSize: [nx, ny, nz] }: RegionGrid): number =>
  Math.ceil(nx / 64) * ny * nz;

/**
 * The voxels of the image within `range`, and within `allowedBits` when given, as bits; undefined when no value of the
 * type lies in the range.
 */
export function imageBits(
  kernels: RunsKernels,
  arena: Arena,
  image: ResidentImage,
  range: ValueRange,
  allowedBits?: number,
  address = arena.allocate(bitWords(image) * 8)
): BitGrid | undefined {
  const bounds = boundsFor(image.type, range);
  if (!bounds) return undefined;
  const [nx, ny, nz] = image.squeezedSize;
  const kernel = {
    uint8: kernels.bitsU8,
    int16: kernels.bitsI16,
    uint16: kernels.bitsU16,
    float32: kernels.bitsF32,
  }[image.type];
  const runs = kernel(image.address, address, nx, ny * nz, bounds.lower, bounds.upper);
  if (allowedBits === undefined) return { grid: image, address, runs };
  kernels.andBits(address, allowedBits, bitWords(image));
  return { grid: image, address, runs: kernels.countRuns(address, nx, ny * nz) };
}

/** The voxels of a mask (bytes, foreground not 0) as bits. */
export function maskBits(
  kernels: RunsKernels,
  arena: Arena,
  grid: RegionGrid,
  mask: number
): BitGrid {
  const address = arena.allocate(bitWords(grid) * 8);
  const [nx, ny, nz] = grid.squeezedSize;
  return { grid, address, runs: kernels.bitsU8(mask, address, nx, ny * nz, 1, 255) };
}

/** Throws `GRID_TOO_WIDE` when a row has more voxels than a run can tell. */
export function labelComponents(
  kernels: RunsKernels,
  arena: Arena,
  bits: BitGrid,
  neighbours: Neighbours
): Components {
  const { grid } = bits;
  const [nx, ny, nz] = grid.squeezedSize;
  if (nx > 65535) {
    throw new CordonError({
      code: 'GRID_TOO_WIDE',
      what: 'Connected components cannot be found in this image',
      why: `a row has ${nx} voxels, 65535 are the most`,
      remedy: 'choose a smaller region',
    });
  }
  const rowStarts = arena.allocate((ny * nz + 1) * 4);
  const runs = arena.allocate(bits.runs * 4);
  const labels = arena.allocate(bits.runs * 4);
  const count = kernels.labelRuns(bits.address, nx, ny, nz, neighbours, rowStarts, runs, labels);
  return { grid, count, rowStarts, runs, labels };
}

export interface ComponentSizes {
  /** Voxels of each component, label 1 first. */
  readonly voxels: Uint32Array;
  /** Volume of each component, with the real extent of each slice. */
  readonly volumesMm3: Float64Array;
}

export function measureComponents(
  kernels: RunsKernels,
  arena: Arena,
  components: Components,
  geometry: Geometry
): ComponentSizes {
  const { grid, count } = components;
  const mark = arena.mark();
  const rows = grid.squeezedSize[1] * grid.squeezedSize[2];
  const rowVolumes = arena.allocate(rows * 8);
  const voxels = arena.allocate(count * 4);
  const volumes = arena.allocate(count * 8);
  arena.f64(rowVolumes, rows).set(voxelVolumes(grid, geometry));
  arena.u32(voxels, count).fill(0);
  arena.f64(volumes, count).fill(0);
  const { rowStarts, runs, labels } = components;
  kernels.measureRuns(rows, rowStarts, runs, labels, rowVolumes, voxels, volumes);
  const sizes = {
    voxels: arena.u32(voxels, count).slice(),
    volumesMm3: arena.f64(volumes, count).slice(),
  };
  arena.rewind(mark);
  return sizes;
}

/** Component at a voxel (linear index in the grid), 0 where there is none. */
export function componentAt(kernels: RunsKernels, components: Components, voxel: number): number {
  const [nx] = components.grid.squeezedSize;
  const { rowStarts, runs, labels } = components;
  return kernels.componentAt(rowStarts, runs, labels, Math.floor(voxel / nx), voxel % nx);
}

/** Leaves in the bits from which `components` were found those only of which `keep[label]` is not 0. */
export function keepComponents(
  kernels: RunsKernels,
  arena: Arena,
  { address }: BitGrid,
  { grid, rowStarts, runs, labels }: Components,
  keep: Uint8Array
): void {
  const table = arena.allocate(keep.length);
  arena.u8(table, keep.length).set(keep);
  const [nx, ny, nz] = grid.squeezedSize;
  kernels.keepRuns(address, nx, ny * nz, rowStarts, runs, labels, table);
}

/** A mask at `out` in which each component has the value `values[label]` (`values[0]` is not used); bytes. */
export function paintComponents(
  kernels: RunsKernels,
  arena: Arena,
  components: Components,
  values: Uint8Array,
  out = arena.allocate(components.grid.count)
): number {
  const { grid, rowStarts, runs, labels } = components;
  const table = arena.allocate(values.length);
  arena.u8(table, values.length).set(values);
  arena.u8(out, grid.count).fill(0);
  const [nx, ny, nz] = grid.squeezedSize;
  kernels.paintU8(out, nx, ny * nz, rowStarts, runs, labels, table);
  return out;
}

/** As {@link paintComponents} with 16 bits a voxel. */
export function paintComponents16(
  kernels: RunsKernels,
  arena: Arena,
  components: Components,
  values: Uint16Array
): number {
  const { grid, rowStarts, runs, labels } = components;
  const out = arena.allocate(grid.count * 2);
  const table = arena.allocate(values.byteLength);
  arena.u16(table, values.length).set(values);
  // As bytes, which clears at the pace of memory.
  arena.u8(out, grid.count * 2).fill(0);
  const [nx, ny, nz] = grid.squeezedSize;
  kernels.paintU16(out, nx, ny * nz, rowStarts, runs, labels, table);
  return out;
}

/** Volume of a voxel (mm³) in each row. A row lies in one slice, unless slices are the first squeezed axis: then the mean. */
export function voxelVolumes(grid: RegionGrid, geometry: Geometry): Float64Array {
  const rows = grid.squeezedSize[1] * grid.squeezedSize[2];
  const [columns, boxRows] = grid.size;
  const first = grid.box.fromIjk[2];
  if (columns === 1 && boxRows === 1) {
    const [x, y, z] = geometry.spacingMm;
    return new Float64Array(rows).fill(x * y * z);
  }
  const rowsPerSlice = columns === 1 ? 1 : boxRows;
  return Float64Array.from({ length: rows }, (_, row) =>
    geometry.voxelVolumeMm3(first + Math.floor(row / rowsPerSlice))
  );
}
