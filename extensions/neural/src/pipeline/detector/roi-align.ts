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
 * map. Writes channels × size × size values at `offset` of `out`. Rows are weighed first and columns after them, each cell once:
 * O(channels · size · (columns that are touched + size)).
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
  const binWidth = Math.max(box[2] * scale - x1, 1) / size;
  const binHeight = Math.max(box[3] * scale - y1, 1) / size;
  const rows = tapsOf(y1, binHeight, size, samplingRatio, map.rows);
  const columns = tapsOf(x1, binWidth, size, samplingRatio, map.columns);
  const firstColumn = columns.cells.reduce((least, cell) => Math.min(least, cell), map.columns);
  const lastColumn = columns.cells.reduce((most, cell) => Math.max(most, cell), -1);
  const width = Math.max(0, lastColumn - firstColumn + 1);
  const line = new Float64Array(width);
  const plane = map.rows * map.columns;
  const { values } = map;
  for (let channel = 0, to = offset; channel < map.channels; channel++) {
    const start = channel * plane + firstColumn;
    for (let binRow = 0; binRow < size; binRow++) {
      line.fill(0);
      for (let tap = rows.ends[binRow]; tap < rows.ends[binRow + 1]; tap++) {
        const weight = rows.weights[tap];
        const from = start + rows.cells[tap] * map.columns;
        for (let column = 0; column < width; column++)
          line[column] += weight * values[from + column];
      }
      for (let binColumn = 0; binColumn < size; binColumn++, to++) {
        let sum = 0;
        for (let tap = columns.ends[binColumn]; tap < columns.ends[binColumn + 1]; tap++) {
          sum += columns.weights[tap] * line[columns.cells[tap] - firstColumn];
        }
        out[to] = sum;
      }
    }
  }
}

/** Along one axis: the cells that each bin reads, with their weights; those of bin n lie from ends[n] to ends[n + 1]. */
interface Taps {
  readonly cells: readonly number[];
  readonly weights: readonly number[];
  readonly ends: readonly number[];
}

/** Samples that lie more than a cell outside add nothing. */
function tapsOf(
  begin: number,
  binExtent: number,
  bins: number,
  samplingRatio: number,
  extent: number
): Taps {
  const cells: number[] = [];
  const weights: number[] = [];
  const ends = [0];
  const add = (cell: number, weight: number) => {
    // Neighbouring samples read the same cells: each is kept once a bin.
    const known = cells.indexOf(cell, ends.at(-1));
    if (known >= 0) weights[known] += weight;
    else if (weight > 0) {
      cells.push(cell);
      weights.push(weight);
    }
  };
  for (let bin = 0; bin < bins; bin++) {
    for (let sample = 0; sample < samplingRatio; sample++) {
      const position = begin + bin * binExtent + ((sample + 0.5) * binExtent) / samplingRatio;
      if (position < -1 || position > extent) continue;
      const inside = Math.max(0, position);
      const cell = Math.min(Math.floor(inside), extent - 1);
      const share = cell >= extent - 1 ? 0 : inside - cell;
      add(cell, (1 - share) / samplingRatio);
      add(cell + 1, share / samplingRatio);
    }
    ends.push(cells.length);
  }
  return { cells, weights, ends };
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
