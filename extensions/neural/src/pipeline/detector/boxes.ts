/**
 * @file Boxes of a detector: anchors, decoding of deltas, clipping, non-maximum suppression — as torchvision computes
 * them (torchvision 0.14, models/detection). Boxes are x1, y1, x2, y2 in pixels of the network's image, four floats each.
 */

/** torchvision's limit of log-size deltas: log(1000 / 16). */
export const DELTA_CLAMP = Math.log(1000 / 16);

export interface AnchorLevel {
  /** Rows and columns of the feature map. */
  readonly rows: number;
  readonly columns: number;
  /** Pixels between neighbouring cells. */
  readonly stride: number;
  /** Edge of the square anchor (pixels). */
  readonly anchorSize: number;
}

/**
 * Anchors of one level, cell by cell, aspect ratios (height / width) fastest: rows · columns · ratios boxes. The corners
 * of the base anchors are rounded half to even, as PyTorch rounds.
 */
export function makeAnchors(level: AnchorLevel, aspectRatios: readonly number[]): Float32Array {
  const corners = aspectRatios.flatMap((ratio) => {
    const heightRatio = Math.fround(Math.sqrt(Math.fround(ratio)));
    const widthRatio = Math.fround(1 / heightRatio);
    const width = Math.fround(widthRatio * level.anchorSize);
    const height = Math.fround(heightRatio * level.anchorSize);
    return [-width / 2, -height / 2, width / 2, height / 2].map(roundHalfToEven);
  });
  const anchors = new Float32Array(level.rows * level.columns * corners.length);
  let at = 0;
  for (let row = 0; row < level.rows; row++) {
    for (let column = 0; column < level.columns; column++) {
      const x = column * level.stride;
      const y = row * level.stride;
      for (let corner = 0; corner < corners.length; corner += 2) {
        anchors[at++] = x + corners[corner];
        anchors[at++] = y + corners[corner + 1];
      }
    }
  }
  return anchors;
}

/** Boxes that `deltas` (dx, dy, dw, dh) make of `boxes`; both hold four floats a box. */
export function decodeBoxes(
  boxes: Float32Array,
  deltas: Float32Array,
  weights: readonly [number, number, number, number]
): Float32Array {
  const decoded = new Float32Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) {
    const width = boxes[at + 2] - boxes[at];
    const height = boxes[at + 3] - boxes[at + 1];
    const centreX = boxes[at] + 0.5 * width;
    const centreY = boxes[at + 1] + 0.5 * height;
    const x = (deltas[at] / weights[0]) * width + centreX;
    const y = (deltas[at + 1] / weights[1]) * height + centreY;
    const w = Math.exp(Math.min(deltas[at + 2] / weights[2], DELTA_CLAMP)) * width;
    const h = Math.exp(Math.min(deltas[at + 3] / weights[3], DELTA_CLAMP)) * height;
    decoded[at] = x - 0.5 * w;
    decoded[at + 1] = y - 0.5 * h;
    decoded[at + 2] = x + 0.5 * w;
    decoded[at + 3] = y + 0.5 * h;
  }
  return decoded;
}

/** Moves corners into the image, in place. */
export function clipBoxes(boxes: Float32Array, rows: number, columns: number): void {
  for (let at = 0; at < boxes.length; at += 2) {
    boxes[at] = Math.min(Math.max(boxes[at], 0), columns);
    boxes[at + 1] = Math.min(Math.max(boxes[at + 1], 0), rows);
  }
}

/** True when both edges are at least `minimum` pixels long. */
export const isLargeEnough = (boxes: Float32Array, box: number, minimum: number): boolean =>
  boxes[4 * box + 2] - boxes[4 * box] >= minimum &&
  boxes[4 * box + 3] - boxes[4 * box + 1] >= minimum;

/** Indexes of the largest scores, largest first; equal scores keep their order. O(n log n). */
export function largest(scores: ArrayLike<number>, count: number): readonly number[] {
  // Numbers are sorted much faster than indexes: first the least score that is in, then the few that reach it.
  const least = new Float64Array(scores).sort().at(-count) ?? -Infinity;
  const reaching: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    if (scores[index] >= least) reaching.push(index);
  }
  return reaching.sort((a, b) => scores[b] - scores[a]).slice(0, count);
}

export interface SuppressionOptions {
  /** Group of each box: those of different groups never suppress each other. All are of one by default. */
  readonly groups?: ArrayLike<number>;
  /** Most boxes that are kept; all by default. */
  readonly maximum?: number;
}

/**
 * Non-maximum suppression: the boxes that overlap no better one by more than `threshold` (intersection over union, 0 … 1),
 * best first. O(n · boxes kept of a group).
 */
export function suppressNonMaxima(
  boxes: Float32Array,
  scores: ArrayLike<number>,
  threshold: number,
  { groups, maximum = Infinity }: SuppressionOptions = {}
): readonly number[] {
  const kept: number[] = [];
  const keptOf = new Map<number, number[]>();
  for (const candidate of largest(scores, scores.length)) {
    if (kept.length >= maximum) break;
    const group = groups?.[candidate] ?? 0;
    const better = keptOf.get(group) ?? [];
    if (overlapsOneOf(better, boxes, candidate, threshold)) continue;
    better.push(candidate);
    keptOf.set(group, better);
    kept.push(candidate);
  }
  return kept;
}

/** Whether a box shares more than `threshold` with one of `others`. */
function overlapsOneOf(
  others: readonly number[],
  boxes: Float32Array,
  box: number,
  threshold: number
): boolean {
  // Read one by one: views and destructuring cost more than all the arithmetic here.
  const x1 = boxes[4 * box];
  const y1 = boxes[4 * box + 1];
  const x2 = boxes[4 * box + 2];
  const y2 = boxes[4 * box + 3];
  const area = (x2 - x1) * (y2 - y1);
  for (let at = 0; at < others.length; at++) {
    const other = 4 * others[at];
    const width = Math.min(x2, boxes[other + 2]) - Math.max(x1, boxes[other]);
    if (width <= 0) continue;
    const height = Math.min(y2, boxes[other + 3]) - Math.max(y1, boxes[other + 1]);
    if (height <= 0) continue;
    const intersection = width * height;
    const otherArea = (boxes[other + 2] - boxes[other]) * (boxes[other + 3] - boxes[other + 1]);
    if (intersection / (otherArea + area - intersection) > threshold) return true;
  }
  return false;
}

function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  const fraction = value - low;
  if (fraction < 0.5) return low;
  if (fraction > 0.5) return low + 1;
  return low % 2 === 0 ? low : low + 1;
}
