/**
 * @file Overlapping segments lie in several layers. The host's service registers one layer of a new segmentation, so the others
 * are added at the moment when the segmentation enters its state, before anything is drawn.
 */
import { eventTarget } from '@cornerstonejs/core';
import { Enums, segmentation as tools } from '@cornerstonejs/tools';
import type { LabelSegment } from '../volume/label-volume';

export interface ArrivingLayers {
  readonly segmentationId: string;
  /** Ids of the label images of each layer; `host`: those that the host has made. */
  readonly layers: readonly (readonly string[] | 'host')[];
  readonly segments: readonly Pick<LabelSegment, 'number' | 'layer'>[];
  readonly referencedImageIds: readonly string[];
}

/** Waits for the segmentation and adds its layers. Returns the function that ends the waiting. */
export function addLayersOnArrival(arriving: ArrivingLayers): () => void {
  const { segmentationId, segments, referencedImageIds } = arriving;
  const onAdded = (event: Event) => {
    const { detail } = event as CustomEvent<{ readonly segmentationId: string }>;
    if (detail.segmentationId !== segmentationId) return;
    stop();
    const labelmap = tools.state.getSegmentation(segmentationId)?.representationData.Labelmap;
    if (!labelmap) return;
    const made = (labelmap as { readonly imageIds?: readonly string[] }).imageIds ?? [];
    const layers = arriving.layers.map((imageIds) => (imageIds === 'host' ? made : imageIds));
    const ids = layers.map((_, index) => `${segmentationId}-layer-${index}`);
    labelmap.labelmaps = Object.fromEntries(
      layers.map((imageIds, index) => [
        ids[index],
        {
          labelmapId: ids[index],
          storageKind: 'stack' as const,
          imageIds: [...imageIds],
          referencedImageIds: [...referencedImageIds],
        },
      ])
    );
    labelmap.segmentBindings = Object.fromEntries(
      segments.map(({ number, layer }) => [number, { labelmapId: ids[layer], labelValue: number }])
    );
    labelmap.primaryLabelmapId = ids[0];
  };
  const stop = () => {
    eventTarget.removeEventListener(Enums.Events.SEGMENTATION_ADDED, onAdded);
  };
  eventTarget.addEventListener(Enums.Events.SEGMENTATION_ADDED, onAdded);
  return stop;
}
