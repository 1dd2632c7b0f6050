/** DICOM JSON model (PS3.18 annex F): a data set as WADO-RS metadata returns it. */
import type { TextDecoding } from './charset';
import { tagToHex, TAG, type DicomDataset, type DicomElement, type Vr } from './element';
import type { DicomHeader } from './reader';
import { binarySize, ValueReader } from './values';

export interface JsonPersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}
export type JsonValue = string | number | null | JsonPersonName | JsonDataset;
export interface JsonElement {
  readonly vr: Vr;
  readonly Value?: readonly JsonValue[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}
/** Elements by 'GGGGEEEE'. */
export type JsonDataset = { [tag in string]?: JsonElement };

export interface JsonOptions {
  /** URI of a value that is not written inline; `path` are tags and item numbers, for example ['54000100', '1', '54001010']. */
  readonly bulkDataUri: (path: readonly string[]) => string;
  /** Longest binary value that is written inline, bytes. */
  readonly maxInlineBytes: number;
}

/** The data set of a file, group length elements left out, character set given as UTF-8 because JSON is. */
export function toDicomJson(header: DicomHeader, options: JsonOptions): JsonDataset {
  const reader = new ValueReader(header);
  const json = datasetToJson(
    reader,
    header.dataset,
    reader.decodingOf(header.dataset),
    [],
    options
  );
  if (header.pixelData) {
    const { tag, vr } = header.pixelData;
    json[tagToHex(tag)] = { vr, BulkDataURI: options.bulkDataUri([tagToHex(tag)]) };
  }
  return json;
}

function datasetToJson(
  reader: ValueReader,
  dataset: DicomDataset,
  decoding: TextDecoding,
  path: readonly string[],
  options: JsonOptions
): JsonDataset {
  const json: JsonDataset = {};
  for (const element of dataset.values()) {
    if ((element.tag & 0xffff) === 0 || element.tag >>> 16 < 8) continue;
    const hex = tagToHex(element.tag);
    json[hex] = elementToJson(reader, element, decoding, [...path, hex], options);
  }
  return json;
}

/** One element; `path` leads to it and is used only for bulk data. */
export function elementToJson(
  reader: ValueReader,
  element: DicomElement,
  decoding: TextDecoding,
  path: readonly string[],
  options: JsonOptions
): JsonElement {
  const { vr } = element;
  if (element.tag === TAG.specificCharacterSet) return { vr, Value: ['ISO_IR 192'] };
  if (vr === 'SQ') {
    const items = (element.items ?? []).map((item, index) =>
      datasetToJson(
        reader,
        item,
        reader.decodingOf(item, decoding),
        [...path, String(index + 1)],
        options
      )
    );
    return items.length ? { vr, Value: items } : { vr };
  }
  if (element.length === 0) return { vr };
  if (isBinary(vr)) return binaryToJson(reader, element, path, options);
  const values = valuesToJson(reader, element, decoding);
  return values.every((value) => value === null) ? { vr } : { vr, Value: values };
}

const isBinary = (vr: Vr) =>
  vr === 'OB' ||
  vr === 'OD' ||
  vr === 'OF' ||
  vr === 'OL' ||
  vr === 'OV' ||
  vr === 'OW' ||
  vr === 'UN';

function binaryToJson(
  reader: ValueReader,
  { vr, offset, length }: DicomElement,
  path: readonly string[],
  options: JsonOptions
): JsonElement {
  if (length > options.maxInlineBytes) return { vr, BulkDataURI: options.bulkDataUri(path) };
  return { vr, InlineBinary: reader.bytes.toString('base64', offset, offset + length) };
}

function valuesToJson(
  reader: ValueReader,
  element: DicomElement,
  decoding: TextDecoding
): JsonValue[] {
  if (element.vr === 'AT') return reader.tags(element);
  if (binarySize(element.vr) > 0) {
    return reader.numbers(element).map((value) => {
      if (typeof value === 'bigint') {
        return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
      }
      return Number.isFinite(value) ? value : String(value);
    });
  }
  const texts = reader.texts(element, decoding);
  if (element.vr === 'PN') return texts.map(personName);
  if (element.vr === 'DS' || element.vr === 'IS') return texts.map(numberOrText);
  return texts.map((text) => (text === '' ? null : text));
}

/** A decimal string as a number; text that is no number stays text, so that nothing is lost. */
function numberOrText(text: string): number | string | null {
  if (text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** The three component groups of a person name (PS3.5 6.2.1.1). */
export function personName(text: string): JsonPersonName | null {
  const [alphabetic, ideographic, phonetic] = text.split('=').map((group) => group.trim());
  if (!alphabetic && !ideographic && !phonetic) return null;
  return {
    ...(alphabetic ? { Alphabetic: alphabetic } : {}),
    ...(ideographic ? { Ideographic: ideographic } : {}),
    ...(phonetic ? { Phonetic: phonetic } : {}),
  };
}
