/**
 * @file Run-length coding of labels: label maps are long runs of one value, so this is small and fast (O(n)).
 *
 * Layout: pairs of 32-bit unsigned integers, value then length of the run.
 */
import { CordonError } from '../errors/cordon-error';
import type { LabelLayer } from '../volume/label-volume';
import { ValueRuns } from '../volume/value-runs';

/** Pairs (value, run length) that spell `voxels`. */
export function encodeRuns(voxels: LabelLayer): Uint32Array {
  const equal = new ValueRuns(voxels);
  let runs = new Uint32Array(1024);
  let filled = 0;
  for (let at = 0; at < voxels.length;) {
    const end = equal.endOf(at, voxels.length);
    if (filled === runs.length) {
      const larger = new Uint32Array(runs.length * 2);
      larger.set(runs);
      runs = larger;
    }
    runs[filled++] = voxels[at];
    runs[filled++] = end - at;
    at = end;
  }
  return runs.slice(0, filled);
}

/** The voxels that `runs` spell, written into `into`. Throws `DRAFT_CORRUPT` when they do not fill it exactly. */
export function decodeRuns<T extends LabelLayer>(runs: Uint32Array, into: T): T {
  let at = 0;
  for (let pair = 0; pair + 1 < runs.length; pair += 2) {
    const end = at + runs[pair + 1];
    if (end > into.length) throw corrupt(`runs are longer than ${into.length} voxels`);
    into.fill(runs[pair], at, end);
    at = end;
  }
  if (at !== into.length) throw corrupt(`runs give ${at} of ${into.length} voxels`);
  return into;
}

const corrupt = (why: string) =>
  new CordonError({
    code: 'DRAFT_CORRUPT',
    what: 'The kept work cannot be restored',
    why,
    remedy: 'discard it and segment again',
  });
