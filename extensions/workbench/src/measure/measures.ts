/**
 * @file The measures of a segmentation as the panel shows them: numbers of every segment, and on request the shape of one and
 * how far two segments agree.
 */
import type { ImageVolume } from '../volume/image-volume';
import type { LabelVolume } from '../volume/label-volume';
import { largestSliceDiameters, spatialDiameters } from './diameters';
import { overlap } from './overlap';
import { segmentStatistics, type SegmentStatistics } from './segment-statistics';
import { voxelsOf, type SegmentVoxels } from './segment-voxels';
import { surfaceAreaMm2 } from './surface-area';
import { surfaceDistances } from './surface-distance';

/** Lengths and surface of a segment; undefined where it is empty. */
export interface SegmentShape {
  /** Number of the segment. */
  readonly number: number;
  /** Axes in the slice in which the long one is longest. */
  readonly inSlice?: {
    readonly k: number;
    readonly longAxisMm: number;
    readonly shortAxisMm: number;
  };
  readonly inSpace?: { readonly longAxisMm: number; readonly shortAxisMm: number };
  readonly surfaceMm2: number;
}

/** How far two segments agree; null where one of them is empty. */
export interface Agreement {
  readonly dice: number | null;
  readonly jaccard: number | null;
  readonly hd95Mm: number | null;
  readonly assdMm: number | null;
}

export interface MeasureOrder {
  readonly labels: LabelVolume;
  /** Absent: no intensities. */
  readonly image?: ImageVolume;
  /** Converts the values of the image, for example to SUV. */
  readonly scale?: { readonly factor: number; readonly unit: string };
  /** Number of the segment whose shape is wanted. */
  readonly shapeOf?: number;
  /** Two segments to compare, of `labels` or of other labels on the same grid. */
  readonly compare?: { readonly reference: number; readonly candidate: number };
  readonly referenceLabels?: LabelVolume;
  readonly candidateLabels?: LabelVolume;
}

export interface Measures {
  readonly statistics: readonly SegmentStatistics[];
  readonly shape?: SegmentShape;
  readonly agreement?: Agreement;
}

/** Measures what is asked for. Throws `GRIDS_DIFFER` and `VOXELS_MISSING`. */
export function measure(order: MeasureOrder): Measures {
  const { labels, image, scale, shapeOf, compare } = order;
  const { referenceLabels = labels, candidateLabels = labels } = order;
  const shaped = shapeOf === undefined ? undefined : find(labels, shapeOf);
  const reference = compare && find(referenceLabels, compare.reference);
  const candidate = compare && find(candidateLabels, compare.candidate);
  return {
    statistics: segmentStatistics(labels, image, scale),
    ...(shaped && { shape: shapeOfSegment(shaped) }),
    ...(reference && candidate && { agreement: agreementOf(reference, candidate) }),
  };
}

function find(labels: LabelVolume, number: number): SegmentVoxels | undefined {
  const segment = labels.segments.find((one) => one.number === number);
  return segment && voxelsOf(labels, segment);
}

function shapeOfSegment(segment: SegmentVoxels): SegmentShape {
  const slice = largestSliceDiameters(segment);
  const space = spatialDiameters(segment);
  return {
    number: segment.number,
    ...(slice && {
      inSlice: {
        k: slice.k,
        longAxisMm: slice.longAxis.lengthMm,
        shortAxisMm: slice.shortAxis.lengthMm,
      },
    }),
    ...(space && {
      inSpace: { longAxisMm: space.longAxis.lengthMm, shortAxisMm: space.shortAxisMm },
    }),
    surfaceMm2: surfaceAreaMm2(segment),
  };
}

function agreementOf(reference: SegmentVoxels, candidate: SegmentVoxels): Agreement {
  const { dice, jaccard } = overlap(reference, candidate);
  const distances = surfaceDistances(reference, candidate);
  return {
    dice,
    jaccard,
    hd95Mm: distances?.hd95Mm ?? null,
    assdMm: distances?.assdMm ?? null,
  };
}
