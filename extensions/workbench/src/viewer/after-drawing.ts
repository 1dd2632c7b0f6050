/**
 * @file The picture first: what can wait until the viewports have drawn new labels, such as the panel, would hold them up.
 */
import { Enums, getEnabledElementByViewportId } from '@cornerstonejs/core';
import { segmentation as tools } from '@cornerstonejs/tools';

/** Longest wait: a viewport that is covered draws nothing, nor does a page in the background (ms). */
const DRAWING_MS = 500;

/** Resolves when every viewport that shows a segmentation has drawn once more; it takes the viewer a frame for each, and one. */
export function afterDrawing(segmentationId: string): Promise<void> {
  return new Promise((resolve) => {
    const waiting = new Set(elementsWith(segmentationId));
    const drawn = ({ currentTarget }: Event) => {
      const element = currentTarget as Element;
      element.removeEventListener(Enums.Events.IMAGE_RENDERED, drawn);
      waiting.delete(element);
      if (waiting.size === 0) end();
    };
    const end = () => {
      clearTimeout(limit);
      for (const element of waiting)
        element.removeEventListener(Enums.Events.IMAGE_RENDERED, drawn);
      resolve();
    };
    const limit = setTimeout(end, waiting.size === 0 ? 0 : DRAWING_MS);
    for (const element of waiting) element.addEventListener(Enums.Events.IMAGE_RENDERED, drawn);
  });
}

function elementsWith(segmentationId: string): readonly Element[] {
  return tools.state.getViewportIdsWithSegmentation(segmentationId).flatMap((viewportId) => {
    const enabled = getEnabledElementByViewportId(viewportId);
    return enabled ? [enabled.viewport.element] : [];
  });
}
