/** Which segmentations of a series the viewer lists. */
import type { OpenContext } from './open-segmentation';
import type { SegInstance } from './offered-instances';
import { segHandler } from './sop-class-handler';

jest.mock('@cordon/extension-workbench/viewer', () => ({}));
jest.mock('./open-segmentation', () => ({}));

const context = {
  services: {
    displaySetService: {
      EVENTS: {},
      getActiveDisplaySets: () => [],
      subscribe: () => ({ unsubscribe: () => undefined }),
    },
  },
} as unknown as OpenContext;

const instance = (number: number, more: Partial<SegInstance> = {}): SegInstance => ({
  SOPInstanceUID: `1.${number}`,
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4',
  StudyInstanceUID: '2',
  SeriesInstanceUID: '3',
  SeriesDescription: 'Organs',
  InstanceNumber: number,
  Manufacturer: 'Elsewhere',
  ...more,
});
const listed = (...instances: readonly SegInstance[]) =>
  segHandler(context)
    .getDisplaySetsFromSeries(instances)
    .map(({ SOPInstanceUID, SeriesDescription }) => [SOPInstanceUID, SeriesDescription]);

describe('a series of segmentations', () => {
  it('lists every object of a foreign series, with its name', () => {
    expect(
      listed(
        instance(1, { SegmentSequence: { SegmentLabel: 'Liver' } }),
        instance(2, { SegmentSequence: [{ SegmentLabel: 'Spleen' }] }),
        instance(3, { SegmentSequence: [{ SegmentLabel: 'Left' }, { SegmentLabel: 'Right' }] })
      )
    ).toEqual([
      ['1.1', 'Organs: Liver'],
      ['1.2', 'Organs: Spleen'],
      ['1.3', 'Organs: 3'],
    ]);
  });

  it('leaves out what another object of the series follows', () => {
    const follows = (uid: string) => ({
      SourceImageSequence: [{ ReferencedSOPInstanceUID: uid }],
    });
    expect(listed(instance(1), instance(2, follows('1.1')), instance(3, follows('9.9')))).toEqual([
      ['1.2', 'Organs: 2'],
      ['1.3', 'Organs: 3'],
    ]);
    expect(listed(instance(1, follows('1.2')), instance(2, follows('1.1')))).toHaveLength(2);
  });

  it('lists the newest of our versions', () => {
    const ours = { Manufacturer: 'Cordon' };
    expect(listed(instance(2, ours), instance(3, ours), instance(1, ours))).toEqual([
      ['1.3', 'Organs'],
    ]);
  });
});
