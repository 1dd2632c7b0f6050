/**
 * @file Dimensions and functional groups: what each frame is and where it lies (PS3.3 C.7.6.16, C.7.6.17; rules D1 to G1).
 */
import { attribute, type Attribute, type Item } from '../part10/attribute';
import { newUid } from '../part10/uid';
import { TAGS } from '../part10/tags';
import type { SourceInstance } from '../series/source-instance';
import { codeItem, CODES } from './codes';
import type { SegFrame } from './frames';
import type { SourcePlanes } from './source-planes';

export interface FunctionalGroups {
  readonly attributes: readonly Attribute[];
}

/** Dimension and functional group sequences of the frames of an object. */
export function functionalGroups(
  frames: readonly SegFrame[],
  source: SourcePlanes,
  isLabelmap: boolean
): readonly Attribute[] {
  const organization = newUid();
  const shared = new SharedGroups(frames, source);
  const planeRanks = ranks(frames.map(({ plane }) => source.planes.indexOf(plane)));
  const segmentRanks = ranks(frames.map(({ segmentNumber }) => segmentNumber ?? 0));
  const perFrame = frames.map((frame, index): Item => {
    const position = source.isPatientPositioned ? [planeRanks[index]] : [];
    const values = isLabelmap ? position : [segmentRanks[index], ...position];
    return [
      derivation(frame.plane.source),
      attribute('FrameContentSequence', [
        [attribute('DimensionIndexValues', values.length > 0 ? values : [1])],
      ]),
      ...planePosition(frame.plane.source, source),
      ...shared.ownOf(frame),
      ...(frame.segmentNumber === undefined
        ? []
        : [
            attribute('SegmentIdentificationSequence', [
              [attribute('ReferencedSegmentNumber', frame.segmentNumber)],
            ]),
          ]),
    ];
  });
  return [
    attribute('DimensionOrganizationSequence', [
      [attribute('DimensionOrganizationUID', organization)],
    ]),
    attribute('DimensionIndexSequence', dimensions(organization, source, isLabelmap)),
    attribute('SharedFunctionalGroupsSequence', [shared.item]),
    attribute('PerFrameFunctionalGroupsSequence', perFrame),
  ];
}

/** 1-based ranks among the distinct values. */
function ranks(values: readonly number[]): number[] {
  const ordered = [...new Set(values)].sort((a, b) => a - b);
  const rank = new Map(ordered.map((value, index) => [value, index + 1]));
  return values.map((value) => rank.get(value)!);
}

function dimensions(organization: string, source: SourcePlanes, isLabelmap: boolean): Item[] {
  const index = (pointer: number, group: number, label: string): Item => [
    attribute('DimensionOrganizationUID', organization),
    attribute('DimensionIndexPointer', [pointer]),
    attribute('FunctionalGroupPointer', [group]),
    attribute('DimensionDescriptionLabel', label),
  ];
  const segment = index(
    TAGS.ReferencedSegmentNumber.tag,
    TAGS.SegmentIdentificationSequence.tag,
    'Segment'
  );
  const position = index(TAGS.ImagePositionPatient.tag, TAGS.PlanePositionSequence.tag, 'Position');
  // A label map of an image without a position has one frame; its dimension is what the frame was made from.
  const frame = index(
    TAGS.SourceImageSequence.tag,
    TAGS.DerivationImageSequence.tag,
    'Source image'
  );
  if (!source.isPatientPositioned) return [isLabelmap ? frame : segment];
  return isLabelmap ? [position] : [segment, position];
}

function planePosition({ position }: SourceInstance, source: SourcePlanes): Attribute[] {
  if (!source.isPatientPositioned || position === undefined) return [];
  return [attribute('PlanePositionSequence', [[attribute('ImagePositionPatient', position)]])];
}

/** Reference to the plane that a frame was made from. */
function derivation(source: SourceInstance): Attribute {
  const image: Item = [
    attribute('ReferencedSOPClassUID', source.sopClassUid),
    attribute('ReferencedSOPInstanceUID', source.sopInstanceUid),
    ...(source.frameNumber === undefined
      ? []
      : [attribute('ReferencedFrameNumber', source.frameNumber)]),
    attribute('SpatialLocationsPreserved', 'YES'),
    attribute('PurposeOfReferenceCodeSequence', [codeItem(CODES.sourceImage)]),
  ];
  return attribute('DerivationImageSequence', [
    [
      attribute('SourceImageSequence', [image]),
      attribute('DerivationCodeSequence', [codeItem(CODES.segmentation)]),
    ],
  ]);
}

/** Groups that are the same in all frames are shared, the others stand in each frame; never both. */
class SharedGroups {
  readonly item: Item = [];
  private readonly sharesOrientation: boolean;
  private readonly sharesMeasures: boolean;

  constructor(
    frames: readonly SegFrame[],
    private readonly source: SourcePlanes
  ) {
    const sources = frames.map(({ plane }) => plane.source);
    const same = (keyOf: (one: SourceInstance) => string) => new Set(sources.map(keyOf)).size <= 1;
    this.sharesOrientation = same(({ orientation }) => orientation ?? '');
    this.sharesMeasures = same((one) => `${one.pixelSpacing}|${one.sliceThickness}`);
    if (!source.isPatientPositioned || sources.length === 0) return;
    if (this.sharesOrientation) this.item.push(this.orientation(sources[0]));
    if (this.sharesMeasures) this.item.push(this.measures(sources[0]));
  }

  ownOf({ plane }: SegFrame): Attribute[] {
    if (!this.source.isPatientPositioned) return [];
    return [
      ...(this.sharesOrientation ? [] : [this.orientation(plane.source)]),
      ...(this.sharesMeasures ? [] : [this.measures(plane.source)]),
    ];
  }

  private orientation({ orientation = '' }: SourceInstance): Attribute {
    return attribute('PlaneOrientationSequence', [
      [attribute('ImageOrientationPatient', orientation)],
    ]);
  }

  private measures({ pixelSpacing = '', sliceThickness }: SourceInstance): Attribute {
    const spacing = this.source.spacingBetweenSlices;
    // Where the source does not tell its thickness, slices are taken to touch each other.
    const thickness = sliceThickness ?? spacing;
    return attribute('PixelMeasuresSequence', [
      [
        ...(thickness === undefined ? [] : [attribute('SliceThickness', thickness)]),
        ...(spacing === undefined ? [] : [attribute('SpacingBetweenSlices', spacing)]),
        attribute('PixelSpacing', pixelSpacing),
      ],
    ]);
  }
}
