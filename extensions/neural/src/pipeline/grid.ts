/**
 * @file Numbers on a grid of three axes, laid out as numpy does: the last axis is contiguous.
 */

export type Shape3 = readonly [number, number, number];

export interface Grid {
  /** Extent of axis 0, 1, 2. Index of (a, b, c) is (a · shape[1] + b) · shape[2] + c. */
  readonly shape: Shape3;
  readonly values: Float32Array;
}

export const gridLength = (shape: Shape3): number => shape[0] * shape[1] * shape[2];

/** A grid of one value. */
export const filledGrid = (shape: Shape3, value = 0): Grid => ({
  shape,
  values: new Float32Array(gridLength(shape)).fill(value),
});

/** A shape with the extent of one axis replaced. */
export function withExtent(shape: Shape3, axis: number, extent: number): Shape3 {
  const changed: [number, number, number] = [...shape];
  changed[axis] = extent;
  return changed;
}

/** Distance in memory between neighbours along each axis. */
export const strides = (shape: Shape3): Shape3 => [shape[1] * shape[2], shape[2], 1];
