import fc from 'fast-check';
import { commitSlice, type CommitOrder } from './commit-slice';
import { applyDifference } from './difference';
import { FREE_RULE, type WriteRule } from './write-rule';

const size = { columns: 5, rows: 4 };
const box = { fromIjk: [1, 1, 3] as const, toIjk: [5, 4, 5] as const };
const boxVoxels = 4 * 3 * 2;
const wholeBox = { fromIjk: [0, 0, 3] as const, toIjk: [5, 4, 5] as const };
const none = { locked: new Set<number>(), hidden: new Set<number>() };

const order = (voxels: Uint8Array, extra: Partial<CommitOrder> = {}): CommitOrder => ({
  result: { box, voxels, classes: [{ value: 1 }] },
  valueOfClass: [0, 7],
  mode: 'add',
  rule: FREE_RULE,
  states: none,
  ...extra,
});

/** The rule spelled out voxel by voxel, as a person would. */
function expected(
  labels: Uint8Array,
  image: Float32Array,
  wanted: (i: number, j: number) => number | undefined,
  rule: WriteRule,
  states: { locked: ReadonlySet<number>; hidden: ReadonlySet<number> },
  mode: 'add' | 'replace'
): Uint8Array {
  return labels.map((before, at) => {
    const result = wanted(at % size.columns, Math.floor(at / size.columns));
    if (result === undefined) return before;
    const after = result === 1 ? 7 : mode === 'replace' && before === 7 ? 0 : before;
    if (after === before) return before;
    if (states.locked.has(before) || states.locked.has(after)) return before;
    if (after === 7 && before !== 0) {
      if (rule.overwrite === 'none') return before;
      if (rule.overwrite === 'visible' && states.hidden.has(before)) return before;
    }
    if (rule.area === 'outside-segments' && before !== 0 && before !== 7) return before;
    if (rule.area === 'inside-segment' && before !== rule.insideSegment) return before;
    if (rule.range) {
      const isIn = image[at] >= rule.range.lower && image[at] <= rule.range.upper;
      if (isIn === rule.range.invert) return before;
    }
    return after;
  });
}

describe('commit of one slice', () => {
  it('writes the box of the result and nothing else', () => {
    const voxels = new Uint8Array(boxVoxels).fill(1, 12);
    const labels = new Uint8Array(20);
    expect(commitSlice(order(voxels), { slice: 3, labels, ...size })).toBeUndefined();
    const difference = commitSlice(order(voxels), { slice: 4, labels, ...size });
    expect(difference?.voxels).toBe(12);
    expect([...labels]).toEqual([
      ...[0, 0, 0, 0, 0],
      ...[0, 7, 7, 7, 7],
      ...[0, 7, 7, 7, 7],
      ...[0, 7, 7, 7, 7],
    ]);
    expect(commitSlice(order(voxels), { slice: 5, labels, ...size })).toBeUndefined();
  });

  it('takes both ends of a range as inside, as 32 bits write them, and no number as in none', () => {
    const image = Float32Array.of(...[0.6, 0.7, 0.8, NaN], ...Array<number>(16).fill(5));
    const voxels = new Uint8Array(20).fill(1);
    const result = {
      box: { fromIjk: [0, 0, 4], toIjk: [5, 4, 5] },
      voxels,
      classes: [{ value: 1 }],
    } as const;
    const written = (invert: boolean) => {
      const labels = new Uint8Array(20);
      const rule = { ...FREE_RULE, range: { lower: 0.6, upper: 0.7, invert } };
      commitSlice(order(voxels, { result, rule }), { slice: 4, labels, image, ...size });
      return [...labels.slice(0, 5)];
    };
    expect(written(false)).toEqual([7, 7, 0, 0, 0]);
    expect(written(true)).toEqual([0, 0, 7, 0, 7]);
  });

  it('follows the write rule for every voxel', () => {
    const rules = fc.record({
      area: fc.constantFrom('everywhere', 'inside-segment', 'outside-segments'),
      insideSegment: fc.constantFrom(2, 3),
      range: fc.option(
        fc.record({
          lower: fc.integer({ min: 0, max: 5 }),
          upper: fc.integer({ min: 5, max: 9 }),
          invert: fc.boolean(),
        }),
        { nil: undefined }
      ),
      overwrite: fc.constantFrom('all', 'none', 'visible'),
    });
    const values = (max: number, length: number) =>
      fc.array(fc.integer({ min: 0, max }), { minLength: length, maxLength: length });
    const setOf = fc.subarray([2, 3, 7]).map((list) => new Set(list));
    fc.assert(
      fc.property(
        rules,
        fc.boolean(),
        values(1, 40),
        fc.array(fc.constantFrom(0, 2, 3, 7), { minLength: 20, maxLength: 20 }),
        values(10, 20),
        setOf,
        setOf,
        fc.constantFrom('add' as const, 'replace' as const),
        (rule, isWhole, result, first, intensities, locked, hidden, mode) => {
          const labels = Uint8Array.from(first);
          const image = Float32Array.from(intensities);
          const states = { locked, hidden };
          const voxels = Uint8Array.from(result).subarray(0, isWhole ? 40 : boxVoxels);
          const labelled = { box: isWhole ? wholeBox : box, voxels, classes: [{ value: 1 }] };
          const want = expected(
            labels,
            image,
            (i, j) => {
              if (isWhole) return voxels[j * 5 + i];
              return i >= 1 && j >= 1 ? voxels[(j - 1) * 4 + (i - 1)] : undefined;
            },
            rule as WriteRule,
            states,
            mode
          );
          const inside = { labels, value: rule.insideSegment };
          const difference = commitSlice(
            order(voxels, { result: labelled, rule: rule as WriteRule, states, mode }),
            { slice: 3, labels, image, inside, ...size }
          );
          expect([...labels]).toEqual([...want]);
          if (difference) applyDifference(labels, difference, 'back');
          expect([...labels]).toEqual(first);
        }
      ),
      { numRuns: 500 }
    );
  });

  it('writes nothing inside a segment that has no voxels anywhere', () => {
    const rule: WriteRule = { area: 'inside-segment', insideSegment: 4, overwrite: 'all' };
    const labels = new Uint8Array(20);
    const difference = commitSlice(order(new Uint8Array(boxVoxels).fill(1), { rule }), {
      slice: 3,
      labels,
      ...size,
    });
    expect(difference).toBeUndefined();
  });

  it.each(['add', 'replace'] as const)(
    'leaves other segments alone where the result has a class without a value (%s)',
    (mode) => {
      const labels = new Uint8Array(20).fill(3);
      const voxels = new Uint8Array(boxVoxels).fill(2);
      expect(commitSlice(order(voxels, { mode }), { slice: 3, labels, ...size })).toBeUndefined();
      expect([...labels]).toEqual([...new Uint8Array(20).fill(3)]);
    }
  );
});
