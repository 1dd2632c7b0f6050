/**
 * @file What the study offers for the further images of the active method.
 */
import type { ActiveSeries } from '../active-series';
import type { ControllerParts } from './parts';

/** Writes the rows of the active method's channels into the panel's state when they have changed; nothing without a series. */
export function lookAtChannels(
  parts: ControllerParts,
  series: ActiveSeries['series'] | undefined
): void {
  const { active } = parts.store.state;
  if (!active || !series) return;
  const next = parts.channels.look(parts.methods.get(active.entry.id).method, series);
  const { first, channels } = active;
  if (!next.first || JSON.stringify(next) === JSON.stringify({ first, channels })) return;
  parts.store.set({ active: { ...active, ...next } });
}
