// Global threshold: 1 where lower <= value <= upper, else 0. One pass, 16 voxels a step. NaN is outside.
import { mask16, within } from './lib/simd';

// @inline
function threshold<T>(image: usize, out: usize, count: i32, lower: T, upper: T): void {
  const low = v128.splat<T>(lower);
  const high = v128.splat<T>(upper);
  const one = i8x16.splat(1);
  let at = 0;
  for (; at + 16 <= count; at += 16) {
    v128.store(out + at, v128.and(mask16<T>(image + <usize>at * sizeof<T>(), low, high), one));
  }
  for (; at < count; at++) {
    const value = load<T>(image + <usize>at * sizeof<T>());
    store<u8>(out + at, u8(within<T>(value, lower, upper)));
  }
}

/** Adds 1 to out where lower <= value <= upper. */
// @inline
function accumulate<T>(image: usize, out: usize, count: i32, lower: T, upper: T): void {
  const low = v128.splat<T>(lower);
  const high = v128.splat<T>(upper);
  let at = 0;
  for (; at + 16 <= count; at += 16) {
    const inside = mask16<T>(image + <usize>at * sizeof<T>(), low, high);
    v128.store(out + at, i8x16.sub(v128.load(out + at), inside));
  }
  for (; at < count; at++) {
    const value = load<T>(image + <usize>at * sizeof<T>());
    store<u8>(out + at, load<u8>(out + at) + u8(within<T>(value, lower, upper)));
  }
}

/** image: count × u8; out: count × uint8. */
export function thresholdU8(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  threshold<u8>(image, out, count, <u8>lower, <u8>upper);
}

/** As {@link thresholdU8}, adding to out. */
export function accumulateU8(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  accumulate<u8>(image, out, count, <u8>lower, <u8>upper);
}

/** image: count × i16; out: count × uint8. */
export function thresholdI16(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  threshold<i16>(image, out, count, <i16>lower, <i16>upper);
}

/** As {@link thresholdI16}, adding to out. */
export function accumulateI16(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  accumulate<i16>(image, out, count, <i16>lower, <i16>upper);
}

/** image: count × u16; out: count × uint8. */
export function thresholdU16(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  threshold<u16>(image, out, count, <u16>lower, <u16>upper);
}

/** As {@link thresholdU16}, adding to out. */
export function accumulateU16(image: usize, out: usize, count: i32, lower: i32, upper: i32): void {
  accumulate<u16>(image, out, count, <u16>lower, <u16>upper);
}

/** image: count × f32; out: count × uint8. */
export function thresholdF32(image: usize, out: usize, count: i32, lower: f32, upper: f32): void {
  threshold<f32>(image, out, count, lower, upper);
}

/** As {@link thresholdF32}, adding to out. */
export function accumulateF32(image: usize, out: usize, count: i32, lower: f32, upper: f32): void {
  accumulate<f32>(image, out, count, lower, upper);
}
