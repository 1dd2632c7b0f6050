/**
 * @file Shows segments as a preview — thinner fill, stronger outline — until they are accepted.
 */
import { Enums, segmentation as tools } from '@cornerstonejs/tools';

const PREVIEW = { fillAlpha: 0.25, fillAlphaInactive: 0.25 };

/** Draws the segments as a preview in every viewport. Call {@link endPreviewStyle} with the same segments. */
export function setPreviewStyle(segmentationId: string, segments: readonly number[]): void {
  for (const segmentIndex of segments) {
    const type = Enums.SegmentationRepresentations.Labelmap;
    tools.config.style.setStyle({ type, segmentationId, segmentIndex }, PREVIEW, false);
  }
}

/** Draws the segments like all others again. */
export function endPreviewStyle(segmentationId: string, segments: readonly number[]): void {
  const type = Enums.SegmentationRepresentations.Labelmap;
  for (const segmentIndex of segments) {
    tools.config.style.setStyle({ type, segmentationId, segmentIndex }, {}, false);
  }
  for (const viewportId of tools.state.getViewportIdsWithSegmentation(segmentationId)) {
    tools.triggerSegmentationEvents.triggerSegmentationRepresentationModified(
      viewportId,
      segmentationId,
      type
    );
  }
}
