import { recordStep, unrecordStep, type Made } from './provenance';
import { SegmentBook } from './segment-book';

const step = (method: string) => ({
  method,
  version: '1.0.0',
  parameters: {},
  prompts: { seeds: [], scribbles: [] },
  region: { kind: 'volume' },
  runtime: 'wasm',
});
const computed = (method: string, changesSegment: boolean) =>
  ({
    offer: { method: { id: method, title: method, version: '1.0.0', group: 'clean-up' } },
    isComplete: true,
    isDefault: true,
    updates: false,
    changesSegment,
    size: [1, 1, 1],
    step: step(method),
  }) as unknown as Made;
const accepted = (...segmentOfClass: readonly number[]) => ({
  segmentationId: 'study',
  segmentOfClass: [0, ...segmentOfClass],
  created: [],
  emptied: [],
});

describe('how a segment was made', () => {
  it('begins, for what was split off, with how its segment was made', () => {
    const book = new SegmentBook();
    recordStep(book, computed('threshold', false), accepted(1));
    book.markHandEdited('study', 1);
    const before = new Map([1, 2].map((segment) => [segment, book.record('study', segment)]));
    recordStep(book, computed('islands', true), accepted(1, 2));

    const [whole, part] = [1, 2].map((segment) => book.record('study', segment));
    expect(whole.steps).toEqual([
      { ...step('threshold'), label: 1 },
      { ...step('islands'), label: 1 },
    ]);
    expect(part.steps).toEqual([
      { ...step('threshold'), label: 1 },
      { ...step('islands'), label: 2, splitOff: true },
    ]);
    expect([whole, part].map(({ handEdited }) => handEdited)).toEqual([true, true]);
    expect(part.algorithm.type).toBe('SEMIAUTOMATIC');

    unrecordStep(book, accepted(1, 2), before);
    expect(book.record('study', 1).steps).toHaveLength(1);
    expect(book.record('study', 2)).toMatchObject({ steps: [], handEdited: false });
  });

  it('begins anew for each class of a method that starts from the image', () => {
    const book = new SegmentBook();
    recordStep(book, computed('otsu', false), accepted(1, 2));
    const [, second] = [1, 2].map((segment) => book.record('study', segment));
    expect(second.steps).toEqual([{ ...step('otsu'), label: 2 }]);
    expect(second.algorithm.type).toBe('AUTOMATIC');
  });
});
