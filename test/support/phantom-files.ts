/**
 * A CT series as Part 10 files, made from a formula.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeImage, type TestElement, type TestImage } from './part10';

export interface PhantomSeries {
  readonly columns: number;
  readonly rows: number;
  /** Position of each slice along z (mm); its index is the slice index k. */
  readonly heightsMm: readonly number[];
  /** Hounsfield units. */
  readonly value: (i: number, j: number, k: number) => number;
  readonly series?: string;
  readonly image?: TestImage;
  /** Further attributes of slice k; they replace others of the same tag. */
  readonly extra?: (k: number) => readonly TestElement[];
}

export const STUDY = '1.2.826.0.1.1';
export const SERIES = '1.2.826.0.1.1.1';

/** The files, in an order that is not that of the slices. */
export function phantomFiles(
  phantom: PhantomSeries
): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const { columns, rows, heightsMm } = phantom;
  const series = phantom.series ?? SERIES;
  const files = heightsMm.map((z, k) => {
    const stored = new Uint16Array(columns * rows);
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) stored[i + columns * j] = phantom.value(i, j, k) + 1024;
    }
    const geometry: readonly TestElement[] = [
      [0x00200032, 'DS', `-10\\20\\${z}`],
      [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
      [0x00200052, 'UI', '1.2.826.0.1.9'],
      [0x00180050, 'DS', '2'],
      [0x00281052, 'DS', '-1024'],
      [0x00281053, 'DS', '1'],
      [0x00281054, 'LO', 'HU'],
    ];
    const extra = phantom.extra?.(k) ?? [];
    const replaced = new Set(extra.map(([tag]) => tag));
    const bytes = makeImage({
      study: STUDY,
      series,
      instance: `${series}.${k + 1}`,
      instanceNumber: k + 1,
      rows,
      columns,
      pixels: new Uint8Array(stored.buffer),
      ...phantom.image,
      extra: [...geometry.filter(([tag]) => !replaced.has(tag)), ...extra].sort(
        (a, b) => a[0] - b[0]
      ),
    });
    return { name: `${(k * 7) % 11}-${k}.dcm`, bytes };
  });
  return files.sort((a, b) => a.name.localeCompare(b.name));
}

/** Writes the files into a new folder. */
export function writePhantom(folder: string, phantom: PhantomSeries): string {
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of phantomFiles(phantom)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** 20 × 16 × 6 voxels: air, with a block of 100 HU at i 4–11, j 3–9, k 1–4 and one of 40 HU beside it. */
export const BLOCKS: PhantomSeries = {
  columns: 20,
  rows: 16,
  heightsMm: [0, 2, 4, 6, 8, 10],
  value: (i, j, k) => (inBlock(i, j, k) ? 100 : i >= 14 && j >= 3 && j <= 9 ? 40 : -1000),
};

/** Whether a voxel lies in the bright block of {@link BLOCKS}. */
export const inBlock = (i: number, j: number, k: number): boolean =>
  i >= 4 && i <= 11 && j >= 3 && j <= 9 && k >= 1 && k <= 4;

export const BLOCK_VOXELS = 8 * 7 * 4;
