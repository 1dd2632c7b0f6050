/**
 * Deterministic damage to a file: truncation, flipped and repeated bytes, wrong lengths, absurd numbers. The seed decides
 * everything, so that a failure can be repeated.
 */

/** Mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EXTREMES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

export function mutate(file: Uint8Array, seed: number): Uint8Array {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  let bytes: Uint8Array = file.slice();
  const times = 1 + below(4);
  for (let n = 0; n < times; n++) {
    // Most damage goes into the header, where the decisions are.
    const reach = next() < 0.8 ? Math.min(bytes.length, 8192) : bytes.length;
    const at = below(Math.max(1, reach - 4));
    switch (below(7)) {
      case 0:
        bytes = bytes.slice(0, below(bytes.length));
        break;
      case 1:
        bytes[at] ^= 1 << below(8);
        break;
      case 2:
        if (at + 4 <= bytes.length) {
          new DataView(bytes.buffer).setUint32(at, EXTREMES[below(EXTREMES.length)], true);
        }
        break;
      case 3:
        if (at + 2 <= bytes.length) {
          new DataView(bytes.buffer).setUint16(at, EXTREMES[below(6)], true);
        }
        break;
      case 4: {
        const length = below(200);
        const part = bytes.slice(at, at + length);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
        break;
      }
      case 5:
        bytes.fill(below(256), at, Math.min(bytes.length, at + below(64)));
        break;
      case 6:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + below(100))]);
        break;
    }
    if (bytes.length === 0) bytes = new Uint8Array(1);
  }
  return bytes;
}
