// Regional minima of a relief, and their depth: h-minima by morphological reconstruction (Vincent, IEEE Trans IP 2(2), 1993).
// Arrays are padded by one voxel on each side (not across a single slice); offsets are the neighbours in raster order.

const NO_MINIMUM: u32 = 0xffffffff;
const BORDER: u32 = 0xfffffffe;

/** Copies columns × rows × slices uint16 into a padded array, the border at 65535. */
export function padRelief(
  relief: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  memory.fill(out, 255, (<usize>slice * <usize>(slices + 2 * pad)) << 1);
  let from = relief;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const to = out + ((<usize>(slice * (k + pad) + width * (j + 1) + 1)) << 1);
      memory.copy(to, from, (<usize>columns) << 1);
      from += (<usize>columns) << 1;
    }
  }
}

// @inline
function height(image: usize, at: i32): u32 {
  return load<u16>(image + ((<usize>at) << 1));
}

/** The smallest of a voxel and its neighbours from `first` up to `end`, not below the relief. */
// @inline
function lowered(relief: usize, filled: usize, at: i32, offsets: usize, first: i32, end: i32): u32 {
  let least = height(filled, at);
  for (let n = first; n < end; n++) {
    least = min(least, height(filled, at + load<i32>(offsets + ((<usize>n) << 2))));
  }
  return max(least, height(relief, at));
}

/**
 * Reconstruction by erosion of relief + depth over relief: basins shallower than `depth` are filled up. relief, filled:
 * padded uint16; queued: padded uint32 and list: int32 a voxel, both work space.
 */
export function fillShallow(
  relief: usize,
  filled: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  depth: i32,
  offsets: usize,
  neighbours: i32,
  queued: usize,
  list: usize
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  const total = slice * (slices + 2 * pad);
  for (let at = 0; at < total; at++) {
    store<u16>(filled + ((<usize>at) << 1), <u16>min(height(relief, at) + <u32>depth, 65535));
  }
  memory.fill(queued, 0, (<usize>total) << 2);
  const half = neighbours >> 1;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const first = slice * (k + pad) + width * (j + 1) + 1;
      for (let at = first; at < first + columns; at++) {
        const value = lowered(relief, filled, at, offsets, 0, half);
        store<u16>(filled + ((<usize>at) << 1), <u16>value);
      }
    }
  }
  let count = 0;
  for (let k = slices - 1; k >= 0; k--) {
    for (let j = rows - 1; j >= 0; j--) {
      const first = slice * (k + pad) + width * (j + 1) + 1;
      for (let at = first + columns - 1; at >= first; at--) {
        const value = lowered(relief, filled, at, offsets, half, neighbours);
        store<u16>(filled + ((<usize>at) << 1), <u16>value);
        for (let n = half; n < neighbours; n++) {
          const near = at + load<i32>(offsets + ((<usize>n) << 2));
          const other = height(filled, near);
          if (other == 65535 || other <= value || other <= height(relief, near)) continue;
          store<i32>(list + ((<usize>count) << 2), at);
          store<u32>(queued + ((<usize>at) << 2), 1);
          count++;
          break;
        }
      }
    }
  }
  while (count > 0) {
    count--;
    const at = load<i32>(list + ((<usize>count) << 2));
    store<u32>(queued + ((<usize>at) << 2), 0);
    const value = height(filled, at);
    for (let n = 0; n < neighbours; n++) {
      const near = at + load<i32>(offsets + ((<usize>n) << 2));
      const other = height(filled, near);
      const floor = height(relief, near);
      if (other == 65535 || other <= value || other <= floor) continue;
      store<u16>(filled + ((<usize>near) << 1), <u16>max(value, floor));
      if (load<u32>(queued + ((<usize>near) << 2)) != 0) continue;
      store<u32>(queued + ((<usize>near) << 2), 1);
      store<i32>(list + ((<usize>count) << 2), near);
      count++;
    }
  }
}

/**
 * Numbers the regional minima (plateaus without a lower neighbour) from 1 in raster order of their first voxel; other voxels
 * and the border get marks of their own. image: padded uint16; minima: padded uint32; list: int32 a voxel, work space.
 * Returns how many there are.
 */
export function regionalMinima(
  image: usize,
  minima: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32,
  list: usize
): i32 {
  const width = columns + 2;
  const slice = width * (rows + 2);
  const total = slice * (slices + 2 * pad);
  for (let at = 0; at < total; at++) store<u32>(minima + ((<usize>at) << 2), BORDER);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const first = slice * (k + pad) + width * (j + 1) + 1;
      memory.fill(minima + ((<usize>first) << 2), 0, (<usize>columns) << 2);
    }
  }
  let found: u32 = 0;
  for (let at = 0; at < total; at++) {
    if (load<u32>(minima + ((<usize>at) << 2)) != 0) continue;
    const value = height(image, at);
    let lowest = true;
    let length = 1;
    store<i32>(list, at);
    store<u32>(minima + ((<usize>at) << 2), NO_MINIMUM);
    for (let next = 0; next < length; next++) {
      const member = load<i32>(list + ((<usize>next) << 2));
      for (let n = 0; n < neighbours; n++) {
        const near = member + load<i32>(offsets + ((<usize>n) << 2));
        const other = height(image, near);
        if (other < value) lowest = false;
        if (other != value || load<u32>(minima + ((<usize>near) << 2)) != 0) continue;
        store<u32>(minima + ((<usize>near) << 2), NO_MINIMUM);
        store<i32>(list + ((<usize>length) << 2), near);
        length++;
      }
    }
    if (!lowest) continue;
    found++;
    for (let next = 0; next < length; next++) {
      const member = load<i32>(list + ((<usize>next) << 2));
      store<u32>(minima + ((<usize>member) << 2), found);
    }
  }
  return <i32>found;
}
