// Run-length connected components: voxels become bits, bits become runs, and touching runs are joined by union-find.
// A row is a line of voxels along the first axis; row r of a grid (nx, ny, nz) is (y, z) = (r mod ny, r / ny).
// Bits: one 64-bit word for 64 voxels, each row starts a word. Runs: two uint16 a run, first voxel and the one beyond.
import { rowBytes, setRow } from './lib/bits';
import { fillBytes, inside16 } from './lib/simd';

/** Turns rows of voxels into bits; returns the number of runs. Reads up to 63 voxels beyond the last. */
// @inline
function toBits<T>(image: usize, bits: usize, nx: i32, rows: i32, low: v128, high: v128): i32 {
  const words = (nx + 63) >> 6;
  const rest = nx & 63;
  const lastMask: u64 = rest == 0 ? ~(<u64>0) : ((<u64>1) << (<u64>rest)) - 1;
  const step: usize = 16 * sizeof<T>();
  let runs = 0;
  let to = bits;
  for (let row = 0; row < rows; row++) {
    let from = image + <usize>row * <usize>nx * sizeof<T>();
    let carry: u64 = 0;
    for (let word = 0; word < words; word++) {
      const a = inside16<T>(from, low, high) | (inside16<T>(from + step, low, high) << 16);
      const b =
        inside16<T>(from + 2 * step, low, high) | (inside16<T>(from + 3 * step, low, high) << 16);
      let value = (<u64>a) | ((<u64>b) << 32);
      if (word == words - 1) value &= lastMask;
      store<u64>(to, value);
      runs += <i32>popcnt<u64>(value & ~((value << 1) | carry));
      carry = value >> 63;
      from += 4 * step;
      to += 8;
    }
  }
  return runs;
}

/** image: rows × nx uint8. */
export function bitsU8(image: usize, bits: usize, nx: i32, rows: i32, lower: i32, upper: i32): i32 {
  return toBits<u8>(image, bits, nx, rows, i8x16.splat(<i8>lower), i8x16.splat(<i8>upper));
}

/** image: rows × nx int16. */
export function bitsI16(
  image: usize,
  bits: usize,
  nx: i32,
  rows: i32,
  lower: i32,
  upper: i32
): i32 {
  return toBits<i16>(image, bits, nx, rows, i16x8.splat(<i16>lower), i16x8.splat(<i16>upper));
}

/** image: rows × nx uint16. */
export function bitsU16(
  image: usize,
  bits: usize,
  nx: i32,
  rows: i32,
  lower: i32,
  upper: i32
): i32 {
  return toBits<u16>(image, bits, nx, rows, i16x8.splat(<i16>lower), i16x8.splat(<i16>upper));
}

/** image: rows × nx float32. */
export function bitsF32(
  image: usize,
  bits: usize,
  nx: i32,
  rows: i32,
  lower: f32,
  upper: f32
): i32 {
  return toBits<f32>(image, bits, nx, rows, f32x4.splat(lower), f32x4.splat(upper));
}

/** Number of runs in bits. */
export function countRuns(bits: usize, nx: i32, rows: i32): i32 {
  const words = (nx + 63) >> 6;
  let runs = 0;
  let from = bits;
  for (let row = 0; row < rows; row++) {
    let carry: u64 = 0;
    for (let word = 0; word < words; word++) {
      const value = load<u64>(from);
      runs += <i32>popcnt<u64>(value & ~((value << 1) | carry));
      carry = value >> 63;
      from += 8;
    }
  }
  return runs;
}

/** Clears the bits that are not in `other`. */
export function andBits(bits: usize, other: usize, words: i32): void {
  for (let word = 0; word < words; word++) {
    const at = (<usize>word) << 3;
    store<u64>(bits + at, load<u64>(bits + at) & load<u64>(other + at));
  }
}

/** Sets the bits of the voxels first … last of a row. */
export function setBits(bits: usize, nx: i32, row: i32, first: i32, last: i32): void {
  setRow(bits + <usize>row * rowBytes(nx), first, last);
}

// @inline
function find(parents: usize, run: u32): u32 {
  let at = run;
  let parent = load<u32>(parents + (at << 2));
  while (parent != at) {
    const grand = load<u32>(parents + (parent << 2));
    store<u32>(parents + (at << 2), grand);
    at = grand;
    parent = load<u32>(parents + (at << 2));
  }
  return at;
}

