/** @file Whether a method can run on one series, also when the method of another vendor fails at saying so. */
import { toCordonError } from '../errors/cordon-error';
import type { Fit, SegmentationMethod, SeriesDescription } from './contract';

/** A method that cannot even say whether it fits does not. */
export function fitOf(method: SegmentationMethod, series: SeriesDescription): Fit {
  try {
    return method.fits(series);
  } catch (error) {
    return { fits: false, reason: `The method failed: ${toCordonError(error).why}` };
  }
}
