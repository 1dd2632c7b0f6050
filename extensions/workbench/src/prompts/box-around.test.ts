import fc from 'fast-check';
import { volumeOf } from '../../../../test/support/volumes';
import { boxContains, boxSize, wholeBox } from '../volume/box';
import type { Vec3 } from '../volume/vector';
import { boxAround } from './box-around';
import { EMPTY_SET, withSeed, withSphere, withStroke } from './prompt-set';
import { linearIndex, runsOfVoxels } from './voxel-runs';

const SIZE: Vec3 = [60, 50, 40];
const { geometry } = volumeOf(SIZE, new Uint8Array(60 * 50 * 40), [1, 1, 2]);
const ijk = fc.tuple(
  fc.integer({ min: 0, max: 59 }),
  fc.integer({ min: 0, max: 49 }),
  fc.integer({ min: 0, max: 39 })
);

describe('the box around marks', () => {
  it('is the whole image without marks', () => {
    expect(boxAround(EMPTY_SET, geometry)).toEqual(wholeBox(SIZE));
  });

  it('holds every mark and stays inside of the image', () => {
    fc.assert(
      fc.property(fc.array(ijk, { minLength: 1, maxLength: 5 }), ijk, (marks, seed) => {
        const runs = runsOfVoxels(marks.map((mark) => linearIndex(mark, SIZE)));
        const box = boxAround(
          withSeed(withStroke(EMPTY_SET, 1, runs), { ijk: seed, label: 0 }),
          geometry
        );
        for (const mark of [...marks, seed]) expect(boxContains(box, mark)).toBe(true);
        for (const axis of [0, 1, 2]) {
          expect(box.fromIjk[axis]).toBeGreaterThanOrEqual(0);
          expect(box.toIjk[axis]).toBeLessThanOrEqual(SIZE[axis]);
        }
      })
    );
  });

  it('is as deep in millimetres as marks in one slice are wide, with 5 mm on each side', () => {
    const corners: readonly Vec3[] = [
      [20, 20, 20],
      [35, 31, 20],
    ];
    const runs = runsOfVoxels(corners.map((corner) => linearIndex(corner, SIZE)));
    const box = boxAround(withStroke(EMPTY_SET, 1, runs), geometry);
    // 16 mm by 12 mm: 14 mm deep, and the shorter side is made as long.
    expect(boxSize(box)).toEqual([16 + 10, 12 + 2 * 6, 1 + 2 * Math.ceil((12 / 2 + 5) / 2)]);
  });

  it('leaves a sphere room to grow', () => {
    const box = boxAround(withSphere(EMPTY_SET, { ijk: [30, 25, 20], label: 1 }, 6), geometry);
    // Twice its radius beyond its surface, and not much more.
    for (const [axis, free] of [12, 12, 6].entries()) {
      const surface = [30 - 6, 25 - 6, 20 - 3][axis];
      expect(surface - box.fromIjk[axis]).toBeGreaterThanOrEqual(free);
      expect(surface - box.fromIjk[axis]).toBeLessThanOrEqual(free + 1);
    }
  });
});
