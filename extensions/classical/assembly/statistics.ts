// Sums over the voxels of a mask.

/** out: 3 × float64: number of voxels in the mask (uint8, 0 or 1), sum of their values, sum of their squares. */
// @inline
function sums<T>(image: usize, mask: usize, count: i32, out: usize): void {
  let voxels: i32 = 0;
  let sum: f64 = 0;
  let squares: f64 = 0;
  let at = 0;
  while (at < count) {
    // Most masks are mostly empty: eight voxels at once.
    if (at + 8 <= count && load<u64>(mask + at) == 0) {
      at += 8;
      continue;
    }
    const end = min(at + 8, count);
    for (; at < end; at++) {
      if (load<u8>(mask + at) == 0) continue;
      const value = <f64>load<T>(image + <usize>at * sizeof<T>());
      voxels++;
      sum += value;
      squares += value * value;
    }
  }
  store<f64>(out, <f64>voxels);
  store<f64>(out, sum, 8);
  store<f64>(out, squares, 16);
}

export function sumsU8(image: usize, mask: usize, count: i32, out: usize): void {
  sums<u8>(image, mask, count, out);
}

export function sumsI16(image: usize, mask: usize, count: i32, out: usize): void {
  sums<i16>(image, mask, count, out);
}

export function sumsU16(image: usize, mask: usize, count: i32, out: usize): void {
  sums<u16>(image, mask, count, out);
}

export function sumsF32(image: usize, mask: usize, count: i32, out: usize): void {
  sums<f32>(image, mask, count, out);
}
