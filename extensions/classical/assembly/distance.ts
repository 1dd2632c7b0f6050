// Exact squared Euclidean distance to the nearest voxel of a set, separable by axis: along a row by two scans, then along
// columns and slices by the lower envelope of parabolas (Maurer et al. 2003; Felzenszwalb & Huttenlocher 2012).
// Positions along an axis are given in millimetres, so that spacing may differ between axes and even between slices.

const FAR: f32 = Infinity;
/** Lines that are handled together: one cache line of float32. */
const BLOCK: i32 = 16;
/** Lines of the work space are this many floats longer than the line, or a power of two would hit one cache set only. */
const PAD: i32 = 4;

/** First position from `from` on (`end` if none) where "is set" equals `wanted`. */
// @inline
function runEnd(row: usize, from: i32, end: i32, wanted: bool): i32 {
  let at = from;
  while (at + 16 <= end) {
    const set = i8x16.bitmask(i8x16.ne(v128.load(row + at), i8x16.splat(0)));
    const hits = wanted ? set : ~set & 0xffff;
    if (hits != 0) return at + ctz(hits);
    at += 16;
  }
  while (at < end && (load<u8>(row + at) != 0) != wanted) at++;
  return at;
}

/**
 * mask: lines × columns uint8; out: the same in float32; squares: columns × float32 of work space. Squared distance (mm²)
 * along the row to the nearest voxel that is set (`target` 1) or not set (`target` 0); infinite where the row has none.
 */
export function distanceRows(
  mask: usize,
  out: usize,
  columns: i32,
  lines: i32,
  spacing: f64,
  target: i32,
  squares: usize
): void {
  for (let i = 0; i < columns; i++) {
    const d = <f64>i * spacing;
    store<f32>(squares + ((<usize>i) << 2), <f32>(d * d));
  }
  const member = target != 0;
  for (let line = 0; line < lines; line++) {
    const row = mask + <usize>line * <usize>columns;
    const to = out + ((<usize>line * <usize>columns) << 2);
    let at = runEnd(row, 0, columns, member);
    if (at == columns) {
      for (let i = 0; i < columns; i++) store<f32>(to + ((<usize>i) << 2), FAR);
      continue;
    }
    descend(to, at, squares, at);
    while (at < columns) {
      const end = runEnd(row, at, columns, !member);
      memory.fill(to + ((<usize>at) << 2), 0, (<usize>(end - at)) << 2);
      const next = runEnd(row, end, columns, member);
      const gap = next - end;
      const half = next == columns ? gap : (gap + 1) >> 1;
      memory.copy(to + ((<usize>end) << 2), squares + 4, (<usize>half) << 2);
      if (next < columns) descend(to, next, squares, gap - half);
      at = next;
    }
  }
}

/** Writes the squares 1, 2, … `count` backwards, so that 1 stands before position `end`. */
// @inline
function descend(to: usize, end: i32, squares: usize, count: i32): void {
  const last = to + ((<usize>end) << 2);
  for (let i = 1; i <= count; i++) {
    const shift = (<usize>i) << 2;
    store<f32>(last - shift, load<f32>(squares + shift));
  }
}

/** Bytes of work space that {@link distanceLines} needs for lines of `length` voxels. */
export function distanceWorkBytes(length: i32): i32 {
  return (length + PAD) * BLOCK * 4 + length * 16 + 64;
}

/**
 * Lower envelope along one axis, in place. values: float32; lines of `length` voxels, `stride` voxels apart, start at each
 * of `count` consecutive voxels from `first`. positions: length × float64 (mm, ascending); work: distanceWorkBytes.
 */
export function distanceLines(
  values: usize,
  first: i32,
  count: i32,
  length: i32,
  stride: i32,
  positions: usize,
  work: usize
): void {
  const padded = length + PAD;
  const sites = work + ((<usize>padded * BLOCK) << 2);
  for (let from = 0; from < count; from += BLOCK) {
    const width = min(BLOCK, count - from);
    const start = values + ((<usize>(first + from)) << 2);
    const step = (<usize>stride) << 2;
    if (width == BLOCK) gather(start, step, work, length);
    else copyIn(start, step, work, 0, length, width);
    for (let line = 0; line < width; line++) {
      envelope(work + ((<usize>(line * padded)) << 2), length, positions, sites);
    }
    if (width == BLOCK) scatter(start, step, work, length);
    else copyOut(start, step, work, 0, length, width);
  }
}

// @inline
function cell(work: usize, padded: i32, line: i32, at: i32): usize {
  return work + ((<usize>(line * padded + at)) << 2);
}

