/**
 * @file ROI Align (He et al., Mask R-CNN, 2017) over a feature pyramid, as torchvision computes it with `aligned=False`.
 */

export interface FeatureMap {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** rows × columns × channels: what a region reads of a row lies in one run. */
  readonly values: Float32Array;
}

/** The feature map of a tensor of channels × rows × columns. */
export function featureMap(
  tensor: Float32Array,
  [channels, rows, columns]: readonly [channels: number, rows: number, columns: number]
): FeatureMap {
  const cells = rows * columns;
  const values = new Float32Array(tensor.length);
  for (let cell = 0, to = 0; cell < cells; cell++) {
    for (let channel = 0; channel < channels; channel++, to++) {
      values[to] = tensor[channel * cells + cell];
    }
  }
  return { channels, rows, columns, values };
}

/**
 * Averages bilinear samples of `map` in `size` × `size` bins of one box; `scale` maps pixels of the image to cells of the
 * map. Writes channels × size × size values at `offset` of `out`. Rows are weighed first and columns after them, each cell once
 * a row of bins, all channels together: O(channels · size · (columns that are touched + size)).
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
  const { channels } = map;
  const line = new Float32Array((lastColumn - firstColumn + 1) * channels);
  const first = firstColumn * channels;
  const ofMap = { values: map.values, begin: first, width: map.columns * channels };
  const ofLine = { values: line, begin: -first, width: channels };
  for (let binRow = 0; binRow < size; binRow++) {
    weigh(rows, binRow, ofMap, line, 0, 1, line.length);
    for (let binColumn = 0; binColumn < size; binColumn++) {
      const to = offset + binRow * size + binColumn;
      weigh(columns, binColumn, ofLine, out, to, size * size, channels);
    }
  }
}

/** Values of cells one after another: those of cell n from `begin` + n · `width` on. */
interface Cells {
  readonly values: Float32Array;
  readonly begin: number;
  readonly width: number;
}

/** Taps that are weighed at once: as many as two samples of a bin have. */
const AT_ONCE = 4;

/** Weighed sums over the cells of a bin, `count` of them: sum n goes to `to` + n · `step` of `sums`. */
function weigh(
  { cells, weights, ends }: Taps,
  bin: number,
  { values, begin, width }: Cells,
  sums: Float32Array,
  to: number,
  step: number,
  count: number
): void {
  for (let tap = ends[bin]; tap < ends[bin + 1]; tap += AT_ONCE) {
    // Four at once, without a loop over them: that and the order of memory are what makes this fast.
    const a = begin + cells[tap] * width;
    const b = begin + cells[tap + 1] * width;
    const c = begin + cells[tap + 2] * width;
    const d = begin + cells[tap + 3] * width;
    const p = weights[tap];
    const q = weights[tap + 1];
    const r = weights[tap + 2];
    const s = weights[tap + 3];
    if (tap > ends[bin]) {
      for (let at = 0, n = to; at < count; at++, n += step) {
        sums[n] +=
          p * values[a + at] + q * values[b + at] + r * values[c + at] + s * values[d + at];
      }
      continue;
    }
    for (let at = 0, n = to; at < count; at++, n += step) {
      sums[n] = p * values[a + at] + q * values[b + at] + r * values[c + at] + s * values[d + at];
    }
  }
}

/**
 * Along one axis: the cells that each bin reads, with their weights; those of bin n lie from ends[n] to ends[n + 1], filled up
 * to whole fours with weights of 0.
 */
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
    while (cells.length === ends.at(-1) || cells.length % AT_ONCE !== 0) {
      cells.push(cells.at(-1) ?? 0);
      weights.push(0);
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
