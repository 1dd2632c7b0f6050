/**
 * @file Coded concepts as items, and the codes that the writer itself uses. A test looks each up in an independent table.
 */
import { code, type CodedConcept } from '@cordon/extension-workbench/pure';
import { attribute, type Item } from '../part10/attribute';
import type { Readable } from '../part10/readable';
import { singleLine } from './text';

export const CODES = {
  segmentation: code('113076', 'DCM', 'Segmentation'),
  sourceImage: code('121322', 'DCM', 'Source image for image processing operation'),
  acquisitionEquipment: code('109101', 'DCM', 'Acquisition Equipment'),
  processingEquipment: code('109102', 'DCM', 'Processing Equipment'),
  manualProcessing: code('123109', 'DCM', 'Manual Processing'),
  background: code('125040', 'DCM', 'Background'),
  spatialConcept: code('309825002', 'SCT', 'Spatial and Relational Concept'),
} as const;

/** One item of a code sequence; values of more than 16 characters go into Long Code Value. */
export function codeItem({ value, scheme, meaning }: CodedConcept): Item {
  const long = value.length > 16;
  return [
    ...(long ? [] : [attribute('CodeValue', value)]),
    attribute('CodingSchemeDesignator', singleLine(scheme, 16)),
    attribute('CodeMeaning', singleLine(meaning, 64)),
    ...(long ? [attribute('LongCodeValue', value)] : []),
  ];
}

/** The concept of an item; undefined when it has no value. */
export function conceptOf(item: Readable | undefined): CodedConcept | undefined {
  if (!item) return undefined;
  const value = item.text('CodeValue') || item.text('LongCodeValue') || item.text('URNCodeValue');
  if (value === '') return undefined;
  return code(value, item.text('CodingSchemeDesignator'), item.text('CodeMeaning'));
}