/** Copies BLOCK neighbouring lines into the work space, each contiguous. */
// @inline
function gather(start: usize, step: usize, work: usize, length: i32): void {
  const padded = length + PAD;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const r0 = start + <usize>at * step;
    const r1 = r0 + step;
    const r2 = r1 + step;
    const r3 = r2 + step;
    for (let line = 0; line < BLOCK; line += 4) {
      const shift = (<usize>line) << 2;
      const a = v128.load(r0 + shift);
      const b = v128.load(r1 + shift);
      const c = v128.load(r2 + shift);
      const d = v128.load(r3 + shift);
      const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const ba = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const dc = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(cell(work, padded, line, at), i64x2.shuffle(ab, cd, 0, 2));
      v128.store(cell(work, padded, line + 1, at), i64x2.shuffle(ab, cd, 1, 3));
      v128.store(cell(work, padded, line + 2, at), i64x2.shuffle(ba, dc, 0, 2));
      v128.store(cell(work, padded, line + 3, at), i64x2.shuffle(ba, dc, 1, 3));
    }
  }
  copyIn(start, step, work, whole, length, BLOCK);
}

// @inline
function scatter(start: usize, step: usize, work: usize, length: i32): void {
  const padded = length + PAD;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const r0 = start + <usize>at * step;
    const r1 = r0 + step;
    const r2 = r1 + step;
    const r3 = r2 + step;
    for (let line = 0; line < BLOCK; line += 4) {
      const shift = (<usize>line) << 2;
      const a = v128.load(cell(work, padded, line, at));
      const b = v128.load(cell(work, padded, line + 1, at));
      const c = v128.load(cell(work, padded, line + 2, at));
      const d = v128.load(cell(work, padded, line + 3, at));
      const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const ba = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const dc = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(r0 + shift, i64x2.shuffle(ab, cd, 0, 2));
      v128.store(r1 + shift, i64x2.shuffle(ab, cd, 1, 3));
      v128.store(r2 + shift, i64x2.shuffle(ba, dc, 0, 2));
      v128.store(r3 + shift, i64x2.shuffle(ba, dc, 1, 3));
    }
  }
  copyOut(start, step, work, whole, length, BLOCK);
}

function copyIn(start: usize, step: usize, work: usize, from: i32, length: i32, width: i32): void {
  for (let at = from; at < length; at++) {
    const row = start + <usize>at * step;
    for (let line = 0; line < width; line++) {
      const value = load<f32>(row + ((<usize>line) << 2));
      store<f32>(cell(work, length + PAD, line, at), value);
    }
  }
}

function copyOut(start: usize, step: usize, work: usize, from: i32, length: i32, width: i32): void {
  for (let at = from; at < length; at++) {
    const row = start + <usize>at * step;
    for (let line = 0; line < width; line++) {
      const value = load<f32>(cell(work, length + PAD, line, at));
      store<f32>(row + ((<usize>line) << 2), value);
    }
  }
}

/**
 * One line in place: the smallest f(q) + (p − q)² at each position p. A voxel of the set (f = 0) hides everything beyond it,
 * so that the line falls apart into the gaps between such voxels.
 */
// @inline
function envelope(line: usize, length: i32, positions: usize, sites: usize): void {
  let from = 0;
  let top = sites - 16;
  for (let i = 0; i < length; i++) {
    const value = load<f32>(line + ((<usize>i) << 2));
    if (value == FAR) continue;
    top = push(top, sites, load<f64>(positions + ((<usize>i) << 3)), <f64>value);
    if (value != 0) continue;
    if (i - from > 0) spread(line, from, i, positions, sites, top);
    from = i + 1;
    store<f64>(sites, load<f64>(top));
    store<f64>(sites, 0, 8);
    top = sites;
  }
  if (top >= sites && from < length) spread(line, from, length, positions, sites, top);
}

/** Puts a site (position, value) on the envelope and takes off those that it hides; returns the new top. */
// @inline
function push(top: usize, sites: usize, at: f64, value: f64): usize {
  while (top > sites) {
    const b = at - load<f64>(top);
    const c = at - load<f64>(top - 16);
    const a = c - b;
    if (c * load<f64>(top, 8) - b * load<f64>(top - 8) - a * value < a * b * c) break;
    top -= 16;
  }
  store<f64>(top, at, 16);
  store<f64>(top, value, 24);
  return top + 16;
}

/** Evaluates the envelope from voxel `from` up to `end`. */
// @inline
function spread(
  line: usize,
  from: i32,
  end: i32,
  positions: usize,
  sites: usize,
  top: usize
): void {
  let site = sites;
  let sitePosition = load<f64>(site);
  let siteValue = load<f64>(site, 8);
  let nextPosition: f64 = 0;
  let nextValue: f64 = Infinity;
  if (site < top) {
    nextPosition = load<f64>(site, 16);
    nextValue = load<f64>(site, 24);
  }
  for (let i = from; i < end; i++) {
    const at = load<f64>(positions + ((<usize>i) << 3));
    let d = (at - sitePosition) * (at - sitePosition) + siteValue;
    while (true) {
      const next = (at - nextPosition) * (at - nextPosition) + nextValue;
      if (next > d || site >= top) break;
      d = next;
      site += 16;
      sitePosition = nextPosition;
      siteValue = nextValue;
      if (site < top) {
        nextPosition = load<f64>(site, 16);
        nextValue = load<f64>(site, 24);
      } else nextValue = Infinity;
    }
    store<f32>(line + ((<usize>i) << 2), <f32>d);
  }
}
