/**
 * @file The value of a grid between its samples.
 */
import type { Vec3 } from '@cordon/extension-workbench/pure';
import { strides, type Grid, type Shape3 } from './grid';

/** Whether a continuous index lies on a grid: half a sample around the outermost centres belongs to it. */
export const within = (position: Vec3, shape: Shape3): boolean =>
  position.every((value, axis) => value >= -0.5 && value <= shape[axis] - 0.5);

/** The value at a continuous index, linearly; the edge goes on outside. */
export function linearAt(source: Grid, position: Vec3): number {
  const step = strides(source.shape);
  let base = 0;
  const share = [0, 0, 0];
  const next = [0, 0, 0];
  for (let axis = 0; axis < 3; axis++) {
    const last = source.shape[axis] - 1;
    const value = Math.min(Math.max(0, position[axis]), last);
    const low = Math.min(Math.floor(value), Math.max(0, last - 1));
    base += low * step[axis];
    share[axis] = value - low;
    next[axis] = last > 0 ? step[axis] : 0;
  }
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    let weight = 1;
    let at = base;
    for (let axis = 0; axis < 3; axis++) {
      const up = (corner >> axis) & 1;
      weight *= up ? share[axis] : 1 - share[axis];
      at += up * next[axis];
    }
    if (weight > 0) sum += weight * source.values[at];
  }
  return sum;
}

/** The smallest finite value; 0 where there is none. */
export function smallest(values: Float32Array): number {
  let least = Infinity;
  for (let at = 0; at < values.length; at++) {
    if (values[at] < least && values[at] > -Infinity) least = values[at];
  }
  return Number.isFinite(least) ? least : 0;
}
