/**
 * @file Nearest neighbours among points in space by a balanced k-d tree (Bentley 1975; search with incremental distances
 * after Arya and Mount 1993).
 *
 * Complexity O(n log n) to build, about O(log n) a query; 28 bytes a point. Exact.
 */

const LEAF_POINTS = 12;

export class PointTree {
  /** x, y, z of each point, in the order of the tree. */
  readonly #points: Float64Array;
  readonly #count: number;
  /** Where a node is split; nodes are numbered as in a heap, from 1. */
  readonly #splits: Float64Array;
  readonly #axes: Uint8Array;
  // The query at hand.
  #best2 = Infinity;
  #bestPoint = 0;
  readonly #target = new Float64Array(3);

  /** `points`: x, y, z one after another (mm), at least one point. */
  constructor(points: Float64Array) {
    this.#points = points.slice();
    this.#count = points.length / 3;
    const depth = Math.max(0, Math.ceil(Math.log2(this.#count / LEAF_POINTS)));
    this.#splits = new Float64Array(2 ** (depth + 1));
    this.#axes = new Uint8Array(2 ** (depth + 1));
    this.#build(1, 0, this.#count);
  }

  /** Distance from (x, y, z) to the nearest point (mm). Queries near the previous one are quicker. */
  nearestDistance(x: number, y: number, z: number): number {
    this.#target[0] = x;
    this.#target[1] = y;
    this.#target[2] = z;
    this.#best2 = this.#distance2(this.#bestPoint);
    this.#search(1, 0, this.#count, 0, 0, 0);
    return Math.sqrt(this.#best2);
  }

  #build(node: number, from: number, to: number): void {
    if (to - from <= LEAF_POINTS) return;
    const axis = this.#widestAxis(from, to);
    const middle = (from + to) >> 1;
    this.#select(from, to - 1, middle, axis);
    this.#axes[node] = axis;
    this.#splits[node] = this.#points[3 * middle + axis];
    this.#build(2 * node, from, middle);
    this.#build(2 * node + 1, middle, to);
  }

  #widestAxis(from: number, to: number): number {
    const points = this.#points;
    let widest = 0;
    let widestExtent = -1;
    for (let axis = 0; axis < 3; axis++) {
      let min = Infinity;
      let max = -Infinity;
      for (let at = 3 * from + axis; at < 3 * to; at += 3) {
        const value = points[at];
        if (value < min) min = value;
        if (value > max) max = value;
      }
      if (max - min > widestExtent) [widest, widestExtent] = [axis, max - min];
    }
    return widest;
  }

  /** Moves points so that none before `nth` lies behind it along `axis` (Hoare's selection). */
  #select(low: number, high: number, nth: number, axis: number): void {
    const points = this.#points;
    while (low < high) {
      const pivot = points[3 * ((low + high) >> 1) + axis];
      let left = low;
      let right = high;
      while (left <= right) {
        while (points[3 * left + axis] < pivot) left++;
        while (points[3 * right + axis] > pivot) right--;
        if (left <= right) this.#swap(left++, right--);
      }
      if (nth <= right) high = right;
      else if (nth >= left) low = left;
      else return;
    }
  }

  #swap(a: number, b: number): void {
    const points = this.#points;
    for (let axis = 0; axis < 3; axis++) {
      const kept = points[3 * a + axis];
      points[3 * a + axis] = points[3 * b + axis];
      points[3 * b + axis] = kept;
    }
  }

  /** `dx`, `dy`, `dz`: how far the node's cell lies from the target along each axis. */
  #search(node: number, from: number, to: number, dx: number, dy: number, dz: number): void {
    if (to - from <= LEAF_POINTS) {
      for (let point = from; point < to; point++) {
        const distance2 = this.#distance2(point);
        if (distance2 < this.#best2) {
          this.#best2 = distance2;
          this.#bestPoint = point;
        }
      }
      return;
    }
    const axis = this.#axes[node];
    const offset = this.#target[axis] - this.#splits[node];
    const middle = (from + to) >> 1;
    const fx = axis === 0 ? offset : dx;
    const fy = axis === 1 ? offset : dy;
    const fz = axis === 2 ? offset : dz;
    if (offset < 0) this.#search(2 * node, from, middle, dx, dy, dz);
    else this.#search(2 * node + 1, middle, to, dx, dy, dz);
    if (fx * fx + fy * fy + fz * fz >= this.#best2) return;
    if (offset < 0) this.#search(2 * node + 1, middle, to, fx, fy, fz);
    else this.#search(2 * node, from, middle, fx, fy, fz);
  }

  #distance2(point: number): number {
    const at = 3 * point;
    const x = this.#points[at] - this.#target[0];
    const y = this.#points[at + 1] - this.#target[1];
    const z = this.#points[at + 2] - this.#target[2];
    return x * x + y * y + z * z;
  }
}
