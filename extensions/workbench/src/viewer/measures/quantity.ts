/**
 * @file How the values of a series are shown: in the unit of the images, PET as SUV by body weight or with the reason why not.
 */
import { metaData } from '@cornerstonejs/core';
import { petAttributes, type PetInstance } from '../../measure/pet-attributes';
import { suvBodyWeight } from '../../measure/suv';
import type { SourceSeries } from '../source-series';

export interface Quantity {
  /** Name or unit over the column: `HU`, `SUVbw`. */
  readonly title: string;
  readonly scale: { readonly factor: number; readonly unit: string };
  /** Why there is no SUV, in a sentence. */
  readonly note?: string;
}

/** The unit in which the values of a series are measured. */
export function quantityOf({ description, unit, imageIds }: SourceSeries): Quantity {
  const plain = { title: unit, scale: { factor: 1, unit } };
  if (description.modality !== 'PT') return plain;
  // The viewer has scaled the images while it loaded them.
  if (unit === 'g/ml') return { title: 'SUVbw', scale: { factor: 1, unit: 'g/ml' } };
  const instances = imageIds.map((id) => (metaData.get('instance', id) ?? {}) as PetInstance);
  const attributes = petAttributes(instances);
  const suv = suvBodyWeight(attributes);
  if (suv.available) {
    return { title: 'SUVbw', scale: { factor: suv.factor, unit: 'g/ml' } };
  }
  const named = attributes.units ?? unit;
  return {
    title: named,
    scale: { factor: 1, unit: named },
    note: `no SUV: ${suv.reason}`,
  };
}
