/**
 * @file Rescale slope and intercept of a frame, and the unit that they lead to.
 */
import type { Readable } from '../part10/readable';
import { functionalGroup } from './source-instance';
import type { Rescale } from './modality-values';

/** Slope and intercept of a frame; 1 and 0 where the image has none. */
export function rescaleOf(data: Readable, frameNumber: number): Rescale {
  const group = functionalGroup(data, frameNumber, 'PixelValueTransformationSequence') ?? data;
  return {
    slope: group.number('RescaleSlope') ?? 1,
    intercept: group.number('RescaleIntercept') ?? 0,
  };
}

/** Unit of the modality values: `HU`, PET's Units, or Rescale Type; '' when unspecified. */
export function unitOf(data: Readable): string {
  const type =
    functionalGroup(data, 1, 'PixelValueTransformationSequence')?.text('RescaleType') ??
    (data.item('ModalityLUTSequence')?.text('ModalityLUTType') || data.text('RescaleType'));
  if (data.text('Modality') === 'CT') return type === '' ? 'HU' : type;
  if (data.has('Units')) return data.text('Units');
  return type === 'US' ? '' : type;
}
