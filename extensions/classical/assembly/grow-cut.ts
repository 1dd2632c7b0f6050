// Grow-cut (Vezhnevets & Konouchine 2005): a cellular automaton in which every cell attacks its neighbours with its strength,
// weakened by the difference of their values. All cells act at once; only cells with a neighbour that has just changed are
// looked at, which gives the same. Arrays are padded by one cell on each side, of strength 0.

/** Bytes of an update: cell, strength, label. */
const UPDATE: usize = 12;

let active: i32 = 0;

// @inline
function word(base: usize, at: i32): usize {
  return base + ((<usize>at) << 2);
}

/**
 * Fills the padded arrays. image: float32, markers: uint16, both columns × rows × slices; values, strength: float32; labels:
 * uint16; queued: uint8; list: int32 a cell.
 */
export function prepare(
  image: usize,
  markers: usize,
  values: usize,
  strength: usize,
  labels: usize,
  queued: usize,
  list: usize,
  columns: i32,
  rows: i32,
  slices: i32,
  pad: i32,
  offsets: usize,
  neighbours: i32
): void {
  const width = columns + 2;
  const slice = width * (rows + 2);
  const total = slice * (slices + 2 * pad);
  memory.fill(values, 0, (<usize>total) << 2);
  memory.fill(strength, 0, (<usize>total) << 2);
  memory.fill(labels, 0, (<usize>total) << 1);
  // The border counts as queued, so that it is never looked at.
  memory.fill(queued, 1, <usize>total);
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
      memory.fill(queued + to, 0, <usize>columns);
      for (let i = 0; i < columns; i++) {
        if (load<u16>(labels + ((<usize>(to + i)) << 1)) != 0)
          store<f32>(word(strength, to + i), 1);
      }
    }
  }
  active = 0;
  for (let at = 0; at < total; at++) {
    if (load<u16>(labels + ((<usize>at) << 1)) != 0) wake(at, queued, list, offsets, neighbours);
  }
}

/** Puts the neighbours of a changed cell on the list. */
// @inline
function wake(at: i32, queued: usize, list: usize, offsets: usize, neighbours: i32): void {
  for (let n = 0; n < neighbours; n++) {
    const near = at + load<i32>(word(offsets, n));
    if (load<u8>(queued + near) != 0) continue;
    store<u8>(queued + near, 1);
    store<i32>(word(list, active), near);
    active++;
  }
}

/**
 * Lets the automaton take steps until about `budget` cells were looked at; 1 when nothing changes any more, else 0. scale: 1 /
 * largest difference; updates: 12 bytes a cell of work space.
 */
export function evolve(
  budget: i32,
  values: usize,
  strength: usize,
  labels: usize,
  queued: usize,
  list: usize,
  updates: usize,
  offsets: usize,
  neighbours: i32,
  scale: f32
): i32 {
  let left = budget;
  while (active > 0) {
    if (left <= 0) return 0;
    left -= active;
    let changed = 0;
    for (let next = 0; next < active; next++) {
      const at = load<i32>(word(list, next));
      store<u8>(queued + at, 0);
      const value = load<f32>(word(values, at));
      let best = load<f32>(word(strength, at));
      let winner = -1;
      for (let n = 0; n < neighbours; n++) {
        const near = at + load<i32>(word(offsets, n));
        const weakened: f32 = 1 - abs(value - load<f32>(word(values, near))) * scale;
        const attack = weakened * load<f32>(word(strength, near));
        if (attack > best) {
          best = attack;
          winner = near;
        }
      }
      if (winner < 0) continue;
      const update = updates + <usize>changed * UPDATE;
      store<i32>(update, at);
      store<f32>(update, best, 4);
      store<i32>(update, <i32>load<u16>(labels + ((<usize>winner) << 1)), 8);
      changed++;
    }
    active = 0;
    for (let next = 0; next < changed; next++) {
      const update = updates + <usize>next * UPDATE;
      const at = load<i32>(update);
      store<f32>(word(strength, at), load<f32>(update, 4));
      store<u16>(labels + ((<usize>at) << 1), <u16>load<i32>(update, 8));
    }
    for (let next = 0; next < changed; next++) {
      wake(load<i32>(updates + <usize>next * UPDATE), queued, list, offsets, neighbours);
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
