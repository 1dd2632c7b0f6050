/**
 * A DICOM file with some of its attributes changed, as another program would have written it.
 */
import {
  attribute,
  attributeOf,
  type Attribute,
  type Item,
} from '../../extensions/dicom-seg/src/part10/attribute';
import { ByteWriter, writeDataSet } from '../../extensions/dicom-seg/src/part10/encode';
import { parseDicom } from '../../extensions/dicom-seg/src/part10/parse';
import { TAGS, type Keyword } from '../../extensions/dicom-seg/src/part10/tags';

/** The file with its attributes changed, and other pixels if given. */
export function rewrite(
  file: Uint8Array,
  change: (attributes: Map<number, Attribute>) => void,
  pixels?: Uint8Array
): Uint8Array {
  const { data } = parseDicom(file);
  const attributes = new Map<number, Attribute>();
  for (const tag of data.elements.keys()) {
    const entry = attributeOf(data, tag);
    if (entry) attributes.set(tag, entry);
  }
  change(attributes);
  if (pixels) attributes.set(TAGS.PixelData.tag, attribute('PixelData', pixels));
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(128));
  writer.text('DICM');
  writeDataSet(writer, [attribute('TransferSyntaxUID', '1.2.840.10008.1.2.1')]);
  writeDataSet(writer, [...attributes.values()]);
  return writer.toBytes();
}

/** Items of a sequence that is there. */
export const items = (attributes: Map<number, Attribute>, keyword: Keyword): Item[] =>
  attributes.get(TAGS[keyword].tag)!.value as Item[];
export const without = (item: Item, ...keywords: Keyword[]): Item =>
  item.filter(({ tag }) => keywords.every((keyword) => TAGS[keyword].tag !== tag));
export const setItems = (attributes: Map<number, Attribute>, keyword: Keyword, value: Item[]) =>
  attributes.set(TAGS[keyword].tag, attribute(keyword, value));
