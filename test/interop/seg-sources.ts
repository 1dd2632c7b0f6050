/**
 * Folders of images, segments with codes, and labels whose every voxel is known.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { code, type LabelSegment } from '@cordon/extension-workbench/pure';
import type { NamedFile } from '@cordon/extension-dicom-seg/pure';

/** All files of a folder and its subfolders. */
export function readFolder(folder: string): NamedFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(name)) }));
}

const ORGANS = [
  ['10200004', 'Liver'],
  ['64033007', 'Kidney'],
  ['78961009', 'Spleen'],
] as const;

/** A described segment, made by a method. */
export function organ(number: number, overrides: Partial<LabelSegment> = {}): LabelSegment {
  const [value, meaning] = ORGANS[(number - 1) % ORGANS.length];
  return {
    number,
    layer: 0,
    label: `${meaning} ${number}`,
    category: code('91723000', 'SCT', 'Anatomical Structure'),
    type: code(value, 'SCT', meaning),
    colour: [(number * 53) % 256, (number * 101) % 256, 200],
    algorithm: {
      type: 'AUTOMATIC',
      name: 'Otsu',
      version: '1.0.0',
      family: code('123105', 'DCM', 'Histogram Analysis'),
    },
    ...overrides,
  };
}

/** Blocks of labels 1 … `segments` that differ in every slice, so that a flip, shift or swap shows. */
export function blockLabels(
  size: readonly [number, number, number],
  segments: number
): Uint8Array | Uint16Array {
  const [columns, rows, slices] = size;
  const voxels =
    segments > 255
      ? new Uint16Array(columns * rows * slices)
      : new Uint8Array(columns * rows * slices);
  for (let k = 0; k < slices; k++) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        const inside =
          3 * i + 2 * j > columns - k && i + k < columns && (i + 2 * j + 3 * k) % 7 !== 0;
        if (inside) voxels[i + columns * (j + rows * k)] = 1 + ((i + j * 5 + k * 11) % segments);
      }
    }
  }
  return voxels;
}
