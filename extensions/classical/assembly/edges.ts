// Edge operators on float32 images beside the gradient and Canny: Roberts, Laplacian, zero crossings, running extremes.
// Border values are repeated outwards; `planar` slices know no neighbours.
import { after, before, isCrossing, value } from './lib/crossings';
import { rowAt } from './lib/rows';

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

/** Mask of 0 and 1 (uint8) turned round. */
export function invert(mask: usize, count: i32): void {
  const one = i8x16.splat(1);
  for (let at: usize = 0; at < <usize>count; at += 16) {
    v128.store(mask + at, v128.xor(v128.load(mask + at), one));
  }
}
