/**
 * @file ROI Align (He et al., Mask R-CNN, 2017) over a feature pyramid, as torchvision computes it with `aligned=False`.
 */

export interface FeatureMap {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** channels × rows × columns. */
  readonly values: Float32Array;
}

/**
 * Averages bilinear samples of `map` in `size` × `size` bins of one box; `scale` maps pixels of the image to cells of the
 * map. Writes channels × size × size values at `offset` of `out`. O(channels · size² · samplingRatio²).
 */
export function roiAlign(
  map: FeatureMap,
  box: ArrayLike<number>,
  scale: number,
  size: number,
  samplingRatio: number,
  out: Float32Array,
  offset: number
): void {
  const [x1, y1] = [box[0] * scale, box[1] * scale];
  const width = Math.max(box[2] * scale - x1, 1);
  const height = Math.max(box[3] * scale - y1, 1);
  const binWidth = width / size;
  const binHeight = height / size;
  const samples = samplingRatio * samplingRatio;
  const plane = map.rows * map.columns;
  for (let binRow = 0; binRow < size; binRow++) {
    for (let binColumn = 0; binColumn < size; binColumn++) {
      const bin = offset + binRow * size + binColumn;
      for (let channel = 0; channel < map.channels; channel++) out[bin + channel * size * size] = 0;
      for (let sampleRow = 0; sampleRow < samplingRatio; sampleRow++) {
        const y = y1 + binRow * binHeight + ((sampleRow + 0.5) * binHeight) / samplingRatio;
        for (let sampleColumn = 0; sampleColumn < samplingRatio; sampleColumn++) {
          const x = x1 + binColumn * binWidth + ((sampleColumn + 0.5) * binWidth) / samplingRatio;
          const corners = bilinearCorners(x, y, map.rows, map.columns);
          if (!corners) continue;
          for (let channel = 0; channel < map.channels; channel++) {
            const base = channel * plane;
            let value = 0;
            for (const [cell, weight] of corners) value += map.values[base + cell] * weight;
            out[bin + channel * size * size] += value / samples;
          }
        }
      }
    }
  }
}

/** The four cells around a point with their weights; none when the point lies more than a cell outside. */
function bilinearCorners(
  x: number,
  y: number,
  rows: number,
  columns: number
): readonly (readonly [cell: number, weight: number])[] | undefined {
  if (y < -1 || y > rows || x < -1 || x > columns) return undefined;
  const [row, rowShare] = cellBelow(y, rows);
  const [column, columnShare] = cellBelow(x, columns);
  const nextRow = Math.min(row + 1, rows - 1);
  const nextColumn = Math.min(column + 1, columns - 1);
  return [
    [row * columns + column, (1 - rowShare) * (1 - columnShare)],
    [row * columns + nextColumn, (1 - rowShare) * columnShare],
    [nextRow * columns + column, rowShare * (1 - columnShare)],
    [nextRow * columns + nextColumn, rowShare * columnShare],
  ];
}

/** The cell at or below a coordinate and the share of the next one; limited to the map. */
function cellBelow(position: number, extent: number): readonly [number, number] {
  const inside = Math.max(0, position);
  const cell = Math.floor(inside);
  return cell >= extent - 1 ? [extent - 1, 0] : [cell, inside - cell];
}

/** Level of the pyramid that serves a box: torchvision's LevelMapper with canonical scale 224 at level 4. */
export function pyramidLevel(
  box: ArrayLike<number>,
  firstLevel: number,
  lastLevel: number
): number {
  const size = Math.fround(Math.sqrt((box[2] - box[0]) * (box[3] - box[1])));
  const level = Math.floor(4 + Math.log2(size / 224) + 1e-6);
  return Math.min(Math.max(level, firstLevel), lastLevel);
}
