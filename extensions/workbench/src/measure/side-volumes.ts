/**
 * @file Volumes of segments with left and right side by side, and how far they differ: for structures that come in pairs.
 *
 * Asymmetry is 200 · (left − right) / (left + right) in percent, the usual index of morphometry: 0 when equal, positive when the left
 * side is larger, ±200 when one side is missing. Complexity O(voxels), see segment-statistics.
 */
import type { LabelVolume } from '../volume/label-volume';
import type { SegmentDescription } from '../terms/segment-description';
import { segmentStatistics } from './segment-statistics';

/** SNOMED CT values of Right and Left (CID 244). */
const RIGHT = '24028007';
const LEFT = '7771000';

export interface SideVolumes {
  /** Meaning of the type: `Hippocampus`. */
  readonly structure: string;
  /** Code of the type as `scheme:value`. */
  readonly code: string;
  readonly leftMl?: number;
  readonly rightMl?: number;
  /** Of a segment without a side. */
  readonly unpairedMl?: number;
  /** Left, right and unpaired together. */
  readonly totalMl: number;
  /** Percent; absent unless both sides are segments and one of them has voxels. */
  readonly asymmetryPercent?: number;
}

type Side = 'left' | 'right' | 'unpaired';

/** One row a structure, in the order of the segments; segments of the same type and side are added up. */
export function sideVolumes(labels: LabelVolume): readonly SideVolumes[] {
  const rows = new Map<string, { structure: string; ml: Partial<Record<Side, number>> }>();
  const measured = segmentStatistics(labels);
  for (const [at, segment] of labels.segments.entries()) {
    const { type } = segment;
    const code = `${type.scheme}:${type.value}`;
    const row = rows.get(code) ?? { structure: type.meaning, ml: {} };
    rows.set(code, row);
    const side = sideOf(segment);
    row.ml[side] = (row.ml[side] ?? 0) + measured[at].volumeMl;
  }
  return [...rows].map(([code, { structure, ml }]) => {
    const { left, right, unpaired } = ml;
    return {
      structure,
      code,
      ...(left !== undefined && { leftMl: left }),
      ...(right !== undefined && { rightMl: right }),
      ...(unpaired !== undefined && { unpairedMl: unpaired }),
      totalMl: (left ?? 0) + (right ?? 0) + (unpaired ?? 0),
      ...(left !== undefined &&
        right !== undefined &&
        left + right > 0 && { asymmetryPercent: (200 * (left - right)) / (left + right) }),
    };
  });
}

/** The table as CSV (RFC 4180): full precision, empty where a value does not exist. */
export function sideVolumesToCsv(rows: readonly SideVolumes[]): string {
  const header = 'structure,code,left_ml,right_ml,unpaired_ml,total_ml,asymmetry_percent';
  const lines = rows.map((row) =>
    [
      row.structure,
      row.code,
      row.leftMl,
      row.rightMl,
      row.unpairedMl,
      row.totalMl,
      row.asymmetryPercent,
    ]
      .map((value) => cell(value))
      .join(',')
  );
  return [header, ...lines].map((line) => `${line}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function sideOf({ typeModifiers, anatomicRegionModifiers }: SegmentDescription): Side {
  const values = [...(typeModifiers ?? []), ...(anatomicRegionModifiers ?? [])].map(
    ({ value }) => value
  );
  return values.includes(LEFT) ? 'left' : values.includes(RIGHT) ? 'right' : 'unpaired';
}
