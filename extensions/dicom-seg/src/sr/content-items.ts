/**
 * @file Content items of structured reports (PS3.3 C.17.3): name, value and relationship to the item above.
 */
import type { CodedConcept } from '@cordon/extension-workbench/pure';
import { attribute, type Attribute, type Item } from '../part10/attribute';
import { formatDecimal } from '../part10/decimal';
import { codeItem } from '../seg/codes';
import { singleLine } from '../seg/text';

export type Relationship =
  'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD' | 'HAS ACQ CONTEXT' | 'HAS PROPERTIES';

const content = (
  relationship: Relationship,
  valueType: string,
  name: CodedConcept | undefined,
  value: readonly Attribute[],
  children: readonly Item[] = []
): Item => [
  attribute('RelationshipType', relationship),
  attribute('ValueType', valueType),
  ...(name ? [attribute('ConceptNameCodeSequence', [codeItem(name)])] : []),
  ...value,
  ...(children.length > 0 ? [attribute('ContentSequence', [...children])] : []),
];

export const container = (
  name: CodedConcept,
  children: readonly Item[],
  templateId?: string
): Item => content('CONTAINS', 'CONTAINER', name, containerAttributes(templateId), children);

/** Of a container, and of the root of a document. */
export const containerAttributes = (templateId?: string): Attribute[] => [
  attribute('ContinuityOfContent', 'SEPARATE'),
  ...(templateId === undefined
    ? []
    : [
        attribute('ContentTemplateSequence', [
          [attribute('MappingResource', 'DCMR'), attribute('TemplateIdentifier', templateId)],
        ]),
      ]),
];

export const codeValue = (
  relationship: Relationship,
  name: CodedConcept,
  value: CodedConcept,
  children: readonly Item[] = []
): Item =>
  content(
    relationship,
    'CODE',
    name,
    [attribute('ConceptCodeSequence', [codeItem(value)])],
    children
  );

export const text = (relationship: Relationship, name: CodedConcept, value: string): Item =>
  content(relationship, 'TEXT', name, [attribute('TextValue', value)]);

export const personName = (relationship: Relationship, name: CodedConcept, value: string): Item =>
  content(relationship, 'PNAME', name, [attribute('PersonName', singleLine(value, 64))]);

export const uid = (relationship: Relationship, name: CodedConcept, value: string): Item =>
  content(relationship, 'UIDREF', name, [attribute('UID', value)]);

export interface ImageReference {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly frameNumbers?: readonly number[];
  readonly segmentNumber?: number;
}

export const image = (name: CodedConcept | undefined, reference: ImageReference): Item =>
  content('CONTAINS', 'IMAGE', name, [
    attribute('ReferencedSOPSequence', [
      [
        attribute('ReferencedSOPClassUID', reference.sopClassUid),
        attribute('ReferencedSOPInstanceUID', reference.sopInstanceUid),
        ...(reference.frameNumbers
          ? [attribute('ReferencedFrameNumber', reference.frameNumbers.map(String))]
          : []),
        ...(reference.segmentNumber === undefined
          ? []
          : [attribute('ReferencedSegmentNumber', reference.segmentNumber)]),
      ],
    ]),
  ]);

/** A number with its unit. What 16 characters cannot hold stands in Floating Point Value too. */
export function numeric(
  name: CodedConcept,
  value: number,
  unit: CodedConcept,
  children: readonly Item[]
): Item {
  const decimal = formatDecimal(value);
  const measured: Item = [
    attribute('MeasurementUnitsCodeSequence', [codeItem(unit)]),
    ...(Number(decimal) === value ? [] : [attribute('FloatingPointValue', [value])]),
    attribute('NumericValue', decimal),
  ];
  return content(
    'CONTAINS',
    'NUM',
    name,
    [attribute('MeasuredValueSequence', [measured])],
    children
  );
}
