// Correlation of a float32 image with a short kernel along one axis, border values repeated outwards; and joint smoothing of
// labels on top of it.

import { four } from './lib/rows';

// @inline
function clamp(at: i32, last: i32): i32 {
  return at < 0 ? 0 : at > last ? last : at;
}

// @inline
function store16(at: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(at, a);
  v128.store(at, b, 16);
  v128.store(at, c, 32);
  v128.store(at, d, 48);
}

/**
 * Along rows. image, out: lines × columns float32, may be the same; weights: (2 radius + 1) float32, the first for the
 * voxel `radius` before; work: (columns + 2 radius + 8) float32.
 */
export function correlateRows(
  image: usize,
  out: usize,
  columns: i32,
  lines: i32,
  weights: usize,
  radius: i32,
  work: usize
): void {
  for (let line = 0; line < lines; line++) {
    const from = (<usize>line * <usize>columns) << 2;
    const first = load<f32>(image + from);
    const last = load<f32>(image + from + ((<usize>(columns - 1)) << 2));
    for (let i = 0; i < radius; i++) {
      store<f32>(work + ((<usize>i) << 2), first);
      store<f32>(work + ((<usize>(radius + columns + i)) << 2), last);
    }
    memory.copy(work + ((<usize>radius) << 2), image + from, (<usize>columns) << 2);
    let i = 0;
    for (; i + 16 <= columns; i += 16) {
      const at = work + ((<usize>i) << 2);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let tap = 0; tap <= 2 * radius; tap++) {
        const shift = (<usize>tap) << 2;
        const weight = v128.load32_splat(weights + shift);
        a = f32x4.add(a, f32x4.mul(weight, v128.load(at + shift)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(at + shift, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(at + shift, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(at + shift, 48)));
      }
      store16(out + from + ((<usize>i) << 2), a, b, c, d);
    }
    for (; i < columns; i++) {
      let sum: f32 = 0;
      const at = work + ((<usize>i) << 2);
      for (let tap = 0; tap <= 2 * radius; tap++) {
        const shift = (<usize>tap) << 2;
        sum += load<f32>(weights + shift) * load<f32>(at + shift);
      }
      store<f32>(out + from + ((<usize>i) << 2), sum);
    }
  }
}

/**
 * Across lines: each of `length` lines has `width` voxels, lines start `stride` voxels apart. image and out differ.
 */
export function correlateLines(
  image: usize,
  out: usize,
  width: i32,
  length: i32,
  stride: i32,
  weights: usize,
  radius: i32
): void {
  const step = (<usize>stride) << 2;
  const last = length - 1;
  for (let line = 0; line < length; line++) {
    const to = out + <usize>line * step;
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const column = image + ((<usize>i) << 2);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let tap = -radius; tap <= radius; tap++) {
        const at = column + <usize>clamp(line + tap, last) * step;
        const weight = v128.load32_splat(weights + ((<usize>(tap + radius)) << 2));
        a = f32x4.add(a, f32x4.mul(weight, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(at, 48)));
      }
      store16(to + ((<usize>i) << 2), a, b, c, d);
    }
    for (; i < width; i++) {
      const column = image + ((<usize>i) << 2);
      let sum: f32 = 0;
      for (let tap = -radius; tap <= radius; tap++) {
        const value = load<f32>(column + <usize>clamp(line + tap, last) * step);
        sum += load<f32>(weights + ((<usize>(tap + radius)) << 2)) * value;
      }
      store<f32>(to + ((<usize>i) << 2), sum);
    }
  }
}

// @inline
function convert<T>(image: usize, out: usize, count: i32): void {
  let at = 0;
  for (; at + 4 <= count; at += 4) {
    v128.store(out + ((<usize>at) << 2), four<T>(image + <usize>at * sizeof<T>()));
  }
  for (; at < count; at++) {
    store<f32>(out + ((<usize>at) << 2), <f32>load<T>(image + <usize>at * sizeof<T>()));
  }
}

/** image: count × uint8 / int16 / uint16 / float32 by `type` 0 … 3; out: count × float32. */
export function toFloat(image: usize, out: usize, count: i32, type: i32): void {
  if (type == 0) convert<u8>(image, out, count);
  else if (type == 1) convert<i16>(image, out, count);
  else if (type == 2) convert<u16>(image, out, count);
  else memory.copy(out, image, (<usize>count) << 2);
}

/** out: count × float32: 1 where labels (uint8) equals `label`, else 0. */
export function oneHot(labels: usize, out: usize, count: i32, label: i32): void {
  for (let at = 0; at < count; at++) {
    store<f32>(out + ((<usize>at) << 2), <f32>i32(<i32>load<u8>(labels + at) == label));
  }
}

/** Where candidate exceeds best by more than `tie`: best takes it, and winner (uint8) becomes `label`. */
export function keepLarger(
  candidate: usize,
  best: usize,
  winner: usize,
  count: i32,
  label: i32,
  tie: f32
): void {
  for (let at = 0; at < count; at++) {
    const shift = (<usize>at) << 2;
    const value = load<f32>(candidate + shift);
    if (value <= load<f32>(best + shift) + tie) continue;
    store<f32>(best + shift, value);
    store<u8>(winner + at, <u8>label);
  }
}
