// Where the numbers of a minimum cut lie: nodes and arcs of a grid or of a general graph, by their addresses.
//
// The kind of graph is a type parameter, so that each is compiled on its own: u8 4, u16 8, u32 6, u64 26 neighbours, i64 general.
//
// A node of a grid: residual capacities of its arcs (uint16 each; 8 places, or 26), then the common part. A node of a general
// graph: address of its first arc, then the common part. Common part: residual terminal capacity (int32, > 0 from the source,
// < 0 to the sink), time stamp (or the next orphan), next active node, distance (uint16), tree (uint8), parent (uint8; uint32
// at +16 in a general graph). An arc of a general graph: head, next arc of the same node, residual capacity; its sister, the arc
// of the opposite direction, lies beside it.

/** Table of int32: bytes from a grid node to its neighbour along each arc. */
let steps: usize = 0;

export function setSteps(table: usize): void {
  steps = table;
}

// @inline
export function general<T>(): bool {
  return isSigned<T>();
}

/** Arcs of a grid node. */
// @inline
export function degree<T>(): i32 {
  return sizeof<T>() == 1 ? 4 : sizeof<T>() == 2 ? 8 : sizeof<T>() == 4 ? 6 : 26;
}

/** Offset of the common part. */
// @inline
export function common<T>(): usize {
  return general<T>() ? 4 : sizeof<T>() == 8 ? 52 : 16;
}

// @inline
export function stride<T>(): usize {
  return general<T>() ? 24 : common<T>() + 16;
}

// Parents that are no arcs; all arcs are below ORPHAN.
// @inline
export function FREE<T>(): u32 {
  return general<T>() ? 0xffffffff : 255;
}
// @inline
export function TERMINAL<T>(): u32 {
  return general<T>() ? 0xfffffffe : 254;
}
// @inline
export function ORPHAN<T>(): u32 {
  return general<T>() ? 0xfffffffd : 253;
}

// @inline
export function terminal<T>(node: usize): i32 {
  return load<i32>(node + common<T>());
}
// @inline
export function setTerminal<T>(node: usize, value: i32): void {
  store<i32>(node + common<T>(), value);
}
// @inline
export function stamp<T>(node: usize): i32 {
  return load<i32>(node + common<T>(), 4);
}
// @inline
export function distance<T>(node: usize): i32 {
  return load<u16>(node + common<T>(), 12);
}
// @inline
export function mark<T>(node: usize, when: i32, far: i32): void {
  store<i32>(node + common<T>(), when, 4);
  store<u16>(node + common<T>(), <u16>min(far, 65535), 12);
}
/** 0 the source's tree, 1 the sink's. */
// @inline
export function tree<T>(node: usize): i32 {
  return load<u8>(node + common<T>(), 14);
}
// @inline
export function setTree<T>(node: usize, side: i32): void {
  store<u8>(node + common<T>(), <u8>side, 14);
}
// @inline
export function parent<T>(node: usize): u32 {
  if (general<T>()) return load<u32>(node + common<T>(), 16);
  return load<u8>(node + common<T>(), 15);
}
// @inline
export function setParent<T>(node: usize, arc: u32): void {
  if (general<T>()) store<u32>(node + common<T>(), arc, 16);
  else store<u8>(node + common<T>(), <u8>arc, 15);
}

// Arcs: a direction 0 … degree in a grid, an address in a general graph.
// @inline
export function firstArc<T>(node: usize): u32 {
  return general<T>() ? load<u32>(node) : 0;
}
// @inline
export function hasArc<T>(arc: u32): bool {
  return general<T>() ? arc != 0 : <i32>arc < degree<T>();
}
// @inline
export function nextArc<T>(arc: u32): u32 {
  return general<T>() ? load<u32>(<usize>arc, 4) : arc + 1;
}
// @inline
export function head<T>(node: usize, arc: u32): usize {
  if (general<T>()) return load<u32>(<usize>arc);
  return node + <usize>load<i32>(steps + ((<usize>arc) << 2));
}
// @inline
export function sister<T>(arc: u32): u32 {
  return general<T>() ? arc ^ 16 : arc ^ 1;
}
// @inline
export function capacity<T>(node: usize, arc: u32): i32 {
  if (general<T>()) return load<i32>(<usize>arc, 8);
  return load<u16>(node + ((<usize>arc) << 1));
}
/** Adds to a residual capacity and returns it. */
// @inline
export function addCapacity<T>(node: usize, arc: u32, amount: i32): i32 {
  const value = capacity<T>(node, arc) + amount;
  if (general<T>()) store<i32>(<usize>arc, value, 8);
  else store<u16>(node + ((<usize>arc) << 1), <u16>value);
  return value;
}
/** What can still flow along `arc` of `node` in the direction of the tree: away from the source, or towards the sink. */
// @inline
export function outward<T>(node: usize, other: usize, arc: u32, side: i32): i32 {
  return side == 0 ? capacity<T>(node, arc) : capacity<T>(other, sister<T>(arc));
}
