// Scan-line flood fill: quick for regions that are small against the image, because it touches nothing else.
import { within } from './lib/simd';

/**
 * Fills from one seed. Returns the number of voxels, or -1 when `budget` voxels or the stack (capacity uint32 entries)
 * do not suffice; then what was written is not complete. mask: uint8 a voxel; voxels that are not 0 are not entered.
 */
// @inline
function fill<T>(
  image: usize,
  mask: usize,
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
  const slice = nx * ny;
  let depth = 1;
  let filled = 0;
  store<i32>(stack, seed);
  while (depth > 0) {
    depth--;
    const start = load<i32>(stack + ((<usize>depth) << 2));
    if (load<u8>(mask + start) != 0) continue;
    const row = start / nx;
    const z = row / ny;
    const y = row - z * ny;
    const base = row * nx;
    const x = start - base;
    const rowImage = image + <usize>base * sizeof<T>();
    const rowMask = mask + base;
    let left = x;
    let right = x;
    while (
      left > 0 &&
      within<T>(load<T>(rowImage + <usize>(left - 1) * sizeof<T>()), lower, upper) &&
      load<u8>(rowMask + left - 1) == 0
    )
      left--;
    while (
      right < nx - 1 &&
      within<T>(load<T>(rowImage + <usize>(right + 1) * sizeof<T>()), lower, upper) &&
      load<u8>(rowMask + right + 1) == 0
    )
      right++;
    for (let at = left; at <= right; at++) store<u8>(rowMask + at, 1);
    filled += right - left + 1;
    if (filled > budget) return -1;
    for (let dz = -1; dz <= 1; dz++) {
      if (<u32>(z + dz) >= <u32>nz) continue;
      for (let dy = -1; dy <= 1; dy++) {
        if (<u32>(y + dy) >= <u32>ny || (dy | dz) == 0) continue;
        const diagonal = dy != 0 && dz != 0;
        if (diagonal && neighbours == 6) continue;
        const reach = neighbours == 26 || (neighbours == 18 && !diagonal) ? 1 : 0;
        const from = base + dz * slice + dy * nx;
        const last = from + min(right + reach, nx - 1);
        let inRun = false;
        for (let at = from + max(left - reach, 0); at <= last; at++) {
          // Half of these were filled before: their values need not be fetched.
          const open =
            load<u8>(mask + at) == 0 &&
            within<T>(load<T>(image + <usize>at * sizeof<T>()), lower, upper);
          if (open && !inRun) {
            if (depth == capacity) return -1;
            store<i32>(stack + ((<usize>depth) << 2), at);
            depth++;
          }
          inRun = open;
        }
      }
    }
  }
  return filled;
}

export function fillU8(
  image: usize,
  mask: usize,
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
  return fill<u8>(image, mask, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillI16(
  image: usize,
  mask: usize,
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
  return fill<i16>(image, mask, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillU16(
  image: usize,
  mask: usize,
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
  return fill<u16>(image, mask, stack, capacity, nx, ny, nz, low, high, seed, neighbours, budget);
}

export function fillF32(
  image: usize,
  mask: usize,
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
    mask,
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
