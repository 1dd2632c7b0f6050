// Smoothing filters that keep edges, on float32 images in padded rows: each row of nx voxels has `pad` voxels (a multiple
// of 4) before it and at least as many after it; its stride is a multiple of 4. Border values are repeated outwards.

// @inline
function rowOf(image: usize, pad: i32, stride: i32, ny: i32, nz: i32, y: i32, z: i32): usize {
  const row = y < 0 ? 0 : y >= ny ? ny - 1 : y;
  const slice = z < 0 ? 0 : z >= nz ? nz - 1 : z;
  return image + ((<usize>((row + ny * slice) * stride + pad)) << 2);
}

/** Copies rows of nx float32 into padded rows. */
export function padRows(from: usize, to: usize, nx: i32, rows: i32, pad: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    const at = to + ((<usize>(row * stride + pad)) << 2);
    memory.copy(at, from + ((<usize>row * <usize>nx) << 2), (<usize>nx) << 2);
    closeRow(at, nx, pad, stride);
  }
}

/** Copies padded rows into rows of nx float32. */
export function unpadRows(from: usize, to: usize, nx: i32, rows: i32, pad: i32, stride: i32): void {
  for (let row = 0; row < rows; row++) {
    const at = from + ((<usize>(row * stride + pad)) << 2);
    memory.copy(to + ((<usize>row * <usize>nx) << 2), at, (<usize>nx) << 2);
  }
}

/** Repeats the first and the last voxel of a row into its padding. */
// @inline
function closeRow(at: usize, nx: i32, pad: i32, stride: i32): void {
  const first = load<f32>(at);
  const last = load<f32>(at + ((<usize>(nx - 1)) << 2));
  for (let x = 1; x <= pad; x++) store<f32>(at - ((<usize>x) << 2), first);
  for (let x = nx; x < stride - pad; x++) store<f32>(at + ((<usize>x) << 2), last);
}

/** e to the power of x for x <= 0, within 2e-7 of the value; x below -87 counts as -87. */
// @inline
function exponential(x: v128): v128 {
  const bounded = f32x4.max(x, f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.4426950408889634)));
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(high, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const value = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(value, power);
}

/**
 * Median of the box of radius (rx, ry, rz) for the rows of slice z. out: padded rows of another image; work: half of the
 * box's voxels + 2, 16 bytes each.
 */
export function medianSlice(
  image: usize,
  out: usize,
  work: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  pad: i32,
  stride: i32,
  z: i32,
  rx: i32,
  ry: i32,
  rz: i32
): void {
  const taps = (2 * rx + 1) * (2 * ry + 1) * (2 * rz + 1);
  const room = (taps >> 1) + 2;
  for (let y = 0; y < ny; y++) {
    const to = rowOf(out, pad, stride, ny, nz, y, z);
    for (let x = 0; x < nx; x += 4) {
      let kept = 0;
      let size = room;
      for (let dz = -rz; dz <= rz; dz++) {
        for (let dy = -ry; dy <= ry; dy++) {
          const row = rowOf(image, pad, stride, ny, nz, y + dy, z + dz) + ((<usize>x) << 2);
          for (let dx = -rx; dx <= rx; dx++) {
            const value = v128.load(row + ((<isize>dx) << 2));
            if (kept < size) {
              v128.store(work + ((<usize>kept) << 4), value);
              kept++;
            } else {
              // The smallest and the largest of the kept ones cannot be the median: the first place is free again.
              forget(work, size);
              size--;
              kept = size;
              v128.store(work, value);
            }
          }
        }
      }
      while (size > 2) {
        forget(work, size);
        // Without a new value two places are free: close the gap at the front.
        size -= 2;
        for (let at = 0; at < size; at++) {
          v128.store(work + ((<usize>at) << 4), v128.load(work + ((<usize>(at + 1)) << 4)));
        }
      }
      v128.store(to + ((<usize>x) << 2), v128.load(work));
    }
  }
}

/** Moves the smallest of `size` values to the front and the largest to the end, lane by lane. */
// @inline
function forget(work: usize, size: i32): void {
  const end = work + ((<usize>(size - 1)) << 4);
  let least = v128.load(work);
  let most = v128.load(end);
  const low = f32x4.min(least, most);
  most = f32x4.max(least, most);
  least = low;
  for (let at = work + 16; at < end; at += 16) {
    const value = v128.load(at);
    const upper = f32x4.max(least, value);
    least = f32x4.min(least, value);
    v128.store(at, f32x4.min(upper, most));
    most = f32x4.max(upper, most);
  }
  v128.store(work, least);
  v128.store(end, most);
}

