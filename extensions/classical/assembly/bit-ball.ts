// Dilation by a small ball on masks packed to one bit a voxel: each row is widened by 0, 1, 2 … voxels, then every output row is the
// union of the rows around it, each as wide as the ball is there. 128 voxels a step.

/** Bytes of a packed row: whole vectors. */
// @inline
function rowBytes(columns: i32): usize {
  return (<usize>((columns + 127) >> 7)) << 4;
}

/** Bytes of work space for lines of `columns` voxels widened by up to `most`. */
export function ballWorkBytes(columns: i32, lines: i32, most: i32): f64 {
  return <f64>rowBytes(columns) * (<f64>lines * <f64>(most + 1) + 1) + 64;
}

/** Packs one row; `flip` 1 packs what is not set. */
// @inline
function packRow(row: usize, bits: usize, columns: i32, flip: i32): void {
  memory.fill(bits, 0, rowBytes(columns));
  const zero = i8x16.splat(0);
  for (let i = 0; i < columns; i += 16) {
    let set = i8x16.bitmask(i8x16.ne(v128.load(row + i), zero));
    if (flip != 0) set = ~set & 0xffff;
    if (columns - i < 16) set &= (1 << (columns - i)) - 1;
    store<u16>(bits + ((<usize>i) >> 3), <u16>set);
  }
}

/** Unpacks one row to bytes 0 and 1; `flip` 1 exchanges them. */
// @inline
function unpackRow(bits: usize, row: usize, columns: i32, flip: i32): void {
  const places = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  const spread = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const one = i8x16.splat(1);
  const flips = i8x16.splat(<i8>flip);
  let i = 0;
  for (; i + 16 <= columns; i += 16) {
    const word = i8x16.swizzle(i16x8.splat(load<i16>(bits + ((<usize>i) >> 3))), spread);
    const set = v128.and(i8x16.eq(v128.and(word, places), places), one);
    v128.store(row + i, v128.xor(set, flips));
  }
  for (; i < columns; i++) {
    const set = ((<i32>load<u8>(bits + ((<usize>i) >> 3))) >> (i & 7)) & 1;
    store<u8>(row + i, <u8>(set ^ flip));
  }
}

/** to = from widened by one voxel on both sides. */
// @inline
function widen(from: usize, to: usize, words: i32): void {
  let before: u64 = 0;
  let word = load<u64>(from);
  for (let at = 0; at < words; at++) {
    const shift = (<usize>at) << 3;
    const behind: u64 = at + 1 < words ? load<u64>(from + shift, 8) : 0;
    const left = (word << 1) | (before >> 63);
    const right = (word >> 1) | (behind << 63);
    store<u64>(to + shift, word | left | right);
    before = word;
    word = behind;
  }
}

/**
 * mask: uint8; out: uint8, may be the mask. widths: (2 rj + 1)(2 rk + 1) int32, how far the ball reaches along the columns at each
 * step across rows (fastest) and slices, −1 where it does not; most: the largest of them. `flip` 1 gives the erosion: what is not
 * set is dilated. Beyond the grid nothing is set.
 */
export function ballDilate(
  mask: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  flip: i32,
  widths: usize,
  rj: i32,
  rk: i32,
  most: i32,
  work: usize
): void {
  const bytes = rowBytes(columns);
  const words = <i32>(bytes >> 3);
  const lines = rows * slices;
  const layer = <usize>lines * bytes;
  for (let line = 0; line < lines; line++) {
    const bits = work + <usize>line * bytes;
    packRow(mask + <usize>line * <usize>columns, bits, columns, flip);
    for (let width = 1; width <= most; width++) {
      const to = bits + <usize>width * layer;
      widen(to - layer, to, words);
    }
  }
  const united = work + <usize>(most + 1) * layer;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const j0 = max(-rj, -j);
      const j1 = min(rj, rows - 1 - j);
      const k0 = max(-rk, -k);
      const k1 = min(rk, slices - 1 - k);
      for (let at: usize = 0; at < bytes; at += 16) {
        let sum = i64x2.splat(0);
        for (let dk = k0; dk <= k1; dk++) {
          const table = widths + ((<usize>((dk + rk) * (2 * rj + 1) + rj)) << 2);
          const line = work + <usize>((k + dk) * rows + j) * bytes + at;
          for (let dj = j0; dj <= j1; dj++) {
            const width = load<i32>(table + ((<usize>dj) << 2));
            if (width < 0) continue;
            sum = v128.or(sum, v128.load(line + <usize>dj * bytes + <usize>width * layer));
          }
        }
        v128.store(united + at, sum);
      }
      const row = out + <usize>((k * rows + j) * columns);
      unpackRow(united, row, columns, flip);
    }
  }
}
