// Morphological snakes (Márquez-Neila, Baumela, Álvarez, IEEE Trans PAMI 36(1), 2014): level sets of 0/1 bytes that move by dilation,
// erosion and the curvature operators SI and IS. Masks are padded by one voxel of 0 on each side (not across a single slice), and
// 16 voxels are handled at once.

// @inline
function step(table: usize, at: i32): usize {
  return <usize>load<i32>(table + ((<usize>at) << 2));
}

/** Sets the border of a padded mask to 0. */
function clearBorder(mask: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  if (pad != 0) memory.fill(mask, 0, <usize>slice);
  for (let k = pad; k < slices + pad; k++) {
    const start = mask + <usize>k * <usize>slice;
    memory.fill(start, 0, <usize>width);
    for (let j = 1; j <= rows; j++) {
      store<u8>(start + <usize>j * <usize>width, 0);
      store<u8>(start + <usize>j * <usize>width + <usize>(columns + 1), 0);
    }
    memory.fill(start + <usize>(rows + 1) * <usize>width, 0, <usize>width);
  }
  if (pad != 0) memory.fill(mask + <usize>(slices + 1) * <usize>slice, 0, <usize>slice);
}

/**
 * The supremum over structuring elements of the erosion by them (`outer` 0: SI), or the infimum of the dilation (1: IS). elements:
 * `count` × `taps` × int32 steps in the padded grid. With a single element it is the erosion or dilation itself.
 */
export function morph(
  mask: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  elements: usize,
  count: i32,
  taps: i32,
  outer: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = <usize>(slice * (k + pad) + width * (j + 1) + 1);
      for (let i = 0; i < columns; i += 16) {
        const from = mask + row + <usize>i;
        let result = v128.splat<i8>(outer != 0 ? -1 : 0);
        for (let element = 0; element < count; element++) {
          const first = element * taps;
          let inner = v128.load(from + step(elements, first));
          if (outer != 0) {
            for (let tap = 1; tap < taps; tap++) {
              inner = v128.or(inner, v128.load(from + step(elements, first + tap)));
            }
            result = v128.and(result, inner);
          } else {
            for (let tap = 1; tap < taps; tap++) {
              inner = v128.and(inner, v128.load(from + step(elements, first + tap)));
            }
            result = v128.or(result, inner);
          }
        }
        v128.store(out + row + <usize>i, result);
      }
    }
  }
  clearBorder(out, columns, rows, slices, pad);
}

/** Copies a mask (any non-zero byte is 1) into a padded one. */
export function padMask(
  mask: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let from = mask;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const to = out + <usize>(slice * (k + pad) + width * (j + 1) + 1);
      for (let i = 0; i < columns; i++) store<u8>(to + i, u8(load<u8>(from + i) != 0));
      from += <usize>columns;
    }
  }
  clearBorder(out, columns, rows, slices, pad);
}

/** Copies a padded mask out. */
export function unpadMask(
  mask: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let to = out;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const from = mask + <usize>(slice * (k + pad) + width * (j + 1) + 1);
      memory.copy(to, from, <usize>columns);
      to += <usize>columns;
    }
  }
}

/** out (float32) = 1 / √(1 + gradient · sharpness); may be in place. */
export function edgeStop(gradient: usize, out: usize, count: i32, sharpness: f32): void {
  for (let at = 0; at < count; at++) {
    const shift = (<usize>at) << 2;
    store<f32>(out + shift, 1 / sqrt<f32>(1 + load<f32>(gradient + shift) * sharpness));
  }
}

/** magnitude (float32) += slope²; with `last` the square root is taken. */
export function addSquare(slope: usize, magnitude: usize, count: i32, last: i32): void {
  for (let at = 0; at < count; at++) {
    const shift = (<usize>at) << 2;
    const value = load<f32>(slope + shift);
    const sum = load<f32>(magnitude + shift) + value * value;
    store<f32>(magnitude + shift, last != 0 ? sqrt<f32>(sum) : sum);
  }
}

/** mask = grown where image (float32) > limit. Both masks are padded. */
export function balloon(
  mask: usize,
  grown: usize,
  image: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  limit: f32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let from = image;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = <usize>(slice * (k + pad) + width * (j + 1) + 1);
      for (let i = 0; i < columns; i++) {
        if (load<f32>(from) > limit) store<u8>(mask + row + i, load<u8>(grown + row + i));
        from += 4;
      }
    }
  }
}

