// Operations on masks of bytes: logic, extent, majority in a box, flooding of the background.

const BINARY_OPERATIONS: i32 = 4;

/**
 * a, b, out: count × uint8, 0/1; out may be a. operation: 0 union, 1 intersection, 2 a without b, 3 in exactly one.
 */
export function combine(a: usize, b: usize, out: usize, count: i32, operation: i32): void {
  if (operation < 0 || operation >= BINARY_OPERATIONS) return;
  let at = 0;
  for (; at + 16 <= count; at += 16) {
    const x = v128.load(a + at);
    const y = v128.load(b + at);
    let z = v128.xor(x, y);
    if (operation == 0) z = v128.or(x, y);
    else if (operation == 1) z = v128.and(x, y);
    else if (operation == 2) z = v128.andnot(x, y);
    v128.store(out + at, z);
  }
  for (; at < count; at++) {
    const x = load<u8>(a + at);
    const y = load<u8>(b + at);
    let z = x ^ y;
    if (operation == 0) z = x | y;
    else if (operation == 1) z = x & y;
    else if (operation == 2) z = x & ~y;
    store<u8>(out + at, z);
  }
}

/** out: count × uint8: 1 where mask is 0, else 0. out may be mask. */
export function invert(mask: usize, out: usize, count: i32): void {
  const zero = i8x16.splat(0);
  const one = i8x16.splat(1);
  let at = 0;
  for (; at + 16 <= count; at += 16) {
    v128.store(out + at, v128.and(i8x16.eq(v128.load(mask + at), zero), one));
  }
  for (; at < count; at++) store<u8>(out + at, u8(load<u8>(mask + at) == 0));
}

/** True when any of `count` bytes is set. */
// @inline
function anySet(mask: usize, count: i32): bool {
  let at = 0;
  for (; at + 16 <= count; at += 16) if (v128.any_true(v128.load(mask + at))) return true;
  for (; at < count; at++) if (load<u8>(mask + at) != 0) return true;
  return false;
}

/**
 * mask: slices × rows × columns uint8; out: 6 × int32, the smallest half-open box that holds all set voxels as
 * i0, j0, k0, i1, j1, k1. Returns 0 when none is set.
 */
export function bounds(mask: usize, columns: i32, rows: i32, slices: i32, out: usize): i32 {
  let i0 = columns;
  let j0 = rows;
  let k0 = slices;
  let i1 = 0;
  let j1 = 0;
  let k1 = 0;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = mask + <usize>(k * rows + j) * <usize>columns;
      if (!anySet(row, columns)) continue;
      if (k < k0) k0 = k;
      if (j < j0) j0 = j;
      k1 = k + 1;
      if (j >= j1) j1 = j + 1;
      let i = 0;
      while (i < i0 && load<u8>(row + i) == 0) i++;
      if (i < i0) i0 = i;
      i = columns;
      while (i > i1 && load<u8>(row + i - 1) == 0) i--;
      if (i > i1) i1 = i;
    }
  }
  store<i32>(out, i0);
  store<i32>(out, j0, 4);
  store<i32>(out, k0, 8);
  store<i32>(out, i1, 12);
  store<i32>(out, j1, 16);
  store<i32>(out, k1, 20);
  return i32(k1 > 0);
}

// @inline
function clamp(at: i32, last: i32): i32 {
  return at < 0 ? 0 : at > last ? last : at;
}

/** target += added − taken, `count` × uint16. */
// @inline
function slide(target: usize, added: usize, taken: usize, count: i32): void {
  for (let at = 0; at < count; at += 8) {
    const shift = (<usize>at) << 1;
    const sum = i16x8.add(v128.load(target + shift), v128.load(added + shift));
    v128.store(target + shift, i16x8.sub(sum, v128.load(taken + shift)));
  }
}

/**
 * Number of set voxels in the window ±radius along the columns of one row, its border voxels repeated outwards.
 * row: columns × uint8; out: columns × uint16.
 */
function windowRow(row: usize, out: usize, columns: i32, radius: i32): void {
  const last = columns - 1;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += i32(load<u8>(row + clamp(i, last)) != 0);
  for (let i = 0; i < columns; i++) {
    store<u16>(out + ((<usize>i) << 1), <u16>sum);
    sum += i32(load<u8>(row + clamp(i + radius + 1, last)) != 0);
    sum -= i32(load<u8>(row + clamp(i - radius, last)) != 0);
  }
}

/** Sums of the window ±radius over `length` lines of `width` uint16 each, `stride` voxels apart; the result goes to out. */
function windowLines(
  lines: usize,
  out: usize,
  width: i32,
  length: i32,
  stride: i32,
  radius: i32,
  work: usize
): void {
  const step = (<usize>stride) << 1;
  const last = length - 1;
  memory.fill(work, 0, ((<usize>width) << 1) + 16);
  for (let at = -radius; at <= radius; at++) {
    const line = lines + <usize>clamp(at, last) * step;
    for (let i = 0; i < width; i += 8) {
      const shift = (<usize>i) << 1;
      v128.store(work + shift, i16x8.add(v128.load(work + shift), v128.load(line + shift)));
    }
  }
  for (let at = 0; at < length; at++) {
    memory.copy(out + <usize>at * step, work, (<usize>width) << 1);
    const added = lines + <usize>clamp(at + radius + 1, last) * step;
    slide(work, added, lines + <usize>clamp(at - radius, last) * step, width);
  }
}

/**
 * Median of a 0/1 mask in a box of (2ri+1)(2rj+1)(2rk+1) voxels, at most 65535, border voxels repeated outwards: 1 where
 * more than half of them are set. out: like mask, may be mask; sums, other: count × uint16 (16 bytes beyond are touched);
 * work: columns × uint16 + 32 bytes.
 */
