/**
 * @file Shows segments as a preview — thinner fill, stronger outline — until they are accepted. Styles are set without the host's
 * event, for which it would draw all viewports once more for each segment.
 */
import { Enums, segmentation as tools } from '@cornerstonejs/tools';

const PREVIEW = { fillAlpha: 0.25, fillAlphaInactive: 0.25 };
const type = Enums.SegmentationRepresentations.Labelmap;

/** Draws the segments as a preview from the next picture on. Call {@link endPreviewStyle} with the same segments. */
export function setPreviewStyle(segmentationId: string, segments: readonly number[]): void {
  for (const segmentIndex of segments) {
    tools.segmentationStyle.setStyle({ type, segmentationId, segmentIndex }, PREVIEW, false);
  }
}

/** Draws the segments like all others again. */
export function endPreviewStyle(segmentationId: string, segments: readonly number[]): void {
  for (const segmentIndex of segments) {
    tools.segmentationStyle.setStyle({ type, segmentationId, segmentIndex }, {}, false);
  }
  for (const viewportId of tools.state.getViewportIdsWithSegmentation(segmentationId)) {
    tools.triggerSegmentationEvents.triggerSegmentationRepresentationModified(
      viewportId,
      segmentationId,
      type
    );
  }
}
