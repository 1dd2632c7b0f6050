/** @file Whether what is on the screen comes from a network, which the panel must say as long as it is there. */
import { ALGORITHM_FAMILIES } from '../../method/segment-algorithm';
import type { ControllerParts } from './parts';

/** True for a result of a network that is not accepted yet, or in a segment of the active segmentation. */
export function showsNetwork(
  { book, preview, store }: ControllerParts,
  segmentationId: string | undefined,
  segments: readonly { readonly number: number }[]
): boolean {
  if (preview.isShown && store.state.active?.entry.family === 'neural') return true;
  if (segmentationId === undefined) return false;
  return segments.some(({ number }) => {
    const { algorithm } = book.record(segmentationId, number);
    return algorithm.family?.value === ALGORITHM_FAMILIES.artificialIntelligence.value;
  });
}
