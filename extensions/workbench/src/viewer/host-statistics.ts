/**
 * @file The viewer computes statistics of segments for a while and then writes the list of segments back as it was at the
 * beginning: a segment added meanwhile would vanish with its voxels left in the image, a deleted one would come back, and a new
 * name would be the old one again. For large series it copies image and labels on the page's thread after every change.
 */
import type { CustomizationService, HostSegment, HostServices, SegmentationService } from './host';

interface SegmentWithStatistics extends HostSegment {
  readonly cachedStats?: object;
}
type Segments = Readonly<Record<string, SegmentWithStatistics | undefined>>;
interface SegmentationUpdate {
  readonly segmentationId: string;
  readonly segments?: Segments;
}
type Update = (data: SegmentationUpdate) => unknown;

/** Takes only the statistics from such an update, for the segments that are listed. Returns the function that ends it. */
export function takeOnlyStatistics(service: SegmentationService): () => void {
  const host = service as unknown as { addOrUpdateSegmentation?: Update };
  const update = host.addOrUpdateSegmentation;
  if (!update) return () => undefined;
  host.addOrUpdateSegmentation = (data) => {
    const listed = service.getSegmentation(data.segmentationId)?.segments;
    const { segments } = data;
    if (!listed || !segments) return update.call(service, data);
    return update.call(service, { ...data, segments: withStatistics(listed, segments) });
  };
  return () => {
    // The host's own method is its class's.
    Reflect.deleteProperty(service, 'addOrUpdateSegmentation');
  };
}

function withStatistics(listed: Segments, updated: Segments): Segments {
  return Object.fromEntries(
    Object.entries(listed).map(([number, segment]) => {
      const cachedStats = updated[number]?.cachedStats;
      return [number, segment && cachedStats ? { ...segment, cachedStats } : segment];
    })
  );
}

const DISABLED = 'panelSegmentation.disableUpdateSegmentationStats';
/** 512 × 512 × 256: with more, the page would stand still for half a second after every change, and keep the copies for a while. */
const MOST_VOXELS = 2 ** 26;

/** Why the viewer's statistics rest. */
type Reason = 'large-series' | 'preview';
/** Where it was we who switched them off. */
const resting = new WeakMap<CustomizationService, Set<Reason>>();

function setResting(customizations: CustomizationService, reason: Reason, rests: boolean): void {
  const set = (value: boolean) => {
    customizations.setCustomizations({ [DISABLED]: { $set: value } });
  };
  const reasons = resting.get(customizations) ?? new Set();
  if (rests) {
    // A site may want none: then it is not for us to switch them on again.
    const isOff = customizations.getCustomization(DISABLED) === true;
    if (isOff && reasons.size === 0) return;
    resting.set(customizations, reasons.add(reason));
    if (!isOff) set(true);
  } else if (reasons.delete(reason) && reasons.size === 0) {
    set(false);
  }
}

/** Switches the viewer's statistics off for a series that is too large for them: ours are computed in a worker. */
export function limitStatistics(customizations: CustomizationService, voxels: number): void {
  setResting(customizations, 'large-series', voxels > MOST_VOXELS);
}

/**
 * The viewer's statistics rest while a preview is shown: they would be of work that nobody has accepted, and the page would stand
 * still after every move of a slider.
 */
export class PreviewStatistics {
  readonly #services: Pick<HostServices, 'customizationService' | 'segmentationService'>;

  constructor(services: Pick<HostServices, 'customizationService' | 'segmentationService'>) {
    this.#services = services;
  }

  rest(): void {
    setResting(this.#services.customizationService, 'preview', true);
  }

  /** They are computed after the next change of labels. */
  resume(): void {
    setResting(this.#services.customizationService, 'preview', false);
  }

  /** They are computed now. */
  renew(segmentationId: string): void {
    this.resume();
    const { segmentationService: service } = this.#services;
    service._broadcastEvent(service.EVENTS.SEGMENTATION_DATA_MODIFIED, { segmentationId });
  }
}
