/**
 * Segments with known voxels for the matrix: values 1 … 255 inside (probabilities for fractional objects), 0 outside.
 */
import { code, type LabelSegment } from '@cordon/extension-workbench/pure';
import { organ } from './seg-sources';

export interface TestMasks {
  readonly count: number;
  /** Voxels of one segment. */
  readonly voxels: number;
  /** Segment after segment, slice by slice. */
  readonly values: Uint8Array;
  readonly overlap: boolean;
}

/** Asymmetric, different in every slice and segment, with empty planes; never empty as a whole. */
export function testMasks(
  [columns, rows, slices]: readonly [number, number, number],
  kind: 'one' | 'overlapping' | 'twenty'
): TestMasks {
  const count = { one: 1, overlapping: 3, twenty: 20 }[kind];
  const voxels = columns * rows * slices;
  const values = new Uint8Array(count * voxels);
  const claimed = new Uint8Array(voxels);
  let overlap = false;
  for (let segment = 0; segment < count; segment++) {
    for (let k = 0, at = 0; k < slices; k++) {
      for (let j = 0; j < rows; j++) {
        for (let i = 0; i < columns; i++, at++) {
          const isInside =
            kind === 'overlapping'
              ? (i + 2 * j + 3 * k) % (segment + 3) < 2 && (slices === 1 || k !== segment)
              : (i + 3 * j + 5 * k) % (count + 3) === segment &&
                (slices === 1 || k !== segment % 4);
          if (!isInside) continue;
          values[segment * voxels + at] = 1 + ((i * 7 + j * 3 + k) % 255);
          if (claimed[at] === 1) overlap = true;
          claimed[at] = 1;
        }
      }
    }
  }
  return { count, voxels, values, overlap };
}

/** One description a segment, numbered from `first` on. */
export const testSegments = ({ count, overlap }: TestMasks, first: number): LabelSegment[] =>
  Array.from({ length: count }, (_, index) =>
    organ(first + index, {
      layer: overlap ? index : 0,
      label: `Size ${index} <img src=x onerror=alert(1)>`,
      typeModifiers: index % 2 === 0 ? [code('7771000', 'SCT', 'Left')] : undefined,
    })
  );
