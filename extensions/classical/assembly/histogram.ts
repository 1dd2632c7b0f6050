// Histograms. Integers: one bin a value, in four interleaved tables, because neighbouring voxels often share a bin and
// a counter cannot be read back while it is being written. Floats: bins with given edges, exactly as numpy's.

// @inline
function count16(table: usize, bin: u32): void {
  const at = table + (bin << 2);
  store<u32>(at, load<u32>(at) + 1);
}

// @inline
function sumTables(tables: usize, bins: i32): void {
  const size = (<usize>bins) << 2;
  for (let at: usize = 0; at < size; at += 16) {
    const from = tables + at;
    const low = i32x4.add(v128.load(from), v128.load(from + size));
    const high = i32x4.add(v128.load(from + 2 * size), v128.load(from + 3 * size));
    v128.store(from, i32x4.add(low, high));
  }
}

/** image: count × uint8; tables: 4 × 256 uint32, of which the first is the result. Bin b counts the value b. */
export function histogramU8(image: usize, count: i32, tables: usize): void {
  memory.fill(tables, 0, 4 * 256 * 4);
  let at = 0;
  for (; at + 8 <= count; at += 8) {
    const word = load<u64>(image + at);
    count16(tables, (<u32>word) & 255);
    count16(tables + 1024, (<u32>(word >> 8)) & 255);
    count16(tables + 2048, (<u32>(word >> 16)) & 255);
    count16(tables + 3072, (<u32>(word >> 24)) & 255);
    count16(tables, (<u32>(word >> 32)) & 255);
    count16(tables + 1024, (<u32>(word >> 40)) & 255);
    count16(tables + 2048, (<u32>(word >> 48)) & 255);
    count16(tables + 3072, <u32>(word >> 56));
  }
  for (; at < count; at++) count16(tables, load<u8>(image + at));
  sumTables(tables, 256);
}

/**
 * image: count × 16 bits; tables: 4 × 65536 uint32, of which the first is the result. Bin b counts the bits b: for int16
 * the negative values stand in the upper half. The shifts leave each value times 4, the offset of its counter.
 */
export function histogram16(image: usize, count: i32, tables: usize): void {
  const size: usize = 65536 << 2;
  memory.fill(tables, 0, 4 * size);
  const mask: u64 = 65535 << 2;
  let from = image;
  const end = image + ((<usize>(count & ~3)) << 1);
  while (from < end) {
    const word = load<u64>(from);
    from += 8;
    const a = tables + <usize>((word << 2) & mask);
    const b = tables + <usize>((word >> 14) & mask);
    const c = tables + <usize>((word >> 30) & mask);
    const d = tables + <usize>((word >> 46) & mask);
    store<u32>(a, load<u32>(a) + 1);
    store<u32>(b, load<u32>(b, 65536 << 2) + 1, 65536 << 2);
    store<u32>(c, load<u32>(c, 65536 << 3) + 1, 65536 << 3);
    store<u32>(d, load<u32>(d, 3 * (65536 << 2)) + 1, 3 * (65536 << 2));
  }
  for (let at = count & ~3; at < count; at++) {
    count16(tables, load<u16>(image + ((<usize>at) << 1)));
  }
  sumTables(tables, 65536);
}

/** Smallest and largest finite value: out is 2 × float32 (+∞, −∞ when there is none). */
export function rangeF32(image: usize, count: i32, out: usize): void {
  let least = f32.MAX_VALUE;
  let most = -f32.MAX_VALUE;
  let found = false;
  for (let at = 0; at < count; at++) {
    const value = load<f32>(image + ((<usize>at) << 2));
    if (!isFinite(value)) continue;
    found = true;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  store<f32>(out, found ? least : Infinity);
  store<f32>(out, found ? most : -Infinity, 4);
}

/**
 * image: count × float32; edges: bins + 1 float32, ascending; table: bins × uint32. A value belongs to the bin whose
 * lower edge is the last one not above it; the last bin holds its upper edge too. Values outside, ±∞ and NaN count
 * nowhere.
 */
export function histogramF32(
  image: usize,
  count: i32,
  edges: usize,
  bins: i32,
  table: usize
): void {
  memory.fill(table, 0, (<usize>bins) << 2);
  const first = load<f32>(edges);
  const last = load<f32>(edges + ((<usize>bins) << 2));
  const scale: f64 = <f64>bins / (<f64>last - <f64>first);
  for (let at = 0; at < count; at++) {
    const value = load<f32>(image + ((<usize>at) << 2));
    if (!(value >= first && value <= last)) continue;
    let bin = <i32>((<f64>value - <f64>first) * scale);
    if (bin >= bins) bin = bins - 1;
    while (bin > 0 && value < load<f32>(edges + ((<usize>bin) << 2))) bin--;
    while (bin < bins - 1 && value >= load<f32>(edges + ((<usize>bin) << 2), 4)) bin++;
    count16(table, bin);
  }
}

/** Sums of the finite values above `limit` and of the others: out is 4 × float64 (count above, sum above, count, sum). */
export function splitSums(image: usize, count: i32, limit: f64, out: usize): void {
  let above: f64 = 0;
  let sumAbove: f64 = 0;
  let below: f64 = 0;
  let sumBelow: f64 = 0;
  for (let at = 0; at < count; at++) {
    const value = <f64>load<f32>(image + ((<usize>at) << 2));
    if (!isFinite(value)) continue;
    if (value > limit) {
      above++;
      sumAbove += value;
    } else {
      below++;
      sumBelow += value;
    }
  }
  store<f64>(out, above);
  store<f64>(out, sumAbove, 8);
  store<f64>(out, below, 16);
  store<f64>(out, sumBelow, 24);
}
