/**
 * @file The regions that edges enclose: connected components of what is not an edge and does not reach the border.
 */
import type { Geometry } from '@cordon/extension-workbench/pure';
import type { EdgesKernels } from '../../generated/edges';
import type { RunsKernels } from '../../generated/runs';
import type { Arena } from '../../kernels/arena';
import {
  labelComponents,
  maskBits,
  measureComponents,
  paintComponents,
} from '../../kernels/components';
import type { RegionGrid } from '../../kernels/image-session';

export interface ClosedRegions {
  /** Mask, one byte a voxel. */
  readonly mask: number;
  readonly count: number;
}

/**
 * Components are joined through faces (within a slice when `planar`), so that a chain of edge voxels that touch at corners
 * closes a region. Smaller ones than `minimumMm3` are left out.
 */
export function closedRegions(
  kernels: { readonly runs: RunsKernels; readonly edges: EdgesKernels },
  arena: Arena,
  grid: RegionGrid,
  geometry: Geometry,
  edges: number,
  planar: boolean,
  minimumMm3: number
): ClosedRegions {
  kernels.edges.invert(edges, grid.count);
  const bits = maskBits(kernels.runs, arena, grid, edges);
  const found = labelComponents(kernels.runs, arena, bits, planar ? 4 : 6);
  const sizes = measureComponents(kernels.runs, arena, found, geometry);
  const touches = arena.allocate(found.count + 1);
  arena.u8(touches, found.count + 1).fill(0);
  kernels.runs.touchBorder(
    ...grid.squeezedSize,
    Number(planar),
    found.rowStarts,
    found.runs,
    found.labels,
    touches
  );
  const keep = new Uint8Array(found.count + 1);
  let count = 0;
  arena.u8(touches, found.count + 1).forEach((touching, label) => {
    if (label === 0 || touching || sizes.volumesMm3[label - 1] < minimumMm3) return;
    keep[label] = 1;
    count++;
  });
  return { mask: paintComponents(kernels.runs, arena, found, keep, edges), count };
}
