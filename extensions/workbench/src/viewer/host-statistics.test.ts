import type { SegmentationService } from './host';
import { takeOnlyStatistics } from './host-statistics';

type Segments = Record<string, { segmentIndex: number; label: string; cachedStats?: object }>;

/** As the host's service does it: an update replaces the list. */
class Service {
  segments: Segments = {
    1: { segmentIndex: 1, label: 'Liver' },
    2: { segmentIndex: 2, label: 'Cyst' },
  };
  getSegmentation() {
    return { segments: this.segments };
  }
  addOrUpdateSegmentation({ segments }: { segmentationId: string; segments?: Segments }) {
    if (segments) this.segments = segments;
  }
}

it('segments that change while the host computes statistics stay as they are', () => {
  const service = new Service();
  const end = takeOnlyStatistics(service as unknown as SegmentationService);
  const before = structuredClone(service.segments);
  service.segments = {
    1: { segmentIndex: 1, label: 'Liver, renamed' },
    3: { segmentIndex: 3, label: 'Added' },
  };
  before[1].cachedStats = { volume: 7 };
  service.addOrUpdateSegmentation({ segmentationId: 'a', segments: before });
  expect(service.segments).toEqual({
    1: { segmentIndex: 1, label: 'Liver, renamed', cachedStats: { volume: 7 } },
    3: { segmentIndex: 3, label: 'Added' },
  });

  end();
  service.addOrUpdateSegmentation({ segmentationId: 'a', segments: before });
  expect(service.segments).toBe(before);
});
