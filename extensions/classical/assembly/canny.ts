// Canny's edges by the definition of ITK's CannyEdgeDetectionImageFilter, on a smoothed float32 image. Border values are
// repeated outwards; `planar` slices know no neighbours.
//
// An edge voxel has a gradient above the lower threshold, and in most images few voxels have: what is costly is done near
// those only. A row is cut into blocks: its first voxel, then four voxels each; a flag (uint8) a block says what is to be done.
import { after, before, isCrossing, value } from './lib/crossings';
import { rowAt } from './lib/rows';

/** Blocks of a row of `nx` voxels. */
// @inline
function blocksOf(nx: i32): i32 {
  return 1 + ((nx + 2) >> 2);
}

/** Bytes of the flags of a grid. */
export function flagBytes(nx: i32, ny: i32, nz: i32): i32 {
  return blocksOf(nx) * ny * nz;
}

/** Half of the difference, per spacing. */
// @inline
function central(before: usize, after: usize, k: f32): v128 {
  const difference = f32x4.sub(v128.load(after), v128.load(before));
  return f32x4.mul(f32x4.splat(k), f32x4.mul(f32x4.splat(0.5), difference));
}

/**
 * First step: slope = sqrt(0.0001 + squared gradient). flags: whether a slope in the block is above `low`. kx, ky, kz:
 * 1 / spacing.
 */
export function cannySlope(
  image: usize,
  slope: usize,
  flags: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32,
  low: f32
): void {
  const step = planar ? 0 : 1;
  const least = f32x4.splat(low);
  let flag = flags;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = rowAt(nx, ny, nz, y, z) << 2;
      const here = image + row;
      const y0 = image + (rowAt(nx, ny, nz, y - 1, z) << 2);
      const y1 = image + (rowAt(nx, ny, nz, y + 1, z) << 2);
      const z0 = image + (rowAt(nx, ny, nz, y, z - step) << 2);
      const z1 = image + (rowAt(nx, ny, nz, y, z + step) << 2);
      const to = slope + row;
      let x = 0;
      while (x < nx) {
        let above = 0;
        if (x > 0 && x + 4 < nx) {
          const at = (<usize>x) << 2;
          const dx = central(here + at - 4, here + at + 4, kx);
          const dy = central(y0 + at, y1 + at, ky);
          let squares = f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy));
          if (!planar) {
            const dz = central(z0 + at, z1 + at, kz);
            squares = f32x4.add(squares, f32x4.mul(dz, dz));
          }
          const length = f32x4.sqrt(f32x4.add(f32x4.splat(0.0001), squares));
          v128.store(to + at, length);
          above = i32(v128.any_true(f32x4.gt(length, least)));
          x += 4;
        } else {
          for (const end = blockEnd(x, nx); x < end; x++) {
            const at = (<usize>x) << 2;
            const dx = kx * (<f32>0.5 * (value(here + after(x, nx)) - value(here + before(x))));
            const dy = ky * (<f32>0.5 * (value(y1 + at) - value(y0 + at)));
            const dz = kz * (<f32>0.5 * (value(z1 + at) - value(z0 + at)));
            const length = sqrt<f32>(<f32>0.0001 + (dx * dx + dy * dy + dz * dz));
            store<f32>(to + at, length);
            above |= i32(length > low);
          }
        }
        store<u8>(flag, <u8>above);
        flag++;
      }
    }
  }
}

/** The voxel beyond the block that starts at `x`. */
// @inline
function blockEnd(x: i32, nx: i32): i32 {
  return x == 0 ? 1 : min(x + 4, nx);
}

/** near: flags of the blocks that hold or touch a face neighbour of a flagged block; some more at the ends of rows. */
export function spreadFlags(
  flags: usize,
  near: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32
): void {
  const blocks = blocksOf(nx);
  const step = planar ? 0 : 1;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = rowAt(blocks, ny, nz, y, z);
      const y0 = flags + rowAt(blocks, ny, nz, y - 1, z);
      const y1 = flags + rowAt(blocks, ny, nz, y + 1, z);
      const z0 = flags + rowAt(blocks, ny, nz, y, z - step);
      const z1 = flags + rowAt(blocks, ny, nz, y, z + step);
      const here = flags + row;
      // Whole vectors reach into the next row, which is written later; the last ones into the slack.
      for (let block: usize = 0; block < <usize>blocks; block += 16) {
        const own = v128.or(
          v128.load(here + block),
          v128.or(v128.load(here + block - 1), v128.load(here + block + 1))
        );
        const rows = v128.or(v128.load(y0 + block), v128.load(y1 + block));
        const slices = v128.or(v128.load(z0 + block), v128.load(z1 + block));
        v128.store(near + row + block, v128.or(own, v128.or(rows, slices)));
      }
    }
  }
}

/**
 * Second step: second derivative of the image along its gradient, in the blocks that `near` flags. kx, ky, kz: 1 / spacing.
 */
