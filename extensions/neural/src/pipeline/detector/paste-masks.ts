/**
 * @file Puts the small mask of an instance where its box is, as torchvision's `paste_masks_in_image` with padding 1.
 */

/** The part of an image in which a mask is not 0. */
export interface PastedMask {
  /** Upper left corner in the image (column, row) and extent; none where the box lies outside. */
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  /** Probability that a pixel belongs to the instance: rows × columns. */
  readonly values: Float32Array;
}

/** Enlarges the `size` × `size` mask of `box` by bilinear interpolation (align_corners false) in an image of `rows` × `columns`. */
export function pasteMask(
  mask: Float32Array,
  size: number,
  box: ArrayLike<number>,
  rows: number,
  columns: number
): PastedMask {
  const padded = size + 2;
  // The border of zeros makes the mask larger, so the box grows with it.
  const factor = padded / size;
  const halfWidth = ((box[2] - box[0]) / 2) * factor;
  const halfHeight = ((box[3] - box[1]) / 2) * factor;
  const centreX = (box[2] + box[0]) / 2;
  const centreY = (box[3] + box[1]) / 2;
  const x0 = Math.trunc(centreX - halfWidth);
  const y0 = Math.trunc(centreY - halfHeight);
  const width = Math.max(1, Math.trunc(centreX + halfWidth) - x0 + 1);
  const height = Math.max(1, Math.trunc(centreY + halfHeight) - y0 + 1);
  // One more row and column behind the border: what the last cell would be mixed with.
  const stride = padded + 1;
  const cells = new Float32Array(stride * stride);
  for (let row = 0; row < size; row++) {
    cells.set(mask.subarray(row * size, (row + 1) * size), (row + 1) * stride + 1);
  }
  const [left, right] = [Math.max(0, x0), Math.min(columns, x0 + width)];
  const [top, bottom] = [Math.max(0, y0), Math.min(rows, y0 + height)];
  const across = sourcePositions(left - x0, right - x0, width, padded);
  const down = sourcePositions(top - y0, bottom - y0, height, padded);
  const values = new Float32Array(down.length * across.length);
  let at = 0;
  for (let row = 0; row < down.length; row++) {
    const above = Math.floor(down[row]);
    const share = down[row] - above;
    for (let column = 0; column < across.length; column++, at++) {
      const before = Math.floor(across[column]);
      const part = across[column] - before;
      const cell = above * stride + before;
      const upper = cells[cell] * (1 - part) + cells[cell + 1] * part;
      const lower = cells[cell + stride] * (1 - part) + cells[cell + stride + 1] * part;
      values[at] = upper * (1 - share) + lower * share;
    }
  }
  return { left, top, columns: across.length, rows: down.length, values };
}

/** The mask on the whole image of `rows` × `columns`. */
export function wholeMask(
  { left, top, columns: width, rows: height, values }: PastedMask,
  rows: number,
  columns: number
): Float32Array {
  const image = new Float32Array(rows * columns);
  for (let row = 0; row < height; row++) {
    image.set(values.subarray(row * width, (row + 1) * width), (top + row) * columns + left);
  }
  return image;
}

/** Where the target samples `from` … `to` (exclusive) of `extent` lie among source cells: cell and share of the next one. */
function sourcePositions(from: number, to: number, extent: number, cells: number): Float64Array {
  const positions = new Float64Array(Math.max(0, to - from));
  for (let at = 0; at < positions.length; at++) {
    const position = ((from + at + 0.5) * cells) / extent - 0.5;
    positions[at] = Math.min(Math.max(0, position), cells - 1);
  }
  return positions;
}
