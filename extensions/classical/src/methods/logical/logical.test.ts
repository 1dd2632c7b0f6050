import type { Region } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import {
  expectSequenceEqualsFreshRuns,
  labelsOf,
  runOn,
} from '../../../../../test/support/methods';
import { volumeOf } from '../../../../../test/support/volumes';
import { logical } from './logical';

const image = volumeOf([13, 5, 2], new Int16Array(130));
const truth = {
  union: (a: boolean, b: boolean) => a || b,
  intersect: (a: boolean, b: boolean) => a && b,
  subtract: (a: boolean, b: boolean) => a && !b,
  exclusive: (a: boolean, b: boolean) => a !== b,
  invert: (a: boolean) => !a,
} as const;
const operations = Object.keys(truth) as (keyof typeof truth)[];
const scribble = (mask: Uint8Array, label = 1) => ({
  label,
  voxels: Uint32Array.from([...mask.keys()].filter((at) => mask[at] === 1)),
});

describe('logical', () => {
  it('follows the truth table on any two segments', async () => {
    const mask = fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: 130, maxLength: 130 })
      .map((values) => Uint8Array.from(values));
    await fc.assert(
      fc.asyncProperty(mask, mask, fc.constantFrom(...operations), async (a, b, operation) => {
        fc.pre(b.includes(1));
        const result = await runOn(logical, image, {
          segment: a,
          prompts: { scribbles: [scribble(b, 2)] },
          parameters: { operation },
        });
        const wanted = a.map((value, at) => Number(truth[operation](value === 1, b[at] === 1)));
        expect([...labelsOf(result)]).toEqual([...wanted]);
      }),
      { numRuns: 60 }
    );
  });

  it('works in a box only, and ignores background scribbles', async () => {
    const segment = new Uint8Array(130).fill(1);
    const region: Region = { kind: 'box', box: { fromIjk: [1, 1, 1], toIjk: [3, 3, 2] } };
    const at = (i: number, j: number, k: number) => i + 13 * (j + 5 * k);
    const scribbles = [
      { label: 1, voxels: Uint32Array.of(at(0, 0, 0), at(2, 1, 1)) },
      { label: 0, voxels: Uint32Array.of(at(1, 1, 1)) },
    ];
    const parameters = { operation: 'subtract' };
    const result = await runOn(logical, image, {
      segment,
      region,
      prompts: { scribbles },
      parameters,
    });
    expect([...labelsOf(result)]).toEqual([1, 0, 1, 1]);
  });

  it('refuses when there is nothing to combine with', async () => {
    const segment = new Uint8Array(130).fill(1);
    await expect(runOn(logical, image, { segment })).rejects.toMatchObject({
      code: 'OTHER_SEGMENT_MISSING',
    });
    const inverted = await runOn(logical, image, { segment, parameters: { operation: 'invert' } });
    expect(labelsOf(inverted).includes(1)).toBe(false);
  });

  it('gives the same after any sequence of updates as a fresh run', async () => {
    const segment = Uint8Array.from({ length: 130 }, (_, at) => at % 2);
    const prompts = { scribbles: [{ label: 3, voxels: Uint32Array.of(0, 1, 2, 129) }] };
    await expectSequenceEqualsFreshRuns(
      logical,
      image,
      operations.map((operation) => ({ segment, prompts, parameters: { operation } }))
    );
  });
});
