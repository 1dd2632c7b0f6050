import fc from 'fast-check';
import { fillRun, ValueRuns } from './value-runs';

/** Values in runs of any length, as a part of a larger array that begins anywhere. */
const parts = fc
  .tuple(
    fc.constantFrom(Uint8Array, Uint16Array),
    fc.array(fc.tuple(fc.constantFrom(0, 1, 2, 255, 0x0101), fc.integer({ min: 1, max: 40 })), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.nat(7),
    fc.nat(5)
  )
  .map(([Labels, runs, from, cut]) => {
    const all = Labels.from(runs.flatMap(([value, length]) => Array<number>(length).fill(value)));
    return all.subarray(Math.min(from, all.length), Math.max(from, all.length - cut));
  });

describe('runs of equal values', () => {
  it('end where the first other value is, at the limit at the latest', () => {
    fc.assert(
      fc.property(parts, fc.nat(), fc.nat(), (values, a, b) => {
        fc.pre(values.length > 0);
        const from = a % values.length;
        const limit = from + 1 + (b % (values.length - from));
        let end = from;
        while (end < limit && values[end] === values[from]) end++;
        expect(new ValueRuns(values).endOf(from, limit)).toBe(end);
      }),
      { numRuns: 2000 }
    );
  });

  it('are found in values that have changed since', () => {
    const values = new Uint8Array(64);
    const runs = new ValueRuns(values);
    values[41] = 1;
    expect(runs.endOf(3, 64)).toBe(41);
  });

  it.each([1, 31, 32, 50])('are set without their neighbours, %d values long', (length) => {
    const values = new Uint16Array(60);
    fillRun(values, 300, 5, 5 + length);
    expect([...values]).toEqual([...values].map((_, at) => (at >= 5 && at < 5 + length ? 300 : 0)));
  });
});
