// Edge operators on float32 images beside the gradient: Roberts, Laplacian, zero crossings, Canny, running extremes.
// Border values are repeated outwards; `planar` slices know no neighbours.
import { rowAt } from './lib/rows';

// @inline
function value(at: usize): f32 {
  return load<f32>(at);
}

// @inline
function before(x: i32): usize {
  return (<usize>(x > 0 ? x - 1 : 0)) << 2;
}

// @inline
function after(x: i32, nx: i32): usize {
  return (<usize>(x < nx - 1 ? x + 1 : x)) << 2;
}

/**
 * Roberts' operator on the cube of a voxel and its successors (in 2D the square): slope along an axis is the mean of the
 * differences along the cube's edges. kx, ky, kz: 1 / spacing.
 */
export function roberts(
  image: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  const up = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const r00 = image + (rowAt(nx, ny, nz, y, z) << 2);
      const r10 = image + (rowAt(nx, ny, nz, y + 1, z) << 2);
      const r01 = image + (rowAt(nx, ny, nz, y, z + up) << 2);
      const r11 = image + (rowAt(nx, ny, nz, y + 1, z + up) << 2);
      const to = out + (rowAt(nx, ny, nz, y, z) << 2);
      for (let x = 0; x < nx; x++) {
        const at = (<usize>x) << 2;
        const next = after(x, nx);
        const a = value(r00 + at);
        const b = value(r00 + next);
        const c = value(r10 + at);
        const d = value(r10 + next);
        const e = value(r01 + at);
        const f = value(r01 + next);
        const g = value(r11 + at);
        const h = value(r11 + next);
        const gx = kx * <f32>0.25 * (b - a + (d - c) + (f - e) + (h - g));
        const gy = ky * <f32>0.25 * (c - a + (d - b) + (g - e) + (h - f));
        const gz = kz * <f32>0.25 * (e - a + (f - b) + (g - c) + (h - d));
        store<f32>(to + at, sqrt<f32>(gx * gx + gy * gy + gz * gz));
      }
    }
  }
}

/** Sum of second differences; kx, ky, kz: 1 / spacing². */
export function laplacian(
  image: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  const step = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const here = image + (rowAt(nx, ny, nz, y, z) << 2);
      const y0 = image + (rowAt(nx, ny, nz, y - 1, z) << 2);
      const y1 = image + (rowAt(nx, ny, nz, y + 1, z) << 2);
      const z0 = image + (rowAt(nx, ny, nz, y, z - step) << 2);
      const z1 = image + (rowAt(nx, ny, nz, y, z + step) << 2);
      const to = out + (rowAt(nx, ny, nz, y, z) << 2);
      for (let x = 0; x < nx; x++) {
        const at = (<usize>x) << 2;
        const twice = <f32>2 * value(here + at);
        const dx = value(here + before(x)) + value(here + after(x, nx)) - twice;
        const dy = value(y0 + at) + value(y1 + at) - twice;
        const dz = value(z0 + at) + value(z1 + at) - twice;
        store<f32>(to + at, kx * dx + ky * dy + kz * dz);
      }
    }
  }
}

/** Whether the sign changes from `a` to its neighbour `b` and `a` is the one nearer 0; on a tie the `first` of a pair. */
// @inline
function crosses(a: f32, b: f32, first: bool): bool {
  const differ = (a < 0 && b > 0) || (a > 0 && b < 0) || (a == 0 && b != 0) || (a != 0 && b == 0);
  if (!differ) return false;
  const nearness = abs<f32>(a);
  const other = abs<f32>(b);
  return nearness < other || (nearness == other && first);
}

/** Zero crossings by ITK's definition (ZeroCrossingImageFilter): nearer to 0 than a face neighbour of the other sign. */
// @inline
function isCrossing(
  here: usize,
  y0: usize,
  y1: usize,
  z0: usize,
  z1: usize,
  x: i32,
  nx: i32
): bool {
  const at = (<usize>x) << 2;
  const own = value(here + at);
  return (
    crosses(own, value(here + before(x)), false) ||
    crosses(own, value(y0 + at), false) ||
    crosses(own, value(z0 + at), false) ||
    crosses(own, value(here + after(x, nx)), true) ||
    crosses(own, value(y1 + at), true) ||
    crosses(own, value(z1 + at), true)
  );
}

/** Largest difference between a voxel and a face neighbour of the other sign, 0 where there is none. */
// @inline
function jump(own: f32, other: f32, most: f32): f32 {
  const differ = (own <= 0 && other > 0) || (own >= 0 && other < 0);
  return differ ? max<f32>(most, abs<f32>(own - other)) : most;
}

