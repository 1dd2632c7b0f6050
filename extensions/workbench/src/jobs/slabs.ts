/**
 * @file Cuts a piece of work into slabs of slices and joins their results: for methods whose result at a voxel depends on the
 * slices near it only, so that the whole is the same bit for bit.
 */
import type { MethodResult, Region, ScalarResult, LabelResult } from '../method/contract';
import { boxSize, type Box } from '../volume/box';

export interface Slab {
  /** What the slab is responsible for. */
  readonly own: Box;
  /** What it is computed from: its own slices and `halo` more on each side, as far as there are any. */
  readonly work: Box;
}

/** A slab thinner than this many halos would compute mostly what its neighbours compute too. */
const LEAST_HALOS = 4;

/** At most `most` slabs of about equal thickness that cover `box`; one when it is too thin to be cut. */
export function cutSlabs(box: Box, halo: number, most: number): readonly Slab[] {
  const from = box.fromIjk[2];
  const slices = box.toIjk[2] - from;
  const thinnest = Math.max(1, LEAST_HALOS * halo);
  const count = Math.max(1, Math.min(most, Math.floor(slices / thinnest)));
  const part = (first: number, end: number): Box => ({
    fromIjk: [box.fromIjk[0], box.fromIjk[1], Math.max(from, first)],
    toIjk: [box.toIjk[0], box.toIjk[1], Math.min(box.toIjk[2], end)],
  });
  return Array.from({ length: count }, (_, at) => {
    const first = from + Math.round((at * slices) / count);
    const end = from + Math.round(((at + 1) * slices) / count);
    return { own: part(first, end), work: part(first - halo, end + halo) };
  });
}

export const slabRegion = ({ work }: Slab): Region => ({ kind: 'box', box: work });

/** The results of all slabs of `box`, in order, as one. Values are those of the first slab. */
export function joinSlabs(
  box: Box,
  slabs: readonly Slab[],
  results: readonly MethodResult[]
): MethodResult {
  const [first] = results;
  const labels = results.map((result) => result.labels);
  const maps = results.map(({ scalarMap }) => scalarMap);
  return {
    ...first,
    ...(first.labels && { labels: joined(box, slabs, labels, first.labels) }),
    ...(first.scalarMap && { scalarMap: joined(box, slabs, maps, first.scalarMap) }),
    warnings: [...new Set(results.flatMap(({ warnings }) => warnings))],
  };
}

/** Slices lie one after the other in memory, so that parts are joined by copying runs. */
function joined<R extends LabelResult | ScalarResult>(
  box: Box,
  slabs: readonly Slab[],
  parts: readonly (R | undefined)[],
  first: R
): R {
  const [columns, rows, slices] = boxSize(box);
  const plane = columns * rows;
  const voxels = new (first.voxels.constructor as new (length: number) => R['voxels'])(
    plane * slices
  );
  for (const [at, { own, work }] of slabs.entries()) {
    const part = parts[at];
    if (!part) throw new RangeError('a slab has no result of the kind of the others');
    const skipped = own.fromIjk[2] - work.fromIjk[2];
    const thickness = own.toIjk[2] - own.fromIjk[2];
    const run = part.voxels.subarray(plane * skipped, plane * (skipped + thickness));
    voxels.set(run, plane * (own.fromIjk[2] - box.fromIjk[2]));
  }
  return { ...first, box, voxels };
}
