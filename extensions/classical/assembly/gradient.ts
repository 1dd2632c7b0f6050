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
 * image: T; out: float32; work: 3 · (nx + 8) + 8 float32. kx, ky, kz: what a difference of two neighbours' sums is
 * multiplied with (kz is not used when planar).
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
  const s = f32x4.splat(side);
  const c = f32x4.splat(centre);
  const kx4 = f32x4.splat(kx);
  const ky4 = f32x4.splat(ky);
  const kz4 = f32x4.splat(kz);
  const bytes = sizeof<T>();
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const c0 = image + rowAt(nx, ny, nz, y - 1, z) * bytes;
      const c1 = image + rowAt(nx, ny, nz, y, z) * bytes;
      const c2 = image + rowAt(nx, ny, nz, y + 1, z) * bytes;
      if (planar) {
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
        const m0 = image + rowAt(nx, ny, nz, y - 1, z - 1) * bytes;
        const m1 = image + rowAt(nx, ny, nz, y, z - 1) * bytes;
        const m2 = image + rowAt(nx, ny, nz, y + 1, z - 1) * bytes;
        const p0 = image + rowAt(nx, ny, nz, y - 1, z + 1) * bytes;
        const p1 = image + rowAt(nx, ny, nz, y, z + 1) * bytes;
        const p2 = image + rowAt(nx, ny, nz, y + 1, z + 1) * bytes;
        for (let x = 0; x < nx; x += 4) {
          const from = <usize>x * bytes;
          const to = (<usize>x) << 2;
          const M0 = four<T>(m0 + from);
          const M1 = four<T>(m1 + from);
          const M2 = four<T>(m2 + from);
          const P0 = four<T>(p0 + from);
          const P1 = four<T>(p1 + from);
          const P2 = four<T>(p2 + from);
          const s0 = f32x4.add(f32x4.mul(s, f32x4.add(M0, P0)), f32x4.mul(c, four<T>(c0 + from)));
          const s1 = f32x4.add(f32x4.mul(s, f32x4.add(M1, P1)), f32x4.mul(c, four<T>(c1 + from)));
          const s2 = f32x4.add(f32x4.mul(s, f32x4.add(M2, P2)), f32x4.mul(c, four<T>(c2 + from)));
          v128.store(smooth + to, f32x4.add(f32x4.mul(s, f32x4.add(s0, s2)), f32x4.mul(c, s1)));
          v128.store(slopeY + to, f32x4.sub(s2, s0));
          const z0 = f32x4.sub(P0, M0);
          const z1 = f32x4.sub(P1, M1);
          const z2 = f32x4.sub(P2, M2);
          v128.store(slopeZ + to, f32x4.add(f32x4.mul(s, f32x4.add(z0, z2)), f32x4.mul(c, z1)));
        }
        closeRow(slopeZ, nx);
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
