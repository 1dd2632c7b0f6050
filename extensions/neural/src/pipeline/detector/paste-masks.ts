/**
 * @file Puts the small mask of an instance where its box is, as torchvision's `paste_masks_in_image` with padding 1.
 */

/**
 * Enlarges the `size` × `size` mask of `box` by bilinear interpolation (align_corners false) and writes it into an image of
 * `rows` × `columns` zeros.
 */
export function pasteMask(
  mask: Float32Array,
  size: number,
  box: ArrayLike<number>,
  rows: number,
  columns: number
): Float32Array {
  const image = new Float32Array(rows * columns);
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
  const value = (row: number, column: number) =>
    row < 1 || row > size || column < 1 || column > size ? 0 : mask[(row - 1) * size + column - 1];
  for (let row = Math.max(0, y0); row < Math.min(rows, y0 + height); row++) {
    const [low, share] = sourcePosition(row - y0, height, padded);
    for (let column = Math.max(0, x0); column < Math.min(columns, x0 + width); column++) {
      const [left, across] = sourcePosition(column - x0, width, padded);
      const upper = value(low, left) * (1 - across) + value(low, left + 1) * across;
      const lower = value(low + 1, left) * (1 - across) + value(low + 1, left + 1) * across;
      image[row * columns + column] = upper * (1 - share) + lower * share;
    }
  }
  return image;
}

/** Source cell and share of the next one for a target sample. */
function sourcePosition(at: number, extent: number, cells: number): readonly [number, number] {
  const position = Math.min(Math.max(0, ((at + 0.5) * cells) / extent - 0.5), cells - 1);
  const cell = Math.min(Math.floor(position), cells - 1);
  return [cell, position - cell];
}
