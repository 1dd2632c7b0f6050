/**
 * @file Volumes of segments with left and right side by side, and how far they differ: for structures that come in pairs.
 *
 * Asymmetry is 200 · (left − right) / (left + right) in percent, the usual index of morphometry: 0 when equal, positive when the left
 * side is larger, ±200 when one side is missing. Complexity O(voxels), see segment-statistics.
 */
import type { CodedConcept } from '../terms/coded-concept';
import type { LabelVolume } from '../volume/label-volume';
import type { SegmentDescription } from '../terms/segment-description';
import { LATERALITY } from '../terms/term-catalogue';
import { segmentStatistics } from './segment-statistics';

export interface SideVolumes {
  /** Meaning of the type, and of the modifiers that are no side: `Hippocampus`, `Hippocampus, Anterior`. */
  readonly structure: string;
  /** Code of the type as `scheme:value`. */
  readonly code: string;
  /** What is said of the type beside its side: anterior, upper … */
  readonly modifiers: readonly CodedConcept[];
  /** Numbers of the segments that are added up: at least one, in no other row. */
  readonly segments: readonly number[];
  readonly leftMl?: number;
  readonly rightMl?: number;
  /** Of segments without a side; there is then no left and no right. */
  readonly unpairedMl?: number;
  /** Left and right together, or what has no side. */
  readonly totalMl: number;
  /** Percent; absent unless both sides are segments and one of them has voxels. */
  readonly asymmetryPercent?: number;
}

type Side = 'left' | 'right' | 'unpaired';

interface Row {
  readonly type: CodedConcept;
  readonly modifiers: readonly CodedConcept[];
  readonly segments: number[];
  readonly ml: Partial<Record<Side, number>>;
}

/**
 * One row a structure, in the order of the segments; segments of the same type, modifiers and side are added up. A part of a
 * structure, and what has no side where others have one, get rows of their own: their tissue may be in both.
 */
export function sideVolumes(labels: LabelVolume): readonly SideVolumes[] {
  const rows = new Map<string, Row>();
  const measured = segmentStatistics(labels);
  for (const [at, segment] of labels.segments.entries()) {
    const { type } = segment;
    const side = sideOf(segment);
    const modifiers = modifiersOf(segment).filter(({ value }) => !SIDES.has(value));
    const key = [side === 'unpaired', ...[type, ...modifiers].map(codeOf)].join(' ');
    const row: Row = rows.get(key) ?? { type, modifiers, segments: [], ml: {} };
    rows.set(key, row);
    row.segments.push(segment.number);
    row.ml[side] = (row.ml[side] ?? 0) + measured[at].volumeMl;
  }
  return [...rows.values()].map(({ type, modifiers, segments, ml }) => {
    const { left, right, unpaired } = ml;
    return {
      structure: [type, ...modifiers].map(({ meaning }) => meaning).join(', '),
      code: codeOf(type),
      modifiers,
      segments,
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

const { left: LEFT, right: RIGHT } = LATERALITY;
const SIDES: ReadonlySet<string> = new Set(Object.values(LATERALITY).map(({ value }) => value));

const codeOf = ({ scheme, value }: CodedConcept): string => `${scheme}:${value}`;

const modifiersOf = ({
  typeModifiers = [],
  anatomicRegionModifiers = [],
}: SegmentDescription): readonly CodedConcept[] => [...typeModifiers, ...anatomicRegionModifiers];

function sideOf(segment: SegmentDescription): Side {
  const values = modifiersOf(segment).map(({ value }) => value);
  return values.includes(LEFT.value) ? 'left' : values.includes(RIGHT.value) ? 'right' : 'unpaired';
}
