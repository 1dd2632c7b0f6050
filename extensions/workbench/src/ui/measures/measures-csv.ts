/** @file The measures as comma-separated values (RFC 4180), one line a segment, numbers with a point. */
import type { MeasuresState } from './measures-model';

const HEADER = [
  'segment',
  'label',
  'voxels',
  'volume_ml',
  'unit',
  'mean',
  'sd',
  'min',
  'max',
  'median',
];

export function measuresCsv({ rows }: Pick<MeasuresState, 'rows'>): string {
  const lines = rows.map(({ number, label, voxels, volumeMl, intensity }) => [
    number,
    label,
    voxels,
    volumeMl,
    intensity?.unit ?? '',
    intensity?.mean ?? '',
    intensity?.standardDeviation ?? '',
    intensity?.min ?? '',
    intensity?.max ?? '',
    intensity?.median ?? '',
  ]);
  return [HEADER, ...lines].map((line) => line.map(field).join(',') + '\r\n').join('');
}

/** A text that a spreadsheet could take for a formula gets an apostrophe. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
