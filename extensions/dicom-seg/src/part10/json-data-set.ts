/**
 * @file Data sets that come as objects: DICOM JSON (PS3.18 annex F) and dcmjs' naturalised form.
 */
import { attribute, type Attribute, type AttributeValue, type Item } from './attribute';
import { formatDecimal } from './decimal';
import type { Readable } from './readable';
import { keywordOfTag, TAGS, type Keyword } from './tags';
import { binarySize, type Vr } from './vr';

/** A value of an attribute, whatever the form. */
type Scalar = string | number | PersonName | object | null | undefined;

interface PersonName {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/** Looks an attribute up in an object of unknown contents. */
const valueOf = (object: object, key: string): unknown => Reflect.get(object, key);

abstract class ObjectDataSet implements Readable {
  protected abstract values(keyword: Keyword): readonly Scalar[] | undefined;
  protected abstract wrap(item: object): ObjectDataSet;
  protected abstract keywords(): readonly Keyword[];

  has(keyword: Keyword): boolean {
    return this.values(keyword) !== undefined;
  }

  texts(keyword: Keyword): readonly string[] {
    const { vr } = TAGS[keyword];
    return (this.values(keyword) ?? []).map((value) => textOf(value, vr));
  }

  text(keyword: Keyword): string {
    return this.texts(keyword)[0] ?? '';
  }

  numbers(keyword: Keyword): readonly number[] {
    return this.texts(keyword).map((text) => (text.trim() === '' ? NaN : Number(text)));
  }

  number(keyword: Keyword): number | undefined {
    const value = this.numbers(keyword)[0];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  }

  items(keyword: Keyword): readonly ObjectDataSet[] {
    return (this.values(keyword) ?? [])
      .filter((value) => typeof value === 'object' && value !== null)
      .map((value) => this.wrap(value));
  }

  item(keyword: Keyword): ObjectDataSet | undefined {
    return this.items(keyword)[0];
  }

  attribute(keyword: Keyword): Attribute | undefined {
    if (!this.has(keyword)) return undefined;
    const { vr } = TAGS[keyword];
    return attribute(keyword, this.plainValue(keyword, vr));
  }

  private plainValue(keyword: Keyword, vr: Vr): AttributeValue {
    if (vr === 'SQ') return this.items(keyword).map((item) => item.plainItem());
    if (vr === 'OB' || vr === 'OW' || vr === 'UN') return new Uint8Array(0);
    if (binarySize(vr) > 0) return [...this.numbers(keyword)];
    return this.texts(keyword).join('\\');
  }

  private plainItem(): Item {
    return this.keywords()
      .map((keyword) => this.attribute(keyword))
      .filter((entry): entry is Attribute => entry !== undefined)
      .sort((a, b) => a.tag - b.tag);
  }
}

function textOf(value: Scalar, vr: Vr): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return vr === 'DS' ? formatDecimal(value) : String(value);
  if (vr !== 'PN') return '';
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as PersonName;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
}

/** One instance in DICOM JSON: keys are tags, values `{vr, Value}`. */
export class JsonDataSet extends ObjectDataSet {
  constructor(private readonly object: object) {
    super();
  }

  protected override values(keyword: Keyword): readonly Scalar[] | undefined {
    const key = TAGS[keyword].tag.toString(16).padStart(8, '0');
    const entry = valueOf(this.object, key.toUpperCase()) ?? valueOf(this.object, key);
    if (typeof entry !== 'object' || entry === null) return undefined;
    const values = valueOf(entry, 'Value');
    return Array.isArray(values) ? (values as Scalar[]) : [];
  }

  protected override wrap(item: object): ObjectDataSet {
    return new JsonDataSet(item);
  }

  protected override keywords(): readonly Keyword[] {
    return Object.keys(this.object)
      .map((key) => keywordOfTag(parseInt(key, 16)))
      .filter((keyword): keyword is Keyword => keyword !== undefined);
  }
}

/** One instance as the viewer keeps it: keys are keywords, values bare or in an array. */
export class NaturalizedDataSet extends ObjectDataSet {
  constructor(private readonly object: object) {
    super();
  }

  protected override values(keyword: Keyword): readonly Scalar[] | undefined {
    const value = valueOf(this.object, keyword);
    if (value === undefined) return undefined;
    if (value === null) return [];
    if (Array.isArray(value)) return value as Scalar[];
    if (typeof value === 'string' && value.includes('\\')) return value.split('\\');
    return [value as Scalar];
  }

  protected override wrap(item: object): ObjectDataSet {
    return new NaturalizedDataSet(item);
  }

  protected override keywords(): readonly Keyword[] {
    return (Object.keys(TAGS) as Keyword[]).filter((keyword) => this.has(keyword));
  }
}
