// The graph of neighbouring regions: one edge for each pair of regions that touch, with the sum of what their common faces weigh;
// and sums over regions.

/** Bytes of an entry of the table: two regions (uint32), the sum (float64). */
const ENTRY: usize = 16;

// @inline
function hash(a: u32, b: u32): u32 {
  let mixed = a * 0x9e3779b1 + b;
  mixed ^= mixed >> 15;
  mixed *= 0x85ebca77;
  return mixed ^ (mixed >> 13);
}

/**
 * regions: uint32 from 1; levels: uint16; weights: float32 for each difference of levels; factors: float32, shifts: 3 × int32 for
 * each of `pairs` directions; table: capacity (a power of two) entries. Returns the number of edges, or −1 when the table is too
 * small. Entries in use have a first region above 0, the smaller of the two.
 */
export function adjacency(
  regions: usize,
  levels: usize,
  weights: usize,
  factors: usize,
  shifts: usize,
  pairs: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  table: usize,
  capacity: i32
): i32 {
  memory.fill(table, 0, <usize>capacity * ENTRY);
  const most = capacity - (capacity >> 2);
  const mask = <u32>capacity - 1;
  let count = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const factor = load<f32>(factors + ((<usize>pair) << 2));
    const di = load<i32>(shifts + <usize>pair * 12);
    const dj = load<i32>(shifts + <usize>pair * 12, 4);
    const dk = load<i32>(shifts + <usize>pair * 12, 8);
    const shift = di + columns * (dj + rows * dk);
    for (let k = max(0, -dk); k < min(slices, slices - dk); k++) {
      for (let j = max(0, -dj); j < min(rows, rows - dj); j++) {
        for (let i = max(0, -di); i < min(columns, columns - di); i++) {
          const at = i + columns * (j + rows * k);
          const here = load<u32>(regions + ((<usize>at) << 2));
          const there = load<u32>(regions + ((<usize>(at + shift)) << 2));
          if (here == there) continue;
          const a = min(here, there);
          const b = max(here, there);
          let slot = hash(a, b) & mask;
          let entry = table + <usize>slot * ENTRY;
          while (load<u32>(entry) != 0 && (load<u32>(entry) != a || load<u32>(entry, 4) != b)) {
            slot = (slot + 1) & mask;
            entry = table + <usize>slot * ENTRY;
          }
          if (load<u32>(entry) == 0) {
            if (count >= most) return -1;
            count++;
            store<u32>(entry, a);
            store<u32>(entry, b, 4);
          }
          const difference =
            <i32>load<u16>(levels + ((<usize>at) << 1)) -
            <i32>load<u16>(levels + ((<usize>(at + shift)) << 1));
          const weight = load<f32>(weights + ((<usize>abs(difference)) << 2)) * factor;
          store<f64>(entry, load<f64>(entry, 8) + <f64>weight, 8);
        }
      }
    }
  }
  return count;
}

/**
 * For each region: the sum of `table` (int32 a level) over its voxels, and how many of them are marked 1 and 2. sums: float64,
 * marked: 2 × int32, both for regions 0 … most.
 */
export function sumRegions(
  regions: usize,
  levels: usize,
  marks: usize,
  count: i32,
  most: i32,
  table: usize,
  sums: usize,
  marked: usize
): void {
  memory.fill(sums, 0, (<usize>(most + 1)) << 3);
  memory.fill(marked, 0, (<usize>(most + 1)) << 3);
  for (let at = 0; at < count; at++) {
    const region = (<usize>load<u32>(regions + ((<usize>at) << 2))) << 3;
    const level = (<usize>load<u16>(levels + ((<usize>at) << 1))) << 2;
    store<f64>(sums + region, load<f64>(sums + region) + <f64>load<i32>(table + level));
    const kind = <usize>load<u8>(marks + at);
    if (kind == 0) continue;
    const counter = marked + region + ((kind - 1) << 2);
    store<i32>(counter, load<i32>(counter) + 1);
  }
}

/** out (uint8) = side of the region of each voxel. */
export function paintRegions(regions: usize, side: usize, out: usize, count: i32): void {
  for (let at = 0; at < count; at++) {
    store<u8>(out + at, load<u8>(side + <usize>load<u32>(regions + ((<usize>at) << 2))));
  }
}
