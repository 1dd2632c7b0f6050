/**
 * @file Puts a kept segmentation back into the viewer: its labels, its segments, and how they were made.
 */
import { imageLoader } from '@cornerstonejs/core';
import { CordonError } from '../../errors/cordon-error';
import { requireSameGrid } from '../../measure/same-grid';
import { parseRecipe } from '../../method/recipe';
import type { Draft } from '../../safekeeping/draft';
import type { LabelSegment } from '../../volume/label-volume';
import type { ActiveSeries } from '../active-series';
import type { CommandsManager, HostServices } from '../host';
import type { LabelWriter } from '../label-writer';
import { addLayersOnArrival } from '../layers';
import type { SegmentBook } from '../segment-book';
import type { Segmentations } from '../segmentations';

export interface RestoreParts {
  readonly services: HostServices;
  readonly commands: CommandsManager;
  readonly writer: LabelWriter;
  readonly segmentations: Segmentations;
  readonly book: SegmentBook;
}

/** The host makes labels of one byte for a new segmentation. */
const MOST_IN_HOST_LAYER = 255;

/** Throws `DRAFT_OTHER_SERIES` and `GRIDS_DIFFER` before anything is changed. */
export async function restoreDraft(
  parts: RestoreParts,
  draft: Draft,
  { viewportId, series }: ActiveSeries
): Promise<void> {
  if (draft.seriesInstanceUid !== series.seriesUid) throw otherSeries();
  requireSameGrid(draft.labels.geometry, series.geometry);
  const { layers, segments } = draft.labels;
  const segmentationId = draft.id;
  if (segments.some(({ number }) => number > MOST_IN_HOST_LAYER)) throw tooManySegments();
  const others = layers
    .slice(1)
    .map((_, index) => labelImages(`${segmentationId}-${index + 1}`, series.imageIds));
  const stop =
    others.length === 0
      ? undefined
      : addLayersOnArrival({
          segmentationId,
          layers: ['host', ...others],
          segments,
          referencedImageIds: series.imageIds,
        });
  try {
    const created = await parts.commands.run('createLabelmapForViewport', {
      viewportId,
      options: { segmentationId, label: draft.label, createInitialSegment: true },
    });
    if (created !== segmentationId) throw notCreated();
  } finally {
    stop?.();
  }
  listSegments(parts.segmentations, segmentationId, segments);
  await parts.writer.fill(segmentationId, series, layers);
  describe(parts, draft);
}

/** Empty label images of one layer, one a source image. */
function labelImages(prefix: string, imageIds: readonly string[]): readonly string[] {
  const images = imageLoader.createAndCacheDerivedImages([...imageIds], {
    getDerivedImageId: (imageId: string) => `derived:cordon-${prefix}-${imageId}`,
    targetBuffer: { type: 'Uint8Array' },
  });
  return images.map(({ imageId }) => imageId);
}

/** The host gives a new segmentation the segment 1. */
function listSegments(
  segmentations: Segmentations,
  segmentationId: string,
  segments: readonly LabelSegment[]
): void {
  const listed = new Set(segmentations.segments(segmentationId).map(({ number }) => number));
  segmentations.addSegments(
    segmentationId,
    segments.filter(({ number }) => !listed.has(number))
  );
  segmentations.setTerms(
    segmentationId,
    new Map(segments.map(({ number, label, colour }) => [number, { label, colour }]))
  );
  const wanted = new Set(segments.map(({ number }) => number));
  segmentations.removeEmptySegments(
    segmentationId,
    [...listed].filter((number) => !wanted.has(number))
  );
}

function describe({ book }: RestoreParts, draft: Draft): void {
  book.together(() => {
    noteSegments(book, draft);
  });
}

function noteSegments(book: SegmentBook, { id, labels, recipes, origin }: Draft): void {
  for (const segment of labels.segments) {
    const { number, layer, label, colour, algorithm, trackingId, trackingUid, ...terms } = segment;
    void [layer, label, colour]; // kept by the host
    const text = recipes.get(number);
    const recipe = text === undefined ? undefined : parseRecipe(text);
    book.set(id, number, {
      terms,
      algorithm,
      steps: recipe?.steps ?? [],
      handEdited: recipe?.handEdited ?? false,
      trackingId,
      trackingUid,
    });
  }
  if (origin !== undefined) book.setOrigin(id, origin);
  book.markUnsaved(id);
}

const otherSeries = () =>
  new CordonError({
    code: 'DRAFT_OTHER_SERIES',
    what: 'The unsaved work was not restored',
    why: 'it belongs to another series of this study',
    remedy: 'open the series it was drawn on in the active viewport, then restore it',
  });

const tooManySegments = () =>
  new CordonError({
    code: 'DRAFT_TOO_MANY_SEGMENTS',
    what: 'The unsaved work was not restored',
    why: `the viewer makes segmentations with numbers up to ${MOST_IN_HOST_LAYER} only`,
    remedy: 'it stays kept; open the stored object that it came from and repeat the last changes',
  });

const notCreated = () =>
  new CordonError({
    code: 'SEGMENTATION_NOT_CREATED',
    what: 'The unsaved work was not restored',
    why: 'the viewer could not make a segmentation for this series',
    remedy: 'wait until the images are shown, then restore it; the work is still kept',
  });
