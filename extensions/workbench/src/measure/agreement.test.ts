/** @file Comparisons of boxes whose overlap is known. */
import fc from 'fast-check';
import { volumeOf } from '../../../../test/support/volumes';
import { measure } from './measures';
import {
  agreementCsv,
  agreementWith,
  asLayers,
  differences,
  maskOf,
  type AgreementPair,
} from './agreement';

const { geometry } = volumeOf([6, 5, 4], new Uint8Array(120));
const slab = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: 120 }, (_, at) => Number(at % 6 >= from && at % 6 < to));
const opinions = [
  { title: 'A', mask: slab(0, 4) },
  { title: 'B', mask: slab(2, 6) },
];
const names = { all: 'All', some: 'Some', only: (title: string) => `Only ${title}` };
const count = (voxels: ArrayLike<number>, value: number) =>
  Array.from(voxels).filter((one) => one === value).length;

describe('several opinions', () => {
  it('are put on the whole grid, whatever their region and classes', () => {
    const box = { fromIjk: [1, 1, 1], toIjk: [3, 3, 2] } as const;
    const mask = maskOf({ box, voxels: Uint8Array.of(1, 0, 2, 3), classes: [] }, geometry);
    const at = [...mask.keys()].filter((index) => mask[index] === 1);
    expect(at).toEqual([1 + 6 * (1 + 5), 1 + 6 * (2 + 5), 2 + 6 * (2 + 5)]);
  });

  it('are measured by the measures of the panel: slabs that share a third', () => {
    const labels = asLayers(opinions, geometry);
    const { agreement, statistics } = measure({ labels, compare: { reference: 1, candidate: 2 } });
    expect(agreement!.dice).toBeCloseTo(0.5, 12);
    expect(agreement!.hd95Mm).toBeCloseTo(2, 12);
    expect(statistics.map(({ voxels }) => voxels)).toEqual([80, 80]);
  });

  it('of two are shown as both, only the first and only the second', () => {
    const { voxels, classes } = differences(opinions, geometry, names);
    expect([0, 1, 2, 3].map((value) => count(voxels, value))).toEqual([0, 40, 40, 40]);
    expect(classes.map(({ segment }) => segment?.label)).toEqual(['All', 'Only A', 'Only B']);
    expect(voxels[0]).toBe(2);
    expect(voxels[5]).toBe(3);
  });

  it('of any number: all is the intersection, the rest of the union is not agreed on', () => {
    const masks = fc.array(fc.uint8Array({ min: 0, max: 1, minLength: 120, maxLength: 120 }), {
      minLength: 3,
      maxLength: 5,
    });
    fc.assert(
      fc.property(masks, (all) => {
        const { voxels } = differences(
          all.map((mask, at) => ({ title: String(at), mask })),
          geometry,
          names
        );
        voxels.forEach((value, at) => {
          const votes = all.filter((mask) => mask[at] === 1).length;
          expect(value).toBe(votes === all.length ? 1 : votes > 0 ? 2 : 0);
        });
      })
    );
  });

  it('are summed up with the reference, or with all others', () => {
    const pairs: readonly AgreementPair[] = [
      { a: 0, b: 1, dice: 0.8, hd95Mm: 2 },
      { a: 0, b: 2, dice: 0.6, hd95Mm: 4 },
      { a: 1, b: 2, dice: 0.5, hd95Mm: null },
    ];
    expect(agreementWith(0, undefined, pairs).dice).toBeCloseTo(0.7, 12);
    expect(agreementWith(0, undefined, pairs).hd95Mm).toBeCloseTo(3, 12);
    expect(agreementWith(1, 2, pairs)).toEqual({ dice: 0.5, hd95Mm: null });
  });

  it('become CSV that no spreadsheet computes', () => {
    const row = { isReference: false, volumeMl: 1.25, milliseconds: 12, dice: null, hd95Mm: 2 };
    const csv = agreementCsv([{ ...row, title: '=1+1, "x"' }], []);
    expect(csv).toBe(
      'method,with,volumeMl,milliseconds,dice,hd95Mm\r\n' +
        `"'=1+1, ""x""",mean of the others,1.25,12,,2\r\n`
    );
  });
});
