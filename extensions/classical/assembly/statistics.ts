// Sums over the voxels of a mask.
import { rowBytes } from './lib/bits';

/**
 * out: 3 × float64: number of voxels whose bit is set (rows of whole 64-bit words), sum of their values, sum of their squares.
 */
// @inline
function sums<T>(image: usize, bits: usize, nx: i32, rows: i32, out: usize): void {
  const bytes = rowBytes(nx);
  let voxels: i32 = 0;
  let sum: f64 = 0;
  let squares: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const rowBits = bits + <usize>row * bytes;
    const rowImage = image + <usize>row * <usize>nx * sizeof<T>();
    for (let at: usize = 0; at < bytes; at += 8) {
      let word = load<u64>(rowBits + at);
      voxels += <i32>popcnt<u64>(word);
      for (; word != 0; word &= word - 1) {
        const x = (at << 3) + <usize>ctz<u64>(word);
        const value = <f64>load<T>(rowImage + x * sizeof<T>());
        sum += value;
        squares += value * value;
      }
    }
  }
  store<f64>(out, <f64>voxels);
  store<f64>(out, sum, 8);
  store<f64>(out, squares, 16);
}

export function sumsU8(image: usize, bits: usize, nx: i32, rows: i32, out: usize): void {
  sums<u8>(image, bits, nx, rows, out);
}

export function sumsI16(image: usize, bits: usize, nx: i32, rows: i32, out: usize): void {
  sums<i16>(image, bits, nx, rows, out);
}

export function sumsU16(image: usize, bits: usize, nx: i32, rows: i32, out: usize): void {
  sums<u16>(image, bits, nx, rows, out);
}

export function sumsF32(image: usize, bits: usize, nx: i32, rows: i32, out: usize): void {
  sums<f32>(image, bits, nx, rows, out);
}
