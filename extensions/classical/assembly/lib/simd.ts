// Small pieces that several kernel families share.

/** True when `value` lies in lower … upper, both inclusive; false for NaN. */
// @inline
export function within<T>(value: T, lower: T, upper: T): bool {
  return value >= lower && value <= upper;
}

/** Bytes of 255 for those of the 16 voxels at `from` that lie in low … high (splats of T), else 0. */
// @inline
export function mask16<T>(from: usize, low: v128, high: v128): v128 {
  if (isFloat<T>()) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const ab = i16x8.narrow_i32x4_s(
      v128.and(f32x4.ge(a, low), f32x4.le(a, high)),
      v128.and(f32x4.ge(b, low), f32x4.le(b, high))
    );
    const cd = i16x8.narrow_i32x4_s(
      v128.and(f32x4.ge(c, low), f32x4.le(c, high)),
      v128.and(f32x4.ge(d, low), f32x4.le(d, high))
    );
    return i8x16.narrow_i16x8_s(ab, cd);
  }
  const x = v128.load(from);
  if (sizeof<T>() == 1) return v128.and(i8x16.ge_u(x, low), i8x16.le_u(x, high));
  const y = v128.load(from, 16);
  if (isSigned<T>()) {
    return i8x16.narrow_i16x8_s(
      v128.and(i16x8.ge_s(x, low), i16x8.le_s(x, high)),
      v128.and(i16x8.ge_s(y, low), i16x8.le_s(y, high))
    );
  }
  return i8x16.narrow_i16x8_s(
    v128.and(i16x8.ge_u(x, low), i16x8.le_u(x, high)),
    v128.and(i16x8.ge_u(y, low), i16x8.le_u(y, high))
  );
}

/** Which of the 16 voxels at `from` lie in low … high (splats of T), one bit a voxel. */
// @inline
export function inside16<T>(from: usize, low: v128, high: v128): u32 {
  return <u32>i8x16.bitmask(mask16<T>(from, low, high));
}

/** Writes `value` into `length` bytes; quicker than memory.fill for short runs. */
// @inline
export function fillBytes(at: usize, length: i32, value: i32): void {
  const end = at + length;
  const wide = i8x16.splat(<i8>value);
  while (at + 16 <= end) {
    v128.store(at, wide);
    at += 16;
  }
  while (at < end) {
    store<u8>(at, <u8>value);
    at++;
  }
}
