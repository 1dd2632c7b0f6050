/**
 * @file What several methods made of the same region, beside each other: numbers for a table, voxels for an overlay.
 */
import type { LabelClass, LabelResult } from '../method/contract';
import type { Rgb } from '../terms/segment-description';
import { unnamedSegment } from '../terms/segment-description';
import { wholeBox } from '../volume/box';
import type { Geometry } from '../volume/geometry';
import type { LabelVolume } from '../volume/label-volume';

/** One opinion on which voxels belong to the structure: a method's, or that of a reference segment. */
export interface Opinion {
  readonly title: string;
  /** 0/1, of the whole grid. */
  readonly mask: Uint8Array;
}

/** Numbers of one opinion in the table. */
export interface AgreementRow {
  readonly title: string;
  readonly isReference: boolean;
  readonly volumeMl: number;
  /** Absent for a reference. */
  readonly milliseconds?: number;
  /** With the reference; without one, the mean over all others. Null where that is not defined. */
  readonly dice: number | null;
  readonly hd95Mm: number | null;
}

/** How far two opinions agree, by their places in the list. */
export interface AgreementPair {
  readonly a: number;
  readonly b: number;
  readonly dice: number | null;
  readonly hd95Mm: number | null;
}

/** All voxels that a result labels, whatever their class, on the whole grid. */
export function maskOf(result: LabelResult, geometry: Geometry): Uint8Array {
  const [columns, rows] = geometry.size;
  const { fromIjk, toIjk } = result.box;
  const mask = new Uint8Array(geometry.voxelCount);
  let from = 0;
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    for (let j = fromIjk[1]; j < toIjk[1]; j++) {
      let to = fromIjk[0] + columns * (j + rows * k);
      for (let i = fromIjk[0]; i < toIjk[0]; i++, to++) {
        if (result.voxels[from++] !== 0) mask[to] = 1;
      }
    }
  }
  return mask;
}

/** The opinions as layers of one volume, numbered from 1: what the measures take. */
export function asLayers(opinions: readonly Opinion[], geometry: Geometry): LabelVolume {
  return {
    geometry,
    layers: opinions.map(({ mask }, at) => mask.map((value) => value * (at + 1))),
    segments: opinions.map(({ title }, at) => ({
      ...unnamedSegment(at + 1, SHARED),
      label: title,
      number: at + 1,
      layer: at,
    })),
  };
}

const SHARED: Rgb = [90, 180, 90];
const FIRST_ONLY: Rgb = [230, 120, 60];
const SECOND_ONLY: Rgb = [80, 140, 230];

/** Names of the parts of the overlay. */
export interface DifferenceNames {
  readonly all: string;
  readonly some: string;
  only(title: string): string;
}

/**
 * Where all agree and where not. Of two opinions: both, only the first, only the second; of more: all, not all. O(n).
 */
export function differences(
  opinions: readonly Opinion[],
  geometry: Geometry,
  names: DifferenceNames
): LabelResult {
  const voxels = new Uint8Array(geometry.voxelCount);
  const isPair = opinions.length === 2;
  for (let at = 0; at < voxels.length; at++) {
    let votes = 0;
    for (const { mask } of opinions) votes += mask[at];
    if (votes === opinions.length) voxels[at] = 1;
    else if (votes > 0) voxels[at] = isPair && opinions[1].mask[at] === 1 ? 3 : 2;
  }
  const part = (value: number, label: string, colour: Rgb): LabelClass => ({
    value,
    segment: { label, colour },
  });
  return {
    box: wholeBox(geometry.size),
    voxels,
    classes: isPair
      ? [
          part(1, names.all, SHARED),
          part(2, names.only(opinions[0].title), FIRST_ONLY),
          part(3, names.only(opinions[1].title), SECOND_ONLY),
        ]
      : [part(1, names.all, SHARED), part(2, names.some, FIRST_ONLY)],
  };
}

/** What a row says of its agreement: with the reference, or the mean over all others. */
export function agreementWith(
  at: number,
  reference: number | undefined,
  pairs: readonly AgreementPair[]
): Pick<AgreementRow, 'dice' | 'hd95Mm'> {
  const own = pairs.filter(
    ({ a, b }) =>
      (a === at || b === at) && (reference === undefined || a === reference || b === reference)
  );
  return {
    dice: mean(own.map(({ dice }) => dice)),
    hd95Mm: mean(own.map(({ hd95Mm }) => hd95Mm)),
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The table and the pairs as CSV (RFC 4180), numbers with a point. */
export function agreementCsv(
  rows: readonly AgreementRow[],
  pairs: readonly AgreementPair[]
): string {
  const number = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : String(Number(value.toPrecision(6)));
  const lines = [
    ['method', 'with', 'volumeMl', 'milliseconds', 'dice', 'hd95Mm'],
    ...rows.map((row) => [
      row.title,
      rows.some(({ isReference }) => isReference) ? 'reference' : 'mean of the others',
      number(row.volumeMl),
      number(row.milliseconds),
      number(row.dice),
      number(row.hd95Mm),
    ]),
    ...pairs.map(({ a, b, dice, hd95Mm }) => [
      rows[a].title,
      rows[b].title,
      '',
      '',
      number(dice),
      number(hd95Mm),
    ]),
  ];
  return `${lines.map((cells) => cells.map(quoted).join(',')).join('\r\n')}\r\n`;
}

/** Quoted where it must be; a leading sign that a spreadsheet would compute is made text. */
function quoted(cell: string): string {
  const safe = /^[=+@\t]|^-(?!\d)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}
