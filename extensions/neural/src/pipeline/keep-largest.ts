/**
 * @file Keeping the largest connected piece of everything that is labelled.
 */
import type { Shape3 } from './grid';

/**
 * Sets to 0 every label that does not belong to the largest 6-connected component of the union of all labels, in place.
 * The component met first wins a tie. Returns the number of voxels removed. O(n), 5 bytes a voxel.
 */
export function keepLargest(labels: Uint8Array, shape: Shape3): number {
  const component = new Int32Array(labels.length);
  const stack: number[] = [];
  let pieces = 0;
  let [largest, largestSize] = [0, 0];
  const plane = shape[1] * shape[2];
  for (let seed = 0; seed < labels.length; seed++) {
    if (labels[seed] === 0 || component[seed] !== 0) continue;
    const id = ++pieces;
    let size = 0;
    component[seed] = id;
    stack.push(seed);
    const visit = (next: number) => {
      if (labels[next] === 0 || component[next] !== 0) return;
      component[next] = id;
      stack.push(next);
    };
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      const c = at % shape[2];
      const b = Math.floor(at / shape[2]) % shape[1];
      if (c > 0) visit(at - 1);
      if (c < shape[2] - 1) visit(at + 1);
      if (b > 0) visit(at - shape[2]);
      if (b < shape[1] - 1) visit(at + shape[2]);
      if (at >= plane) visit(at - plane);
      if (at + plane < labels.length) visit(at + plane);
    }
    if (size > largestSize) [largest, largestSize] = [id, size];
  }
  let removed = 0;
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0 || component[at] === largest) continue;
    labels[at] = 0;
    removed++;
  }
  return removed;
}
