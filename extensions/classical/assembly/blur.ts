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

/** Two voxels that lie as far on either side of the middle one. */
// @inline
function pair(before: usize, after: usize, offset: usize): v128 {
  return f32x4.add(v128.load(before + offset), v128.load(after + offset));
}

/**
 * Along rows. image, out: lines × columns float32, may be the same; weights: (2 radius + 1) float32, the first for the
 * voxel `radius` before; work: (columns + 2 radius + 8) float32.
 */
// @inline
function alongRows(
  image: usize,
  out: usize,
  columns: i32,
  lines: i32,
  weights: usize,
  radius: i32,
  work: usize,
  symmetric: bool
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
      if (symmetric) {
        for (let tap = 0; tap < radius; tap++) {
          const weight = v128.load32_splat(weights + ((<usize>tap) << 2));
          const before = at + ((<usize>tap) << 2);
          const after = at + ((<usize>(2 * radius - tap)) << 2);
          a = f32x4.add(a, f32x4.mul(weight, pair(before, after, 0)));
          b = f32x4.add(b, f32x4.mul(weight, pair(before, after, 16)));
          c = f32x4.add(c, f32x4.mul(weight, pair(before, after, 32)));
          d = f32x4.add(d, f32x4.mul(weight, pair(before, after, 48)));
        }
        const shift = (<usize>radius) << 2;
        const weight = v128.load32_splat(weights + shift);
        a = f32x4.add(a, f32x4.mul(weight, v128.load(at + shift)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(at + shift, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(at + shift, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(at + shift, 48)));
      } else {
        for (let tap = 0; tap <= 2 * radius; tap++) {
          const shift = (<usize>tap) << 2;
          const weight = v128.load32_splat(weights + shift);
          a = f32x4.add(a, f32x4.mul(weight, v128.load(at + shift)));
          b = f32x4.add(b, f32x4.mul(weight, v128.load(at + shift, 16)));
          c = f32x4.add(c, f32x4.mul(weight, v128.load(at + shift, 32)));
          d = f32x4.add(d, f32x4.mul(weight, v128.load(at + shift, 48)));
        }
      }
      store16(out + from + ((<usize>i) << 2), a, b, c, d);
    }
    for (; i < columns; i++) {
      let sum: f32 = 0;
      const at = work + ((<usize>i) << 2);
      if (symmetric) {
        for (let tap = 0; tap < radius; tap++) {
          const before = load<f32>(at + ((<usize>tap) << 2));
          const after = load<f32>(at + ((<usize>(2 * radius - tap)) << 2));
          sum += load<f32>(weights + ((<usize>tap) << 2)) * (before + after);
        }
        const shift = (<usize>radius) << 2;
        sum += load<f32>(weights + shift) * load<f32>(at + shift);
      } else {
        for (let tap = 0; tap <= 2 * radius; tap++) {
          const shift = (<usize>tap) << 2;
          sum += load<f32>(weights + shift) * load<f32>(at + shift);
        }
      }
      store<f32>(out + from + ((<usize>i) << 2), sum);
    }
  }
}

/** `symmetric`: not 0 when the weights read the same from both ends, which is a third faster. */
export function correlateRows(
  image: usize,
  out: usize,
  columns: i32,
  lines: i32,
  weights: usize,
  radius: i32,
  work: usize,
  symmetric: i32
): void {
  if (symmetric) alongRows(image, out, columns, lines, weights, radius, work, true);
  else alongRows(image, out, columns, lines, weights, radius, work, false);
}

/**
 * Across lines: each of `length` lines has `width` voxels, lines start `stride` voxels apart. out may be the image. work:
 * {@link linesWork} bytes. A line is copied once into a ring of the lines in reach: lines a power of two apart would push each
 * other out of the cache.
 */
