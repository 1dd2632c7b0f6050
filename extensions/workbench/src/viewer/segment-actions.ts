/**
 * @file What a person does to the list of segments; each is one step of the host's history.
 */
import type { SegmentTerms } from '../terms/segment-description';
import type { ActiveSeries } from './active-series';
import { pushStep } from './history';
import type { SegmentBook } from './segment-book';
import type { Segmentations } from './segmentations';

/** Adds a segment to the active segmentation, or makes one. Returns the segment's number. */
export async function addSegment(
  segmentations: Segmentations,
  { viewportId, series }: ActiveSeries
): Promise<number> {
  const { segmentationId, isNew } = await segmentations.activeOrNew(viewportId, series);
  if (isNew) return segmentations.segments(segmentationId)[0]?.number ?? 1;
  const number = segmentations.addSegment(segmentationId);
  const label = segmentations.segments(segmentationId).find((s) => s.number === number)?.label;
  pushStep({
    undo: () => {
      segmentations.removeEmptySegment(segmentationId, number);
    },
    redo: () => {
      segmentations.addSegment(segmentationId, label, number);
    },
  });
  return number;
}

/** Names, codes or colours a segment. */
export function describeSegment(
  segmentations: Segmentations,
  book: SegmentBook,
  segmentationId: string,
  number: number,
  terms: Partial<SegmentTerms>
): void {
  let takeBack = segmentations.setTerms(segmentationId, number, terms);
  book.markUnsaved(segmentationId);
  pushStep({
    undo: () => {
      takeBack();
    },
    redo: () => {
      takeBack = segmentations.setTerms(segmentationId, number, terms);
    },
  });
}
