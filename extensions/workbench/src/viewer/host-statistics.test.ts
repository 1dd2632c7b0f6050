import type { CustomizationService, SegmentationService } from './host';
import { limitStatistics, PreviewStatistics, takeOnlyStatistics } from './host-statistics';

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

describe('statistics of the viewer', () => {
  /** What the host holds after the commands that it gets. */
  const customizations = (disabled?: boolean) => {
    let value = disabled;
    const service: CustomizationService = {
      getCustomization: () => value,
      setCustomizations: ({ 'panelSegmentation.disableUpdateSegmentationStats': change }) => {
        value = (change as { readonly $set: boolean }).$set;
      },
    };
    return { service, isDisabled: () => value === true };
  };

  it('are off for as long as a large series is open', () => {
    const { service, isDisabled } = customizations();
    limitStatistics(service, 512 * 512 * 140);
    expect(isDisabled()).toBe(false);
    limitStatistics(service, 512 * 512 * 600);
    limitStatistics(service, 512 * 512 * 600);
    expect(isDisabled()).toBe(true);
    limitStatistics(service, 256 * 256 * 100);
    expect(isDisabled()).toBe(false);
  });

  it('rest while a preview is shown, and are computed once it is accepted', () => {
    const { service, isDisabled } = customizations();
    const told: object[] = [];
    const statistics = new PreviewStatistics({
      customizationService: service,
      segmentationService: {
        EVENTS: { SEGMENTATION_DATA_MODIFIED: 'changed' },
        _broadcastEvent: (event: string, detail: object) =>
          told.push({ event, ...detail, isDisabled: isDisabled() }),
      } as unknown as SegmentationService,
    });
    statistics.rest();
    statistics.rest();
    expect(isDisabled()).toBe(true);
    statistics.renew('a');
    expect(told).toEqual([{ event: 'changed', segmentationId: 'a', isDisabled: false }]);
  });

  it('stay off after a preview in a large series', () => {
    const { service, isDisabled } = customizations();
    const statistics = new PreviewStatistics({
      customizationService: service,
      segmentationService: {} as SegmentationService,
    });
    limitStatistics(service, 512 * 512 * 600);
    statistics.rest();
    statistics.resume();
    expect(isDisabled()).toBe(true);
    limitStatistics(service, 100);
    expect(isDisabled()).toBe(false);
  });

  it('stay off where a site wants none', () => {
    const { service, isDisabled } = customizations(true);
    limitStatistics(service, 512 * 512 * 600);
    limitStatistics(service, 100);
    expect(isDisabled()).toBe(true);
  });
});
