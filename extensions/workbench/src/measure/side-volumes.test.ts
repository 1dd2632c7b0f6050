import { code, type CodedConcept } from '../terms/coded-concept';
import { CATEGORIES, unnamedSegment } from '../terms/segment-description';
import { Geometry } from '../volume/geometry';
import type { LabelVolume } from '../volume/label-volume';
import { sideVolumes, sideVolumesToCsv } from './side-volumes';

const LEFT = code('7771000', 'SCT', 'Left');
const RIGHT = code('24028007', 'SCT', 'Right');
const HIPPOCAMPUS = code('5366008', 'SCT', 'Hippocampus');
const ANTERIOR = code('255549009', 'SCT', 'Anterior');
const STEM = code('119238007', 'SCT', 'Brain stem');

/** Voxels of 2 × 3 mm; slices 5 mm apart, so that a voxel has 0.03 mL. */
function volume(
  counts: readonly (readonly [CodedConcept, CodedConcept | undefined, number, CodedConcept?])[]
) {
  const geometry = new Geometry({
    columns: 10,
    rows: 10,
    pixelSpacingMm: [2, 3],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: [
      [0, 0, 0],
      [0, 0, 5],
    ],
  });
  const layer = new Uint8Array(200);
  let at = 0;
  for (const [index, [, , count]] of counts.entries()) {
    layer.fill(index + 1, at, at + count);
    at += count;
  }
  const segments = counts.map(([type, side, , other], index) => ({
    ...unnamedSegment(index + 1, [255, 0, 0]),
    category: CATEGORIES.anatomicalStructure,
    type,
    typeModifiers: [side, other].filter((modifier) => modifier !== undefined),
    number: index + 1,
    layer: 0,
  }));
  return { geometry, layers: [layer], segments } satisfies LabelVolume;
}

describe('volumes by side', () => {
  it('puts left and right of a structure into one row, with 200 (L - R) / (L + R)', () => {
    const rows = sideVolumes(
      volume([
        [HIPPOCAMPUS, LEFT, 30],
        [STEM, undefined, 20],
        [HIPPOCAMPUS, RIGHT, 50],
      ])
    );
    expect(rows.map(({ structure }) => structure)).toEqual(['Hippocampus', 'Brain stem']);
    const [hippocampus, stem] = rows;
    expect(hippocampus.leftMl).toBeCloseTo(0.9, 12);
    expect(hippocampus.rightMl).toBeCloseTo(1.5, 12);
    expect(hippocampus.totalMl).toBeCloseTo(2.4, 12);
    expect(hippocampus.asymmetryPercent).toBeCloseTo(-50, 9);
    expect(stem.unpairedMl).toBeCloseTo(0.6, 12);
    expect(stem).not.toHaveProperty('asymmetryPercent');
    expect(stem).not.toHaveProperty('leftMl');
  });

  it('gives a part of a structure a row of its own, so that no tissue is counted twice', () => {
    const rows = sideVolumes(
      volume([
        [HIPPOCAMPUS, LEFT, 30],
        [HIPPOCAMPUS, RIGHT, 50],
        [HIPPOCAMPUS, undefined, 20, ANTERIOR],
        [HIPPOCAMPUS, RIGHT, 10, ANTERIOR],
      ])
    );
    expect(rows.map(({ structure, segments }) => [structure, segments])).toEqual([
      ['Hippocampus', [1, 2]],
      ['Hippocampus, Anterior', [3]],
      ['Hippocampus, Anterior', [4]],
    ]);
    const [whole, withoutSide, right] = rows;
    expect(whole.totalMl).toBeCloseTo(2.4, 12);
    expect(whole.asymmetryPercent).toBeCloseTo(-50, 9);
    expect(whole).not.toHaveProperty('unpairedMl');
    expect(withoutSide.unpairedMl).toBeCloseTo(0.6, 12);
    expect(right.rightMl).toBeCloseTo(0.3, 12);
  });

  it('keeps what has no side apart from left and right', () => {
    const both = code('51440002', 'SCT', 'Bilateral');
    const rows = sideVolumes(
      volume([
        [HIPPOCAMPUS, LEFT, 30],
        [HIPPOCAMPUS, both, 80],
        [HIPPOCAMPUS, RIGHT, 50],
      ])
    );
    expect(rows.map(({ structure }) => structure)).toEqual(['Hippocampus', 'Hippocampus']);
    expect(rows.map(({ totalMl }) => totalMl.toFixed(1))).toEqual(['2.4', '2.4']);
    expect(rows.map(({ unpairedMl }) => unpairedMl?.toFixed(1))).toEqual([undefined, '2.4']);
  });

  it('is 200 % where the right side is empty, and none where both are', () => {
    const of = (left: number) =>
      sideVolumes(
        volume([
          [HIPPOCAMPUS, LEFT, left],
          [HIPPOCAMPUS, RIGHT, 0],
        ])
      )[0].asymmetryPercent;
    expect(of(7)).toBe(200);
    expect(of(0)).toBeUndefined();
  });

  it('writes CSV with quotes where they are needed, and no formulas', () => {
    const odd = code('1', '99X', '=Cyst, "large"');
    const text = sideVolumesToCsv(sideVolumes(volume([[odd, LEFT, 100]])));
    expect(text).toBe(
      'structure,code,left_ml,right_ml,unpaired_ml,total_ml,asymmetry_percent\r\n' +
        `"'=Cyst, ""large""",99X:1,3,,,3,\r\n`
    );
  });
});
