/**
 * A CT series as large as they come, with twenty bright bodies that do not touch: what a commit of many segments is tried on.
 */
import { makeSeries, type TestSeries } from './series';

/** Bodies across and down. */
const GRID = { columns: 5, rows: 4 } as const;
export const LARGE_BODIES = GRID.columns * GRID.rows;
const BRIGHT = 400;

export interface LargeSize {
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
}

/** One image after the other, so that no more than one is in memory. */
export function* makeLargeSeries(
  { rows, columns, slices }: LargeSize,
  about: Pick<TestSeries, 'patientName' | 'uid'>
): Generator<Buffer> {
  for (let slice = 0; slice < slices; slice++) {
    const series: TestSeries = {
      ...about,
      ...{ rows, columns, slices: 1 },
      image: {
        instance: `${about.uid}.2.${slice + 1}`,
        instanceNumber: slice + 1,
        pixels: bodies({ rows, columns, slices }, slice),
      },
      extra: () => [[0x00200032, 'DS', `10\\10\\${(2.5 * slice).toFixed(1)}`]],
    };
    yield makeSeries(series)[0];
  }
}

/** A gentle ramp with twenty columns of changing width through all slices. */
function bodies({ rows, columns, slices }: LargeSize, slice: number): Uint8Array {
  const values = new Int16Array(rows * columns);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) values[j * columns + i] = (i + j) >> 3;
  const step = [columns / GRID.columns, rows / GRID.rows] as const;
  for (let body = 0; body < LARGE_BODIES; body++) {
    const x = ((body % GRID.columns) + 0.5) * step[0];
    const y = (Math.floor(body / GRID.columns) + 0.5) * step[1];
    const swell = Math.sin((Math.PI * slice) / slices + body);
    const radius = Math.min(...step) * (0.3 + 0.1 * swell);
    for (let j = Math.ceil(y - radius); j <= y + radius; j++) {
      const half = Math.sqrt(radius ** 2 - (j - y) ** 2);
      values.fill(
        BRIGHT,
        j * columns + Math.ceil(x - half),
        j * columns + Math.floor(x + half) + 1
      );
    }
  }
  return new Uint8Array(values.buffer);
}
