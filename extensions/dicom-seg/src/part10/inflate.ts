/**
 * @file Inflates deflated data (RFC 1951) with a limit: a bomb is refused while it swells, not afterwards.
 * Complexity O(output); peak memory is the output plus one block.
 */
import { Gunzip, Inflate } from 'fflate';
import { malformed, overLimit } from './errors';
import type { ReadLimits } from './limits';

const BLOCK = 16 * 1024;

type Inflater = typeof Inflate | typeof Gunzip;

/** Inflates a raw stream. Throws `DICOM_OVER_LIMIT` or `DICOM_MALFORMED`. */
export const inflateLimited = (deflated: Uint8Array, limits: ReadLimits): Uint8Array =>
  run(Inflate, deflated, limits);

/** Inflates a gzip file. Throws like {@link inflateLimited}. */
export const inflateGzip = (deflated: Uint8Array, limits: ReadLimits): Uint8Array =>
  run(Gunzip, deflated, limits);

function run(Kind: Inflater, deflated: Uint8Array, limits: ReadLimits): Uint8Array {
  const blocks: Uint8Array[] = [];
  let total = 0;
  const allowed = Math.min(
    limits.bytes,
    Math.max(limits.inflateFloor, deflated.length * limits.inflateRatio)
  );
  const inflate = new Kind((block) => {
    total += block.length;
    if (total > allowed) {
      throw overLimit(`${deflated.length} deflated bytes inflate to more than ${allowed} bytes`);
    }
    blocks.push(block);
  });
  try {
    for (let at = 0; at < deflated.length; at += BLOCK) {
      inflate.push(deflated.subarray(at, at + BLOCK), at + BLOCK >= deflated.length);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'CordonError') throw error;
    throw malformed('the deflated data cannot be inflated', error);
  }
  const out = new Uint8Array(total);
  let at = 0;
  for (const block of blocks) {
    out.set(block, at);
    at += block.length;
  }
  return out;
}
