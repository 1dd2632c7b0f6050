/**
 * @file The viewer computes statistics of segments for a while and then writes the list of segments back as it was at the
 * beginning: a segment added meanwhile would vanish from the list, with its voxels left in the image.
 */
import type { SegmentationService } from './host';

interface SegmentationUpdate {
  readonly segmentationId: string;
  readonly segments?: Readonly<Record<string, object | undefined>>;
}
type Update = (data: SegmentationUpdate) => unknown;

/** Keeps segments that are listed and that an update leaves out. Returns the function that ends it. */
export function keepNewSegments(service: SegmentationService): () => void {
  const host = service as unknown as { addOrUpdateSegmentation?: Update };
  const update = host.addOrUpdateSegmentation;
  if (!update) return () => undefined;
  host.addOrUpdateSegmentation = (data) => {
    const listed = service.getSegmentation(data.segmentationId)?.segments;
    const segments = data.segments && listed ? { ...listed, ...data.segments } : data.segments;
    return update.call(service, segments ? { ...data, segments } : data);
  };
  return () => {
    // The host's own method is its class's.
    Reflect.deleteProperty(service, 'addOrUpdateSegmentation');
  };
}
