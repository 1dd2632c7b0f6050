// Grow-cut (Vezhnevets & Konouchine 2005): a cellular automaton in which every cell attacks its neighbours with its strength,
// weakened by the difference of their values. It comes to rest when each cell has the largest strength that any path from a marker
// brings it, and no path makes stronger: settling the cells from the strongest on, each once (Dijkstra 1959), gives the same. Among
// equal strengths the automaton keeps the one that comes first: of the fewest steps, then of the first neighbour in raster order.
// Arrays are padded by one cell on each side, which nobody takes.

/** Bytes of an entry of the heap: strength, steps, cell. */
const ENTRY: usize = 12;
/** Entries below one of the heap, as a power of two. */
const CHILDREN: i32 = 2;
/** Stronger than any attack. */
const BORDER: f32 = 2;

let waiting: i32 = 0;

// @inline
function word(base: usize, at: i32): usize {
  return base + ((<usize>at) << 2);
}

// @inline
function entry(heap: usize, at: i32): usize {
  return heap + <usize>at * ENTRY;
}

/** True where the first strength is settled before the second. */
// @inline
function isBefore(strength: f32, steps: i32, than: f32, itsSteps: i32): bool {
  return strength > than || (strength == than && steps < itsSteps);
}

// @inline
function put(heap: usize, places: usize, at: i32, strength: f32, steps: i32, cell: i32): void {
  const to = entry(heap, at);
  store<f32>(to, strength);
  store<i32>(to, steps, 4);
  store<i32>(to, cell, 8);
  store<i32>(word(places, cell), at);
}

/** Moves the entry of the heap at `from` to `to`. */
// @inline
function move(heap: usize, places: usize, from: usize, to: i32): void {
  put(heap, places, to, load<f32>(from), load<i32>(from, 4), load<i32>(from, 8));
}

/** Puts a cell where it belongs, from `at` upwards. */
function rise(heap: usize, places: usize, at: i32, strength: f32, steps: i32, cell: i32): void {
  while (at > 0) {
    const parent = (at - 1) >> CHILDREN;
    const above = entry(heap, parent);
    if (!isBefore(strength, steps, load<f32>(above), load<i32>(above, 4))) break;
    move(heap, places, above, at);
    at = parent;
  }
  put(heap, places, at, strength, steps, cell);
}

/** Puts a cell where it belongs, from the top downwards. */
function sink(heap: usize, places: usize, strength: f32, steps: i32, cell: i32): void {
  let at = 0;
  for (;;) {
    const first = (at << CHILDREN) + 1;
    const end = min(first + (1 << CHILDREN), waiting);
    let next = -1;
    let best = strength;
    let fewest = steps;
    for (let child = first; child < end; child++) {
      const below = entry(heap, child);
      const its = load<f32>(below);
      const itsSteps = load<i32>(below, 4);
      if (!isBefore(its, itsSteps, best, fewest)) continue;
      next = child;
      best = its;
      fewest = itsSteps;
    }
    if (next < 0) break;
    move(heap, places, entry(heap, next), at);
    at = next;
  }
  put(heap, places, at, strength, steps, cell);
}

/**
 * Fills the padded arrays. image: float32, markers: uint16, both columns × rows × slices; values, strength: float32; labels:
 * uint16; steps, places: int32; heap: 12 bytes a cell, which may be where the image is.
 */
export function prepare(
  image: usize,
  markers: usize,
  values: usize,
  strength: usize,
  steps: usize,
  labels: usize,
  places: usize,
  heap: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  const total = slice * (slices + 2 * pad);
  memory.fill(values, 0, (<usize>total) << 2);
  memory.fill(steps, 0, (<usize>total) << 2);
  memory.fill(labels, 0, (<usize>total) << 1);
  memory.fill(places, 255, (<usize>total) << 2);
  for (let at = 0; at < total; at++) store<f32>(word(strength, at), BORDER);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const from = columns * (j + rows * k);
      const to = slice * (k + pad) + width * (j + 1) + 1;
      memory.copy(word(values, to), word(image, from), (<usize>columns) << 2);
      memory.copy(
        labels + ((<usize>to) << 1),
        markers + ((<usize>from) << 1),
        (<usize>columns) << 1
      );
      memory.fill(word(strength, to), 0, (<usize>columns) << 2);
    }
  }
  waiting = 0;
  for (let at = 0; at < total; at++) {
    if (load<u16>(labels + ((<usize>at) << 1)) == 0) continue;
    store<f32>(word(strength, at), 1);
    put(heap, places, waiting, 1, 0, at);
    waiting++;
  }
}

/**
 * Settles `budget` cells; 1 when all that can be taken are, else 0. offsets: steps to the neighbours in raster order; ways: uint8 a
 * cell, the neighbour that has taken it; scale: 1 / largest difference.
 */
export function evolve(
  budget: i32,
  values: usize,
  strength: usize,
  steps: usize,
  labels: usize,
  ways: usize,
  places: usize,
  heap: usize,
  offsets: usize,
  neighbours: i32,
  scale: f32
): i32 {
  for (let left = budget; waiting > 0; left--) {
    if (left <= 0) return 0;
    const force = load<f32>(heap);
    const far = load<i32>(heap, 4) + 1;
    const at = load<i32>(heap, 8);
    waiting--;
    if (waiting > 0) {
      const last = entry(heap, waiting);
      sink(heap, places, load<f32>(last), load<i32>(last, 4), load<i32>(last, 8));
    }
    const value = load<f32>(word(values, at));
    const label = load<u16>(labels + ((<usize>at) << 1));
    for (let n = 0; n < neighbours; n++) {
      const near = at + load<i32>(word(offsets, n));
      const known = load<f32>(word(strength, near));
      if (known > force) continue;
      const weakened: f32 = 1 - abs(load<f32>(word(values, near)) - value) * scale;
      const attack = weakened * force;
      if (!(attack > 0) || attack < known) continue;
      // As the attacked cell counts its neighbours.
      const way = <u8>(neighbours - 1 - n);
      const isStronger = attack > known;
      const before = load<i32>(word(steps, near));
      const isSooner = isStronger || far < before;
      if (!isSooner && (far > before || way >= load<u8>(ways + near))) continue;
      store<u16>(labels + ((<usize>near) << 1), label);
      store<u8>(ways + near, way);
      if (!isSooner) continue;
      store<f32>(word(strength, near), attack);
      store<i32>(word(steps, near), far);
      let place = load<i32>(word(places, near));
      if (place < 0) place = waiting++;
      rise(heap, places, place, attack, far, near);
    }
  }
  return 1;
}

/** Copies the labels (uint16) out of the padded array. */
export function takeLabels(
  labels: usize,
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
      const from = slice * (k + pad) + width * (j + 1) + 1;
      memory.copy(to, labels + ((<usize>from) << 1), (<usize>columns) << 1);
      to += (<usize>columns) << 1;
    }
  }
}
