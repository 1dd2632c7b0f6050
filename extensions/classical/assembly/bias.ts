// Kernels of the N4 bias field correction: the fractional histogram of Sled's sharpening, and the fit and evaluation of a
// cubic B-spline lattice (Lee, Wolberg & Shin 1997). Samples lie on a grid, so the weights of the spline are products of
// tables, one an axis: index: int32 a sample, first of its four control points; weights: 4 float64 a sample.

// @inline
function weight(table: usize, sample: i32, tap: i32): f64 {
  return load<f64>(table + ((<usize>(sample * 4 + tap)) << 3));
}

// @inline
function first(index: usize, sample: i32): i32 {
  return load<i32>(index + ((<usize>sample) << 2));
}

/** Smallest and largest value in the mask: out is 2 × float64. */
export function maskedRange(values: usize, mask: usize, count: i32, out: usize): void {
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  for (let at = 0; at < count; at++) {
    if (load<u8>(mask + at) == 0) continue;
    const value = <f64>load<f32>(values + ((<usize>at) << 2));
    least = min(least, value);
    most = max(most, value);
  }
  store<f64>(out, least);
  store<f64>(out, most, 8);
}

/** Each value is shared between the two nearest of `bins` places from `least` in steps. histogram: float64 a place. */
export function shareHistogram(
  values: usize,
  mask: usize,
  count: i32,
  least: f64,
  step: f64,
  bins: i32,
  histogram: usize
): void {
  memory.fill(histogram, 0, (<usize>bins) << 3);
  for (let at = 0; at < count; at++) {
    if (load<u8>(mask + at) == 0) continue;
    const place = (<f64>load<f32>(values + ((<usize>at) << 2)) - least) / step;
    const bin = <i32>floor(place);
    const part = place - <f64>bin;
    const to = histogram + ((<usize>bin) << 3);
    if (part == 0) store<f64>(to, load<f64>(to) + 1);
    else if (bin < bins - 1) {
      store<f64>(to, load<f64>(to) + 1 - part);
      store<f64>(to, load<f64>(to, 8) + part, 8);
    }
  }
}

/** residual: value less what the table (float64 a place) says it should be, in the mask. */
export function residual(
  values: usize,
  mask: usize,
  count: i32,
  least: f64,
  step: f64,
  bins: i32,
  table: usize,
  out: usize
): void {
  for (let at = 0; at < count; at++) {
    const shift = (<usize>at) << 2;
    if (load<u8>(mask + at) == 0) {
      store<f32>(out + shift, 0);
      continue;
    }
    const value = <f64>load<f32>(values + shift);
    const place = (value - least) / step;
    const bin = min(<i32>floor(place), bins - 1);
    const from = table + ((<usize>bin) << 3);
    let expected = load<f64>(from);
    if (bin < bins - 1) expected += (load<f64>(from, 8) - expected) * (place - <f64>bin);
    store<f32>(out + shift, <f32>(value - expected));
  }
}

/**
 * Sums of the least-squares fit: delta and omega (float64 a control point, cleared before) so that delta / omega is the
 * lattice. line: 2 · cx float64.
 */
export function fitLattice(
  values: usize,
  mask: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  indexX: usize,
  weightsX: usize,
  indexY: usize,
  weightsY: usize,
  indexZ: usize,
  weightsZ: usize,
  cx: i32,
  cy: i32,
  delta: usize,
  omega: usize,
  line: usize
): void {
  const lineOmega = line + ((<usize>cx) << 3);
  for (let z = 0; z < nz; z++) {
    const squaresZ = squares(weightsZ, z);
    for (let y = 0; y < ny; y++) {
      const squaresY = squares(weightsY, y);
      memory.fill(line, 0, (<usize>cx) << 4);
      const row = nx * (y + ny * z);
      for (let x = 0; x < nx; x++) {
        if (load<u8>(mask + row + x) == 0) continue;
        const value = <f64>load<f32>(values + ((<usize>(row + x)) << 2)) / squares(weightsX, x);
        const from = (<usize>first(indexX, x)) << 3;
        for (let tap = 0; tap < 4; tap++) {
          const at = from + ((<usize>tap) << 3);
          const w = weight(weightsX, x, tap);
          store<f64>(line + at, load<f64>(line + at) + w * w * w * value);
          store<f64>(lineOmega + at, load<f64>(lineOmega + at) + w * w);
        }
      }
      for (let c = 0; c < 4; c++) {
        const wz = weight(weightsZ, z, c);
        for (let b = 0; b < 4; b++) {
          const wy = weight(weightsY, y, b);
          const cubes = (wy * wy * wy * wz * wz * wz) / (squaresY * squaresZ);
          const both = wy * wy * wz * wz;
          const base = cx * (first(indexY, y) + b + cy * (first(indexZ, z) + c));
          for (let a = 0; a < cx; a++) {
            const from = (<usize>a) << 3;
            const to = (<usize>(base + a)) << 3;
            store<f64>(delta + to, load<f64>(delta + to) + cubes * load<f64>(line + from));
            store<f64>(omega + to, load<f64>(omega + to) + both * load<f64>(lineOmega + from));
          }
        }
      }
    }
  }
}

// @inline
function squares(weights: usize, sample: i32): f64 {
  let sum: f64 = 0;
  for (let tap = 0; tap < 4; tap++) {
    const w = weight(weights, sample, tap);
    sum += w * w;
  }
  return sum;
}

/** out (float32): the spline at the samples. plane: cx · cy and line: cx float64 of work space. */
export function evaluateLattice(
  lattice: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  indexX: usize,
  weightsX: usize,
  indexY: usize,
  weightsY: usize,
  indexZ: usize,
  weightsZ: usize,
  cx: i32,
  cy: i32,
  plane: usize,
  line: usize
): void {
  const planeSize = cx * cy;
  for (let z = 0; z < nz; z++) {
    collapse(lattice, plane, planeSize, first(indexZ, z), weightsZ, z);
    for (let y = 0; y < ny; y++) {
      collapse(plane, line, cx, first(indexY, y), weightsY, y);
      const to = out + ((<usize>(nx * (y + ny * z))) << 2);
      for (let x = 0; x < nx; x++) {
        const from = line + ((<usize>first(indexX, x)) << 3);
        const sum =
          weight(weightsX, x, 0) * load<f64>(from) +
          weight(weightsX, x, 1) * load<f64>(from, 8) +
          weight(weightsX, x, 2) * load<f64>(from, 16) +
          weight(weightsX, x, 3) * load<f64>(from, 24);
        store<f32>(to + ((<usize>x) << 2), <f32>sum);
      }
    }
  }
}

/** Sum of four lines of `size` values from line `from`, weighted. */
// @inline
function collapse(
  source: usize,
  target: usize,
  size: i32,
  from: i32,
  weights: usize,
  sample: i32
): void {
  for (let at = 0; at < size; at++) {
    let sum: f64 = 0;
    for (let tap = 0; tap < 4; tap++) {
      sum +=
        weight(weights, sample, tap) *
        load<f64>(source + ((<usize>((from + tap) * size + at)) << 3));
    }
    store<f64>(target + ((<usize>at) << 3), sum);
  }
}

/** out = a - b (float32). */
export function subtract(a: usize, b: usize, out: usize, count: i32): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    v128.store(out + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
  }
}
