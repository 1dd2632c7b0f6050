// Marker-controlled watershed by ordered flooding (Vincent & Soille 1991; Beucher & Meyer 1993), in the order of ITK's
// MorphologicalWatershedFromMarkers without a watershed line: one queue a level, first in first out, neighbours in raster order.
//
// A voxel is one packed cell: its level in the high half of the bits, its label in the low half (0 = not yet flooded), so that
// one load answers both questions. The volume has a border of flooded cells, so that no step asks where the image ends. The
// queues are chains of chunks: entries of a level lie together, and emptied chunks are used again.

/** Bytes of a chunk: a link and 63 entries. Chunks are aligned to this. */
const CHUNK: usize = 256;

// Where the flooding stands; a session calls flood until it is done.
let cells: usize = 0;
let table: usize = 0;
let level: i32 = 0;
let levels: i32 = 0;
let poolTop: usize = 0;
let freeChunk: usize = 0;
/** Only keeps the loads that look ahead from being optimised away. */
let touched: i32 = 0;
/** An index whose neighbours all exist: what the unused entries of a chunk hold. */
let safeIndex: i32 = 0;

/** Bytes of the queues for `count` voxels and `levelCount` levels: the table and as many chunks as can ever be in use. */
export function queueBytes(count: i32, levelCount: i32): f64 {
  const chunks = <f64>count / 63 + <f64>levelCount + 2;
  return <f64>levelCount * 8 + chunks * <f64>CHUNK + 2 * <f64>CHUNK;
}

function newChunk(): usize {
  if (freeChunk != 0) {
    const chunk = freeChunk;
    freeChunk = load<u32>(chunk);
    return chunk;
  }
  const chunk = poolTop;
  poolTop += CHUNK;
  for (let entry: usize = 4; entry < CHUNK; entry += 4) store<i32>(chunk + entry, safeIndex);
  return chunk;
}

// @inline
function push(at: i32, index: i32): void {
  const slot = table + ((<usize>at) << 3);
  let tail = <usize>load<u32>(slot, 4);
  if ((tail & (CHUNK - 1)) == 0) {
    const chunk = newChunk();
    if (tail == 0) store<u32>(slot, <u32>(chunk + 4));
    else store<u32>(tail - CHUNK, <u32>chunk);
    tail = chunk + 4;
  }
  store<i32>(tail, index);
  store<u32>(slot, <u32>(tail + 4), 4);
}

/** Bits of the label, which are as many as those of the level. */
// @inline
function half<T>(): u64 {
  return sizeof<T>() * 4;
}

// @inline
function labelMask<T>(): u64 {
  return (1 << half<T>()) - 1;
}

/**
 * Fills the padded cells from relief (R) and markers (M), both columns × rows × slices. cells: (columns + 2)(rows + 2)
 * (slices + 2 pad) cells of T, `pad` 0 for a single slice.
 */
// @inline
function pack<T, R, M>(
  relief: usize,
  markers: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  memory.fill(out, 255, <usize>slice * <usize>(slices + 2 * pad) * sizeof<T>());
  let from = 0;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      let to = out + <usize>(slice * (k + pad) + width * (j + 1) + 1) * sizeof<T>();
      for (let i = 0; i < columns; i++) {
        const height = <u64>load<R>(relief + <usize>from * sizeof<R>());
        const label = <u64>load<M>(markers + <usize>from * sizeof<M>());
        const cell = (height << half<T>()) | label;
        store<T>(to, <T>cell);
        to += sizeof<T>();
        from++;
      }
    }
  }
}

/** Copies the labels out of the padded cells. */
// @inline
function unpack<T, M>(out: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  let to = out;
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      let from = cells + <usize>(slice * (k + pad) + width * (j + 1) + 1) * sizeof<T>();
      for (let i = 0; i < columns; i++) {
        store<M>(to, <M>((<u64>load<T>(from)) & labelMask<T>()));
        to += sizeof<M>();
        from += sizeof<T>();
      }
    }
  }
}

/** Queues every marked voxel that has a neighbour without a label, in raster order. */
// @inline
function start<T>(
  packed: usize,
  queues: usize,
  levelCount: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32
): void {
  cells = packed;
  table = queues;
  levels = levelCount;
  safeIndex = load<i32>(offsets + ((<usize>(neighbours - 1)) << 2));
  level = 0;
  freeChunk = 0;
  memory.fill(table, 0, (<usize>levelCount) << 3);
  poolTop = (table + ((<usize>levelCount) << 3) + CHUNK - 1) & ~(CHUNK - 1);
  const width = columns + 2;
  const slice = width * (rows + 2);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const first = slice * (k + pad) + width * (j + 1) + 1;
      for (let at = first; at < first + columns; at++) {
        const cell = <u64>load<T>(cells + <usize>at * sizeof<T>());
        if ((cell & labelMask<T>()) == 0) continue;
        for (let n = 0; n < neighbours; n++) {
          const near = at + load<i32>(offsets + ((<usize>n) << 2));
          if (((<u64>load<T>(cells + <usize>near * sizeof<T>())) & labelMask<T>()) == 0) {
            push(<i32>(cell >> half<T>()), at);
            break;
          }
        }
      }
    }
  }
}

// @inline
function visit<T>(index: i32, label: T): void {
  const address = cells + <usize>index * sizeof<T>();
  const cell = load<T>(address);
  if (((<u64>cell) & labelMask<T>()) != 0) return;
  store<T>(address, cell | label);
  const packedCell = <u64>cell;
  const height = <i32>(packedCell >> half<T>());
  push(height > level ? height : level, index);
}

