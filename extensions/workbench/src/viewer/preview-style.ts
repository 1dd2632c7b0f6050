/**
 * @file Shows segments as a preview — thinner fill, stronger outline — until they are accepted. The host draws its toolbar anew for
 * each segment: many take a while, in pieces.
 */
import { Enums, segmentation as tools } from '@cornerstonejs/tools';
import { Pace } from './pace';

const PREVIEW = { fillAlpha: 0.25, fillAlphaInactive: 0.25 };

/** Draws the segments as a preview in every viewport. Call {@link endPreviewStyle} with the same segments. */
export async function setPreviewStyle(
  segmentationId: string,
  segments: readonly number[]
): Promise<void> {
  const pace = new Pace();
  for (const segmentIndex of segments) {
    const type = Enums.SegmentationRepresentations.Labelmap;
    tools.config.style.setStyle({ type, segmentationId, segmentIndex }, PREVIEW, false);
    await pace.rest();
  }
}

/** Draws the segments like all others again. */
export async function endPreviewStyle(
  segmentationId: string,
  segments: readonly number[]
): Promise<void> {
  const type = Enums.SegmentationRepresentations.Labelmap;
  const pace = new Pace();
  for (const segmentIndex of segments) {
    tools.config.style.setStyle({ type, segmentationId, segmentIndex }, {}, false);
    await pace.rest();
  }
  for (const viewportId of tools.state.getViewportIdsWithSegmentation(segmentationId)) {
    tools.triggerSegmentationEvents.triggerSegmentationRepresentationModified(
      viewportId,
      segmentationId,
      type
    );
  }
}
