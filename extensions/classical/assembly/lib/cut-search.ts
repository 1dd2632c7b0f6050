// The search of Boykov & Kolmogorov on any of the graphs of cut-graph: growth, augmentation, adoption; and the repair of the trees
// after a change of a terminal link (Kohli & Torr 2007).
import {
  common,
  FREE,
  TERMINAL,
  ORPHAN,
  terminal,
  setTerminal,
  stamp,
  distance,
  mark,
  tree,
  setTree,
  parent,
  setParent,
  firstArc,
  hasArc,
  nextArc,
  head,
  sister,
  capacity,
  addCapacity,
  outward,
} from './cut-graph';

const GROUND: i32 = 0x7fffffff;

let time: i32 = 0;
let flow: i64 = 0;
let current: usize = 0;
let activeFirst: usize = 0;
let activeLast: usize = 0;
let orphanFirst: usize = 0;
let orphanLast: usize = 0;
let visits: i64 = 0;

// @inline
export function activate<T>(node: usize): void {
  if (load<u32>(node + common<T>(), 8) != 0) return;
  if (activeLast != 0) store<u32>(activeLast + common<T>(), <u32>node, 8);
  else activeFirst = node;
  activeLast = node;
  // The last node of the queue points to itself.
  store<u32>(node + common<T>(), <u32>node, 8);
}

/** The next active node that is still in a tree; 0 when there is none. */
// @inline
export function takeActive<T>(): usize {
  while (activeFirst != 0) {
    const node = activeFirst;
    const next = <usize>load<u32>(node + common<T>(), 8);
    store<u32>(node + common<T>(), 0, 8);
    if (next == node) {
      activeFirst = 0;
      activeLast = 0;
    } else activeFirst = next;
    if (parent<T>(node) != FREE<T>()) return node;
  }
  return 0;
}

// @inline
export function orphan<T>(node: usize): void {
  setParent<T>(node, ORPHAN<T>());
  store<u32>(node + common<T>(), 0, 4);
  if (orphanLast != 0) store<u32>(orphanLast + common<T>(), <u32>node, 4);
  else orphanFirst = node;
  orphanLast = node;
}

/** Makes `node` the root of a tree. */
// @inline
export function plant<T>(node: usize, side: i32): void {
  setTree<T>(node, side);
  setParent<T>(node, TERMINAL<T>());
  mark<T>(node, time, 1);
}

/** Distance of `node` to its terminal, or GROUND when its origin is none. Marks the path that it walked. */
// @inline
export function origin<T>(node: usize): i32 {
  let far = 0;
  let at = node;
  while (true) {
    const arc = parent<T>(at);
    if (arc == TERMINAL<T>()) {
      mark<T>(at, time, 1);
      far++;
      break;
    }
    if (arc >= ORPHAN<T>()) return GROUND;
    if (stamp<T>(at) == time) {
      far += distance<T>(at);
      break;
    }
    far++;
    at = head<T>(at, arc);
  }
  let left = far;
  at = node;
  while (stamp<T>(at) != time) {
    mark<T>(at, time, left);
    left--;
    at = head<T>(at, parent<T>(at));
  }
  return far;
}

/** Adoption stage: each orphan finds a new parent in its tree, or becomes free. */
export function adopt<T>(): void {
  while (orphanFirst != 0) {
    const node = orphanFirst;
    orphanFirst = <usize>stamp<T>(node);
    if (orphanFirst == 0) orphanLast = 0;
    visits++;
    const side = tree<T>(node);
    let nearest = GROUND;
    let best: u32 = FREE<T>();
    for (let arc = firstArc<T>(node); hasArc<T>(arc); arc = nextArc<T>(arc)) {
      const other = head<T>(node, arc);
      const toOther = parent<T>(other);
      if (toOther == FREE<T>() || tree<T>(other) != side) continue;
      if (outward<T>(other, node, sister<T>(arc), side) == 0) continue;
      const far = origin<T>(other);
      if (far < nearest) {
        nearest = far;
        best = arc;
      }
    }
    setParent<T>(node, best);
    if (best != FREE<T>()) {
      mark<T>(node, time, nearest + 1);
      continue;
    }
    for (let arc = firstArc<T>(node); hasArc<T>(arc); arc = nextArc<T>(arc)) {
      const other = head<T>(node, arc);
      const toOther = parent<T>(other);
      if (toOther == FREE<T>() || tree<T>(other) != side) continue;
      if (outward<T>(other, node, sister<T>(arc), side) > 0) activate<T>(other);
      if (toOther < ORPHAN<T>() && head<T>(other, toOther) == node) orphan<T>(other);
    }
  }
}

