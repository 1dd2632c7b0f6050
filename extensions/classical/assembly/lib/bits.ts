// Masks of one bit a voxel: each row starts a 64-bit word, the first voxel is the lowest bit.

/** Bytes of a row of `nx` voxels. */
// @inline
export function rowBytes(nx: i32): usize {
  return (<usize>((nx + 63) >> 6)) << 3;
}

/** Sets the bits of the voxels first … last of the row at `row`. */
// @inline
export function setRow(row: usize, first: i32, last: i32): void {
  for (let word = first >> 6; word <= last >> 6; word++) {
    const from = max(first - (word << 6), 0);
    const to = min(last - (word << 6), 63);
    const mask = (~(<u64>0) >> (<u64>(63 - (to - from)))) << (<u64>from);
    const at = row + ((<usize>word) << 3);
    store<u64>(at, load<u64>(at) | mask);
  }
}
