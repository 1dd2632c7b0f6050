/**
 * @file The frames of a segmentation object: which segment each shows, where it lies and what it was made from.
 * Functional groups count whether they are shared or stand in each frame.
 */
import type { Readable } from '../../part10/readable';
import { overLimit } from '../../part10/errors';
import type { ReadLimits } from '../../part10/limits';
import type { Keyword } from '../../part10/tags';
import { planeOf, type Plane } from '../../series/plane';
import { functionalGroup, sourceInstances } from '../../series/source-instance';
import { segDamaged, slideSegmentation } from '../errors';
import type { PlaneKey } from '../request';

export interface StoredFrame {
  readonly index: number;
  /** Absent in label maps. */
  readonly segmentNumber?: number;
  readonly plane?: Plane;
  /** Image that it was made from, when exactly one is named. */
  readonly source?: PlaneKey;
}

export interface FrameTable {
  readonly rows: number;
  readonly columns: number;
  readonly frames: readonly StoredFrame[];
  /** Spacing Between Slices (mm). */
  readonly spacingMm?: number;
  readonly sliceThicknessMm?: number;
}

/** Throws `SEG_DAMAGED`, `SEG_SLIDE` or `DICOM_OVER_LIMIT`. */
export function frameTable(data: Readable, isLabelmap: boolean, limits: ReadLimits): FrameTable {
  const rows = data.number('Rows') ?? 0;
  const columns = data.number('Columns') ?? 0;
  const described = data.items('PerFrameFunctionalGroupsSequence').length;
  // Seen in the wild: a single frame whose number of frames is left out.
  const count = data.has('NumberOfFrames') ? (data.number('NumberOfFrames') ?? 0) : described;
  if (![rows, columns, count].every((value) => Number.isInteger(value) && value > 0)) {
    throw segDamaged(`it has ${columns} columns, ${rows} rows and ${count} frames`);
  }
  if (rows * columns * count > limits.voxels) {
    throw overLimit(`${columns} × ${rows} × ${count} pixels exceed the limit of ${limits.voxels}`);
  }
  if (isSlide(data)) throw slideSegmentation('its frames are tiles of a slide');
  if (described !== count) {
    throw segDamaged(`it has ${count} frames but ${described} descriptions of frames`);
  }
  const planes = sourceInstances(data);
  const frames = planes.map((place, index): StoredFrame => {
    const frameNumber = index + 1;
    const identification = functionalGroup(data, frameNumber, 'SegmentIdentificationSequence');
    const segmentNumber = identification?.number('ReferencedSegmentNumber');
    if (!isLabelmap && segmentNumber === undefined) {
      throw segDamaged(`frame ${frameNumber} does not say which segment it shows`);
    }
    return {
      index,
      segmentNumber: isLabelmap ? undefined : segmentNumber,
      plane: planeOf(place),
      source: referencedPlane(data, frameNumber),
    };
  });
  const measure = (keyword: Keyword): number | undefined => {
    const value = functionalGroup(data, 1, 'PixelMeasuresSequence')?.number(keyword);
    return value !== undefined && value > 0 ? value : undefined;
  };
  return {
    rows,
    columns,
    frames,
    // A thickness is no step: slices may lie apart, and between them there is nothing to fill in.
    spacingMm: measure('SpacingBetweenSlices'),
    sliceThicknessMm: measure('SliceThickness'),
  };
}

const isSlide = (data: Readable): boolean =>
  data.text('DimensionOrganizationType') === 'TILED_FULL' ||
  data.has('TotalPixelMatrixRows') ||
  functionalGroup(data, 1, 'PlanePositionSlideSequence') !== undefined;

function referencedPlane(data: Readable, frameNumber: number): PlaneKey | undefined {
  const derivation = functionalGroup(data, frameNumber, 'DerivationImageSequence');
  const images = derivation?.items('SourceImageSequence') ?? [];
  if (images.length !== 1) return undefined;
  const sopInstanceUid = images[0].text('ReferencedSOPInstanceUID');
  const frames = images[0].numbers('ReferencedFrameNumber');
  if (sopInstanceUid === '' || frames.length > 1) return undefined;
  return { sopInstanceUid, frameNumber: frames[0] };
}
