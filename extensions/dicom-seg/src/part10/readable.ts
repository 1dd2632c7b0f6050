/**
 * @file What all forms of a data set have in common — a parsed file, DICOM JSON, a naturalised object of the viewer —
 * so that one piece of code reads them all.
 */
import type { Attribute } from './attribute';
import type { Keyword } from './tags';

export interface Readable {
  has(keyword: Keyword): boolean;
  /** All values as text. */
  texts(keyword: Keyword): readonly string[];
  /** First value as text; '' when absent. */
  text(keyword: Keyword): string;
  numbers(keyword: Keyword): readonly number[];
  number(keyword: Keyword): number | undefined;
  items(keyword: Keyword): readonly Readable[];
  item(keyword: Keyword): Readable | undefined;
  /** The attribute as plain data; undefined when absent. */
  attribute(keyword: Keyword): Attribute | undefined;
}