/** out (uint8): 1 at zero crossings of at least `least` between the two voxels. */
export function zeroCrossings(
  image: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  least: f32
): void {
  const step = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = rowAt(nx, ny, nz, y, z);
      const here = image + (row << 2);
      const y0 = image + (rowAt(nx, ny, nz, y - 1, z) << 2);
      const y1 = image + (rowAt(nx, ny, nz, y + 1, z) << 2);
      const z0 = image + (rowAt(nx, ny, nz, y, z - step) << 2);
      const z1 = image + (rowAt(nx, ny, nz, y, z + step) << 2);
      for (let x = 0; x < nx; x++) {
        let edge = isCrossing(here, y0, y1, z0, z1, x, nx);
        if (edge) {
          const at = (<usize>x) << 2;
          const own = value(here + at);
          let most: f32 = jump(own, value(here + before(x)), 0);
          most = jump(own, value(here + after(x, nx)), most);
          most = jump(own, value(y0 + at), most);
          most = jump(own, value(y1 + at), most);
          most = jump(own, value(z0 + at), most);
          most = jump(own, value(z1 + at), most);
          edge = most >= least;
        }
        store<u8>(out + row + x, u8(edge));
      }
    }
  }
}

/**
 * Canny, first step: second derivative of the (smoothed) image along its gradient, as ITK's CannyEdgeDetectionImageFilter
 * defines it. kx, ky, kz: 1 / spacing.
 */
export function cannySecond(
  image: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  const step = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const here = image + (rowAt(nx, ny, nz, y, z) << 2);
      const y0 = image + (rowAt(nx, ny, nz, y - 1, z) << 2);
      const y1 = image + (rowAt(nx, ny, nz, y + 1, z) << 2);
      const z0 = image + (rowAt(nx, ny, nz, y, z - step) << 2);
      const z1 = image + (rowAt(nx, ny, nz, y, z + step) << 2);
      const y0z0 = image + (rowAt(nx, ny, nz, y - 1, z - step) << 2);
      const y0z1 = image + (rowAt(nx, ny, nz, y - 1, z + step) << 2);
      const y1z0 = image + (rowAt(nx, ny, nz, y + 1, z - step) << 2);
      const y1z1 = image + (rowAt(nx, ny, nz, y + 1, z + step) << 2);
      const to = out + (rowAt(nx, ny, nz, y, z) << 2);
      let x = 0;
      while (x < nx) {
        const at = (<usize>x) << 2;
        if (x > 0 && x + 4 < nx) {
          const quarter = f32x4.splat(0.25);
          const twice = f32x4.mul(f32x4.splat(2), v128.load(here + at));
          const xa = v128.load(here + at - 4);
          const xb = v128.load(here + at + 4);
          const ya = v128.load(y0 + at);
          const yb = v128.load(y1 + at);
          const dx = central(here + at - 4, here + at + 4, kx);
          const dy = central(y0 + at, y1 + at, ky);
          const dxx = f32x4.mul(f32x4.splat(kx * kx), f32x4.sub(f32x4.add(xa, xb), twice));
          const dyy = f32x4.mul(f32x4.splat(ky * ky), f32x4.sub(f32x4.add(ya, yb), twice));
          const dxy = f32x4.mul(
            f32x4.mul(quarter, f32x4.splat(kx * ky)),
            f32x4.add(
              f32x4.sub(v128.load(y0 + at - 4), v128.load(y1 + at - 4)),
              f32x4.sub(v128.load(y1 + at + 4), v128.load(y0 + at + 4))
            )
          );
          let squares = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
          let straight = f32x4.add(
            f32x4.mul(f32x4.mul(dx, dx), dxx),
            f32x4.mul(f32x4.mul(dy, dy), dyy)
          );
          let mixed = f32x4.mul(f32x4.mul(dx, dy), dxy);
          if (!planar) {
            const za = v128.load(z0 + at);
            const zb = v128.load(z1 + at);
            const dz = central(z0 + at, z1 + at, kz);
            const dzz = f32x4.mul(f32x4.splat(kz * kz), f32x4.sub(f32x4.add(za, zb), twice));
            const dxz = f32x4.mul(
              f32x4.mul(quarter, f32x4.splat(kx * kz)),
              f32x4.add(
                f32x4.sub(v128.load(z0 + at - 4), v128.load(z1 + at - 4)),
                f32x4.sub(v128.load(z1 + at + 4), v128.load(z0 + at + 4))
              )
            );
            const dyz = f32x4.mul(
              f32x4.mul(quarter, f32x4.splat(ky * kz)),
              f32x4.add(
                f32x4.sub(v128.load(y0z0 + at), v128.load(y0z1 + at)),
                f32x4.sub(v128.load(y1z1 + at), v128.load(y1z0 + at))
              )
            );
            squares = f32x4.add(squares, f32x4.mul(dz, dz));
            straight = f32x4.add(straight, f32x4.mul(f32x4.mul(dz, dz), dzz));
            const withZ = f32x4.add(
              f32x4.mul(f32x4.mul(dx, dz), dxz),
              f32x4.mul(f32x4.mul(dy, dz), dyz)
            );
            mixed = f32x4.add(mixed, withZ);
          }
          const sum = f32x4.add(straight, f32x4.add(mixed, mixed));
          v128.store(to + at, f32x4.div(sum, f32x4.add(f32x4.splat(0.0001), squares)));
          x += 4;
          continue;
        }
        const a = before(x);
        const b = after(x, nx);
        const twice = <f32>2 * value(here + at);
        const dx = kx * (<f32>0.5 * (value(here + b) - value(here + a)));
        const dy = ky * (<f32>0.5 * (value(y1 + at) - value(y0 + at)));
        const dz = kz * (<f32>0.5 * (value(z1 + at) - value(z0 + at)));
        const dxx = kx * kx * (value(here + a) + value(here + b) - twice);
        const dyy = ky * ky * (value(y0 + at) + value(y1 + at) - twice);
        const dzz = kz * kz * (value(z0 + at) + value(z1 + at) - twice);
        const dxy =
          <f32>0.25 * (kx * ky) * (value(y0 + a) - value(y1 + a) + (value(y1 + b) - value(y0 + b)));
        const dxz =
          <f32>0.25 * (kx * kz) * (value(z0 + a) - value(z1 + a) + (value(z1 + b) - value(z0 + b)));
        const dyz =
          <f32>0.25 *
          (ky * kz) *
          (value(y0z0 + at) - value(y0z1 + at) + (value(y1z1 + at) - value(y1z0 + at)));
        const squares = dx * dx + dy * dy + dz * dz;
        const straight = dx * dx * dxx + dy * dy * dyy + dz * dz * dzz;
        const mixed = dx * dy * dxy + dx * dz * dxz + dy * dz * dyz;
        store<f32>(to + at, (straight + <f32>2 * mixed) / (<f32>0.0001 + squares));
        x++;
      }
    }
  }
}

