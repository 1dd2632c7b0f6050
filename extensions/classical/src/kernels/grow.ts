/**
 * @file Connected threshold: the voxels within a range of values that are connected to a seed.
 *
 * Two routes to the same result. The scan-line fill touches little beside the region, so it starts; when the region
 * turns out to be large against the image, all runs of the image are joined instead, which costs the same for any region.
 */
import type { ValueRange } from '@cordon/extension-workbench/pure';
import type { RunsKernels } from '../generated/runs';
import type { ScanLineKernels } from '../generated/scan-line';
import type { Arena } from './arena';
import {
  bitWords,
  componentAt,
  imageBits,
  keepComponents,
  labelComponents,
  type Neighbours,
} from './components';
import type { ResidentImage } from './image-session';
import { boundsFor } from './mask';

export interface GrowKernels {
  readonly runs: RunsKernels;
  readonly scanLine: ScanLineKernels;
}

export interface GrowRequest {
  readonly image: ResidentImage;
  readonly range: ValueRange;
  /** Linear indexes in the image. */
  readonly seeds: readonly number[];
  readonly neighbours: Neighbours;
  /** Voxels that may be entered, 1 bit each as `BitGrid` lays them out; all when absent. */
  readonly allowedBits?: number;
  /** Forces a route; by default the data choose. */
  readonly route?: 'scan-line' | 'runs';
}

/** A fill of this share of the image costs about as much as joining all its runs. */
const SCAN_LINE_SHARE = 1 / 50;
const SCAN_LINE_LEAST = 4096;
const STACK_ENTRIES = 65536;

/** Address of the region in the arena: one bit a voxel, as `BitGrid` lays them out. */
export function growRegion(kernels: GrowKernels, arena: Arena, request: GrowRequest): number {
  const { image, route, allowedBits } = request;
  const bytes = bitWords(image) * 8;
  const bits = arena.allocate(bytes);
  const clear = () => arena.u8(bits, bytes).fill(0);
  clear();
  if (route !== 'runs' && allowedBits === undefined) {
    if (fillScanLine(kernels.scanLine, arena, request, bits)) return bits;
    clear();
  }
  growByRuns(kernels.runs, arena, request, bits);
  return bits;
}

/** True when the fill is complete. */
function fillScanLine(
  kernels: ScanLineKernels,
  arena: Arena,
  { image, range, seeds, neighbours, route }: GrowRequest,
  bits: number
): boolean {
  const bounds = boundsFor(image.type, range);
  if (!bounds) return true;
  const fill = {
    uint8: kernels.fillU8,
    int16: kernels.fillI16,
    uint16: kernels.fillU16,
    float32: kernels.fillF32,
  }[image.type];
  const forced = route === 'scan-line';
  const capacity = forced ? image.count : STACK_ENTRIES;
  let budget = forced
    ? image.count
    : Math.max(SCAN_LINE_LEAST, Math.floor(image.count * SCAN_LINE_SHARE));
  const [nx, ny, nz] = image.squeezedSize;
  const mark = arena.mark();
  const stack = arena.allocate(capacity * 4);
  const { address } = image;
  let complete = true;
  for (const seed of seeds) {
    const filled = fill(
      address,
      bits,
      stack,
      capacity,
      nx,
      ny,
      nz,
      bounds.lower,
      bounds.upper,
      seed,
      neighbours,
      budget
    );
    complete = filled >= 0;
    if (!complete) break;
    budget -= filled;
  }
  arena.rewind(mark);
  return complete;
}

function growByRuns(
  kernels: RunsKernels,
  arena: Arena,
  { image, range, seeds, neighbours, allowedBits }: GrowRequest,
  address: number
): void {
  const mark = arena.mark();
  const bits = imageBits(kernels, arena, image, range, allowedBits, address);
  if (bits) {
    const components = labelComponents(kernels, arena, bits, neighbours);
    const keep = new Uint8Array(components.count + 1);
    for (const seed of seeds) keep[componentAt(kernels, components, seed)] = 1;
    keepComponents(kernels, arena, bits, components, keep);
  }
  arena.rewind(mark);
}

/** Value of the voxel with this linear index in the region. */
export function valueAt(arena: Arena, { address, type }: ResidentImage, voxel: number): number {
  switch (type) {
    case 'uint8':
      return arena.u8(address + voxel, 1)[0];
    case 'int16':
      return arena.i16(address + voxel * 2, 1)[0];
    case 'uint16':
      return arena.u16(address + voxel * 2, 1)[0];
    case 'float32':
      return arena.f32(address + voxel * 4, 1)[0];
  }
}
