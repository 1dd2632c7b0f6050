/**
 * @file Which pixel centres lie inside closed polygons, by the even-odd rule: a polygon inside another one is a hole.
 *
 * Scan line filling (Foley et al., Computer Graphics, 3.6). A centre on an edge belongs to the side of larger
 * coordinates, so that adjoining polygons never share a pixel. Complexity O(rows · edges + pixels filled).
 */

/** Corners as x0, y0, x1, y1 … in pixels; (0, 0) is the centre of the first pixel. */
export type Polygon = Float64Array;

/** Calls `fill` with each run of pixels inside: row, first column, column after the last. */
export function fillPolygons(
  polygons: readonly Polygon[],
  columns: number,
  rows: number,
  fill: (row: number, fromColumn: number, toColumn: number) => void
): void {
  for (let row = 0; row < rows; row++) {
    const crossings: number[] = [];
    for (const polygon of polygons) addCrossings(polygon, row, crossings);
    crossings.sort((a, b) => a - b);
    for (let at = 0; at + 1 < crossings.length; at += 2) {
      const from = Math.max(0, Math.ceil(crossings[at]));
      const to = Math.min(columns, Math.ceil(crossings[at + 1]));
      if (to > from) fill(row, from, to);
    }
  }
}

function addCrossings(polygon: Polygon, row: number, crossings: number[]): void {
  const count = polygon.length / 2;
  for (let at = 0; at < count; at++) {
    const next = (at + 1) % count;
    const [x0, y0, x1, y1] = [
      polygon[2 * at],
      polygon[2 * at + 1],
      polygon[2 * next],
      polygon[2 * next + 1],
    ];
    if (y0 > row === y1 > row) continue;
    crossings.push(x0 + ((row - y0) / (y1 - y0)) * (x1 - x0));
  }
}