/** Lanes where the sign changes from `a` to `b` and `a` is nearer 0; on a tie where `first` is true. */
// @inline
function crosses4(a: v128, b: v128, first: bool): v128 {
  const zero = f32x4.splat(0);
  const opposite = v128.or(
    v128.and(f32x4.lt(a, zero), f32x4.gt(b, zero)),
    v128.and(f32x4.gt(a, zero), f32x4.lt(b, zero))
  );
  const differ = v128.or(opposite, v128.xor(f32x4.eq(a, zero), f32x4.eq(b, zero)));
  const nearness = f32x4.abs(a);
  const other = f32x4.abs(b);
  return v128.and(differ, first ? f32x4.le(nearness, other) : f32x4.lt(nearness, other));
}

/** Half of the difference, per spacing. */
// @inline
function central(before: usize, after: usize, k: f32): v128 {
  const difference = f32x4.sub(v128.load(after), v128.load(before));
  return f32x4.mul(f32x4.splat(k), f32x4.mul(f32x4.splat(0.5), difference));
}

/**
 * Canny, second step: gradient magnitude where the second derivative crosses zero and falls along the gradient, else 0.
 */
export function cannyStrength(
  image: usize,
  second: usize,
  out: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  const step = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = rowAt(nx, ny, nz, y, z) << 2;
      const rowY0 = rowAt(nx, ny, nz, y - 1, z) << 2;
      const rowY1 = rowAt(nx, ny, nz, y + 1, z) << 2;
      const rowZ0 = rowAt(nx, ny, nz, y, z - step) << 2;
      const rowZ1 = rowAt(nx, ny, nz, y, z + step) << 2;
      let x = 0;
      while (x < nx) {
        const at = (<usize>x) << 2;
        if (x > 0 && x + 4 < nx) {
          const own = v128.load(second + row + at);
          let crossing = v128.or(
            crosses4(own, v128.load(second + row + at - 4), false),
            crosses4(own, v128.load(second + row + at + 4), true)
          );
          crossing = v128.or(crossing, crosses4(own, v128.load(second + rowY0 + at), false));
          crossing = v128.or(crossing, crosses4(own, v128.load(second + rowY1 + at), true));
          if (!planar) {
            crossing = v128.or(crossing, crosses4(own, v128.load(second + rowZ0 + at), false));
            crossing = v128.or(crossing, crosses4(own, v128.load(second + rowZ1 + at), true));
          }
          if (v128.any_true(crossing)) {
            const i = image + at;
            const s = second + at;
            const dx = central(i + row - 4, i + row + 4, kx);
            const dy = central(i + rowY0, i + rowY1, ky);
            const dz = central(i + rowZ0, i + rowZ1, kz);
            const tx = central(s + row - 4, s + row + 4, kx);
            const ty = central(s + rowY0, s + rowY1, ky);
            const tz = central(s + rowZ0, s + rowZ1, kz);
            const squares = f32x4.add(
              f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)),
              f32x4.mul(dz, dz)
            );
            const length = f32x4.sqrt(f32x4.add(f32x4.splat(0.0001), squares));
            const third = f32x4.add(
              f32x4.add(f32x4.mul(tx, f32x4.div(dx, length)), f32x4.mul(ty, f32x4.div(dy, length))),
              f32x4.mul(tz, f32x4.div(dz, length))
            );
            const falls = v128.and(crossing, f32x4.le(third, f32x4.splat(0)));
            v128.store(out + row + at, v128.and(falls, length));
          } else v128.store(out + row + at, f32x4.splat(0));
          x += 4;
          continue;
        }
        const s = second;
        let strength: f32 = 0;
        if (isCrossing(s + row, s + rowY0, s + rowY1, s + rowZ0, s + rowZ1, x, nx)) {
          const a = row + before(x);
          const b = row + after(x, nx);
          const dx = kx * (<f32>0.5 * (value(image + b) - value(image + a)));
          const dy = ky * (<f32>0.5 * (value(image + rowY1 + at) - value(image + rowY0 + at)));
          const dz = kz * (<f32>0.5 * (value(image + rowZ1 + at) - value(image + rowZ0 + at)));
          const tx = kx * (<f32>0.5 * (value(s + b) - value(s + a)));
          const ty = ky * (<f32>0.5 * (value(s + rowY1 + at) - value(s + rowY0 + at)));
          const tz = kz * (<f32>0.5 * (value(s + rowZ1 + at) - value(s + rowZ0 + at)));
          const slope = sqrt<f32>(<f32>0.0001 + (dx * dx + dy * dy + dz * dz));
          const third = tx * (dx / slope) + ty * (dy / slope) + tz * (dz / slope);
          if (third <= 0) strength = slope;
        }
        store<f32>(out + row + at, strength);
        x++;
      }
    }
  }
}

