// Scan-line flood fill: quick for regions that are small against the image, because it touches nothing else.
import { rowBytes, setRow } from './lib/bits';
import { inside16 } from './lib/simd';

/** Which of the 16 voxels from `x`, a multiple of 16, may be entered, one bit each: not filled yet, and in range. */
// @inline
function open16<T>(image: usize, bits: usize, x: i32, low: v128, high: v128): u32 {
  const free = ~(<u32>load<u16>(bits + ((<usize>x) >> 3))) & 0xffff;
  // Half of these were filled before: their values need not be fetched.
  return free == 0 ? 0 : free & inside16<T>(image + <usize>x * sizeof<T>(), low, high);
}

/**
 * Fills from one seed. Returns the number of voxels, or -1 when `budget` voxels or the stack (capacity uint32 entries)
 * do not suffice; then what was written is not complete. bits: one bit a voxel, rows of whole 64-bit words; voxels whose bit
 * is set are not entered. Reads up to 15 voxels beyond a row, the last one too.
 */
// @inline
function fill<T>(
  image: usize,
  bits: usize,
  stack: usize,
  capacity: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  lower: T,
  upper: T,
  seed: i32,
  neighbours: i32,
  budget: i32
): i32 {
  const low = v128.splat<T>(lower);
  const high = v128.splat<T>(upper);
  const bytes = rowBytes(nx);
  let depth = 1;
  let filled = 0;
  store<i32>(stack, seed);
  while (depth > 0) {
    depth--;
    const start = load<i32>(stack + ((<usize>depth) << 2));
    const row = start / nx;
    const x = start - row * nx;
    const rowBits = bits + <usize>row * bytes;
    const rowImage = image + <usize>row * <usize>nx * sizeof<T>();
    const own = open16<T>(rowImage, rowBits, x & ~15, low, high);
    if (((own >> (x & 15)) & 1) == 0) continue;
    const z = row / ny;
    const y = row - z * ny;
    // From here to the first voxel on either side that may not be entered.
    let piece = x & ~15;
    let closed = ~own & ((1 << (x & 15)) - 1);
    while (closed == 0 && piece > 0) {
      piece -= 16;
      closed = ~open16<T>(rowImage, rowBits, piece, low, high) & 0xffff;
    }
    const left = piece + 32 - <i32>clz<u32>(closed);
    piece = x & ~15;
    closed = ~own & (0xfffe << (x & 15)) & 0xffff;
    while (closed == 0 && piece + 16 < nx) {
      piece += 16;
      closed = ~open16<T>(rowImage, rowBits, piece, low, high) & 0xffff;
    }
    const end = min(closed == 0 ? nx : piece + <i32>ctz<u32>(closed), nx);
    setRow(rowBits, left, end - 1);
    filled += end - left;
    if (filled > budget) return -1;
    // Rows of the same slice come last and so are filled first: what the fill touches stays in the cache.
    for (let turn = 0; turn < 3; turn++) {
      const dz = turn == 2 ? 0 : 2 * turn - 1;
      if (<u32>(z + dz) >= <u32>nz) continue;
      for (let dy = -1; dy <= 1; dy++) {
        if (<u32>(y + dy) >= <u32>ny || (dy | dz) == 0) continue;
        const diagonal = dy != 0 && dz != 0;
        if (diagonal && neighbours == 6) continue;
        const reach = neighbours == 26 || (neighbours == 18 && !diagonal) ? 1 : 0;
        const other = row + dz * ny + dy;
        const otherBits = bits + <usize>other * bytes;
        const otherImage = image + <usize>other * <usize>nx * sizeof<T>();
        const first = max(left - reach, 0);
        const beyond = min(end + reach, nx);
        let carry: u32 = 0;
        for (let at = first & ~15; at < beyond; at += 16) {
          let open = open16<T>(otherImage, otherBits, at, low, high);
          if (at < first) open &= 0xffff << (first - at);
          if (beyond - at < 16) open &= (1 << (beyond - at)) - 1;
          // The first voxel of each run waits on the stack.
          let starts = open & ~((open << 1) | carry);
          carry = open >> 15;
          for (; starts != 0; starts &= starts - 1) {
            if (depth == capacity) return -1;
            store<i32>(stack + ((<usize>depth) << 2), other * nx + at + <i32>ctz<u32>(starts));
            depth++;
          }
        }
      }
    }
  }
  return filled;
}

export function fillU8(
  image: usize,
  bits: usize,
  stack: usize,
  capacity: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  lower: i32,
  upper: i32,
  seed: i32,
  neighbours: i32,
  budget: i32
): i32 {
  const low = <u8>lower;
  const high = <u8>upper;
  return fill<u8>(image, bits, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillI16(
  image: usize,
  bits: usize,
  stack: usize,
  capacity: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  lower: i32,
  upper: i32,
  seed: i32,
  neighbours: i32,
  budget: i32
): i32 {
  const low = <i16>lower;
  const high = <i16>upper;
  return fill<i16>(image, bits, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillU16(
  image: usize,
  bits: usize,
  stack: usize,
  capacity: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  lower: i32,
  upper: i32,
  seed: i32,
  neighbours: i32,
  budget: i32
): i32 {
  const low = <u16>lower;
  const high = <u16>upper;
  return fill<u16>(image, bits, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillF32(
  image: usize,
  bits: usize,
  stack: usize,
  capacity: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  lower: f32,
  upper: f32,
  seed: i32,
  neighbours: i32,
  budget: i32
): i32 {
  return fill<f32>(
    image,
    bits,
    stack,
    capacity,
    nx,
    ny,
    nz,
    lower,
    upper,
    seed,
    neighbours,
    budget
  );
}
