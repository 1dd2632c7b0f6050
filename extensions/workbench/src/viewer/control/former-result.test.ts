import type { LabelResult, Region } from '../../method/contract';
import type { RecipeStep } from '../../method/recipe';
import { regionBox } from '../../method/region';
import { formerSegments, stepsBeside, type MadeSegment } from './former-result';

const SIZE = [8, 6, 4] as const;
const VOLUME: Region = { kind: 'volume' };
const slice = (index: number): Region => ({ kind: 'slice', axis: 2, index });
const box = (from: number, to: number): Region => ({
  kind: 'box',
  box: { fromIjk: [from, 0, 0], toIjk: [to, 6, 4] },
});

const step = (label: number, region: Region = VOLUME, method = 'net'): RecipeStep => ({
  method,
  version: '1',
  parameters: {},
  prompts: { seeds: [], scribbles: [] },
  region: JSON.parse(JSON.stringify(region)) as RecipeStep['region'],
  label,
  runtime: 'wasm',
});
const made = (number: number, label: number, more: Partial<MadeSegment> = {}): MadeSegment => ({
  number,
  label: `Class ${label}`,
  locked: false,
  handEdited: false,
  steps: [step(label)],
  ...more,
});
const result = (region: Region = VOLUME, count = 2): LabelResult => ({
  box: regionBox(region, SIZE),
  voxels: new Uint8Array(),
  classes: Array.from({ length: count }, (_, at) => ({
    value: at + 1,
    segment: { label: `Class ${at + 1}` },
  })),
});
const former = (segments: readonly MadeSegment[], of = result()) =>
  formerSegments('net', of, segments, SIZE);
const other = { ...made(9, 1), label: 'Drawn', steps: [] };

describe('the segments of a network that runs again', () => {
  it('are those that it made, whatever their numbers', () => {
    expect(former([other, made(4, 2), made(7, 1)])).toEqual([0, 7, 4]);
  });

  it.each<[string, readonly MadeSegment[]]>([
    ['there are none', [other]],
    ['one was edited by hand', [made(1, 1), made(2, 2, { handEdited: true })]],
    ['one is locked', [made(1, 1, { locked: true }), made(2, 2)]],
    ['one was renamed', [made(1, 1, { label: 'Mine' }), made(2, 2)]],
    ['one was deleted', [made(1, 1)]],
    ['there are more than it has classes', [made(1, 1), made(2, 2), made(3, 2)]],
    [
      'another method has worked on one',
      [made(1, 1), made(2, 2, { steps: [step(2), step(1, VOLUME, 'margin')] })],
    ],
  ])('are new ones when %s', (_, segments) => {
    expect(former(segments)).toBeUndefined();
  });

  it('are the same in another slice, in the same, and in one that holds them all', () => {
    const segments = [
      made(1, 1, { steps: [step(1, slice(1)), step(1, slice(2))] }),
      made(2, 2, { steps: [step(2, slice(1)), step(2, slice(2))] }),
    ];
    for (const region of [slice(3), slice(1), VOLUME]) {
      expect(former(segments, result(region))).toEqual([0, 1, 2]);
    }
    const left = (region: Region) =>
      stepsBeside(segments[0].steps, regionBox(region, SIZE), SIZE).map((one) => one.region);
    expect(left(slice(3))).toEqual([slice(1), slice(2)]);
    expect(left(slice(1))).toEqual([slice(2)]);
    expect(left(VOLUME)).toEqual([]);
  });

  it('are new ones where a box cuts an earlier one: a recipe could not tell what was taken away', () => {
    const segments = [1, 2].map((label) => made(label, label, { steps: [step(label, box(0, 5))] }));
    expect(former(segments, result(box(3, 8)))).toBeUndefined();
    expect(former(segments, result(box(5, 8)))).toEqual([0, 1, 2]);
    expect(former(segments, result(box(0, 6)))).toEqual([0, 1, 2]);
  });

  it('are those of its objects, also when there are more or fewer of them now', () => {
    const object = (number: number, label: number, more: Partial<MadeSegment> = {}) =>
      made(number, label, { label: `Nucleus ${label}`, ...more });
    const found = (count: number): LabelResult => ({
      ...result(VOLUME, count),
      areObjects: true,
      classes: Array.from({ length: count }, (_, at) => ({
        value: at + 1,
        segment: { label: `Nucleus ${at + 1}` },
      })),
    });
    const before = [other, object(3, 2), object(7, 1), object(4, 3)];
    const again = (count: number, segments: readonly MadeSegment[] = before, mayEmpty = true) =>
      formerSegments('net', found(count), segments, SIZE, mayEmpty);
    for (const count of [1, 2, 3, 5]) expect(again(count)).toEqual([0, 7, 3, 4]);
    // A write rule may keep voxels of what would have to go.
    expect(again(2, before, false)).toBeUndefined();
    expect(again(0)).toBeUndefined();
    expect(again(2, [object(3, 1), object(4, 3)])).toBeUndefined();
    expect(again(3, [object(3, 1), object(4, 2, { label: 'Mitosis' })])).toBeUndefined();
    expect(again(3, [object(3, 1), object(4, 2, { handEdited: true })])).toBeUndefined();
    // A network of fixed classes is another model then.
    expect(formerSegments('net', result(VOLUME, 3), [made(1, 1)], SIZE, true)).toBeUndefined();
  });

  it('are new ones for single objects of another slice', () => {
    const segments = [1, 2].map((label) => made(label, label, { steps: [step(label, slice(1))] }));
    const objects = (region: Region) => ({ ...result(region), areObjects: true });
    expect(former(segments, objects(slice(2)))).toBeUndefined();
    expect(former(segments, objects(slice(1)))).toEqual([0, 1, 2]);
  });
});