/**
 * Canny, last step: mask (uint8, cleared before) is 1 where the strength is above `high`, and above `low` where connected
 * to it (corners count). stack: one uint32 a voxel. ITK's rule.
 */
export function hysteresis(
  strength: usize,
  mask: usize,
  stack: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  low: f32,
  high: f32
): void {
  const count = nx * ny * nz;
  const reach = planar ? 0 : 1;
  const limit = f32x4.splat(high);
  for (let start = 0; start < count; start++) {
    // Most voxels start nothing: four at once.
    if ((start & 3) == 0 && start + 4 <= count) {
      const next = v128.load(strength + ((<usize>start) << 2));
      if (!v128.any_true(f32x4.gt(next, limit))) {
        start += 3;
        continue;
      }
    }
    if (!(value(strength + ((<usize>start) << 2)) > high)) continue;
    if (load<u8>(mask + start) != 0) continue;
    store<u8>(mask + start, 1);
    store<i32>(stack, start);
    let depth = 1;
    while (depth > 0) {
      depth--;
      const at = load<i32>(stack + ((<usize>depth) << 2));
      const row = at / nx;
      const x = at - row * nx;
      const z = row / ny;
      const y = row - z * ny;
      for (let k = max(z - reach, 0); k <= min(z + reach, nz - 1); k++) {
        for (let j = max(y - 1, 0); j <= min(y + 1, ny - 1); j++) {
          for (let i = max(x - 1, 0); i <= min(x + 1, nx - 1); i++) {
            const next = i + nx * (j + ny * k);
            if (load<u8>(mask + next) != 0) continue;
            if (!(value(strength + ((<usize>next) << 2)) > low)) continue;
            store<u8>(mask + next, 1);
            store<i32>(stack + ((<usize>depth) << 2), next);
            depth++;
          }
        }
      }
    }
  }
}

