// Minimum s-t cut by Boykov & Kolmogorov, IEEE Trans PAMI 26(9):1124-1137, 2004, written from the paper: two search trees grow
// from the terminals, meet, are augmented along the path, and orphans are adopted; distances and time stamps are the paper's
// heuristics. After a change of terminal links the trees are kept and repaired (Kohli & Torr, IEEE Trans PAMI 29(12), 2007).
//
// The graph is an implicit grid (a node a voxel, no arcs are stored, only their residual capacities) or a general graph; see
// lib/cut-graph for their layout and lib/cut-search for the search.
import {
  general,
  degree,
  stride,
  FREE,
  terminal,
  setTerminal,
  tree,
  parent,
  setParent,
  head,
  sister,
  capacity,
  setSteps,
} from './lib/cut-graph';
import { activate, plant, advance, change, clear, flowSoFar, visitsSoFar } from './lib/cut-search';

let nodes: usize = 0;
let nodesEnd: usize = 0;
let steps: usize = 0;
let arcsTop: usize = 0;

/** An empty grid of `count` nodes at `memory`, with `margin` unused nodes on each side that catch steps beyond the grid.
 * stepTable: int32 bytes from a node to its neighbour along each arc, opposite arcs side by side. */
// @inline
function open<T>(memoryAt: usize, count: i32, margin: i32, stepTable: usize): void {
  clear();
  steps = stepTable;
  setSteps(stepTable);
  memory.fill(memoryAt, 0, <usize>(count + 2 * margin) * stride<T>());
  for (let node = 0; node < count + 2 * margin; node++) {
    setParent<T>(memoryAt + <usize>node * stride<T>(), FREE<T>());
  }
  nodes = memoryAt + <usize>margin * stride<T>();
  nodesEnd = nodes + <usize>count * stride<T>();
}

/**
 * n-links from an image. levels: uint16; weights: float32 for each difference of levels; factors: float32 for each of the
 * degree / 2 pairs of directions; shifts: 3 × int32 (columns, rows, slices) for each pair. Capacities lie within 1 … 32767.
 */
// @inline
function connect<T>(
  levels: usize,
  weights: usize,
  factors: usize,
  shifts: usize,
  columns: i32,
  rows: i32,
  slices: i32
): void {
  for (let pair = 0; pair < degree<T>() >> 1; pair++) {
    const factor = load<f32>(factors + ((<usize>pair) << 2));
    const di = load<i32>(shifts + <usize>pair * 12);
    const dj = load<i32>(shifts + <usize>pair * 12, 4);
    const dk = load<i32>(shifts + <usize>pair * 12, 8);
    const shift = di + columns * (dj + rows * dk);
    for (let k = max(0, -dk); k < min(slices, slices - dk); k++) {
      for (let j = max(0, -dj); j < min(rows, rows - dj); j++) {
        const row = columns * (j + rows * k);
        for (let i = max(0, -di); i < min(columns, columns - di); i++) {
          const at = row + i;
          const here = <i32>load<u16>(levels + ((<usize>at) << 1));
          const there = <i32>load<u16>(levels + ((<usize>(at + shift)) << 1));
          const weight = load<f32>(weights + ((<usize>abs(here - there)) << 2)) * factor + 0.5;
          const cap = <u16>max(1, min(<i32>weight, 32767));
          const node = nodes + <usize>at * stride<T>();
          store<u16>(node + ((<usize>(2 * pair)) << 1), cap);
          store<u16>(head<T>(node, 2 * pair) + ((<usize>(2 * pair + 1)) << 1), cap);
        }
      }
    }
  }
}

/**
 * t-links from a table and seeds: what is new against the last call (against nothing when `oldTable` is 0). levels: uint16;
 * tables: int32 for each level, > 0 for the object; marks: uint8, 0 none, 1 object, 2 background; hard: capacity of a seed.
 */
// @inline
function attach<T>(
  levels: usize,
  count: i32,
  oldTable: usize,
  newTable: usize,
  oldMarks: usize,
  newMarks: usize,
  hard: i32
): void {
  const warm = oldTable != 0;
  for (let at = 0; at < count; at++) {
    const level = (<usize>load<u16>(levels + ((<usize>at) << 1))) << 2;
    const value = load<i32>(newTable + level) + seed(load<u8>(newMarks + at), hard);
    const node = nodes + <usize>at * stride<T>();
    if (warm) {
      const before = load<i32>(oldTable + level) + seed(load<u8>(oldMarks + at), hard);
      if (value != before) change<T>(node, value - before);
    } else if (value != 0) {
      setTerminal<T>(node, value);
      plant<T>(node, i32(value < 0));
      activate<T>(node);
    }
  }
}

// @inline
function seed(markOf: u8, hard: i32): i32 {
  return markOf == 1 ? hard : markOf == 2 ? -hard : 0;
}

