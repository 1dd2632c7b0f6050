/**
 * @file When the list of segments or the history may have changed.
 */
import { eventTarget } from '@cornerstonejs/core';
import { afterDrawing } from './after-drawing';
import type { HostServices, Subscription } from './host';

const HISTORY_EVENTS = ['CORNERSTONE_TOOLS_HISTORY_UNDO', 'CORNERSTONE_TOOLS_HISTORY_REDO'];

/** Calls `listener` after every change of segmentations and of the host's history; after one of labels, when they are drawn. */
export function onSegmentationChange(services: HostServices, listener: () => void): Subscription {
  const { segmentationService: service } = services;
  const { EVENTS } = service;
  const subscriptions = [
    service.subscribe(EVENTS.SEGMENTATION_MODIFIED, listener),
    service.subscribe(EVENTS.SEGMENTATION_ADDED, listener),
    service.subscribe(EVENTS.SEGMENTATION_REPRESENTATION_MODIFIED, listener),
    service.subscribe(EVENTS.SEGMENTATION_REMOVED, listener),
    service.subscribe(
      EVENTS.SEGMENTATION_DATA_MODIFIED,
      ({ segmentationId }: { readonly segmentationId: string }) => {
        void afterDrawing(segmentationId).then(listener);
      }
    ),
  ];
  for (const event of HISTORY_EVENTS) eventTarget.addEventListener(event, listener);
  return {
    unsubscribe() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      for (const event of HISTORY_EVENTS) eventTarget.removeEventListener(event, listener);
    },
  };
}