/**
 * Bilateral filter for the rows of slice z. weights: float32 of the box (2 rx + 1) (2 ry + 1) (2 rz + 1), columns fastest;
 * range: -1 / (2 sigma²) of the values; values further than `cut` from the middle one do not count.
 */
export function bilateralSlice(
  image: usize,
  out: usize,
  weights: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  pad: i32,
  stride: i32,
  z: i32,
  rx: i32,
  ry: i32,
  rz: i32,
  range: f32,
  cut: f32
): void {
  const scale = f32x4.splat(range);
  const limit = f32x4.splat(cut);
  for (let y = 0; y < ny; y++) {
    const to = rowOf(out, pad, stride, ny, nz, y, z);
    const own = rowOf(image, pad, stride, ny, nz, y, z);
    for (let x = 0; x < nx; x += 4) {
      const centre = v128.load(own + ((<usize>x) << 2));
      let sum = f32x4.splat(0);
      let norm = f32x4.splat(0);
      let weight = weights;
      for (let dz = -rz; dz <= rz; dz++) {
        for (let dy = -ry; dy <= ry; dy++) {
          const row = rowOf(image, pad, stride, ny, nz, y + dy, z + dz) + ((<usize>x) << 2);
          for (let dx = -rx; dx <= rx; dx++) {
            const value = v128.load(row + ((<isize>dx) << 2));
            const distance = f32x4.abs(f32x4.sub(value, centre));
            const near = f32x4.lt(distance, limit);
            const likeness = exponential(f32x4.mul(f32x4.mul(distance, distance), scale));
            const product = v128.and(near, f32x4.mul(likeness, v128.load32_splat(weight)));
            sum = f32x4.add(sum, f32x4.mul(product, value));
            norm = f32x4.add(norm, product);
            weight += 4;
          }
        }
      }
      v128.store(to + ((<usize>x) << 2), f32x4.div(sum, norm));
    }
  }
}

/** Sum over all voxels of the squared gradient by central differences; sx, sy, sz: 1 / spacing. */
export function squaredGradientSum(
  image: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  pad: i32,
  stride: i32,
  planar: i32,
  sx: f64,
  sy: f64,
  sz: f64
): f64 {
  const step = planar ? 0 : 1;
  let total: f64 = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      const c = rowOf(image, pad, stride, ny, nz, y, z);
      const y0 = rowOf(image, pad, stride, ny, nz, y - 1, z);
      const y1 = rowOf(image, pad, stride, ny, nz, y + 1, z);
      const z0 = rowOf(image, pad, stride, ny, nz, y, z - step);
      const z1 = rowOf(image, pad, stride, ny, nz, y, z + step);
      for (let x = 0; x < nx; x++) {
        const at = (<usize>x) << 2;
        const gx = 0.5 * sx * (<f64>load<f32>(c + at + 4) - <f64>load<f32>(c + at - 4));
        const gy = 0.5 * sy * (<f64>load<f32>(y1 + at) - <f64>load<f32>(y0 + at));
        const gz = 0.5 * sz * (<f64>load<f32>(z1 + at) - <f64>load<f32>(z0 + at));
        total += gx * gx + gy * gy + gz * gz;
      }
    }
  }
  return total;
}

/** Normalised difference times conductance, for a difference d and twice the mean slopes a and b across it. */
// @inline
function flux(d: v128, a: v128, b: v128, inverseK: v128): v128 {
  const across = f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
  const squared = f32x4.add(f32x4.mul(d, d), f32x4.mul(f32x4.splat(0.25), across));
  const length = f32x4.sqrt(f32x4.add(squared, f32x4.splat(1e-10)));
  return f32x4.mul(f32x4.div(d, length), exponential(f32x4.mul(squared, inverseK)));
}

/** Slope between the rows `a` and `b` at an offset, by half of their difference. */
// @inline
function slope(a: usize, b: usize, half: v128): v128 {
  return f32x4.mul(half, f32x4.sub(v128.load(b), v128.load(a)));
}

/**
 * One step of modified curvature diffusion (Whitaker & Xue 2001) as ITK's CurvatureNDAnisotropicDiffusionFunction defines
 * it, for slice z, from below upwards. out: another image with the same layout; fluxX, fluxY: stride float32; fluxZ:
 * ny · stride float32, cleared before slice 0 and kept between slices. inverseK: 1 / K (K < 0).
 */
