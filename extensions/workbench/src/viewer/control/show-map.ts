/** @file A result that is a map of values: shown over the image, nothing is written. */
import type { MethodResult } from '../../method/contract';
import type { ActiveSeries } from '../active-series';
import type { ControllerParts } from './parts';

const OPACITY = 0.7;

/** Shows the map of a result that has no labels, in place of a preview. False when it has none. */
export async function showMap(
  { overlay, preview, store }: ControllerParts,
  { scalarMap, labels }: MethodResult,
  { series }: ActiveSeries
): Promise<boolean> {
  if (!scalarMap || labels) return false;
  await preview.reject();
  const { title, unit } = scalarMap;
  const opacity = store.state.overlay?.opacity ?? OPACITY;
  // What has the image's unit is an image itself, not a strength.
  const look = unit === series.unit ? 'image' : 'glow';
  overlay.show({ map: scalarMap, series, look, opacity });
  store.set({ overlay: { title, unit, opacity, ...overlay.window } });
  return true;
}

/** Takes the map away. */
export function hideMap({ overlay, store }: ControllerParts): void {
  overlay.hide();
  store.set({ overlay: undefined });
}