/** out (uint8): 1 where the node hangs on the source: the smallest of all minimum cuts, which is the same for every flow. */
// @inline
function side<T>(out: usize): void {
  let to = out;
  for (let node = nodes; node < nodesEnd; node += stride<T>()) {
    store<u8>(to, u8(parent<T>(node) != FREE<T>() && tree<T>(node) == 0));
    to++;
  }
}

/** Flow so far. */
export function flowValue(): f64 {
  return flowSoFar();
}
/** Nodes that were grown from, adopted or changed, since the last call. */
export function takeVisits(): f64 {
  return visitsSoFar();
}

// ---- The grids. `kind` is the number of neighbours: 4, 8, 6 or 26.

/** Bytes of a node. */
export function gridStride(kind: i32): i32 {
  return kind == 26 ? 68 : 32;
}
export function gridOpen(kind: i32, at: usize, count: i32, margin: i32, stepTable: usize): void {
  if (kind == 4) open<u8>(at, count, margin, stepTable);
  else if (kind == 8) open<u16>(at, count, margin, stepTable);
  else if (kind == 6) open<u32>(at, count, margin, stepTable);
  else open<u64>(at, count, margin, stepTable);
}
export function gridConnect(
  kind: i32,
  levels: usize,
  weights: usize,
  factors: usize,
  shifts: usize,
  columns: i32,
  rows: i32,
  slices: i32
): void {
  if (kind == 4) connect<u8>(levels, weights, factors, shifts, columns, rows, slices);
  else if (kind == 8) connect<u16>(levels, weights, factors, shifts, columns, rows, slices);
  else if (kind == 6) connect<u32>(levels, weights, factors, shifts, columns, rows, slices);
  else connect<u64>(levels, weights, factors, shifts, columns, rows, slices);
}
/** Sets the capacities of one arc and its sister, 0 … 32767. */
export function gridLink(kind: i32, node: i32, arc: i32, forward: i32, backward: i32): void {
  const from = nodes + <usize>node * <usize>gridStride(kind);
  const to = from + <usize>load<i32>(steps + ((<usize>arc) << 2));
  store<u16>(from + ((<usize>arc) << 1), <u16>forward);
  store<u16>(to + ((<usize>(arc ^ 1)) << 1), <u16>backward);
}
export function gridAttach(
  kind: i32,
  levels: usize,
  count: i32,
  oldTable: usize,
  newTable: usize,
  oldMarks: usize,
  newMarks: usize,
  hard: i32
): void {
  if (kind == 4) attach<u8>(levels, count, oldTable, newTable, oldMarks, newMarks, hard);
  else if (kind == 8) attach<u16>(levels, count, oldTable, newTable, oldMarks, newMarks, hard);
  else if (kind == 6) attach<u32>(levels, count, oldTable, newTable, oldMarks, newMarks, hard);
  else attach<u64>(levels, count, oldTable, newTable, oldMarks, newMarks, hard);
}
/** Adds to the terminal link of one node. */
export function gridChange(kind: i32, node: i32, amount: i32): void {
  const at = nodes + <usize>node * <usize>gridStride(kind);
  if (kind == 4) change<u8>(at, amount);
  else if (kind == 8) change<u16>(at, amount);
  else if (kind == 6) change<u32>(at, amount);
  else change<u64>(at, amount);
}
export function gridAdvance(kind: i32, budget: i32): i32 {
  if (kind == 4) return advance<u8>(budget);
  if (kind == 8) return advance<u16>(budget);
  if (kind == 6) return advance<u32>(budget);
  return advance<u64>(budget);
}
export function gridSide(kind: i32, out: usize): void {
  if (kind == 4) side<u8>(out);
  else if (kind == 8) side<u16>(out);
  else if (kind == 6) side<u32>(out);
  else side<u64>(out);
}

// ---- The general graph.

/** Bytes of a node and of a pair of arcs. */
export function graphBytes(nodeCount: i32, edgeCount: i32): f64 {
  return <f64>nodeCount * 24 + <f64>edgeCount * 32 + 64;
}
/** An empty graph of `count` nodes at `at`, its arcs behind. */
export function graphOpen(at: usize, count: i32): void {
  open<i64>(at, count, 0, 0);
  arcsTop = (nodesEnd + 31) & ~31;
}
/** An edge with its capacities in both directions. */
export function graphLink(from: i32, to: i32, forward: i32, backward: i32): void {
  const a = nodes + <usize>from * 24;
  const b = nodes + <usize>to * 24;
  const arc = arcsTop;
  arcsTop += 32;
  store<u32>(arc, <u32>b);
  store<u32>(arc, load<u32>(a), 4);
  store<i32>(arc, forward, 8);
  store<u32>(arc, <u32>a, 16);
  store<u32>(arc, load<u32>(b), 20);
  store<i32>(arc, backward, 24);
  store<u32>(a, <u32>arc);
  store<u32>(b, <u32>(arc + 16));
}
export function graphChange(node: i32, amount: i32): void {
  change<i64>(nodes + <usize>node * 24, amount);
}
export function graphAdvance(budget: i32): i32 {
  return advance<i64>(budget);
}
export function graphSide(out: usize): void {
  side<i64>(out);
}
