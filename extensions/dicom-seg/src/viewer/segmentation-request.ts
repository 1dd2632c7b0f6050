/**
 * @file From a segmentation in the viewer to what the writer needs.
 */
import { CordonError, type LabelSegment } from '@cordon/extension-workbench/pure';
import type { DisplaySet, SegmentationCopy, SourcePlane } from '@cordon/extension-workbench/viewer';
import { CORDON_EQUIPMENT } from '../seg/equipment';
import { planeKey, planesOf, type Predecessor, type SegmentationRequest } from '../seg/request';
import { sourceInstancesFromNaturalized, type SourceInstance } from '../series/source-instance';

/** What a segmentation follows: the object it was read from or saved as before. */
export interface Version {
  readonly predecessor: Predecessor;
  /** Only in a series that this program made. */
  readonly sameSeries?: { readonly instanceNumber: number; readonly seriesNumber: number };
}

/** The planes of a display set's images in the order of `planes`. Throws `SOURCE_INCOMPLETE`. */
export function sourceInstancesOf(
  displaySet: DisplaySet,
  planes: readonly SourcePlane[]
): readonly SourceInstance[] {
  const known = new Map(
    (displaySet.instances ?? [])
      .flatMap((instance) => sourceInstancesFromNaturalized(instance))
      .map((source) => [planeKey(source), source])
  );
  return planes.map((plane) => {
    const source = known.get(planeKey(plane)) ?? known.get(plane.sopInstanceUid);
    if (source) return source;
    throw new CordonError({
      code: 'SOURCE_INCOMPLETE',
      what: 'The segmentation cannot refer to its images',
      why: `the viewer has no metadata of ${plane.sopInstanceUid || 'one of them'}`,
      remedy: 'reload the study; the segmentation is kept until then',
    });
  });
}

/** The request for one object with all segments of the copy. */
export function segmentationRequest(
  copy: SegmentationCopy,
  displaySet: DisplaySet,
  seriesDescription: string,
  version: Version | undefined
): SegmentationRequest {
  const source = sourceInstancesOf(displaySet, copy.series.planes);
  const sameSeries = version?.sameSeries;
  return {
    source,
    segments: copy.labels.segments.map((segment) => withRecipe(segment, copy)),
    planes: planesOf(copy.labels, source),
    encoding: 'binary',
    seriesDescription,
    equipment: CORDON_EQUIPMENT,
    predecessor: version?.predecessor,
    ...(sameSeries && {
      seriesInstanceUid: version.predecessor.seriesInstanceUid,
      seriesNumber: sameSeries.seriesNumber,
      instanceNumber: sameSeries.instanceNumber,
    }),
  };
}

function withRecipe(segment: LabelSegment, copy: SegmentationCopy): LabelSegment {
  const recipe = copy.recipes.get(segment.number);
  if (!recipe) return segment;
  return {
    ...segment,
    algorithm: { ...segment.algorithm, parameters: JSON.stringify(recipe) },
  };
}