/** Joins the runs from `a` of a row with those from `b` of an earlier one where they come within `reach` voxels. */
// @inline
function joinRows(
  runs: usize,
  parents: usize,
  a: u32,
  aEnd: u32,
  b: u32,
  bEnd: u32,
  reach: u32
): void {
  if (a >= aEnd || b >= bEnd) return;
  let runA = load<u32>(runs + (a << 2));
  let runB = load<u32>(runs + (b << 2));
  while (true) {
    const endA = runA >> 16;
    const endB = runB >> 16;
    if ((runB & 65535) < endA + reach && (runA & 65535) < endB + reach) {
      const rootA = find(parents, a);
      const rootB = find(parents, b);
      if (rootA < rootB) store<u32>(parents + (rootB << 2), rootA);
      else store<u32>(parents + (rootA << 2), rootB);
    }
    if (endA < endB) {
      if (++a >= aEnd) return;
      runA = load<u32>(runs + (a << 2));
    } else {
      if (++b >= bEnd) return;
      runB = load<u32>(runs + (b << 2));
    }
  }
}

// @inline
function rowStart(rowStarts: usize, row: i32): u32 {
  return load<u32>(rowStarts + ((<usize>row) << 2));
}

/**
 * Finds the runs in bits and joins those that touch: `neighbours` is 6, 18 or 26; 4 keeps slices apart.
 * rowStarts: ny · nz + 1 uint32, first run of each row; runs: 2 uint16 a run (+ 8 bytes); labels: uint32 a run, 1 … the
 * returned number of components, in the order of their first voxels.
 */
export function labelRuns(
  bits: usize,
  nx: i32,
  ny: i32,
  nz: i32,
  neighbours: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize
): i32 {
  const words = (nx + 63) >> 6;
  const near: u32 = neighbours > 6 ? 1 : 0;
  const far: u32 = neighbours == 26 ? 1 : 0;
  let from = bits;
  let to = runs;
  let count: u32 = 0;
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row++) {
      const first = count;
      store<u32>(rowStarts + ((<usize>row) << 2), first);
      let carry: u64 = 0;
      for (let x = 0; x < nx; x += 64) {
        const value = load<u64>(from);
        from += 8;
        let changes = value ^ ((value << 1) | carry);
        carry = value >> 63;
        while (changes != 0) {
          store<u16>(to, <u16>(x + <i32>ctz<u64>(changes)));
          to += 2;
          changes &= changes - 1;
        }
      }
      // A run that reaches a full last word has no change after it.
      if (((to - runs) & 2) != 0) {
        store<u16>(to, <u16>nx);
        to += 2;
      }
      count = <u32>((to - runs) >> 2);
      for (let run = first; run < count; run++) store<u32>(labels + (run << 2), run);
      if (first == count) continue;
      if (y > 0) {
        joinRows(runs, labels, first, count, rowStart(rowStarts, row - 1), first, near);
      }
      if (z > 0 && neighbours != 4) {
        const below = row - ny;
        const b = rowStart(rowStarts, below);
        const bEnd = rowStart(rowStarts, below + 1);
        joinRows(runs, labels, first, count, b, bEnd, near);
        if (neighbours != 6) {
          if (y > 0) {
            joinRows(runs, labels, first, count, rowStart(rowStarts, below - 1), b, far);
          }
          if (y + 1 < ny) {
            const bNext = rowStart(rowStarts, below + 2);
            joinRows(runs, labels, first, count, bEnd, bNext, far);
          }
        }
      }
    }
  }
  store<u32>(rowStarts + ((<usize>(ny * nz)) << 2), count);
  return flatten(labels, count);
}

/** Parents (never above their run) become labels 1 … n in the order of roots. */
function flatten(labels: usize, count: u32): i32 {
  let components = 0;
  for (let run: u32 = 0; run < count; run++) {
    const at = labels + (run << 2);
    const parent = load<u32>(at);
    store<u32>(at, parent == run ? <u32>++components : load<u32>(labels + (parent << 2)));
  }
  return components;
}

/**
 * Size of each component. rowVolumes: float64 a row, volume of one voxel in it; voxels: uint32 and volumes: float64 a
 * component (label 1 first), both cleared before.
 */
