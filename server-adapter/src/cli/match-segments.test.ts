/** Which segment is which of another file, when codes say more or less. */
import { code, unnamedSegment, type LabelSegment } from '@cordon/extension-workbench/pure';
import { matchSegments } from './match-segments';

const segment = (
  number: number,
  label: string,
  codes: Partial<Pick<LabelSegment, 'type' | 'category'>> = {}
): LabelSegment => ({
  ...unnamedSegment(number, [255, 0, 0]),
  label,
  number,
  layer: 0,
  ...codes,
});
const pairs = (reference: readonly LabelSegment[], candidate: readonly LabelSegment[]) =>
  matchSegments(reference, candidate).map((pair) => [pair.reference?.label, pair.candidate?.label]);

describe('segments of two files', () => {
  const liver = code('10200004', 'SCT', 'Liver');
  const organ = code('113343008', 'SCT', 'Organ');

  it('are the same by code, whatever they are called', () => {
    expect(
      pairs([segment(1, 'Liver', { type: liver })], [segment(4, 'Leber', { type: liver })])
    ).toEqual([['Liver', 'Leber']]);
  });

  it.each([
    ['is tissue', {}],
    ['repeats its category', { type: organ, category: organ }],
  ])('are not the same by a code that %s', (_, codes) => {
    expect(
      pairs(
        [segment(1, 'Liver', codes), segment(2, 'Spleen', codes)],
        [segment(1, 'Liver', codes), segment(2, 'Kidney', codes)]
      )
    ).toEqual([
      ['Liver', 'Liver'],
      ['Spleen', undefined],
      [undefined, 'Kidney'],
    ]);
  });

  it('count by number where only one has a name', () => {
    expect(pairs([segment(1, 'Liver')], [segment(1, 'Segment 1')])).toEqual([
      ['Liver', 'Segment 1'],
    ]);
  });
});
