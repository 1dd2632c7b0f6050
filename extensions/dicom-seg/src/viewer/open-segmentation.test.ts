/** What an opened segmentation is when it is saved again. */
import { gridAt, labelVolume } from '../../../../test/support/segments';
import type { StoredSegmentation } from '../seg/reader/stored-segmentation';
import { describeOpened, type OpenContext } from './open-segmentation';

jest.mock('@cornerstonejs/core', () => ({}));
jest.mock('@cordon/extension-workbench/viewer', () => ({}));
jest.mock('./seg-worker', () => ({}));

function opened(isForExport: boolean) {
  const labels = labelVolume(gridAt(1, 1, [1, 1], [0]), Uint8Array.of(7), [7]);
  const segments = labels.segments.map((one) => ({
    ...one,
    trackingId: 'Liver of 2020',
    trackingUid: '1.2.3',
  }));
  const stored = {
    labels: { ...labels, segments },
    isForExport,
    sopClassUid: '1',
    sopInstanceUid: '2',
    seriesInstanceUid: '3',
  } as unknown as StoredSegmentation;
  const described: { trackingId?: string; trackingUid?: string }[] = [];
  const setVersion = jest.fn();
  describeOpened('s', stored, {
    workbench: {
      book: {
        set: (_id: string, _number: number, one: (typeof described)[0]) => described.push(one),
      },
    },
    jobs: { setVersion },
  } as unknown as OpenContext);
  return { tracking: described[0], versions: setVersion.mock.calls };
}

describe('an opened segmentation', () => {
  it('is saved as the next version of its object', () => {
    const { tracking, versions } = opened(true);
    expect(tracking).toMatchObject({ trackingId: 'Liver of 2020', trackingUid: '1.2.3' });
    expect(versions).toEqual([
      ['s', { predecessor: { sopClassUid: '1', sopInstanceUid: '2', seriesInstanceUid: '3' } }],
    ]);
  });

  it('is an object of its own when it was resampled or thresholded', () => {
    const { tracking, versions } = opened(false);
    expect(tracking.trackingId).toBeUndefined();
    expect(tracking.trackingUid).toMatch(/^2\.25\./);
    expect(versions).toEqual([]);
  });
});
