/**
 * @file Segment Sequence: codes, algorithm, tracking and colour of each segment (PS3.3 C.8.20.2, rules S1 to S4).
 */
import type { CodedConcept, LabelSegment } from '@cordon/extension-workbench/pure';
import { attribute, type Attribute, type Item } from '../part10/attribute';
import { newUid } from '../part10/uid';
import { attributesToCarry } from './carried';
import { codeItem, CODES } from './codes';
import { rgbToDicomLab } from './colour';
import { ALGORITHM_SOURCE } from './equipment';
import { recipeAttributes } from './recipe-text';
import { multiLine, singleLine } from './text';

/** A segment with its number in the object. */
export interface NumberedSegment {
  readonly segment: LabelSegment;
  readonly number: number;
}

export interface SegmentItems {
  readonly items: readonly Item[];
  readonly warnings: readonly string[];
}

/** Items in order of their numbers. */
export function segmentItems(
  segments: readonly NumberedSegment[],
  options: { readonly allowPrivate: boolean }
): SegmentItems {
  const warnings: string[] = [];
  const items = segments.map(({ segment, number }) =>
    segmentItem(segment, number, options, warnings)
  );
  return { items, warnings };
}

function segmentItem(
  segment: LabelSegment,
  number: number,
  options: { readonly allowPrivate: boolean },
  warnings: string[]
): Item {
  const label = singleLine(segment.label, 64) || `Segment ${number}`;
  if (label !== segment.label.trim()) {
    warnings.push(`The name of segment ${number} is stored as "${label}".`);
  }
  const codes = (concepts: readonly CodedConcept[]) => concepts.map(codeItem);
  const type: Item = codeItem(segment.type);
  if (segment.typeModifiers && segment.typeModifiers.length > 0) {
    const modifiers = codes(segment.typeModifiers);
    type.push(attribute('SegmentedPropertyTypeModifierCodeSequence', modifiers));
  }
  const recipe = recipeAttributes(segment.algorithm.parameters, options.allowPrivate);
  const own: Item = [
    attribute('SegmentedPropertyCategoryCodeSequence', [codeItem(segment.category)]),
    attribute('SegmentNumber', number),
    attribute('SegmentLabel', label),
    ...(segment.description
      ? [attribute('SegmentDescription', multiLine(segment.description, 1024))]
      : []),
    ...anatomicRegion(segment),
    ...algorithm(segment, number, recipe.parameters, warnings),
    attribute('RecommendedDisplayCIELabValue', [...rgbToDicomLab(segment.colour)]),
    attribute('SegmentedPropertyTypeCodeSequence', [type]),
    attribute('TrackingID', segment.trackingId || label),
    attribute('TrackingUID', segment.trackingUid || newUid()),
    ...recipe.privateBlock,
  ];
  return [...own, ...attributesToCarry(segment.carried, own)];
}

function anatomicRegion(segment: LabelSegment): Attribute[] {
  if (!segment.anatomicRegion) return [];
  const region = codeItem(segment.anatomicRegion);
  const modifiers = segment.anatomicRegionModifiers ?? [];
  if (modifiers.length > 0) {
    region.push(attribute('AnatomicRegionModifierSequence', modifiers.map(codeItem)));
  }
  return [attribute('AnatomicRegionSequence', [region])];
}

function algorithm(
  { algorithm: made }: LabelSegment,
  number: number,
  parameters: Attribute | undefined,
  warnings: string[]
): Attribute[] {
  if (made.type === 'MANUAL') return [attribute('SegmentAlgorithmType', 'MANUAL')];
  const name = singleLine(made.name, 64) || 'Unnamed method';
  // Hand work after a method has a family of its own (CID 7162); that of a method is for its author to say.
  const family =
    made.family ?? (made.type === 'SEMIAUTOMATIC' ? CODES.manualProcessing : undefined);
  if (!family) warnings.push(`Segment ${number} does not say what kind of algorithm made it.`);
  const source = singleLine(made.source ?? ALGORITHM_SOURCE, 64);
  const identification: Item[] = family
    ? [
        [
          attribute('AlgorithmFamilyCodeSequence', [codeItem(family)]),
          attribute('AlgorithmVersion', singleLine(made.version ?? '', 64) || 'not stated'),
          ...(parameters ? [parameters] : []),
          attribute('AlgorithmName', name),
          ...(source === '' ? [] : [attribute('AlgorithmSource', source)]),
        ],
      ]
    : [];
  return [
    ...(family ? [attribute('SegmentationAlgorithmIdentificationSequence', identification)] : []),
    attribute('SegmentAlgorithmType', made.type),
    attribute('SegmentAlgorithmName', name),
  ];
}

/** Segment 0 of a label map: the voxels that belong to none. */
export function backgroundItem(like: LabelSegment): Item {
  return [
    attribute('SegmentedPropertyCategoryCodeSequence', [codeItem(CODES.spatialConcept)]),
    attribute('SegmentNumber', 0),
    attribute('SegmentLabel', 'Background'),
    attribute('SegmentAlgorithmType', like.algorithm.type),
    ...(like.algorithm.type === 'MANUAL'
      ? []
      : [
          attribute(
            'SegmentAlgorithmName',
            singleLine(like.algorithm.name, 64) || 'Unnamed method'
          ),
        ]),
    attribute('SegmentedPropertyTypeCodeSequence', [codeItem(CODES.background)]),
  ];
}
