/**
 * @file When the list of segments or the history may have changed.
 */
import { eventTarget } from '@cornerstonejs/core';
import type { HostServices, Subscription } from './host';

const HISTORY_EVENTS = ['CORNERSTONE_TOOLS_HISTORY_UNDO', 'CORNERSTONE_TOOLS_HISTORY_REDO'];

/** Calls `listener` after every change of segmentations and of the host's history. */
export function onSegmentationChange(services: HostServices, listener: () => void): Subscription {
  const { segmentationService: service } = services;
  const { EVENTS } = service;
  const subscriptions = [
    service.subscribe(EVENTS.SEGMENTATION_MODIFIED, listener),
    service.subscribe(EVENTS.SEGMENTATION_ADDED, listener),
    service.subscribe(EVENTS.SEGMENTATION_REPRESENTATION_MODIFIED, listener),
    service.subscribe(EVENTS.SEGMENTATION_REMOVED, listener),
    service.subscribe(EVENTS.SEGMENTATION_DATA_MODIFIED, listener),
  ];
  for (const event of HISTORY_EVENTS) eventTarget.addEventListener(event, listener);
  return {
    unsubscribe() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      for (const event of HISTORY_EVENTS) eventTarget.removeEventListener(event, listener);
    },
  };
}