export function measureRuns(
  rows: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize,
  rowVolumes: usize,
  voxels: usize,
  volumes: usize
): void {
  for (let row = 0; row < rows; row++) {
    const end = rowStart(rowStarts, row + 1);
    const volume = load<f64>(rowVolumes + ((<usize>row) << 3));
    for (let run = rowStart(rowStarts, row); run < end; run++) {
      const bounds = load<u32>(runs + (run << 2));
      const length = (bounds >> 16) - (bounds & 65535);
      const component = load<u32>(labels + (run << 2)) - 1;
      const count = voxels + (component << 2);
      store<u32>(count, load<u32>(count) + length);
      const sum = volumes + (component << 3);
      store<f64>(sum, load<f64>(sum) + volume * <f64>length);
    }
  }
}

/** Sets touches[label] (uint8, cleared before) for each component that touches the border of the grid (of a slice). */
export function touchBorder(
  nx: i32,
  ny: i32,
  nz: i32,
  planar: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize,
  touches: usize
): void {
  for (let z = 0, row = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++, row++) {
      const outer = y == 0 || y == ny - 1 || (!planar && (z == 0 || z == nz - 1));
      const end = rowStart(rowStarts, row + 1);
      for (let run = rowStart(rowStarts, row); run < end; run++) {
        const bounds = load<u32>(runs + (run << 2));
        if (!outer && (bounds & 65535) != 0 && <i32>(bounds >> 16) != nx) continue;
        store<u8>(touches + load<u32>(labels + (run << 2)), 1);
      }
    }
  }
}

/** Component of the voxel x of a row, 0 where there is none. */
export function componentAt(rowStarts: usize, runs: usize, labels: usize, row: i32, x: u32): u32 {
  const end = rowStart(rowStarts, row + 1);
  for (let run = rowStart(rowStarts, row); run < end; run++) {
    const bounds = load<u32>(runs + (run << 2));
    if (x >= (bounds & 65535) && x < bounds >> 16) return load<u32>(labels + (run << 2));
  }
  return 0;
}

/** Leaves in bits (rows × nx) the components only of which `keep` (uint8 a label, 0 first) is not 0. */
export function keepRuns(
  bits: usize,
  nx: i32,
  rows: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize,
  keep: usize
): void {
  const bytes = rowBytes(nx);
  memory.fill(bits, 0, <usize>rows * bytes);
  for (let row = 0; row < rows; row++) {
    const end = rowStart(rowStarts, row + 1);
    for (let run = rowStart(rowStarts, row); run < end; run++) {
      if (load<u8>(keep + load<u32>(labels + (run << 2))) == 0) continue;
      const bounds = load<u32>(runs + (run << 2));
      setRow(bits + <usize>row * bytes, <i32>(bounds & 65535), <i32>(bounds >> 16) - 1);
    }
  }
}

/** out: rows × nx uint8, cleared before; values: uint8 a label (0 first), what to write for each component. */
export function paintU8(
  out: usize,
  nx: i32,
  rows: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize,
  values: usize
): void {
  for (let row = 0; row < rows; row++) {
    const base = out + <usize>row * <usize>nx;
    const end = rowStart(rowStarts, row + 1);
    for (let run = rowStart(rowStarts, row); run < end; run++) {
      const value = <i32>load<u8>(values + load<u32>(labels + (run << 2)));
      if (value == 0) continue;
      const bounds = load<u32>(runs + (run << 2));
      const first = bounds & 65535;
      fillBytes(base + first, <i32>((bounds >> 16) - first), value);
    }
  }
}

/** As {@link paintU8} with out and values of uint16. */
export function paintU16(
  out: usize,
  nx: i32,
  rows: i32,
  rowStarts: usize,
  runs: usize,
  labels: usize,
  values: usize
): void {
  for (let row = 0; row < rows; row++) {
    const base = out + ((<usize>row * <usize>nx) << 1);
    const end = rowStart(rowStarts, row + 1);
    for (let run = rowStart(rowStarts, row); run < end; run++) {
      const value = load<u16>(values + (load<u32>(labels + (run << 2)) << 1));
      if (value == 0) continue;
      const bounds = load<u32>(runs + (run << 2));
      for (let x = bounds & 65535; x < bounds >> 16; x++) store<u16>(base + (x << 1), value);
    }
  }
}