/** Augmentation stage: sends as much as fits along the path over `arc` from node `from` (source tree) to `to` (sink tree). */
// @inline
export function augment<T>(from: usize, arc: u32, to: usize): void {
  let amount = capacity<T>(from, arc);
  let node = from;
  let up = parent<T>(node);
  while (up != TERMINAL<T>()) {
    const above = head<T>(node, up);
    amount = min(amount, capacity<T>(above, sister<T>(up)));
    node = above;
    up = parent<T>(node);
  }
  amount = min(amount, terminal<T>(node));
  node = to;
  up = parent<T>(node);
  while (up != TERMINAL<T>()) {
    amount = min(amount, capacity<T>(node, up));
    node = head<T>(node, up);
    up = parent<T>(node);
  }
  amount = min(amount, -terminal<T>(node));

  addCapacity<T>(from, arc, -amount);
  addCapacity<T>(to, sister<T>(arc), amount);
  node = from;
  up = parent<T>(node);
  while (up != TERMINAL<T>()) {
    const above = head<T>(node, up);
    addCapacity<T>(node, up, amount);
    if (addCapacity<T>(above, sister<T>(up), -amount) == 0) orphan<T>(node);
    node = above;
    up = parent<T>(node);
  }
  setTerminal<T>(node, terminal<T>(node) - amount);
  if (terminal<T>(node) == 0) orphan<T>(node);
  node = to;
  up = parent<T>(node);
  while (up != TERMINAL<T>()) {
    const above = head<T>(node, up);
    addCapacity<T>(above, sister<T>(up), amount);
    if (addCapacity<T>(node, up, -amount) == 0) orphan<T>(node);
    node = above;
    up = parent<T>(node);
  }
  setTerminal<T>(node, terminal<T>(node) + amount);
  if (terminal<T>(node) == 0) orphan<T>(node);
  flow += amount;
}

/** Runs at most `budget` steps; 1 when the flow is maximal, else 0. */
// @inline
export function advance<T>(budget: i32): i32 {
  for (let step = 0; step < budget; step++) {
    const node = current != 0 && parent<T>(current) != FREE<T>() ? current : takeActive<T>();
    current = 0;
    if (node == 0) return 1;
    visits++;
    // Growth stage.
    const side = tree<T>(node);
    const when = stamp<T>(node);
    const far = distance<T>(node);
    let bridge: u32 = FREE<T>();
    let beyond: usize = 0;
    for (let arc = firstArc<T>(node); hasArc<T>(arc); arc = nextArc<T>(arc)) {
      const other = head<T>(node, arc);
      if (outward<T>(node, other, arc, side) == 0) continue;
      if (parent<T>(other) == FREE<T>()) {
        setTree<T>(other, side);
        setParent<T>(other, sister<T>(arc));
        mark<T>(other, when, far + 1);
        activate<T>(other);
      } else if (tree<T>(other) != side) {
        bridge = arc;
        beyond = other;
        break;
      } else if (stamp<T>(other) <= when && distance<T>(other) > far) {
        setParent<T>(other, sister<T>(arc));
        mark<T>(other, when, far + 1);
      }
    }
    if (bridge == FREE<T>()) continue;
    current = node;
    time++;
    if (side == 0) augment<T>(node, bridge, beyond);
    else augment<T>(beyond, sister<T>(bridge), node);
    adopt<T>();
  }
  return 0;
}

/** Adds `amount` to the capacity from the source (to the sink when negative) and repairs the trees. */
// @inline
export function change<T>(node: usize, amount: i32): void {
  // What was found out about origins holds no longer.
  time++;
  const before = terminal<T>(node);
  const after = before + amount;
  // What the smaller of both links lets through is flow already.
  flow += <i64>max(-before, 0) - <i64>max(-after, 0);
  if (amount < 0) flow -= amount;
  setTerminal<T>(node, after);
  visits++;
  const arc = parent<T>(node);
  if (after == 0) {
    if (arc == TERMINAL<T>()) orphan<T>(node);
  } else {
    const side = i32(after < 0);
    if (arc != FREE<T>() && tree<T>(node) != side) {
      // It leaves the other tree, as an orphan that nobody adopts does.
      for (let arcDown = firstArc<T>(node); hasArc<T>(arcDown); arcDown = nextArc<T>(arcDown)) {
        const other = head<T>(node, arcDown);
        const up = parent<T>(other);
        if (up == FREE<T>() || tree<T>(other) == side) continue;
        if (outward<T>(other, node, sister<T>(arcDown), 1 - side) > 0) activate<T>(other);
        if (up < ORPHAN<T>() && head<T>(other, up) == node) orphan<T>(other);
      }
    }
    plant<T>(node, side);
    activate<T>(node);
  }
  adopt<T>();
}

/** Begins anew. */
// @inline
export function clear(): void {
  time = 1;
  flow = 0;
  visits = 0;
  current = 0;
  activeFirst = 0;
  activeLast = 0;
  orphanFirst = 0;
  orphanLast = 0;
}

/** Flow so far. */
export function flowSoFar(): f64 {
  return <f64>flow;
}
/** Nodes that were grown from, adopted or changed, since the last call. */
export function visitsSoFar(): f64 {
  const seen = <f64>visits;
  visits = 0;
  return seen;
}
