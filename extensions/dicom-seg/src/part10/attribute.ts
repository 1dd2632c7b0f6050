/**
 * @file A data element as plain data: it can be sent to a worker, kept as JSON and written to a file.
 */
import type { DataSet } from './data-set';
import { TAGS, type Keyword } from './tags';
import { binarySize, isSingleValued, type Vr } from './vr';

/** Text as it will stand in the file; numbers for binary value representations; bytes; items of a sequence. */
export type AttributeValue = string | readonly number[] | Uint8Array | readonly Attribute[][];

export interface Attribute {
  readonly tag: number;
  readonly vr: Vr;
  readonly value: AttributeValue;
}

export type Item = Attribute[];

/** An attribute of the table; values of a multi-valued text are joined by a backslash. */
export function attribute(
  keyword: Keyword,
  value: AttributeValue | number | readonly string[]
): Attribute {
  const { tag, vr } = TAGS[keyword];
  return { tag, vr, value: normalizeValue(vr, value) };
}

function normalizeValue(
  vr: Vr,
  value: AttributeValue | number | readonly string[]
): AttributeValue {
  if (typeof value === 'number') return binarySize(vr) > 0 ? [value] : String(value);
  if (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')) {
    return (value as readonly string[]).join('\\');
  }
  return value as AttributeValue;
}

/** The attribute of a parsed data set as plain data; undefined when absent or made of pixels. */
export function attributeOf(data: DataSet, tag: number): Attribute | undefined {
  const element = data.elements.get(tag);
  if (!element || element.fragments) return undefined;
  const { vr } = element;
  if (element.items) return { tag, vr: 'SQ', value: element.items.map(convertItem) };
  if (vr === 'OB' || vr === 'OW' || vr === 'UN') {
    return { tag, vr, value: data.bytesOf(element).slice() };
  }
  if (binarySize(vr) > 0) return { tag, vr, value: [...data.numbersOf(element)] };
  return { tag, vr, value: data.textsOf(element).join('\\') };
}

function convertItem(item: DataSet): Item {
  const out: Item = [];
  for (const tag of [...item.elements.keys()].sort((a, b) => a - b)) {
    // Values are decoded; the character set of the old file means nothing any more. Private ones stay behind.
    if (tag === TAGS.SpecificCharacterSet.tag || ((tag >>> 16) & 1) === 1) continue;
    const entry = attributeOf(item, tag);
    if (entry) out.push(entry);
  }
  return out;
}

/** Values of a text attribute. */
export const valuesOf = (attribute: Attribute | undefined): readonly string[] =>
  typeof attribute?.value !== 'string'
    ? []
    : isSingleValued(attribute.vr)
      ? [attribute.value]
      : attribute.value.split('\\');