export function majority(
  mask: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  ri: i32,
  rj: i32,
  rk: i32,
  sums: usize,
  other: usize,
  work: usize
): void {
  const slice = columns * rows;
  const half = ((2 * ri + 1) * (2 * rj + 1) * (2 * rk + 1)) >> 1;
  for (let line = 0; line < rows * slices; line++) {
    const from = <usize>line * <usize>columns;
    windowRow(mask + from, sums + (from << 1), columns, ri);
  }
  for (let k = 0; k < slices; k++) {
    const from = (<usize>k * <usize>slice) << 1;
    windowLines(sums + from, other + from, columns, rows, columns, rj, work);
  }
  for (let j = 0; j < rows; j++) {
    const from = (<usize>j * <usize>columns) << 1;
    windowLines(other + from, sums + from, columns, slices, slice, rk, work);
  }
  const count = slice * slices;
  for (let at = 0; at < count; at++) {
    store<u8>(out + at, u8(<i32>load<u16>(sums + ((<usize>at) << 1)) > half));
  }
}

/** Number of runs of equal value `value` along rows. */
export function countRuns(mask: usize, columns: i32, lines: i32, value: i32): i32 {
  let runs = 0;
  for (let line = 0; line < lines; line++) {
    const row = mask + <usize>line * <usize>columns;
    let before = false;
    for (let i = 0; i < columns; i++) {
      const now = <i32>load<u8>(row + i) == value;
      if (now && !before) runs++;
      before = now;
    }
  }
  return runs;
}

/** Turns the run of `from` around voxel `at` into `to`; returns the index of its first voxel. */
// @inline
function take(state: usize, at: i32, rowStart: i32, rowEnd: i32, from: u8, to: u8): i32 {
  let first = at;
  while (first > rowStart && load<u8>(state + first - 1) == from) first--;
  let end = first;
  while (end < rowEnd && load<u8>(state + end) == from) {
    store<u8>(state + end, to);
    end++;
  }
  return first;
}

/**
 * Turns the component of value `from` around voxel `seed` into `to` (face neighbours; within its slice when `planar`).
 * state: uint8; stack: one int32 for each run of `from`. Returns the sum of its voxels' volumes (float64, one a row).
 */
export function flood(
  state: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  seed: i32,
  from: i32,
  to: i32,
  planar: i32,
  stack: usize,
  volumes: usize
): f64 {
  const old = <u8>from;
  const next = <u8>to;
  if (load<u8>(state + seed) != old) return 0;
  const seedRow = (seed / columns) * columns;
  store<i32>(stack, take(state, seed, seedRow, seedRow + columns, old, next));
  let depth = 1;
  let volume: f64 = 0;
  while (depth > 0) {
    depth--;
    const first = load<i32>(stack + ((<usize>depth) << 2));
    const line = first / columns;
    const j = line % rows;
    const k = line / rows;
    const rowEnd = (line + 1) * columns;
    let end = first;
    while (end < rowEnd && load<u8>(state + end) == next) end++;
    if (volumes != 0) volume += <f64>(end - first) * load<f64>(volumes + ((<usize>line) << 3));
    for (let side = 0; side < (planar != 0 ? 2 : 4); side++) {
      let shift = 0;
      if (side == 0 && j > 0) shift = -columns;
      else if (side == 1 && j < rows - 1) shift = columns;
      else if (side == 2 && k > 0) shift = -columns * rows;
      else if (side == 3 && k < slices - 1) shift = columns * rows;
      if (shift == 0) continue;
      const start = line * columns + shift;
      for (let at = first + shift; at < end + shift; at++) {
        if (load<u8>(state + at) != old) continue;
        const run = take(state, at, start, start + columns, old, next);
        store<i32>(stack + ((<usize>depth) << 2), run);
        depth++;
      }
    }
  }
  return volume;
}

/** Floods value `from` into `to` from every voxel at the border of the grid (of each slice when `planar`). */
export function floodFromBorder(
  state: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  from: i32,
  to: i32,
  planar: i32,
  stack: usize
): void {
  for (let k = 0; k < slices; k++) {
    const wholeSlice = planar == 0 && (k == 0 || k == slices - 1);
    for (let j = 0; j < rows; j++) {
      const row = (k * rows + j) * columns;
      const step = wholeSlice || j == 0 || j == rows - 1 ? 1 : max(1, columns - 1);
      for (let i = 0; i < columns; i += step) {
        flood(state, columns, rows, slices, row + i, from, to, planar, stack, 0);
      }
    }
  }
}

/**
 * Turns every component of `from` into `small` when its volume is at most `most`, else into `large`. volumes: float64, that of a
 * voxel of each row.
 */
export function floodByVolume(
  state: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  from: i32,
  small: i32,
  large: i32,
  most: f64,
  planar: i32,
  stack: usize,
  volumes: usize
): void {
  const count = columns * rows * slices;
  for (let at = 0; at < count; at++) {
    if (<i32>load<u8>(state + at) != from) continue;
    const volume = flood(state, columns, rows, slices, at, from, small, planar, stack, volumes);
    if (volume > most) flood(state, columns, rows, slices, at, small, large, planar, stack, 0);
  }
}

/** Replaces each byte by `table`[byte], four values packed in one number, lowest first. Bytes must be below 4. */
export function translate(state: usize, count: i32, table: i32): void {
  for (let at = 0; at < count; at++) {
    const shift = (<i32>load<u8>(state + at)) << 3;
    store<u8>(state + at, <u8>((table >> shift) & 255));
  }
}
