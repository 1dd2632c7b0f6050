/**
 * @file From a segmentation in the viewer to what the writer needs.
 */
import {
  boxSize,
  CordonError,
  type Geometry,
  type LabelSegment,
} from '@cordon/extension-workbench/pure';
import type {
  DisplaySet,
  KeptProbabilities,
  SegmentationCopy,
  SourcePlane,
} from '@cordon/extension-workbench/viewer';
import { CORDON_EQUIPMENT } from '../seg/equipment';
import {
  planeKey,
  planesOf,
  type Predecessor,
  type ProbabilityPlane,
  type SegmentationRequest,
} from '../seg/request';
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

/** The request for an object of its own: how probable each segment is that a network has made. */
export function probabilityRequest(
  copy: SegmentationCopy,
  probabilities: ReadonlyMap<number, KeptProbabilities>,
  displaySet: DisplaySet,
  seriesDescription: string
): SegmentationRequest {
  const source = sourceInstancesOf(displaySet, copy.series.planes);
  const made = copy.labels.segments.flatMap((segment) => {
    const kept = probabilities.get(segment.number);
    return kept ? [{ segment, kept }] : [];
  });
  return {
    source,
    segments: made.map(({ segment, kept }) => asTheNetworkMade(segment, kept, copy)),
    planes: [],
    probabilities: made.flatMap(({ segment, kept }) =>
      probabilityPlanes(kept, segment.number, copy.labels.geometry, source)
    ),
    encoding: 'fractional',
    seriesDescription,
    equipment: CORDON_EQUIPMENT,
  };
}

/** What was changed by hand later is not in the probabilities. */
function asTheNetworkMade(
  segment: LabelSegment,
  { algorithm, steps }: KeptProbabilities,
  copy: SegmentationCopy
): LabelSegment {
  const recipe = copy.recipes.get(segment.number);
  const parameters = recipe && JSON.stringify({ ...recipe, steps: [...steps], handEdited: false });
  return { ...segment, algorithm: { ...algorithm, parameters } };
}

/** Whole planes of the slices that the box reaches; 0 outside of the box. */
function probabilityPlanes(
  { box, levels }: KeptProbabilities,
  segmentNumber: number,
  { size: [columns, rows] }: Geometry,
  source: readonly SourceInstance[]
): ProbabilityPlane[] {
  const [width, height, depth] = boxSize(box);
  return Array.from({ length: depth }, (_, step) => {
    const { sopInstanceUid, frameNumber } = source[box.fromIjk[2] + step];
    const voxels = new Float32Array(columns * rows);
    for (let row = 0; row < height; row++) {
      const from = width * (row + height * step);
      const to = box.fromIjk[0] + columns * (box.fromIjk[1] + row);
      for (let column = 0; column < width; column++) {
        voxels[to + column] = levels[from + column] / 255;
      }
    }
    return { sopInstanceUid, frameNumber, segmentNumber, voxels };
  });
}

function withRecipe(segment: LabelSegment, copy: SegmentationCopy): LabelSegment {
  const recipe = copy.recipes.get(segment.number);
  if (!recipe) return segment;
  return {
    ...segment,
    algorithm: { ...segment.algorithm, parameters: JSON.stringify(recipe) },
  };
}
