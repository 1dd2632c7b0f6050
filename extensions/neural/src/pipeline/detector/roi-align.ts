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
  const bins = size * size;
  // Where each sample reads is the same for all channels: found once, four cells a sample.
  const cells = new Int32Array(bins * samples * 4);
  const weights = new Float64Array(cells.length);
  let filled = 0;
  for (let binRow = 0; binRow < size; binRow++) {
    for (let binColumn = 0; binColumn < size; binColumn++) {
      for (let sampleRow = 0; sampleRow < samplingRatio; sampleRow++) {
        const y = y1 + binRow * binHeight + ((sampleRow + 0.5) * binHeight) / samplingRatio;
        for (let sampleColumn = 0; sampleColumn < samplingRatio; sampleColumn++) {
          const x = x1 + binColumn * binWidth + ((sampleColumn + 0.5) * binWidth) / samplingRatio;
          const corners = bilinearCorners(x, y, map.rows, map.columns) ?? NOWHERE;
          for (const [cell, weight] of corners) {
            cells[filled] = cell;
            weights[filled++] = weight / samples;
          }
        }
      }
    }
  }
  const reads = samples * 4;
  for (let channel = 0; channel < map.channels; channel++) {
    const values = map.values.subarray(channel * plane, (channel + 1) * plane);
    const to = offset + channel * bins;
    for (let bin = 0, at = 0; bin < bins; bin++) {
      let sum = 0;
      for (const end = at + reads; at < end; at++) sum += values[cells[at]] * weights[at];
      out[to + bin] = sum;
    }
  }
}

/** A point that no cell is near: it adds nothing. */
const NOWHERE: Corners = [
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
];

type Corner = readonly [cell: number, weight: number];
type Corners = readonly [Corner, Corner, Corner, Corner];

/** The four cells around a point with their weights; none when the point lies more than a cell outside. */
function bilinearCorners(x: number, y: number, rows: number, columns: number): Corners | undefined {
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