export function cannySecond(
  image: usize,
  near: usize,
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
  let flag = near;
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
        const end = blockEnd(x, nx);
        const isNear = load<u8>(flag) != 0;
        flag++;
        if (!isNear) {
          x = end;
          continue;
        }
        if (x > 0 && x + 4 < nx) {
          const at = (<usize>x) << 2;
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
        for (; x < end; x++) {
          const at = (<usize>x) << 2;
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
            <f32>0.25 *
            (kx * ky) *
            (value(y0 + a) - value(y1 + a) + (value(y1 + b) - value(y0 + b)));
          const dxz =
            <f32>0.25 *
            (kx * kz) *
            (value(z0 + a) - value(z1 + a) + (value(z1 + b) - value(z0 + b)));
          const dyz =
            <f32>0.25 *
            (ky * kz) *
            (value(y0z0 + at) - value(y0z1 + at) + (value(y1z1 + at) - value(y1z0 + at)));
          const squares = dx * dx + dy * dy + dz * dz;
          const straight = dx * dx * dxx + dy * dy * dyy + dz * dz * dzz;
          const mixed = dx * dy * dxy + dx * dz * dxz + dy * dz * dyz;
          store<f32>(to + at, (straight + <f32>2 * mixed) / (<f32>0.0001 + squares));
        }
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

/**
 * Third step: of the slopes in the blocks that `flags` flags, those stay where the second derivative crosses zero and falls
 * along the gradient, the others become 0. flags: whether one above `high` stays.
 */
export function cannyThin(
  image: usize,
  second: usize,
  slope: usize,
  flags: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  kx: f32,
  ky: f32,
  kz: f32,
  high: f32
): void {
  const step = planar ? 0 : 1;
  const limit = f32x4.splat(high);
  let flag = flags;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const row = rowAt(nx, ny, nz, y, z) << 2;
      const rowY0 = rowAt(nx, ny, nz, y - 1, z) << 2;
      const rowY1 = rowAt(nx, ny, nz, y + 1, z) << 2;
      const rowZ0 = rowAt(nx, ny, nz, y, z - step) << 2;
      const rowZ1 = rowAt(nx, ny, nz, y, z + step) << 2;
      let x = 0;
      for (; x < nx; flag++) {
        const end = blockEnd(x, nx);
        if (load<u8>(flag) == 0) {
          x = end;
          continue;
        }
        let starts = 0;
        if (x > 0 && x + 4 < nx) {
          const at = (<usize>x) << 2;
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
          const i = image + at;
          const s = second + at;
          const length = v128.load(slope + row + at);
          const dx = central(i + row - 4, i + row + 4, kx);
          const dy = central(i + rowY0, i + rowY1, ky);
          const tx = central(s + row - 4, s + row + 4, kx);
          const ty = central(s + rowY0, s + rowY1, ky);
          let third = f32x4.add(
            f32x4.mul(tx, f32x4.div(dx, length)),
            f32x4.mul(ty, f32x4.div(dy, length))
          );
          if (!planar) {
            const dz = central(i + rowZ0, i + rowZ1, kz);
            const tz = central(s + rowZ0, s + rowZ1, kz);
            third = f32x4.add(third, f32x4.mul(tz, f32x4.div(dz, length)));
          }
          const falls = v128.and(crossing, f32x4.le(third, f32x4.splat(0)));
          const kept = v128.and(falls, length);
          v128.store(slope + row + at, kept);
          starts = i32(v128.any_true(f32x4.gt(kept, limit)));
          x = end;
        } else {
          for (; x < end; x++) {
            const at = (<usize>x) << 2;
            const s = second;
            let kept: f32 = 0;
            if (isCrossing(s + row, s + rowY0, s + rowY1, s + rowZ0, s + rowZ1, x, nx)) {
              const a = row + before(x);
              const b = row + after(x, nx);
              const dx = kx * (<f32>0.5 * (value(image + b) - value(image + a)));
              const dy = ky * (<f32>0.5 * (value(image + rowY1 + at) - value(image + rowY0 + at)));
              const dz = kz * (<f32>0.5 * (value(image + rowZ1 + at) - value(image + rowZ0 + at)));
              const tx = kx * (<f32>0.5 * (value(s + b) - value(s + a)));
              const ty = ky * (<f32>0.5 * (value(s + rowY1 + at) - value(s + rowY0 + at)));
              const tz = kz * (<f32>0.5 * (value(s + rowZ1 + at) - value(s + rowZ0 + at)));
              const length = value(slope + row + at);
              const third = tx * (dx / length) + ty * (dy / length) + tz * (dz / length);
              if (third <= 0) kept = length;
            }
            store<f32>(slope + row + at, kept);
            starts |= i32(kept > high);
          }
        }
        store<u8>(flag, <u8>starts);
      }
    }
  }
}

/**
 * Last step: mask (uint8, cleared before) is 1 where the slope is above `high`, and above `low` where connected to it
 * (corners count). flags: the blocks that hold one above `high`. stack: one uint32 a voxel. ITK's rule.
 */
export function hysteresis(
  slope: usize,
  flags: usize,
  mask: usize,
  stack: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  low: f32,
  high: f32
): void {
  let flag = flags;
  for (let row = 0; row < ny * nz; row++) {
    for (let x = 0; x < nx; flag++) {
      const end = blockEnd(x, nx);
      if (load<u8>(flag) == 0) {
        x = end;
        continue;
      }
      for (; x < end; x++) {
        const start = row * nx + x;
        if (!(value(slope + ((<usize>start) << 2)) > high) || load<u8>(mask + start) != 0) continue;
        follow(slope, mask, stack, start, nx, ny, nz, planar, low);
      }
    }
  }
}

/** Marks the voxels above `low` that are connected to `start`. */
function follow(
  slope: usize,
  mask: usize,
  stack: usize,
  start: i32,
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  low: f32
): void {
  const reach = planar ? 0 : 1;
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
          if (!(value(slope + ((<usize>next) << 2)) > low)) continue;
          store<u8>(mask + next, 1);
          store<i32>(stack + ((<usize>depth) << 2), next);
          depth++;
        }
      }
    }
  }
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
