/** @file Whose probabilities are kept, and for how long. */
import type { MethodResult } from '../method/contract';
import { levelsOf, ProbabilityShelf } from './probability-shelf';
import type { SegmentRecord } from './segment-book';

const box = { fromIjk: [0, 0, 0], toIjk: [2, 1, 1] };
const RESULT = {
  labels: { box, voxels: new Uint8Array(2), classes: [{ value: 1 }, { value: 2 }] },
  probabilities: [
    { box, voxels: Float32Array.of(0, 1) },
    { box, voxels: Float32Array.of(0.5, 2) },
  ],
} as unknown as MethodResult;
const made = { steps: [{}], handEdited: false, algorithm: {} } as unknown as SegmentRecord;
const into = (segmentOfClass: readonly number[], emptied: readonly number[] = []) => ({
  segmentationId: 's',
  segmentOfClass,
  created: [],
  emptied,
});

describe('the shelf of probabilities', () => {
  it('keeps each class in 256 steps under the segment that it was accepted into, until that is taken back', () => {
    const shelf = new ProbabilityShelf();
    const levels = levelsOf(RESULT);
    expect(levels.bytes).toBe(4);
    const takeBack = shelf.keep(levels, into([0, 3, 4]), () => made);
    expect([...shelf.of('s')].map(([number, one]) => [number, [...one.levels]])).toEqual([
      [3, [0, 255]],
      [4, [128, 255]],
    ]);
    takeBack();
    expect(shelf.of('s').size).toBe(0);
  });

  it('lets go of a segment that is deleted, or emptied by a later run, so that a new one of its number has none', () => {
    const shelf = new ProbabilityShelf();
    shelf.keep(levelsOf(RESULT), into([0, 3, 4]), () => made);
    const takeBack = shelf.forget('s', 3);
    expect([...shelf.of('s').keys()]).toEqual([4]);
    takeBack();
    expect([...shelf.of('s').keys()]).toEqual([3, 4]);
    const bare = { ...RESULT, probabilities: undefined };
    shelf.keep(levelsOf(bare), into([0, 1, 0], [4]), () => made);
    expect([...shelf.of('s').keys()]).toEqual([3]);
  });
});