// @inline
function extreme(a: v128, b: v128, most: bool): v128 {
  return most ? f32x4.max(a, b) : f32x4.min(a, b);
}

/** Largest (most = 1) or smallest value within `radius` voxels along rows. work: columns + 2 radius + 8 float32. */
export function extremeRows(
  image: usize,
  out: usize,
  columns: i32,
  lines: i32,
  radius: i32,
  most: i32,
  work: usize
): void {
  for (let line = 0; line < lines; line++) {
    const from = (<usize>line * <usize>columns) << 2;
    const last = from + ((<usize>(columns - 1)) << 2);
    const first = load<f32>(image + from);
    const end = load<f32>(image + last);
    for (let i = 0; i < radius; i++) {
      store<f32>(work + ((<usize>i) << 2), first);
      store<f32>(work + ((<usize>(radius + columns + i)) << 2), end);
    }
    memory.copy(work + ((<usize>radius) << 2), image + from, (<usize>columns) << 2);
    for (let i = 0; i < columns; i += 4) {
      const at = work + ((<usize>i) << 2);
      let best = v128.load(at);
      for (let tap = 1; tap <= 2 * radius; tap++) {
        best = extreme(best, v128.load(at + ((<usize>tap) << 2)), most != 0);
      }
      if (i + 4 <= columns) v128.store(out + from + ((<usize>i) << 2), best);
      else {
        for (let lane = 0; i + lane < columns; lane++) {
          store<f32>(out + from + ((<usize>(i + lane)) << 2), f32x4.extract_lane(best, 0));
          best = v128.shuffle<f32>(best, best, 1, 2, 3, 0);
        }
      }
    }
  }
}

/** As {@link extremeRows} across lines of `width` voxels, `stride` voxels apart. image and out differ. */
export function extremeLines(
  image: usize,
  out: usize,
  width: i32,
  length: i32,
  stride: i32,
  radius: i32,
  most: i32
): void {
  const step = (<usize>stride) << 2;
  for (let line = 0; line < length; line++) {
    const first = max(line - radius, 0);
    const last = min(line + radius, length - 1);
    const to = out + <usize>line * step;
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const column = image + ((<usize>i) << 2);
      let best = v128.load(column + <usize>first * step);
      for (let tap = first + 1; tap <= last; tap++) {
        best = extreme(best, v128.load(column + <usize>tap * step), most != 0);
      }
      v128.store(to + ((<usize>i) << 2), best);
    }
    for (; i < width; i++) {
      const column = image + ((<usize>i) << 2);
      let best = value(column + <usize>first * step);
      for (let tap = first + 1; tap <= last; tap++) {
        const other = value(column + <usize>tap * step);
        best = most ? max<f32>(best, other) : min<f32>(best, other);
      }
      store<f32>(to + ((<usize>i) << 2), best);
    }
  }
}

/** out = a - b. */
export function subtract(a: usize, b: usize, out: usize, count: i32): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    v128.store(out + at, f32x4.sub(v128.load(a + at), v128.load(b + at)));
  }
}

/** out = a + b. */
export function add(a: usize, b: usize, out: usize, count: i32): void {
  for (let at: usize = 0, end = (<usize>count) << 2; at < end; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}

/** Copies float32 values. */
export function copy(from: usize, to: usize, count: i32): void {
  memory.copy(to, from, (<usize>count) << 2);
}

/** Sets values to 0 where the mask (0 or 1, uint8) is 0. */
export function keepMarked(values: usize, mask: usize, count: i32): void {
  for (let at = 0; at < count; at += 4) {
    const marks = i16x8.extend_low_i8x16_u(v128.load32_zero(mask + at));
    const keep = i32x4.neg(i32x4.extend_low_i16x8_u(marks));
    const to = values + ((<usize>at) << 2);
    v128.store(to, v128.and(v128.load(to), keep));
  }
}

/** Mask of 0 and 1 (uint8) turned round. */
export function invert(mask: usize, count: i32): void {
  const one = i8x16.splat(1);
  for (let at: usize = 0; at < <usize>count; at += 16) {
    v128.store(mask + at, v128.xor(v128.load(mask + at), one));
  }
}
