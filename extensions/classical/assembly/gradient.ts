// Gradient magnitude by separable 3 × 3 (× 3) operators: central difference along one axis, weights (side, centre, side)
// along the others. Sobel is (1, 2, 1), Prewitt (1, 1, 1). Border values are repeated outwards.
import { four, rowAt } from './lib/rows';

/** Value before the first and after the last voxel of a row buffer. */
// @inline
function closeRow(row: usize, nx: i32): void {
  const end = row + ((<usize>nx) << 2);
  store<f32>(row - 4, load<f32>(row));
  store<f32>(end, load<f32>(end - 4));
}

/**
 * Sums across slices of one row, for all rows that need them: (side, centre, side) into `sum`, and the difference of the slice
 * behind and the one before into `slope`.
 */
// @inline
function acrossSlices<T>(
  image: usize,
  sum: usize,
  slope: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  y: i32,
  z: i32,
  s: v128,
  c: v128
): void {
  const bytes = sizeof<T>();
  const before = image + rowAt(nx, ny, nz, y, z - 1) * bytes;
  const here = image + rowAt(nx, ny, nz, y, z) * bytes;
  const behind = image + rowAt(nx, ny, nz, y, z + 1) * bytes;
  for (let x = 0; x < nx; x += 4) {
    const from = <usize>x * bytes;
    const to = (<usize>x) << 2;
    const m = four<T>(before + from);
    const p = four<T>(behind + from);
    const sides = f32x4.mul(s, f32x4.add(m, p));
    v128.store(sum + to, f32x4.add(sides, f32x4.mul(c, four<T>(here + from))));
    v128.store(slope + to, f32x4.sub(p, m));
  }
}

/**
 * image: T; out: float32; work: 9 · (nx + 8) + 8 float32. kx, ky, kz: what a difference of two neighbours' sums is
 * multiplied with (kz is not used when planar). What a row needs across slices is kept for the two rows after it.
 */
// @inline
function magnitude<T>(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: bool,
  side: f32,
  centre: f32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  const stride = (<usize>(nx + 8)) << 2;
  const smooth = work + 16;
  const slopeY = smooth + stride;
  const slopeZ = slopeY + stride;
  // Three rows of sums and of slopes across slices: of the row before, this one, the next one.
  let s0 = slopeZ + stride;
  let s1 = s0 + stride;
  let s2 = s1 + stride;
  let d0 = s2 + stride;
  let d1 = d0 + stride;
  let d2 = d1 + stride;
  const s = f32x4.splat(side);
  const c = f32x4.splat(centre);
  const kx4 = f32x4.splat(kx);
  const ky4 = f32x4.splat(ky);
  const kz4 = f32x4.splat(kz);
  const bytes = sizeof<T>();
  for (let z = 0; z < nz; z++) {
    if (!planar) {
      acrossSlices<T>(image, s0, d0, nx, ny, nz, -1, z, s, c);
      acrossSlices<T>(image, s1, d1, nx, ny, nz, 0, z, s, c);
    }
    for (let y = 0; y < ny; y++) {
      if (planar) {
        const c0 = image + rowAt(nx, ny, nz, y - 1, z) * bytes;
        const c1 = image + rowAt(nx, ny, nz, y, z) * bytes;
        const c2 = image + rowAt(nx, ny, nz, y + 1, z) * bytes;
        for (let x = 0; x < nx; x += 4) {
          const from = <usize>x * bytes;
          const to = (<usize>x) << 2;
          const before = four<T>(c0 + from);
          const after = four<T>(c2 + from);
          const sides = f32x4.mul(s, f32x4.add(before, after));
          v128.store(smooth + to, f32x4.add(sides, f32x4.mul(c, four<T>(c1 + from))));
          v128.store(slopeY + to, f32x4.sub(after, before));
        }
      } else {
        acrossSlices<T>(image, s2, d2, nx, ny, nz, y + 1, z, s, c);
        for (let x = 0; x < nx; x += 4) {
          const at = (<usize>x) << 2;
          const before = v128.load(s0 + at);
          const after = v128.load(s2 + at);
          const sides = f32x4.mul(s, f32x4.add(before, after));
          v128.store(smooth + at, f32x4.add(sides, f32x4.mul(c, v128.load(s1 + at))));
          v128.store(slopeY + at, f32x4.sub(after, before));
          const slopes = f32x4.mul(s, f32x4.add(v128.load(d0 + at), v128.load(d2 + at)));
          v128.store(slopeZ + at, f32x4.add(slopes, f32x4.mul(c, v128.load(d1 + at))));
        }
        closeRow(slopeZ, nx);
        const freeSum = s0;
        const freeSlope = d0;
        s0 = s1;
        s1 = s2;
        s2 = freeSum;
        d0 = d1;
        d1 = d2;
        d2 = freeSlope;
      }
      closeRow(smooth, nx);
      closeRow(slopeY, nx);
      const target = out + (rowAt(nx, ny, nz, y, z) << 2);
      // Whole vectors may reach into the next row, which is written later; the last ones into the slack.
      for (let x = 0; x < nx; x += 4) {
        const at = (<usize>x) << 2;
        const gx = f32x4.mul(
          kx4,
          f32x4.sub(v128.load(smooth + at + 4), v128.load(smooth + at - 4))
        );
        const ySides = f32x4.add(v128.load(slopeY + at - 4), v128.load(slopeY + at + 4));
        const gy = f32x4.mul(
          ky4,
          f32x4.add(f32x4.mul(s, ySides), f32x4.mul(c, v128.load(slopeY + at)))
        );
        let sum = f32x4.add(f32x4.mul(gx, gx), f32x4.mul(gy, gy));
        if (!planar) {
          const zSides = f32x4.add(v128.load(slopeZ + at - 4), v128.load(slopeZ + at + 4));
          const gz = f32x4.mul(
            kz4,
            f32x4.add(f32x4.mul(s, zSides), f32x4.mul(c, v128.load(slopeZ + at)))
          );
          sum = f32x4.add(sum, f32x4.mul(gz, gz));
        }
        v128.store(target + at, f32x4.sqrt(sum));
      }
    }
  }
}

export function gradientU8(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  side: f32,
  centre: f32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  if (planar) magnitude<u8>(image, out, work, nx, ny, nz, true, side, centre, kx, ky, kz);
  else magnitude<u8>(image, out, work, nx, ny, nz, false, side, centre, kx, ky, kz);
}

export function gradientI16(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  side: f32,
  centre: f32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  if (planar) magnitude<i16>(image, out, work, nx, ny, nz, true, side, centre, kx, ky, kz);
  else magnitude<i16>(image, out, work, nx, ny, nz, false, side, centre, kx, ky, kz);
}

export function gradientU16(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  side: f32,
  centre: f32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  if (planar) magnitude<u16>(image, out, work, nx, ny, nz, true, side, centre, kx, ky, kz);
  else magnitude<u16>(image, out, work, nx, ny, nz, false, side, centre, kx, ky, kz);
}

export function gradientF32(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  side: f32,
  centre: f32,
  kx: f32,
  ky: f32,
  kz: f32
): void {
  if (planar) magnitude<f32>(image, out, work, nx, ny, nz, true, side, centre, kx, ky, kz);
  else magnitude<f32>(image, out, work, nx, ny, nz, false, side, centre, kx, ky, kz);
}
