/**
 * @file Whether an archive gave back what was sent, in whatever encoding: segmentations by their voxels, all else element
 * by element.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import type { DataElement, DataSet } from '../part10/data-set';
import { parseDicom } from '../part10/parse';
import { formatTag, TAGS } from '../part10/tags';
import { SOP_CLASS } from '../part10/uid';
import { binarySize } from '../part10/vr';
import { sameSegmentation } from './same-segmentation';

/** Undefined when they are equal, else the first difference in words. */
export async function sameObject(
  sent: Uint8Array,
  stored: Uint8Array
): Promise<string | undefined> {
  const { data } = parseDicom(sent);
  const sopClass = data.text('SOPClassUID');
  if (sopClass === SOP_CLASS.segmentation || sopClass === SOP_CLASS.labelMapSegmentation) {
    return sameSegmentation(sent, stored);
  }
  try {
    return firstDifference(data, parseDicom(stored).data);
  } catch (error) {
    if (error instanceof CordonError) return `what it gave back cannot be read: ${error.what}`;
    throw error;
  }
}

/** What the archive adds is its own affair: everything that was sent must be there. */
function firstDifference(sent: DataSet, stored: DataSet): string | undefined {
  for (const element of sent.elements.values()) {
    const { tag } = element;
    if (isOfEncoding(tag)) continue;
    const other = stored.elements.get(tag);
    if (!other) return `${formatTag(tag)} is missing`;
    if (!element.items || !other.items) {
      if (!sameValue(sent, element, stored, other)) return `${formatTag(tag)} differs`;
      continue;
    }
    const { items } = other;
    if (items.length !== element.items.length) return `the items of ${formatTag(tag)} differ`;
    for (const [index, item] of element.items.entries()) {
      const difference = firstDifference(item, items[index]);
      if (difference !== undefined) return difference;
    }
  }
  return undefined;
}

/** Group lengths and the character set follow from how the values are written. */
const isOfEncoding = (tag: number): boolean =>
  (tag & 0xffff) === 0 || tag === TAGS.SpecificCharacterSet.tag;

function sameValue(a: DataSet, left: DataElement, b: DataSet, right: DataElement): boolean {
  const isRaw = ({ vr }: DataElement) => /^(UN|OB|OW|SQ)$/.test(vr);
  if (isRaw(left) || isRaw(right)) return sameBytes(a.bytesOf(left), b.bytesOf(right));
  const valuesOf = (data: DataSet, element: DataElement): readonly (string | number)[] =>
    binarySize(element.vr) > 0 ? data.numbersOf(element) : data.textsOf(element);
  return JSON.stringify(valuesOf(a, left)) === JSON.stringify(valuesOf(b, right));
}

/** Equal but for what fills them up to an even length. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const padding = long.subarray(short.length);
  return (
    short.every((value, at) => value === long[at]) &&
    padding.length <= 1 &&
    padding.every((value) => value === 0 || value === 0x20)
  );
}
