/**
 * @file The viewer computes statistics of segments for a while and then writes the list of segments back as it was at the
 * beginning: a segment added meanwhile would vanish with its voxels left in the image, a deleted one would come back, and a new
 * name would be the old one again.
 */
import type { HostSegment, SegmentationService } from './host';

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
