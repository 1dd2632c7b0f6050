import fc from 'fast-check';
import {
  countRunVoxels,
  linearIndex,
  rowPieces,
  runsContain,
  runsOfVoxels,
  subtractRuns,
  uniteRuns,
  voxelsOfRuns,
} from './voxel-runs';

const voxels = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 120 });
const sorted = (set: Iterable<number>) => [...new Set(set)].sort((a, b) => a - b);

describe('runs of voxels', () => {
  it('hold what a set of voxels holds', () => {
    fc.assert(
      fc.property(voxels, (list) => {
        const runs = runsOfVoxels(list);
        expect([...voxelsOfRuns(runs)]).toEqual(sorted(list));
        expect(countRunVoxels(runs)).toBe(new Set(list).size);
        // Ascending, and never touching: one set has one form.
        for (let at = 1; at < runs.length; at++) expect(runs[at]).toBeGreaterThan(runs[at - 1]);
        for (let voxel = 0; voxel <= 200; voxel++) {
          expect(runsContain(runs, voxel)).toBe(list.includes(voxel));
        }
      })
    );
  });

  it('unite and subtract as sets do', () => {
    fc.assert(
      fc.property(voxels, voxels, (a, b) => {
        const [x, y] = [runsOfVoxels(a), runsOfVoxels(b)];
        expect(uniteRuns(x, y)).toEqual(runsOfVoxels([...a, ...b]));
        const rest = a.filter((voxel) => !b.includes(voxel));
        expect(subtractRuns(x, y)).toEqual(runsOfVoxels(rest));
      })
    );
  });

  it('are cut at the ends of rows', () => {
    const size = [7, 5, 6] as const;
    fc.assert(
      fc.property(voxels, (list) => {
        const found = rowPieces(runsOfVoxels(list), size).flatMap(({ from, to, j, k }) =>
          Array.from({ length: to - from }, (_, step) => linearIndex([from + step, j, k], size))
        );
        expect(found).toEqual(sorted(list));
      })
    );
    expect(rowPieces([5, 16], size)).toEqual([
      { from: 5, to: 7, j: 0, k: 0 },
      { from: 0, to: 7, j: 1, k: 0 },
      { from: 0, to: 2, j: 2, k: 0 },
    ]);
  });
});