/** Floods at least `budget` voxels, or until all is flooded: then it returns 1, else 0. */
// @inline
function flood<T>(budget: i32, offsets: usize, neighbours: i32): i32 {
  let left = budget;
  const o0 = load<i32>(offsets);
  const o1 = load<i32>(offsets, 4);
  const o2 = load<i32>(offsets, 8);
  const o3 = load<i32>(offsets, 12);
  const o4 = load<i32>(offsets, 16);
  const o5 = load<i32>(offsets, 20);
  const nearRow = <usize>o4 * sizeof<T>();
  const nearSlice = <usize>o5 * sizeof<T>();
  while (level < levels) {
    const slot = table + ((<usize>level) << 3);
    let head = <usize>load<u32>(slot);
    while (head != <usize>load<u32>(slot, 4)) {
      const index = load<i32>(head);
      head += 4;
      if ((head & (CHUNK - 1)) == 0) {
        const chunk = head - CHUNK;
        if (head == <usize>load<u32>(slot, 4)) {
          head = 0;
          store<u32>(slot, 0, 4);
        } else head = <usize>load<u32>(chunk) + 4;
        store<u32>(chunk, <u32>freeChunk);
        freeChunk = chunk;
      }
      // A push into an empty queue writes the head itself.
      if (head == 0) store<u32>(slot, 0);
      if (neighbours == 6 && (head & (CHUNK - 1)) < CHUNK - 36) {
        // The cells of an entry farther on come into the cache while this one is worked on.
        const ahead = cells + <usize>load<i32>(head, 32) * sizeof<T>();
        touched +=
          <i32>load<T>(ahead) + <i32>load<T>(ahead + nearRow) + <i32>load<T>(ahead - nearRow);
        touched += <i32>load<T>(ahead + nearSlice) + <i32>load<T>(ahead - nearSlice);
      }
      const label = <T>((<u64>load<T>(cells + <usize>index * sizeof<T>())) & labelMask<T>());
      if (neighbours == 6) {
        visit<T>(index + o0, label);
        visit<T>(index + o1, label);
        visit<T>(index + o2, label);
        visit<T>(index + o3, label);
        visit<T>(index + o4, label);
        visit<T>(index + o5, label);
      } else {
        for (let n = 0; n < neighbours; n++) {
          visit<T>(index + load<i32>(offsets + ((<usize>n) << 2)), label);
        }
      }
      if (head == 0) head = <usize>load<u32>(slot);
      left--;
    }
    store<u32>(slot, <u32>head);
    if (left < 0) return 0;
    level++;
  }
  return 1;
}

// Relief below 256 and at most 254 labels: cells of 16 bits.
export function pack16(
  relief: usize,
  markers: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  pack<u16, u16, u16>(relief, markers, out, columns, rows, slices, pad);
}
export function start16(
  packed: usize,
  queues: usize,
  levelCount: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32
): void {
  start<u16>(packed, queues, levelCount, columns, rows, slices, pad, offsets, neighbours);
}
export function flood16(budget: i32, offsets: usize, neighbours: i32): i32 {
  return flood<u16>(budget, offsets, neighbours);
}
export function unpack16(out: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  unpack<u16, u16>(out, columns, rows, slices, pad);
}

// Relief of 16 bits and at most 65534 labels: cells of 32 bits.
export function pack32(
  relief: usize,
  markers: usize,
  out: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  pack<u32, u16, u16>(relief, markers, out, columns, rows, slices, pad);
}
export function start32(
  packed: usize,
  queues: usize,
  levelCount: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32
): void {
  start<u32>(packed, queues, levelCount, columns, rows, slices, pad, offsets, neighbours);
}
export function flood32(budget: i32, offsets: usize, neighbours: i32): i32 {
  return flood<u32>(budget, offsets, neighbours);
}
export function unpack32(out: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  unpack<u32, u16>(out, columns, rows, slices, pad);
}

// Any number of labels: cells of 64 bits.
export function start64(
  packed: usize,
  queues: usize,
  levelCount: i32,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32
): void {
  start<u64>(packed, queues, levelCount, columns, rows, slices, pad, offsets, neighbours);
}
export function flood64(budget: i32, offsets: usize, neighbours: i32): i32 {
  return flood<u64>(budget, offsets, neighbours);
}
/** The labels of 32-bit cells as uint32. */
export function unpack32wide(out: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  unpack<u32, u32>(out, columns, rows, slices, pad);
}
export function unpack64(out: usize, columns: i32, rows: i32, slices: i32, pad: i32): void {
  unpack<u64, u32>(out, columns, rows, slices, pad);
}

/** A label in the array of minima that is none, and the border's. */
const NO_MINIMUM: u32 = 0xffffffff;
const BORDER: u32 = 0xfffffffe;

/** Cells of 32 bits from padded relief (uint16) and padded minima (uint32), at most 65534 labels; out may be minima. */
export function packMinima32(relief: usize, minima: usize, out: usize, total: i32): void {
  for (let at = 0; at < total; at++) {
    const label = load<u32>(minima + ((<usize>at) << 2));
    const height = <u32>load<u16>(relief + ((<usize>at) << 1));
    const low = label == NO_MINIMUM ? 0 : label == BORDER ? 0xffff : label;
    store<u32>(out + ((<usize>at) << 2), (height << 16) | low);
  }
}

/** The same in cells of 64 bits, for any number of labels; out is another array. */
export function packMinima64(relief: usize, minima: usize, out: usize, total: i32): void {
  for (let at = 0; at < total; at++) {
    const label = load<u32>(minima + ((<usize>at) << 2));
    const height = <u64>load<u16>(relief + ((<usize>at) << 1));
    const low = label == NO_MINIMUM ? 0 : <u64>label;
    store<u64>(out + ((<usize>at) << 3), (height << 32) | low);
  }
}
