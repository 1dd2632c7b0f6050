/**
 * @file Instances of a whole image from those of its tiles, and the image with each pixel given to one of them.
 */
import type { Instance } from './detect';
import type { Tile } from './tiles';

/** An instance in the image: a rectangle of 0/1 pixels. */
export interface PlacedInstance {
  readonly label: number;
  /** 0 … 1. */
  readonly score: number;
  /** Upper left corner in the image (column, row) and extent. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly pixels: Uint8Array;
  /** Index of the tile that it was found in. */
  readonly tile: number;
}

/** An instance of which this share is covered by better ones of other tiles is one of them, seen twice. */
const SAME_SHARE = 0.5;

/**
 * The pixels of an instance whose probability exceeds `maskThreshold`, placed in the image; nothing when there is none,
 * or when the tile cuts it off and its neighbour shows it whole. The image of a tile that is smaller goes on behind it.
 */
export function placeInstance(
  { label, score, mask }: Instance,
  tile: Tile,
  number: number,
  overlap: readonly [rows: number, columns: number],
  maskThreshold: number
): PlacedInstance | undefined {
  const [left, top] = tile.box.fromIjk;
  const [right, bottom] = tile.box.toIjk;
  const [rows, columns] = [bottom - top, right - left];
  let [minRow, maxRow, minColumn, maxColumn] = [rows, -1, columns, -1];
  const [lastRow, lastColumn] = [
    Math.min(rows, mask.top + mask.rows),
    Math.min(columns, mask.left + mask.columns),
  ];
  /** Index of a pixel of the tile in the mask. */
  const index = (row: number, column: number) =>
    (row - mask.top) * mask.columns + column - mask.left;
  for (let row = mask.top; row < lastRow; row++) {
    for (let column = mask.left; column < lastColumn; column++) {
      if (!(mask.values[index(row, column)] > maskThreshold)) continue;
      minRow = Math.min(minRow, row);
      maxRow = row;
      minColumn = Math.min(minColumn, column);
      maxColumn = Math.max(maxColumn, column);
    }
  }
  if (maxRow < 0) return undefined;
  const [height, breadth] = [maxRow - minRow + 1, maxColumn - minColumn + 1];
  const isCut =
    (tile.cutsTop && minRow === 0 && height < overlap[0]) ||
    (tile.cutsBottom && maxRow === rows - 1 && height < overlap[0]) ||
    (tile.cutsLeft && minColumn === 0 && breadth < overlap[1]) ||
    (tile.cutsRight && maxColumn === columns - 1 && breadth < overlap[1]);
  if (isCut) return undefined;
  const pixels = new Uint8Array(height * breadth);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < breadth; column++) {
      const value = mask.values[index(minRow + row, minColumn + column)];
      pixels[row * breadth + column] = Number(value > maskThreshold);
    }
  }
  const corner = { left: left + minColumn, top: top + minRow };
  return { label, score, ...corner, columns: breadth, rows: height, pixels, tile: number };
}

/**
 * Gives each pixel to the highest-scoring instance that covers it. `owners` is the image (`columns` wide, from `left`,
 * `top`), 0 where nothing is; the instance numbers begin after `offset`. Returns the instances that got a pixel, in the
 * order of their numbers. O(pixels of all instances).
 */
export function paintInstances(
  instances: readonly PlacedInstance[],
  owners: Uint16Array,
  frame: { readonly left: number; readonly top: number; readonly columns: number },
  offset: number
): readonly PlacedInstance[] {
  const ordered = [...instances].sort((a, b) => b.score - a.score);
  const painted: PlacedInstance[] = [];
  for (const instance of ordered) {
    const free: number[] = [];
    let [pixels, seen] = [0, 0];
    for (let row = 0; row < instance.rows; row++) {
      const from = (instance.top - frame.top + row) * frame.columns + instance.left - frame.left;
      for (let column = 0; column < instance.columns; column++) {
        if (instance.pixels[row * instance.columns + column] === 0) continue;
        pixels++;
        const owner = owners[from + column];
        if (owner === 0) free.push(from + column);
        else if (painted[owner - offset - 1].tile !== instance.tile) seen++;
      }
    }
    if (free.length === 0 || seen > SAME_SHARE * pixels) continue;
    painted.push(instance);
    for (const at of free) owners[at] = offset + painted.length;
  }
  return painted;
}