export function diffuseSlice(
  image: usize,
  out: usize,
  fluxX: usize,
  fluxY: usize,
  fluxZ: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  pad: i32,
  stride: i32,
  planar: i32,
  z: i32,
  sx: f32,
  sy: f32,
  sz: f32,
  inverseK: f32,
  timeStep: f32
): void {
  const step = planar ? 0 : 1;
  const k = f32x4.splat(inverseK);
  const dt = f32x4.splat(timeStep);
  const zero = f32x4.splat(0);
  const wholeX = f32x4.splat(sx);
  const wholeY = f32x4.splat(sy);
  const wholeZ = f32x4.splat(sz);
  const halfX = f32x4.splat(0.5 * sx);
  const halfY = f32x4.splat(0.5 * sy);
  const halfZ = f32x4.splat(0.5 * sz);
  memory.fill(fluxY, 0, (<usize>stride) << 2);
  for (let y = 0; y < ny; y++) {
    const c = rowOf(image, pad, stride, ny, nz, y, z);
    const y0 = rowOf(image, pad, stride, ny, nz, y - 1, z);
    const y1 = rowOf(image, pad, stride, ny, nz, y + 1, z);
    const z0 = rowOf(image, pad, stride, ny, nz, y, z - step);
    const z1 = rowOf(image, pad, stride, ny, nz, y, z + step);
    const y1z0 = rowOf(image, pad, stride, ny, nz, y + 1, z - step);
    const y1z1 = rowOf(image, pad, stride, ny, nz, y + 1, z + step);
    const y0z1 = rowOf(image, pad, stride, ny, nz, y - 1, z + step);
    const target = rowOf(out, pad, stride, ny, nz, y, z);
    const fx = fluxX + 16;
    const fz = fluxZ + ((<usize>(y * stride)) << 2);
    // Flux between x and x + 1, from x = -4 (of which only -1 is used, and is 0 at the border).
    for (let x = -4; x < nx; x += 4) {
      const at = (<isize>x) << 2;
      const d = f32x4.mul(wholeX, f32x4.sub(v128.load(c + at + 4), v128.load(c + at)));
      const a = f32x4.add(slope(y0 + at, y1 + at, halfY), slope(y0 + at + 4, y1 + at + 4, halfY));
      const b = f32x4.add(slope(z0 + at, z1 + at, halfZ), slope(z0 + at + 4, z1 + at + 4, halfZ));
      v128.store(fx + at, flux(d, a, b, k));
    }
    for (let x = 0; x < nx; x += 4) {
      const at = (<usize>x) << 2;
      const own = v128.load(c + at);
      const forwardX = f32x4.mul(wholeX, f32x4.sub(v128.load(c + at + 4), own));
      const backX = f32x4.mul(wholeX, f32x4.sub(own, v128.load(c + at - 4)));
      const forwardY = f32x4.mul(wholeY, f32x4.sub(v128.load(y1 + at), own));
      const backY = f32x4.mul(wholeY, f32x4.sub(own, v128.load(y0 + at)));
      const forwardZ = f32x4.mul(wholeZ, f32x4.sub(v128.load(z1 + at), own));
      const backZ = f32x4.mul(wholeZ, f32x4.sub(own, v128.load(z0 + at)));
      const xHere = slope(c + at - 4, c + at + 4, halfX);
      const newY = flux(
        forwardY,
        f32x4.add(xHere, slope(y1 + at - 4, y1 + at + 4, halfX)),
        f32x4.add(slope(z0 + at, z1 + at, halfZ), slope(y1z0 + at, y1z1 + at, halfZ)),
        k
      );
      let speed = f32x4.sub(v128.load(fx + at), v128.load(fx + at - 4));
      speed = f32x4.add(speed, f32x4.sub(newY, v128.load(fluxY + at)));
      v128.store(fluxY + at, newY);
      if (!planar) {
        const newZ = flux(
          forwardZ,
          f32x4.add(xHere, slope(z1 + at - 4, z1 + at + 4, halfX)),
          f32x4.add(slope(y0 + at, y1 + at, halfY), slope(y0z1 + at, y1z1 + at, halfY)),
          k
        );
        speed = f32x4.add(speed, f32x4.sub(newZ, v128.load(fz + at)));
        v128.store(fz + at, newZ);
      }
      const rising = f32x4.gt(speed, zero);
      // Upwind: where the front moves up, slopes up ahead and down behind count; else the others.
      const x1 = upwind(forwardX, backX, rising);
      const y2 = upwind(forwardY, backY, rising);
      const z2 = upwind(forwardZ, backZ, rising);
      const length = f32x4.sqrt(f32x4.add(x1, f32x4.add(y2, z2)));
      const change = f32x4.mul(dt, f32x4.mul(length, speed));
      v128.store(target + at, f32x4.add(own, change));
    }
    closeRow(target, nx, pad, stride);
  }
}

// @inline
function upwind(forward: v128, back: v128, rising: v128): v128 {
  const zero = f32x4.splat(0);
  const a = v128.bitselect(f32x4.max(forward, zero), f32x4.min(forward, zero), rising);
  const b = v128.bitselect(f32x4.min(back, zero), f32x4.max(back, zero), rising);
  return f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
}
