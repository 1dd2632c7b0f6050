/**
 * @file The box that a method works in when marks are drawn but no box.
 */
import { boxSize, clipBox, wholeBox, type Box } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { PromptSet } from './prompt-set';
import { rowPieces } from './voxel-runs';

type Triple = [number, number, number];

/** Free space around the marks (mm). */
const MARGIN_MM = 5;
const SEGMENT_MARGIN_MM = 10;

/**
 * The box around all seeds and scribbles with a margin. Marks mostly lie in one slice: along each axis the box is at least as
 * long as the mean of its two longest sides. Without marks the whole image.
 */
export function boxAround(set: PromptSet, geometry: Geometry): Box {
  const { size, spacingMm } = geometry;
  const from: Triple = [Infinity, Infinity, Infinity];
  const to: Triple = [-Infinity, -Infinity, -Infinity];
  const add = (ijk: readonly number[]) => {
    for (const axis of [0, 1, 2] as const) {
      from[axis] = Math.min(from[axis], ijk[axis]);
      to[axis] = Math.max(to[axis], ijk[axis] + 1);
    }
  };
  const radiusMm = set.radiusMm ?? 0;
  for (const { ijk } of set.seeds) {
    add(ijk.map((value, axis) => Math.floor(value - radiusMm / spacingMm[axis])));
    add(ijk.map((value, axis) => Math.ceil(value + radiusMm / spacingMm[axis])));
  }
  for (const { runs } of set.scribbles) {
    for (const piece of rowPieces(runs, size)) {
      add([piece.from, piece.j, piece.k]);
      add([piece.to - 1, piece.j, piece.k]);
    }
  }
  if (!from.every(Number.isFinite)) return wholeBox(size);
  const sidesMm = boxSize({ fromIjk: from, toIjk: to }).map((n, axis) => n * spacingMm[axis]);
  const [longest, second] = [...sidesMm].sort((a, b) => b - a);
  const leastMm = (longest + second) / 2;
  // A contour that starts from a sphere needs room to move.
  const marginMm = Math.max(MARGIN_MM, 2 * radiusMm);
  for (const axis of [0, 1, 2] as const) {
    const missing = Math.max(0, leastMm - sidesMm[axis]) / 2 + marginMm;
    const voxels = Math.ceil(missing / spacingMm[axis]);
    from[axis] -= voxels;
    to[axis] += voxels;
  }
  return clipBox({ fromIjk: from, toIjk: to }, size);
}

/** The box around the voxels of a segment with 10 mm of free space; the whole image without voxels. Complexity O(n). */
export function boxAroundVoxels(voxels: Uint8Array, { size, spacingMm }: Geometry): Box {
  const [columns, rows, slices] = size;
  const from: Triple = [columns, rows, slices];
  const to: Triple = [0, 0, 0];
  for (let k = 0, at = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++, at += columns) {
      const row = voxels.subarray(at, at + columns);
      const first = row.findIndex((value) => value !== 0);
      if (first < 0) continue;
      const last = row.findLastIndex((value) => value !== 0);
      from[0] = Math.min(from[0], first);
      from[1] = Math.min(from[1], j);
      from[2] = Math.min(from[2], k);
      to[0] = Math.max(to[0], last + 1);
      to[1] = Math.max(to[1], j + 1);
      to[2] = Math.max(to[2], k + 1);
    }
  }
  if (to[0] === 0) return wholeBox(size);
  const margin = spacingMm.map((spacing) => Math.ceil(SEGMENT_MARGIN_MM / spacing));
  return clipBox(
    {
      fromIjk: [from[0] - margin[0], from[1] - margin[1], from[2] - margin[2]],
      toIjk: [to[0] + margin[0], to[1] + margin[1], to[2] + margin[2]],
    },
    size
  );
}