// @inline
function acrossLines(
  image: usize,
  out: usize,
  width: i32,
  length: i32,
  stride: i32,
  weights: usize,
  radius: i32,
  work: usize,
  symmetric: bool
): void {
  const step = (<usize>stride) << 2;
  const last = length - 1;
  const taps = 2 * radius + 1;
  const ring = work + ((((<usize>taps) << 2) + 63) & ~63);
  const bytes = (<usize>width) << 2;
  const room = ringRow(width);
  let loaded = 0;
  for (let line = 0; line < length; line++) {
    for (; loaded <= line + radius && loaded < length; loaded++) {
      memory.copy(ring + <usize>(loaded % taps) * room, image + <usize>loaded * step, bytes);
    }
    // Where the line of each tap lies now.
    for (let tap = 0; tap < taps; tap++) {
      const slot = clamp(line + tap - radius, last) % taps;
      store<u32>(work + ((<usize>tap) << 2), <u32>(ring + <usize>slot * room));
    }
    const to = out + <usize>line * step;
    let i = 0;
    for (; i + 16 <= width; i += 16) {
      const column = (<usize>i) << 2;
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      const end = symmetric ? radius : taps;
      for (let tap = 0; tap < end; tap++) {
        const at = column + <usize>load<u32>(work + ((<usize>tap) << 2));
        const weight = v128.load32_splat(weights + ((<usize>tap) << 2));
        if (symmetric) {
          const other = column + <usize>load<u32>(work + ((<usize>(taps - 1 - tap)) << 2));
          a = f32x4.add(a, f32x4.mul(weight, pair(at, other, 0)));
          b = f32x4.add(b, f32x4.mul(weight, pair(at, other, 16)));
          c = f32x4.add(c, f32x4.mul(weight, pair(at, other, 32)));
          d = f32x4.add(d, f32x4.mul(weight, pair(at, other, 48)));
        } else {
          a = f32x4.add(a, f32x4.mul(weight, v128.load(at)));
          b = f32x4.add(b, f32x4.mul(weight, v128.load(at, 16)));
          c = f32x4.add(c, f32x4.mul(weight, v128.load(at, 32)));
          d = f32x4.add(d, f32x4.mul(weight, v128.load(at, 48)));
        }
      }
      if (symmetric) {
        const at = column + <usize>load<u32>(work + ((<usize>radius) << 2));
        const weight = v128.load32_splat(weights + ((<usize>radius) << 2));
        a = f32x4.add(a, f32x4.mul(weight, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(weight, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(weight, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(weight, v128.load(at, 48)));
      }
      store16(to + column, a, b, c, d);
    }
    for (; i < width; i++) {
      const column = (<usize>i) << 2;
      let sum: f32 = 0;
      const end = symmetric ? radius : taps;
      for (let tap = 0; tap < end; tap++) {
        let value = load<f32>(column + <usize>load<u32>(work + ((<usize>tap) << 2)));
        if (symmetric) {
          value += load<f32>(column + <usize>load<u32>(work + ((<usize>(taps - 1 - tap)) << 2)));
        }
        sum += load<f32>(weights + ((<usize>tap) << 2)) * value;
      }
      if (symmetric) {
        const middle = load<f32>(column + <usize>load<u32>(work + ((<usize>radius) << 2)));
        sum += load<f32>(weights + ((<usize>radius) << 2)) * middle;
      }
      store<f32>(to + column, sum);
    }
  }
}

/** Bytes of a line in the ring: not a multiple of 4096 for the usual widths. */
// @inline
function ringRow(width: i32): usize {
  return ((((<usize>width) << 2) + 63) & ~63) + 64;
}

/** Bytes of work space of {@link correlateLines}. */
export function linesWork(width: i32, radius: i32): i32 {
  const taps = 2 * radius + 1;
  return <i32>(((((<usize>taps) << 2) + 63) & ~63) + <usize>taps * ringRow(width));
}

/** Across lines, as {@link correlateRows} along them. */
export function correlateLines(
  image: usize,
  out: usize,
  width: i32,
  length: i32,
  stride: i32,
  weights: usize,
  radius: i32,
  work: usize,
  symmetric: i32
): void {
  if (symmetric) acrossLines(image, out, width, length, stride, weights, radius, work, true);
  else acrossLines(image, out, width, length, stride, weights, radius, work, false);
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
