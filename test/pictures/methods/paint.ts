/**
 * Paints a slice with labels, contours and prompts as rows of RGB bytes.
 */
import type { Prompts } from '../../../extensions/workbench/src/pure';

export interface Panel {
  readonly columns: number;
  readonly rows: number;
  readonly rgb: Uint8Array;
}

type Colour = readonly [number, number, number];
/** Object, then further labels; told apart by people who do not see red and green alike. */
const COLOURS: readonly Colour[] = [
  [255, 176, 0],
  [100, 143, 255],
  [220, 38, 127],
  [60, 220, 170],
  [254, 97, 0],
  [150, 110, 240],
];
const BACKGROUND_SEED: Colour = [255, 255, 255];
/** Share of a label's colour inside its contour. */
const FILL = 0.35;
/** Steps of grey: noise below a step would only make the file larger. */
const GREYS = 40;

/** Each voxel `zoom` × `zoom` pixels. */
export function paintSlice(
  values: ArrayLike<number>,
  columns: number,
  [black, white]: readonly [number, number],
  zoom: number,
  labels?: ArrayLike<number>
): Panel {
  const rows = values.length / columns;
  const panel = {
    columns: columns * zoom,
    rows: rows * zoom,
    rgb: new Uint8Array(3 * columns * rows * zoom * zoom),
  };
  const labelAt = (i: number, j: number) =>
    i < 0 || j < 0 || i >= columns || j >= rows ? 0 : (labels?.[i + columns * j] ?? 0);
  for (let y = 0; y < panel.rows; y++) {
    for (let x = 0; x < panel.columns; x++) {
      const [i, j] = [Math.floor(x / zoom), Math.floor(y / zoom)];
      const share = Math.max(0, Math.min(1, (values[i + columns * j] - black) / (white - black)));
      const grey = (Math.round(share * GREYS) / GREYS) * 255;
      const label = labelAt(i, j);
      // A pixel is on the contour when it touches another label.
      const isContour =
        label !== 0 &&
        ((x % zoom === 0 && labelAt(i - 1, j) !== label) ||
          (x % zoom === zoom - 1 && labelAt(i + 1, j) !== label) ||
          (y % zoom === 0 && labelAt(i, j - 1) !== label) ||
          (y % zoom === zoom - 1 && labelAt(i, j + 1) !== label));
      const colour = COLOURS[(label - 1 + COLOURS.length) % COLOURS.length];
      const part = label === 0 ? 0 : isContour ? 1 : FILL;
      panel.rgb.set(
        colour.map((one) => grey * (1 - part) + one * part),
        3 * (x + panel.columns * y)
      );
    }
  }
  return panel;
}

/** Seeds as disks, anchors of a path as squares, those that lie in the slice. */
export function paintPrompts(
  panel: Panel,
  { seeds = [], path = [] }: Partial<Prompts>,
  slice: number,
  zoom: number
): void {
  const dot = (i: number, j: number, colour: Colour, isRound: boolean) => {
    const [cx, cy] = [(i + 0.5) * zoom, (j + 0.5) * zoom];
    const reach = 5;
    for (let y = Math.floor(cy - reach); y <= cy + reach; y++) {
      for (let x = Math.floor(cx - reach); x <= cx + reach; x++) {
        const far = isRound
          ? Math.hypot(x - cx, y - cy)
          : Math.max(Math.abs(x - cx), Math.abs(y - cy));
        if (far > reach || x < 0 || y < 0 || x >= panel.columns || y >= panel.rows) continue;
        panel.rgb.set(far > reach - 1.5 ? [0, 0, 0] : colour, 3 * (x + panel.columns * y));
      }
    }
  };
  for (const { ijk, label } of seeds) {
    if (ijk[2] !== slice) continue;
    dot(ijk[0], ijk[1], label === 0 ? BACKGROUND_SEED : COLOURS[label - 1], true);
  }
  for (const [i, j, k] of path) if (k === slice) dot(i, j, COLOURS[0], false);
}

/** Two panels of one height with a gap. */
export function sideBySide(left: Panel, right: Panel): Panel {
  const gap = 6;
  const columns = left.columns + gap + right.columns;
  const rgb = new Uint8Array(3 * columns * left.rows).fill(255);
  for (let y = 0; y < left.rows; y++) {
    const row = ({ columns: width, rgb: from }: Panel) =>
      from.subarray(3 * width * y, 3 * width * (y + 1));
    rgb.set(row(left), 3 * columns * y);
    rgb.set(row(right), 3 * (columns * y + left.columns + gap));
  }
  return { columns, rows: left.rows, rgb };
}
