/**
 * @file What a person does to the list of segments; each is one step of the host's history.
 */
import type { SegmentTerms } from '../terms/segment-description';
import type { ActiveSeries } from './active-series';
import { CordonError } from '../errors/cordon-error';
import { joinLatestStep, pushStep } from './history';
import type { ProbabilityShelf } from './probability-shelf';
import type { SegmentBook } from './segment-book';
import type { Segmentations } from './segmentations';

/** Adds a segment to the active segmentation, or makes one. Returns the segment's number. */
export async function addSegment(
  segmentations: Segmentations,
  { viewportId, series }: ActiveSeries
): Promise<number> {
  const { segmentationId, isNew } = await segmentations.activeOrNew(viewportId, series);
  if (isNew) return segmentations.segments(segmentationId)[0]?.number ?? 1;
  const [number] = segmentations.addSegments(segmentationId, [{}]);
  const label = segmentations.segments(segmentationId).find((s) => s.number === number)?.label;
  pushStep({
    undo: () => {
      segmentations.removeEmptySegments(segmentationId, [number]);
    },
    redo: () => {
      segmentations.addSegments(segmentationId, [{ label, number }]);
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
  const wanted = new Map([[number, terms]]);
  let takeBack = segmentations.setTerms(segmentationId, wanted);
  book.markUnsaved(segmentationId);
  pushStep({
    undo: () => {
      takeBack();
    },
    redo: () => {
      takeBack = segmentations.setTerms(segmentationId, wanted);
    },
  });
}

/**
 * Deletes a segment by the host's own command, in one step with what is known about it. Throws `SEGMENT_LOCKED` and changes
 * nothing when the segment is locked.
 */
export function deleteSegment(
  segmentations: Segmentations,
  { book, shelf }: { readonly book: SegmentBook; readonly shelf: ProbabilityShelf },
  { segmentationId, number }: { readonly segmentationId: string; readonly number: number },
  deleteByHost: () => void
): void {
  const segment = segmentations.segments(segmentationId).find((one) => one.number === number);
  if (!segment) return;
  if (segment.locked) throw lockedSegment(segment.label);
  deleteByHost();
  const forget = () => [
    book.forgetSegment(segmentationId, number),
    shelf.forget(segmentationId, number),
  ];
  let rememberAgain = forget();
  joinLatestStep({
    undo: () => {
      for (const again of rememberAgain) again();
    },
    redo: () => {
      rememberAgain = forget();
    },
  });
}

const lockedSegment = (label: string) =>
  new CordonError({
    code: 'SEGMENT_LOCKED',
    what: `“${label}” was not deleted`,
    why: 'it is locked',
    remedy: 'unlock it in the list of segments, then delete it',
  });
