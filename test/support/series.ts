/**
 * Small image series as Part 10 files, sound or with one thing wrong, for the viewer to open.
 */
import { makeImage, type TestElement, type TestImage } from './part10';

export interface TestSeries {
  readonly patientName: string;
  /** Root of all UIDs of the series. */
  readonly uid: string;
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
  /** Six direction cosines; default axial. */
  readonly orientation?: readonly number[];
  readonly image?: Partial<TestImage>;
  /** 16-bit values of one slice; default a ball. */
  readonly pixels?: (slice: number) => Uint8Array;
  /** Elements of one image beside the common ones; they replace those with the same tag. */
  readonly extra?: (slice: number) => readonly TestElement[];
  readonly without?: readonly number[];
}

export const studyUidOf = ({ uid }: Pick<TestSeries, 'uid'>): string => `${uid}.1`;

/** A CT series with a bright ball in it. */
export function makeSeries(series: TestSeries): Buffer[] {
  const { rows, columns, slices, uid } = series;
  const [rx, ry, rz, cx, cy, cz] = series.orientation ?? [1, 0, 0, 0, 1, 0];
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx];
  return Array.from({ length: slices }, (_, slice) => {
    const position = normal.map((value) => (value * slice * 2.5 + 10).toFixed(6)).join('\\');
    const extra: TestElement[] = [
      [0x00180050, 'DS', '2.5'],
      [0x00200032, 'DS', position],
      [0x00200037, 'DS', [rx, ry, rz, cx, cy, cz].map((value) => value.toFixed(9)).join('\\')],
      [0x00200052, 'UI', `${uid}.9`],
      [0x00280030, 'DS', '0.9\\0.7'],
      [0x00280103, 'US', [1]],
      [0x00281050, 'DS', '100'],
      [0x00281051, 'DS', '400'],
      [0x00281052, 'DS', '0'],
      [0x00281053, 'DS', '1'],
    ];
    const own = series.extra?.(slice) ?? [];
    const replaced = new Set([...own.map(([tag]) => tag), ...(series.without ?? [])]);
    return makeImage({
      study: studyUidOf(series),
      series: `${uid}.2`,
      instance: `${uid}.2.${slice + 1}`,
      patientName: series.patientName,
      patientId: series.patientName.replace('^', '-'),
      seriesDescription: 'Test series',
      instanceNumber: slice + 1,
      rows,
      columns,
      pixels: series.pixels?.(slice) ?? ball(rows, columns, slices, slice),
      ...series.image,
      extra: [...extra.filter(([tag]) => !replaced.has(tag)), ...own],
      without: series.without,
    });
  });
}

/** Values of one slice: 200 inside a ball, a gentle ramp outside. */
export function ball(rows: number, columns: number, slices: number, slice: number): Uint8Array {
  const values = new Int16Array(rows * columns);
  const radius = Math.min(rows, columns) / 3;
  const dz = ((slice - (slices - 1) / 2) / Math.max(1, slices)) * radius;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const distance = Math.hypot(i - columns / 2, j - rows / 2, dz);
      values[j * columns + i] = distance < radius ? 200 : i;
    }
  }
  return new Uint8Array(values.buffer);
}
