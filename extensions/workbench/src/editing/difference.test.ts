import fc from 'fast-check';
import { applyDifference, DifferenceRecorder, differenceBytes } from './difference';

const slices = fc
  .integer({ min: 1, max: 200 })
  .chain((size) =>
    fc.tuple(
      fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: size, maxLength: size }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: size, maxLength: size })
    )
  );

function record(before: Uint16Array, after: Uint16Array) {
  const recorder = new DifferenceRecorder(7);
  before.forEach((value, voxel) => {
    if (value !== after[voxel]) recorder.record(voxel, value, after[voxel]);
  });
  return recorder.finish();
}

describe('difference of a slice', () => {
  it('goes forward and back exactly', () => {
    fc.assert(
      fc.property(slices, ([first, second]) => {
        const before = Uint16Array.from(first);
        const after = Uint16Array.from(second);
        const difference = record(before, after);
        const changed = before.filter((value, voxel) => value !== after[voxel]).length;
        if (!difference) return changed === 0;
        const labels = before.slice();
        expect(applyDifference(labels, difference, 'forward')).toBe(changed);
        expect([...labels]).toEqual([...after]);
        expect(applyDifference(labels, difference, 'back')).toBe(changed);
        expect([...labels]).toEqual([...before]);
        const lost = new Map<number, number>();
        before.forEach((value, voxel) => {
          if (value !== after[voxel]) lost.set(value, (lost.get(value) ?? 0) + 1);
        });
        expect(difference.lost).toEqual(lost);
        return difference.voxels === changed;
      })
    );
  });

  it('leaves voxels alone that someone else has changed since', () => {
    const before = Uint16Array.from([0, 0, 0, 0]);
    const after = Uint16Array.from([0, 1, 1, 0]);
    const difference = record(before, after)!;
    const labels = Uint16Array.from([0, 1, 5, 0]);
    expect(applyDifference(labels, difference, 'back')).toBe(1);
    expect([...labels]).toEqual([0, 0, 5, 0]);
  });

  it('codes a large equal run in a few bytes', () => {
    const before = new Uint16Array(512 * 512);
    const after = new Uint16Array(512 * 512).fill(300);
    const difference = record(before, after)!;
    expect(differenceBytes([difference])).toBeLessThanOrEqual(8);
    const labels = before.slice();
    applyDifference(labels, difference, 'forward');
    expect(labels).toEqual(after);
  });
});
