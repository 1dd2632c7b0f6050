/**
 * @file Attributes of a stored segment that this program has no word for, such as a primary anatomic structure: they are
 * kept and stored again, so that an edit loses nothing that another program said. Private and binary ones stay behind.
 */
import type { CarriedAttribute } from '@cordon/extension-workbench/pure';
import { attributeOf, type Attribute } from '../part10/attribute';
import type { DataSet } from '../part10/data-set';
import { TAGS, type Keyword } from '../part10/tags';
import { isVr } from '../part10/vr';

/** What the description of a segment holds already, or what is made anew for each object. */
const KNOWN: readonly Keyword[] = [
  'SegmentedPropertyCategoryCodeSequence',
  'SegmentNumber',
  'SegmentLabel',
  'SegmentDescription',
  'AnatomicRegionSequence',
  'SegmentationAlgorithmIdentificationSequence',
  'SegmentAlgorithmType',
  'SegmentAlgorithmName',
  'RecommendedDisplayCIELabValue',
  'RecommendedDisplayGrayscaleValue',
  'SegmentedPropertyTypeCodeSequence',
  'SegmentedPropertyTypeModifierCodeSequence',
  'TrackingID',
  'TrackingUID',
  'SpecificCharacterSet',
];
const known = new Set<number>(KNOWN.map((keyword) => TAGS[keyword].tag));

/** Undefined when there are none. */
export function carriedAttributes(segment: DataSet): readonly CarriedAttribute[] | undefined {
  const carried = [...segment.elements.keys()].flatMap((tag) => {
    if (known.has(tag) || ((tag >>> 16) & 1) === 1) return [];
    const attribute = attributeOf(segment, tag);
    return attribute && isPlain(attribute) ? [attribute] : [];
  });
  return carried.length > 0 ? carried : undefined;
}

function isPlain(attribute: Attribute): attribute is Attribute & CarriedAttribute {
  const { value } = attribute;
  if (value instanceof Uint8Array) return false;
  return (
    typeof value === 'string' ||
    value.every((part) => typeof part === 'number' || part.every(isPlain))
  );
}

/** The attributes to write beside `own`, which win where both have one. */
export function attributesToCarry(
  carried: readonly CarriedAttribute[] | undefined,
  own: readonly Attribute[]
): Attribute[] {
  const taken = new Set(own.map(({ tag }) => tag));
  return (carried ?? []).filter(isWritable).filter(({ tag }) => !taken.has(tag));
}

const isWritable = (one: CarriedAttribute): one is CarriedAttribute & Attribute => isVr(one.vr);
