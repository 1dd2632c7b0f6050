import fc from 'fast-check';
import { decodePrompts, encodePrompts } from '../method/recipe';
import type { Vec3 } from '../volume/vector';
import { PromptBook } from './prompt-book';
import {
  EMPTY_SET,
  erased,
  hasTarget,
  isEmptySet,
  labelsOf,
  scribbledVoxels,
  toPrompts,
  withAnchor,
  withBox,
  withPath,
  withSeed,
  withSphere,
  withStroke,
  type PromptSet,
} from './prompt-set';
import { linearIndex, runsOfVoxels } from './voxel-runs';

const SIZE: Vec3 = [6, 5, 4];
const COUNT = SIZE[0] * SIZE[1] * SIZE[2];
const SLICE = { axis: 2, index: 1 } as const;
const ALL = ['seeds', 'scribbles', 'box', 'path'] as const;

const ijk = fc.tuple(
  fc.integer({ min: 0, max: 5 }),
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 3 })
);
const runs = fc
  .array(fc.integer({ min: 0, max: COUNT - 1 }), { minLength: 1, maxLength: 12 })
  .map(runsOfVoxels);
const label = fc.integer({ min: 0, max: 3 });
const change: fc.Arbitrary<(set: PromptSet) => PromptSet> = fc.oneof(
  fc.tuple(ijk, label).map(
    ([at, of]) =>
      (set: PromptSet) =>
        withSeed(set, { ijk: at, label: of })
  ),
  fc.tuple(runs, label).map(
    ([at, of]) =>
      (set: PromptSet) =>
        withStroke(set, of, at)
  ),
  runs.map((at) => (set: PromptSet) => erased(set, at, SIZE)),
  ijk.map((at) => (set: PromptSet) => withAnchor(set, at, SLICE)),
  ijk.map((at) => (set: PromptSet) => withBox(set, { fromIjk: at, toIjk: SIZE }))
);

describe('the prompts of a series', () => {
  it('keep every voxel in the label that was drawn last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(runs, label, fc.boolean()), { maxLength: 12 }), (strokes) => {
        const voxels = new Map<number, number>();
        let set = EMPTY_SET;
        for (const [at, of, isEraser] of strokes) {
          set = isEraser ? erased(set, at, SIZE) : withStroke(set, of, at);
          for (let run = 0; run < at.length; run += 2) {
            for (let voxel = at[run]; voxel < at[run + 1]; voxel++) {
              if (isEraser) voxels.delete(voxel);
              else voxels.set(voxel, of);
            }
          }
        }
        const drawn = toPrompts(set, ALL).scribbles.flatMap(({ label: of, voxels: list }) =>
          [...list].map((voxel) => [voxel, of] as const)
        );
        expect(new Map(drawn)).toEqual(voxels);
        expect(drawn).toHaveLength(voxels.size);
        expect(scribbledVoxels(set)).toBe(voxels.size);
        expect(labelsOf(set)).toEqual([...new Set(voxels.values())].sort((a, b) => a - b));
        expect(hasTarget(set)).toBe([...voxels.values()].some((of) => of > 0));
      })
    );
  });

  it('are the same after the way through a recipe', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), (changes) => {
        const prompts = toPrompts(
          changes.reduce((set, next) => next(set), EMPTY_SET),
          ALL
        );
        const json = JSON.parse(JSON.stringify(encodePrompts(prompts))) as ReturnType<
          typeof encodePrompts
        >;
        expect(decodePrompts(json)).toEqual(prompts);
      })
    );
  });

  it('give a method only what it takes', () => {
    const set = withBox(withStroke(withSeed(EMPTY_SET, { ijk: [1, 2, 3], label: 1 }), 0, [4, 9]), {
      fromIjk: [0, 0, 0],
      toIjk: [2, 2, 2],
    });
    expect(toPrompts(set, ['seeds'])).toEqual({
      seeds: [{ ijk: [1, 2, 3], label: 1 }],
      scribbles: [],
    });
    expect(toPrompts(set, ['path', 'box'])).toEqual({ seeds: [], scribbles: [], box: set.box });
  });

  it('hold one seed a voxel, one sphere a label, and a path in one slice', () => {
    let set = withSeed(EMPTY_SET, { ijk: [1, 1, 1], label: 1 });
    set = withSeed(set, { ijk: [1, 1, 1], label: 0 });
    expect(set.seeds).toEqual([{ ijk: [1, 1, 1], label: 0 }]);
    set = withSphere(
      withSphere(set, { ijk: [2, 2, 2], label: 1 }, 5),
      { ijk: [3, 3, 3], label: 1 },
      7
    );
    expect(set.seeds.filter((seed) => seed.label === 1)).toEqual([{ ijk: [3, 3, 3], label: 1 }]);
    expect(set.radiusMm).toBe(7);
    set = withAnchor(EMPTY_SET, [1, 1, 1], SLICE);
    expect(set.pathSlice).toEqual(SLICE);
    const voxel = linearIndex([1, 1, 1], SIZE);
    expect(erased(set, [voxel, voxel + 1], SIZE)).toMatchObject({ path: [], pathSlice: undefined });
    expect(isEmptySet(withPath(set, [], SLICE))).toBe(true);
  });

  it('come back step by step, series by series', () => {
    const series = fc.constantFrom('a', 'b');
    fc.assert(
      fc.property(fc.array(fc.tuple(series, change), { maxLength: 12 }), (changes) => {
        const steps: { undo(): void; redo(): void }[] = [];
        const book = new PromptBook((step) => steps.push(step));
        const states = [[book.of('a'), book.of('b')]];
        for (const [key, next] of changes) {
          const before = steps.length;
          book.change(key, next(book.of(key)));
          if (steps.length > before) states.push([book.of('a'), book.of('b')]);
        }
        const last = states.length - 1;
        for (let at = last; at > 0; at--) {
          expect([book.of('a'), book.of('b')]).toEqual(states[at]);
          steps[at - 1].undo();
        }
        expect([book.of('a'), book.of('b')]).toEqual(states[0]);
        for (const step of steps) step.redo();
        expect([book.of('a'), book.of('b')]).toEqual(states[last]);
      })
    );
  });

  it('tell of every change, and are gone when they are forgotten', () => {
    const book = new PromptBook(() => undefined);
    const told: string[] = [];
    const end = book.subscribe((key) => told.push(key));
    book.change('a', withSeed(EMPTY_SET, { ijk: [0, 0, 0], label: 1 }));
    book.change('a', book.of('a'));
    expect(told).toEqual(['a']);
    end();
    book.clear();
    expect(isEmptySet(book.of('a'))).toBe(true);
    expect(told).toEqual(['a']);
  });
});
