// Live wire: shortest paths from one pixel by Dijkstra with a bucket queue (Dial 1969; Mortensen & Barrett 1995), which can stop
// when a pixel is settled and go on later: the tree is the same in the end. Costs are whole numbers.
//
// A pixel: distance (int32, −1 unknown), parent (uint8: step 0 … 7 back towards the seed, 255 none), settled (uint8). A bucket is
// a chain of entries { pixel, next }; an entry whose distance is out of date is skipped.

const UNKNOWN: i32 = -1;
const NONE: u8 = 255;
const NEIGHBOURS: i32 = 8;

// Where the search stands.
let bucket: i32 = 0;
let entries: i32 = 0;

// @inline
function word(base: usize, at: i32): usize {
  return base + ((<usize>at) << 2);
}

// @inline
function push(heads: usize, chain: usize, buckets: i32, distance: i32, pixel: i32): void {
  const slot = word(heads, distance & (buckets - 1));
  const entry = chain + <usize>entries * 12;
  store<i32>(entry, pixel);
  store<i32>(entry, load<i32>(slot), 4);
  store<i32>(entry, distance, 8);
  store<i32>(slot, entries);
  entries++;
}

/** Begins a search from `seed`. heads: `buckets` × int32, a power of two above the largest cost of a step. */
export function begin(
  distances: usize,
  parents: usize,
  settled: usize,
  count: i32,
  heads: usize,
  buckets: i32,
  chain: usize,
  seed: i32
): void {
  memory.fill(distances, 255, (<usize>count) << 2);
  memory.fill(parents, NONE, <usize>count);
  memory.fill(settled, 0, <usize>count);
  memory.fill(heads, 255, (<usize>buckets) << 2);
  bucket = 0;
  entries = 0;
  store<i32>(word(distances, seed), 0);
  push(heads, chain, buckets, 0, seed);
}

/**
 * Goes on until `target` is settled. costs: 8 × int32 a pixel, the cost of the step to each neighbour, below 0 where there is none;
 * steps: 8 × int32, the neighbours as index differences, step n and 7 − n opposite. chain: room for 8 entries of 12 bytes a pixel.
 * Returns the distance of the target, or −1 when it cannot be reached.
 */
export function expand(
  costs: usize,
  steps: usize,
  distances: usize,
  parents: usize,
  settled: usize,
  heads: usize,
  buckets: i32,
  chain: usize,
  target: i32
): i32 {
  let idle = 0;
  while (load<u8>(settled + target) == 0 && idle <= buckets) {
    const slot = word(heads, bucket & (buckets - 1));
    const first = load<i32>(slot);
    if (first < 0) {
      bucket++;
      idle++;
      continue;
    }
    idle = 0;
    const entry = chain + <usize>first * 12;
    store<i32>(slot, load<i32>(entry, 4));
    const pixel = load<i32>(entry);
    if (
      load<u8>(settled + pixel) != 0 ||
      load<i32>(word(distances, pixel)) != load<i32>(entry, 8)
    ) {
      continue;
    }
    store<u8>(settled + pixel, 1);
    for (let n = 0; n < NEIGHBOURS; n++) {
      const cost = load<i32>(word(costs, pixel * NEIGHBOURS + n));
      if (cost < 0) continue;
      const near = pixel + load<i32>(word(steps, n));
      const distance = bucket + cost;
      const known = load<i32>(word(distances, near));
      if (known != UNKNOWN && known <= distance) continue;
      store<i32>(word(distances, near), distance);
      store<u8>(parents + near, <u8>(7 - n));
      push(heads, chain, buckets, distance, near);
    }
  }
  return load<u8>(settled + target) != 0 ? load<i32>(word(distances, target)) : UNKNOWN;
}
