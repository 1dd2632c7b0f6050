/**
 * @file Labels on a patient grid as labels of a volume's own voxels. Each of the eight grid voxels around a source voxel votes for its
 * label with its weight of linear interpolation; the label with most votes wins. The same as interpolating every label's
 * indicator and taking the largest, in a thirtieth of the memory.
 *
 * Whole series lie exactly halfway between grid voxels, so ties must not favour a label. A tie goes to the voter further from the middle
 * of the grid from left to right, then to the one further to the front, then to the higher one: a structure loses on one border
 * what it gains on the other, and a mirrored image gives exactly the exchanged labels. Only between the two voters beside the middle
 * plane, which nothing tells apart, the lower label wins.
 */
import type { Geometry, Vec3 } from '@cordon/extension-workbench/pure';
import { lpsToGrid, type PatientGrid } from './conform';
import { gridLength, strides, type Shape3 } from './grid';

/** Labels for each voxel of `geometry`, columns fastest; 0 beyond the grid. O(voxels), one byte each. */
export function labelsToSource(
  labels: Uint8Array,
  frame: PatientGrid,
  geometry: Geometry
): Uint8Array {
  const [columns, rows, slices] = geometry.size;
  const result = new Uint8Array(geometry.voxelCount);
  const reach = labelledBox(labels, frame.shape);
  if (!reach) return result;
  const vote = voter(labels, frame.shape);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      const first = lpsToGrid(frame, geometry.ijkToLps([0, j, k]));
      const last = lpsToGrid(frame, geometry.ijkToLps([columns - 1, j, k]));
      const [a, b, c] = first;
      const [da, db, dc] = last.map(
        (value, axis) => (value - first[axis]) / Math.max(1, columns - 1)
      );
      const [from, to] = columnsWithin(first, [da, db, dc], columns, reach);
      const row = columns * (j + rows * k);
      for (let i = from; i < to; i++) {
        result[row + i] = vote(a + i * da, b + i * db, c + i * dc);
      }
    }
  }
  return result;
}

interface Reach {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Continuous positions that a label can win: a voxel around those that are labelled. Undefined when none is. */
function labelledBox(labels: Uint8Array, shape: Shape3): Reach | undefined {
  const from = [Infinity, Infinity, Infinity];
  const to = [-Infinity, -Infinity, -Infinity];
  const extend = (axis: number, index: number) => {
    from[axis] = Math.min(from[axis], index - 1);
    to[axis] = Math.max(to[axis], index + 1);
  };
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      const line = shape[2] * (b + shape[1] * a);
      let [first, last] = [0, shape[2] - 1];
      while (first <= last && labels[line + first] === 0) first++;
      if (first > last) continue;
      while (labels[line + last] === 0) last--;
      extend(0, a);
      extend(1, b);
      extend(2, first);
      extend(2, last);
    }
  }
  return to[0] < 0 ? undefined : { from, to };
}

/** Range of columns of a row, which runs from `first` by `step`, that reach into the box. */
function columnsWithin(first: Vec3, step: Vec3, columns: number, { from, to }: Reach) {
  let [low, high] = [0, columns - 1];
  for (let axis = 0; axis < 3; axis++) {
    if (step[axis] === 0) {
      if (first[axis] < from[axis] || first[axis] > to[axis]) return [0, 0];
      continue;
    }
    const one = (from[axis] - first[axis]) / step[axis];
    const other = (to[axis] - first[axis]) / step[axis];
    low = Math.max(low, Math.min(one, other));
    high = Math.min(high, Math.max(one, other));
  }
  return [Math.ceil(low), Math.floor(high) + 1];
}

/** Votes that differ by less are equal: positions are only as exact as the decimal numbers of a file. */
const TIE = 1e-6;

/** The winner at a continuous position, which is at most one voxel off the grid. */
function voter(labels: Uint8Array, shape: Shape3): (a: number, b: number, c: number) => number {
  const padded = withBorder(labels, shape);
  const [, db] = strides(padded.shape);
  const da = padded.shape[1] * db;
  const votes = new Float64Array(256);
  const corners = new Uint8Array(8);
  const offsets = Int32Array.from({ length: 8 }, (_, corner) => {
    const [x, y, z] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    return x * da + y * db + z;
  });
  return (a, b, c) => {
    const la = Math.min(Math.floor(a), shape[0] - 1);
    const lb = Math.min(Math.floor(b), shape[1] - 1);
    const lc = Math.min(Math.floor(c), shape[2] - 1);
    const base = (la + 1) * da + (lb + 1) * db + lc + 1;
    const first = padded.labels[base];
    let same = true;
    for (let corner = 0; corner < 8; corner++) {
      const label = padded.labels[base + offsets[corner]];
      corners[corner] = label;
      if (label !== first) same = false;
    }
    if (same) return first;
    const [fa, fb, fc] = [a - la, b - lb, c - lc];
    for (let corner = 0; corner < 8; corner++) votes[corners[corner]] = 0;
    for (let corner = 0; corner < 8; corner++) {
      const inPlane = (corner & 1 ? fa : 1 - fa) * (corner & 2 ? fb : 1 - fb);
      votes[corners[corner]] += inPlane * (corner & 4 ? fc : 1 - fc);
    }
    let best = first;
    let isTie = false;
    for (let corner = 1; corner < 8; corner++) {
      const label = corners[corner];
      const lead = votes[label] - votes[best];
      if (label === best || lead < -TIE) continue;
      isTie = lead <= TIE;
      if (lead > 0) best = label;
    }
    return isTie ? outermost(best, la, fa, fb, fc) : best;
  };

  /** Among the labels with as many votes as `best`, that of the outermost voter. */
  function outermost(best: number, la: number, fa: number, fb: number, fc: number): number {
    let winner = best;
    let furthest = -1;
    for (let corner = 0; corner < 8; corner++) {
      const label = corners[corner];
      const hasWeight =
        (corner & 1 ? fa : 1 - fa) > TIE &&
        (corner & 2 ? fb : 1 - fb) > TIE &&
        (corner & 4 ? fc : 1 - fc) > TIE;
      if (!hasWeight || votes[label] < votes[best] - TIE) continue;
      // Twice the distance from the middle, so that it is whole; then the second and the third axis.
      const fromMiddle = Math.abs(2 * (la + (corner & 1)) - (shape[0] - 1));
      const place = 4 * fromMiddle + (corner & 2) + (corner >> 2);
      if (place < furthest || (place === furthest && label > winner)) continue;
      winner = label;
      furthest = place;
    }
    return winner;
  }
}

/** The labels with a border of one voxel of 0, so that no corner has to be checked. */
function withBorder(labels: Uint8Array, shape: Shape3) {
  const wide: Shape3 = [shape[0] + 2, shape[1] + 2, shape[2] + 2];
  const padded = new Uint8Array(gridLength(wide));
  const step = strides(wide);
  for (let a = 0; a < shape[0]; a++) {
    for (let b = 0; b < shape[1]; b++) {
      const from = shape[2] * (b + shape[1] * a);
      padded.set(labels.subarray(from, from + shape[2]), (a + 1) * step[0] + (b + 1) * step[1] + 1);
    }
  }
  return { labels: padded, shape: wide };
}
