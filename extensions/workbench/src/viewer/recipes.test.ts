/** @file A recipe that is applied again does what it says, or says why it does not. */
import type { RecipeStep } from '../method/recipe';
import { PanelStore } from './panel-store';
import { Recipes, type RecipeParts } from './recipes';

const STEP = {
  method: 'threshold',
  version: '1',
  parameters: { lower: 100 },
  prompts: { seeds: [], scribbles: [] },
  region: { kind: 'volume' },
  label: 1,
  runtime: 'wasm',
} as const;

function prepare() {
  const calls: unknown[][] = [];
  const note =
    (name: string) =>
    (...values: unknown[]) => {
      calls.push([name, ...values]);
    };
  const store = new PanelStore();
  const recipes = new Recipes({
    store,
    methods: { get: () => ({ method: { id: 'threshold', title: 'Threshold', version: '1' } }) },
    follower: {
      require: () => ({ series: {} }),
      region: () => ({ kind: 'slice', axis: 2, index: 7 }),
    },
    panel: () => ({
      getState: () => ({ active: { entry: { id: 'threshold' } } }),
      setRegion: note('region'),
      setWriteRule: note('rule'),
      setParameter: note('parameter'),
      run: note('run'),
    }),
  } as unknown as RecipeParts);
  const apply = (change: Partial<RecipeStep>) => {
    const source = { seriesInstanceUid: '1.2', sopInstanceUids: [], pixelsSha256: '' };
    const steps = [{ ...STEP, ...change }];
    recipes.apply(JSON.stringify({ cordonRecipe: 1, steps, source, handEdited: false }));
    return { calls, said: store.state.messages.map(({ why }) => why) };
  };
  return apply;
}

describe('a recipe that is applied again', () => {
  it('runs where, by which rule and with which parameters it says', () => {
    const writeRule = {
      area: 'outside-segments',
      range: { lower: 0, upper: 9, invert: false },
      overwrite: 'none',
    } as const;
    const { calls, said } = prepare()({ writeRule, region: { kind: 'slice', axis: 2, index: 7 } });
    expect(said).toEqual([]);
    expect(calls).toEqual([
      ['region', 'slice'],
      ['rule', writeRule],
      ['parameter', 'lower', 100],
      ['run'],
    ]);
  });

  it('writes freely where it says nothing of a rule', () => {
    const { calls } = prepare()({});
    expect(calls).toContainEqual(['rule', { area: 'everywhere', overwrite: 'all' }]);
  });

  it.each<[string, Partial<RecipeStep>]>([
    ['one slice, number 8, which is not shown', { region: { kind: 'slice', axis: 0, index: 7 } }],
    ['one slice, number 4, which is not shown', { region: { kind: 'slice', axis: 2, index: 3 } }],
    [
      'inside a segment of its own series',
      { writeRule: { area: 'inside-segment', insideSegment: 2, overwrite: 'all' } },
    ],
  ])('is refused where it needs %s', (why, change) => {
    const { calls, said } = prepare()(change);
    expect(calls).toEqual([]);
    expect(said).toEqual([expect.stringContaining(why)]);
  });
});
