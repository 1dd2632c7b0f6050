import fc from 'fast-check';
import { volumeOf } from '../../../../test/support/volumes';
import { boxContains, boxSize, boxVoxels } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import { boxBetween, boxHandles, movedBox } from './box-edit';

const SIZE: Vec3 = [20, 16, 12];
const { geometry } = volumeOf(SIZE, new Uint8Array(20 * 16 * 12), [1, 1, 2]);
const ijk = fc.tuple(
  fc.integer({ min: 0, max: 19 }),
  fc.integer({ min: 0, max: 15 }),
  fc.integer({ min: 0, max: 11 })
);
const axis = fc.constantFrom(0 as const, 1 as const, 2 as const);

describe('a box that is drawn', () => {
  it('holds both ends and the slice, and stays inside of the image', () => {
    fc.assert(
      fc.property(ijk, ijk, axis, (a, b, across) => {
        const other = b.map((value, at) => (at === across ? a[at] : value)) as unknown as Vec3;
        const box = boxBetween(a, other, { axis: across, index: a[across] }, geometry);
        expect(boxContains(box, a)).toBe(true);
        expect(boxContains(box, other)).toBe(true);
        for (const at of [0, 1, 2]) {
          expect(box.fromIjk[at]).toBeGreaterThanOrEqual(0);
          expect(box.toIjk[at]).toBeLessThanOrEqual(SIZE[at]);
          if (at !== across) {
            expect(boxSize(box)[at]).toBe(Math.abs(a[at] - other[at]) + 1);
          }
        }
      })
    );
  });

  it('is as deep as its sides are long, in millimetres, and keeps its depth when drawn again', () => {
    const slice = { axis: 2, index: 6 } as const;
    const box = boxBetween([4, 4, 6], [11, 11, 6], slice, geometry);
    // 8 mm by 8 mm in the slice; slices are 2 mm apart.
    expect(boxSize(box)).toEqual([8, 8, 4]);
    expect(boxContains(box, [4, 4, 6])).toBe(true);
    const again = boxBetween([2, 3, 5], [3, 9, 5], { axis: 2, index: 5 }, geometry, box);
    expect([again.fromIjk[2], again.toIjk[2]]).toEqual([5, 9]);
  });

  it('has eight handles in the slices that it touches, each moving its own sides', () => {
    const box = { fromIjk: [2, 3, 4], toIjk: [8, 9, 10] } as const;
    expect(boxHandles(box, { axis: 2, index: 3 })).toEqual([]);
    expect(boxHandles(box, { axis: 2, index: 10 })).toEqual([]);
    const handles = boxHandles(box, { axis: 2, index: 4 });
    expect(handles).toHaveLength(8);
    expect(handles[0]).toEqual({
      ijk: [1.5, 2.5, 4],
      sides: [
        { axis: 0, end: 'from' },
        { axis: 1, end: 'from' },
      ],
    });
    expect(boxHandles(box, { axis: 0, index: 7 }).map((handle) => handle.ijk[0])).toEqual(
      Array(8).fill(7)
    );
    const [corner] = handles;
    expect(movedBox(box, corner.sides, [5, 5, 4], SIZE)).toEqual({
      fromIjk: [5, 5, 4],
      toIjk: [8, 9, 10],
    });
  });

  it('never loses its last voxel', () => {
    fc.assert(
      fc.property(
        ijk,
        ijk,
        fc.array(fc.tuple(ijk, fc.nat({ max: 7 })), { maxLength: 8 }),
        (a, b, moves) => {
          let box = boxBetween(a, b, { axis: 2, index: a[2] }, geometry);
          for (const [to, handle] of moves) {
            const { sides } = boxHandles(box, { axis: 2, index: box.fromIjk[2] })[handle];
            box = movedBox(box, sides, to, SIZE);
            expect(boxVoxels(box)).toBeGreaterThan(0);
          }
        }
      )
    );
  });
});
