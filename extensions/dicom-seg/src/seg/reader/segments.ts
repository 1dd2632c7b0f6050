/**
 * @file Descriptions of segments from the Segment Sequence.
 */
import {
  CATEGORIES,
  type AlgorithmType,
  type CodedConcept,
  type Rgb,
  type SegmentDescription,
} from '@cordon/extension-workbench/pure';
import type { DataSet } from '../../part10/data-set';
import type { ReadLimits } from '../../part10/limits';
import { carriedAttributes } from '../carried';
import { conceptOf } from '../codes';
import { dicomLabToRgb } from '../colour';
import { ALGORITHM_SOURCE } from '../equipment';
import { readRecipe } from '../recipe-text';

export interface DescribedSegment extends SegmentDescription {
  readonly number: number;
}

/** Every described segment in order; the background of a label map included when it has an item. */
export function describedSegments(data: DataSet, limits: ReadLimits): DescribedSegment[] {
  const palette = paletteOf(data);
  return data.items('SegmentSequence').map((item) => {
    const number = item.number('SegmentNumber') ?? 0;
    return describe(item, number, palette?.(number), limits);
  });
}

function describe(
  item: DataSet,
  number: number,
  paletteColour: Rgb | undefined,
  limits: ReadLimits
): DescribedSegment {
  const type = item.item('SegmentedPropertyTypeCodeSequence');
  const region = item.item('AnatomicRegionSequence');
  const identification = item.item('SegmentationAlgorithmIdentificationSequence');
  const category = conceptOf(item.item('SegmentedPropertyCategoryCodeSequence'));
  return {
    number,
    label: item.text('SegmentLabel') || `Segment ${number}`,
    description: item.text('SegmentDescription') || undefined,
    category: category ?? CATEGORIES.tissue,
    type: conceptOf(type) ?? category ?? CATEGORIES.tissue,
    typeModifiers: concepts(
      type?.items('SegmentedPropertyTypeModifierCodeSequence') ??
        item.items('SegmentedPropertyTypeModifierCodeSequence')
    ),
    anatomicRegion: conceptOf(region),
    anatomicRegionModifiers: concepts(region?.items('AnatomicRegionModifierSequence') ?? []),
    colour: colourOf(item) ?? paletteColour ?? fallbackColour(number),
    algorithm: {
      type: algorithmType(item.text('SegmentAlgorithmType')),
      name: item.text('SegmentAlgorithmName') || (identification?.text('AlgorithmName') ?? ''),
      version: identification?.text('AlgorithmVersion') || undefined,
      source: foreignSource(item, identification),
      family: conceptOf(identification?.item('AlgorithmFamilyCodeSequence')),
      parameters: readRecipe(item, limits),
    },
    trackingId: item.text('TrackingID') || undefined,
    trackingUid: item.text('TrackingUID') || undefined,
    carried: carriedAttributes(item),
  };
}

/** Undefined for what this program made itself, and for work by hand. */
function foreignSource(item: DataSet, identification: DataSet | undefined): string | undefined {
  if (algorithmType(item.text('SegmentAlgorithmType')) === 'MANUAL') return undefined;
  const source = identification?.text('AlgorithmSource') ?? '';
  return source === ALGORITHM_SOURCE ? undefined : source;
}

function concepts(items: readonly DataSet[]): readonly CodedConcept[] | undefined {
  const found = items.map(conceptOf).filter((one): one is CodedConcept => one !== undefined);
  return found.length > 0 ? found : undefined;
}

const algorithmType = (text: string): AlgorithmType =>
  text === 'AUTOMATIC' || text === 'SEMIAUTOMATIC' ? text : 'MANUAL';

function colourOf(item: DataSet): Rgb | undefined {
  const lab = item.numbers('RecommendedDisplayCIELabValue');
  if (lab.length === 3) return dicomLabToRgb([lab[0], lab[1], lab[2]]);
  const grey = item.number('RecommendedDisplayGrayscaleValue');
  if (grey === undefined) return undefined;
  const level = Math.min(255, Math.max(0, Math.round(grey / 257)));
  return [level, level, level];
}

/** Distinct, saturated colours for segments that have none: golden angle around the hue circle. */
export function fallbackColour(number: number): Rgb {
  const hue = (number * 137.508) % 360;
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.5 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Colours of a PALETTE COLOR label map, by pixel value. */
function paletteOf(data: DataSet): ((value: number) => Rgb | undefined) | undefined {
  if (data.text('PhotometricInterpretation') !== 'PALETTE COLOR') return undefined;
  const tables = (['Red', 'Green', 'Blue'] as const).map((name) => {
    const descriptor = data.numbers(`${name}PaletteColorLookupTableDescriptor`);
    const bytes = data.bytes(`${name}PaletteColorLookupTableData`);
    const count = descriptor[0] === 0 ? 65536 : descriptor[0];
    const wide = bytes.length >= 2 * count;
    return (value: number): number => {
      const index = Math.min(count - 1, Math.max(0, value - descriptor[1]));
      // Sixteen bit tables carry the colour in their upper byte.
      return bytes[wide ? 2 * index + 1 : index] ?? 0;
    };
  });
  return (value) => [tables[0](value), tables[1](value), tables[2](value)];
}
