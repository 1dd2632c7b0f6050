/**
 * @file Changes of the host's list of segments, many at once. The host draws every viewport once for each of its events, one in
 * each frame, and drops none: twenty segments that are added, named and styled one by one are a hundred pictures, and the next
 * click waits for them. An empty segment or a name changes no picture: its lists are told, its viewports are not.
 */
import { segmentation as tools } from '@cornerstonejs/tools';
import type { Rgb } from '../terms/segment-description';
import type { SegmentationService } from './host';

export interface NewSegment {
  readonly number: number;
  readonly label: string;
}

/** Adds segments to the list of a segmentation; the last one becomes the active one. */
export function listSegments(
  service: SegmentationService,
  segmentationId: string,
  added: readonly NewSegment[]
): void {
  const segmentation = tools.state.getSegmentation(segmentationId);
  if (!segmentation || added.length === 0) return;
  const { segments } = segmentation;
  for (const viewportId of service.getViewportIdsWithSegmentation(segmentationId)) {
    const shown = tools.state.getSegmentationRepresentations(viewportId, { segmentationId });
    for (const { segments: visible } of shown) {
      for (const { number } of added) visible[number] ??= { visible: true };
    }
  }
  for (const { number, label } of added) {
    segments[number] = {
      segmentIndex: number,
      label,
      locked: false,
      cachedStats: {},
      active: false,
    };
    activate(service, segmentationId, segments, number);
  }
  tell(service, segmentationId);
}

/** Takes segments off the list. */
export function unlistSegments(
  service: SegmentationService,
  segmentationId: string,
  numbers: readonly number[]
): void {
  const segmentation = tools.state.getSegmentation(segmentationId);
  if (!segmentation || numbers.length === 0) return;
  const { segments } = segmentation;
  const wasActive = numbers.some((number) => segments[number]?.active);
  for (const number of numbers) Reflect.deleteProperty(segments, number);
  const next = Number(Object.keys(segments)[0]);
  if (wasActive && next) activate(service, segmentationId, segments, next);
  tell(service, segmentationId);
}

/** Names segments; no event when they are called so already. */
export function renameSegments(
  service: SegmentationService,
  segmentationId: string,
  labels: ReadonlyMap<number, string>
): void {
  const segmentation = tools.state.getSegmentation(segmentationId);
  if (!segmentation) return;
  const { segments } = segmentation;
  const renamed = [...labels].filter(
    ([number, label]) => number in segments && segments[number].label !== label
  );
  if (renamed.length === 0) return;
  for (const [number, label] of renamed) segments[number].label = label;
  tell(service, segmentationId);
}

/**
 * Colours segments in every viewport; no event where they have these colours already. Where none is drawn yet, the colours are
 * there from the next picture on.
 */
export function colourSegments(
  service: SegmentationService,
  segmentationId: string,
  colours: ReadonlyMap<number, Rgb>,
  { areDrawn }: { readonly areDrawn: boolean }
): void {
  let mustTell = false;
  for (const viewportId of service.getViewportIdsWithSegmentation(segmentationId)) {
    const changed = [...colours].filter(([number, colour]) => {
      const now = service.getSegmentColor(viewportId, segmentationId, number);
      return now && colour.some((part, at) => part !== now[at]);
    });
    // The host's table itself; the last one of segments that are drawn goes through the service, which draws all.
    const last = areDrawn ? changed.pop() : undefined;
    for (const [number, colour] of changed) {
      const entry = tools.config.color.getSegmentIndexColor(viewportId, segmentationId, number);
      [...colour, 255].forEach((part, at) => (entry[at] = part));
    }
    if (last) service.setSegmentColor(viewportId, segmentationId, last[0], [...last[1], 255]);
    else if (changed.length > 0) mustTell = true;
  }
  if (mustTell) tell(service, segmentationId);
}

type Segments = NonNullable<ReturnType<typeof tools.state.getSegmentation>>['segments'];

/** The host finds a value in the labels for a segment that becomes the active one, and sends no event when it is so already. */
function activate(
  service: SegmentationService,
  segmentationId: string,
  segments: Segments,
  number: number
): void {
  segments[number].active = true;
  service.setActiveSegment(segmentationId, number);
}

function tell(service: SegmentationService, segmentationId: string): void {
  service._broadcastEvent(service.EVENTS.SEGMENTATION_MODIFIED, { segmentationId });
}
