import fc from 'fast-check';
import { gridAt, masksOn, segmentWhere } from '../../../../test/support/segments';
import { overlap } from './overlap';

const grid = gridAt(4, 3, [1, 1], [0, 1]);

describe('overlap', () => {
  it('of two bars that share one voxel: Dice 2/5, Jaccard 1/4', () => {
    const a = segmentWhere(grid, ([i, j, k]) => j === 0 && k === 0 && i < 2);
    const b = segmentWhere(grid, ([i, j, k]) => j === 0 && k === 0 && i > 0);
    expect(overlap(a, b)).toEqual({
      referenceVoxels: 2,
      candidateVoxels: 3,
      sharedVoxels: 1,
      dice: 2 / 5,
      jaccard: 1 / 4,
    });
  });

  it('is 0 where one side is empty and null where both are', () => {
    const empty = segmentWhere(grid, () => false);
    const full = segmentWhere(grid, () => true);
    expect(overlap(empty, full)).toMatchObject({ dice: 0, jaccard: 0 });
    expect(overlap(empty, empty)).toMatchObject({ dice: null, jaccard: null });
  });

  it('compares segments of different numbers in one layer with others', () => {
    const layer = Uint16Array.from({ length: grid.voxelCount }, (_, at) => (at % 2 ? 300 : 7));
    const odd = { geometry: grid, layer, number: 300 };
    const all = segmentWhere(grid, () => true);
    expect(overlap(odd, all)).toMatchObject({ referenceVoxels: 12, sharedVoxels: 12 });
  });

  it('refuses another grid', () => {
    const other = segmentWhere(gridAt(4, 3, [1, 1], [0, 2]), () => true);
    expect(() =>
      overlap(
        segmentWhere(grid, () => true),
        other
      )
    ).toThrow(expect.objectContaining({ code: 'GRIDS_DIFFER' }));
  });

  it('is symmetric, and Dice = 2 J / (1 + J)', () => {
    fc.assert(
      fc.property(masksOn(grid), masksOn(grid), (a, b) => {
        const sides = [
          { geometry: grid, layer: a, number: 1 },
          { geometry: grid, layer: b, number: 1 },
        ] as const;
        const forth = overlap(sides[0], sides[1]);
        const back = overlap(sides[1], sides[0]);
        expect(back.dice).toBe(forth.dice);
        expect(back.jaccard).toBe(forth.jaccard);
        if (forth.jaccard !== null) {
          expect(forth.dice).toBeCloseTo((2 * forth.jaccard) / (1 + forth.jaccard), 12);
        }
      })
    );
  });
});
