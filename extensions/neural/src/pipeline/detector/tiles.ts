/**
 * @file Cuts an image into the overlapping tiles that a detector sees, one at a time.
 */
import type { Box } from '@cordon/extension-workbench/pure';
import { windowStarts } from '../windows';

/** A part of a slice, and whether its sides lie inside the image: an object that touches such a side may be cut off. */
export interface Tile {
  readonly box: Box;
  readonly cutsTop: boolean;
  readonly cutsLeft: boolean;
  readonly cutsBottom: boolean;
  readonly cutsRight: boolean;
}

/** Tiles of `size` (rows, columns) over one slice, neighbours sharing `overlap` (0 … <1); smaller where the slice is. */
export function tilesOf(
  slice: Box,
  [rows, columns]: readonly [number, number],
  overlap: number
): readonly Tile[] {
  const [left, top, k] = slice.fromIjk;
  const [right, bottom] = slice.toIjk;
  const across = windowStarts(right - left, columns, overlap).map((start) => left + start);
  return windowStarts(bottom - top, rows, overlap)
    .map((start) => top + start)
    .flatMap((j) =>
      across.map((i) => {
        const [toI, toJ] = [Math.min(right, i + columns), Math.min(bottom, j + rows)];
        return {
          box: { fromIjk: [i, j, k], toIjk: [toI, toJ, k + 1] },
          cutsTop: j > top,
          cutsLeft: i > left,
          cutsBottom: toJ < bottom,
          cutsRight: toI < right,
        };
      })
    );
}
