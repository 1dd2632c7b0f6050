// What a mask of one bit a voxel holds: its size, the box around it, and the box as bytes.
import { rowBytes } from './lib/bits';

/** Number of bits that are set in `words` 64-bit words. */
export function countBits(bits: usize, words: i32): i32 {
  let count = 0;
  for (let word = 0; word < words; word++) {
    count += <i32>popcnt<u64>(load<u64>(bits + ((<usize>word) << 3)));
  }
  return count;
}

/**
 * The smallest box around the bits of a grid (nx, ny, nz). out: 6 int32, the first voxel along each axis and the one beyond
 * the last; the box of the first voxel when no bit is set. work: a row of bits.
 */
export function bitBounds(bits: usize, nx: i32, ny: i32, nz: i32, work: usize, out: usize): void {
  const bytes = rowBytes(nx);
  memory.fill(work, 0, bytes);
  let y0 = ny;
  let y1 = 0;
  let z0 = nz;
  let z1 = 0;
  let row = bits;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let any: u64 = 0;
      for (let at: usize = 0; at < bytes; at += 8) any |= load<u64>(row + at);
      if (any != 0) {
        for (let at: usize = 0; at < bytes; at += 8) {
          store<u64>(work + at, load<u64>(work + at) | load<u64>(row + at));
        }
        y0 = min(y0, y);
        y1 = max(y1, y + 1);
        z0 = min(z0, z);
        z1 = z + 1;
      }
      row += bytes;
    }
  }
  let x0 = nx;
  let x1 = 0;
  for (let at: usize = 0; at < bytes; at += 8) {
    const word = load<u64>(work + at);
    if (word == 0) continue;
    const first = (<i32>at) << 3;
    x0 = min(x0, first + <i32>ctz<u64>(word));
    x1 = first + 64 - <i32>clz<u64>(word);
  }
  const isEmpty = x1 == 0;
  store<i32>(out, isEmpty ? 0 : x0);
  store<i32>(out, isEmpty ? 0 : y0, 4);
  store<i32>(out, isEmpty ? 0 : z0, 8);
  store<i32>(out, isEmpty ? 1 : x1, 12);
  store<i32>(out, isEmpty ? 1 : y1, 16);
  store<i32>(out, isEmpty ? 1 : z1, 20);
}

/**
 * Writes the bits of the box from (x0, y0, z0) with `columns` × `rows` × `slices` voxels as bytes, 0 or 1. Writes and reads up
 * to 15 bytes beyond the last.
 */
export function unpackBits(
  bits: usize,
  nx: i32,
  ny: i32,
  x0: i32,
  y0: i32,
  z0: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  out: usize
): void {
  const bytes = rowBytes(nx);
  const spread = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const lane = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const one = i8x16.splat(1);
  let to = out;
  for (let z = z0; z < z0 + slices; z++) {
    for (let y = y0; y < y0 + rows; y++) {
      const row = bits + <usize>(y + ny * z) * bytes;
      // Whole vectors reach into the next row, which is written later.
      for (let x = 0; x < columns; x += 16) {
        const bit = x0 + x;
        const word = load<u32>(row + ((<usize>bit) >> 3)) >> (bit & 7);
        const set = v128.and(i8x16.swizzle(i32x4.splat(word), spread), lane);
        v128.store(to + x, v128.and(i8x16.eq(set, lane), one));
      }
      to += columns;
    }
  }
}