/** Slope of the mask along an axis, twice as steep inside: numpy.gradient with one-sided ends. */
// @inline
function maskSlope(mask: usize, stride: i32, at: i32, last: i32): i32 {
  if (last == 0) return 0;
  const before = at > 0 ? <i32>load<u8>(mask - <usize>stride) : <i32>load<u8>(mask);
  const behind = at < last ? <i32>load<u8>(mask + <usize>stride) : <i32>load<u8>(mask);
  return at > 0 && at < last ? behind - before : 2 * (behind - before);
}

// @inline
function imageSlope(image: usize, stride: i32, at: i32, last: i32): f32 {
  const shift = (<usize>stride) << 2;
  const before = at > 0 ? load<f32>(image - shift) : load<f32>(image);
  const behind = at < last ? load<f32>(image + shift) : load<f32>(image);
  return at > 0 && at < last ? (behind - before) * 0.5 : behind - before;
}

/**
 * Attraction to edges: out = 1 where ∇image · ∇mask > 0, 0 where < 0, else mask. perColumn … perSlice: 1 / spacing². image:
 * float32, not padded; mask, out: padded, different.
 */
export function attract(
  mask: usize,
  out: usize,
  image: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  perColumn: f32,
  perRow: f32,
  perSlice: f32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = slice * (k + pad) + width * (j + 1) + 1;
      for (let i = 0; i < columns; i++) {
        const at = mask + <usize>(row + i);
        let value = load<u8>(at);
        const x = maskSlope(at, 1, i, columns - 1);
        const y = maskSlope(at, width, j, rows - 1);
        const z = maskSlope(at, slice, k, slices - 1);
        if ((x | y | z) != 0) {
          const g = image + ((<usize>(i + columns * (j + rows * k))) << 2);
          let sum: f32 = 0;
          if (x != 0) sum += <f32>x * imageSlope(g, 1, i, columns - 1) * perColumn;
          if (y != 0) sum += <f32>y * imageSlope(g, columns, j, rows - 1) * perRow;
          if (z != 0) sum += <f32>z * imageSlope(g, columns * rows, k, slices - 1) * perSlice;
          if (sum > 0) value = 1;
          else if (sum < 0) value = 0;
        }
        store<u8>(out + <usize>(row + i), value);
      }
    }
  }
  clearBorder(out, columns, rows, slices, pad);
}

/** Sum and number of the image (float32) inside and outside of the mask: out is 4 × float64, inside first. */
export function regionSums(
  mask: usize,
  image: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  out: usize
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let inside: f64 = 0;
  let outside: f64 = 0;
  let insideCount = 0;
  let from = image;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = mask + <usize>(slice * (k + pad) + width * (j + 1) + 1);
      for (let i = 0; i < columns; i++) {
        const value = <f64>load<f32>(from);
        from += 4;
        if (load<u8>(row + i) != 0) {
          inside += value;
          insideCount++;
        } else outside += value;
      }
    }
  }
  store<f64>(out, inside);
  store<f64>(out, <f64>insideCount, 8);
  store<f64>(out, outside, 16);
  store<f64>(out, <f64>(columns * rows * slices - insideCount), 24);
}

/**
 * Competition of two means: on the surface of the mask out = 1 where weightIn (v − meanIn)² − weightOut (v − meanOut)² < 0, 0 where
 * > 0, else mask.
 */
export function compete(
  mask: usize,
  out: usize,
  image: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  meanIn: f64,
  meanOut: f64,
  weightIn: f64,
  weightOut: f64
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let from = image;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const row = slice * (k + pad) + width * (j + 1) + 1;
      for (let i = 0; i < columns; i++) {
        const at = mask + <usize>(row + i);
        let value = load<u8>(at);
        const x = maskSlope(at, 1, i, columns - 1);
        const y = maskSlope(at, width, j, rows - 1);
        const z = maskSlope(at, slice, k, slices - 1);
        if ((x | y | z) != 0) {
          const v = <f64>load<f32>(from);
          const force =
            weightIn * (v - meanIn) * (v - meanIn) - weightOut * (v - meanOut) * (v - meanOut);
          if (force < 0) value = 1;
          else if (force > 0) value = 0;
        }
        from += 4;
        store<u8>(out + <usize>(row + i), value);
      }
    }
  }
  clearBorder(out, columns, rows, slices, pad);
}
