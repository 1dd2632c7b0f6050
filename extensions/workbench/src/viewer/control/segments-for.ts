/** @file Which segments a method that was just chosen works on, as far as the list leaves one choice. */
import type { ActiveMethod, PanelState } from '../../ui/panel-model';

/**
 * The target: the one that was named, the one that is chosen already, or the last on the list where the method cannot do
 * without. After an operation, the next result is a segment of its own again. The second one of two: the other when there are just
 * two.
 */
export function segmentsFor(
  { active, segments, targetSegment }: PanelState,
  named: number | undefined,
  before?: ActiveMethod['segmentInput']
): Partial<PanelState> {
  const isNeeded = active?.segmentInput === 'required';
  const chosen = before === 'required' && !isNeeded ? undefined : targetSegment;
  const target = named ?? chosen ?? (isNeeded ? segments.at(-1)?.number : undefined);
  if (!active?.combines) return { targetSegment: target };
  const others = segments.filter(({ number }) => number !== target);
  const fits = others.some(({ number }) => number === active.otherSegment);
  const otherSegment = fits ? active.otherSegment : others[0]?.number;
  return { targetSegment: target, active: { ...active, otherSegment } };
}

/** What an operation in use still lacks of its segments, now that these are listed. */
export function segmentsLacking(state: PanelState): Partial<PanelState> {
  const { active, segments, targetSegment } = state;
  if (active?.segmentInput !== 'required' || segments.length === 0) return {};
  const lacksOther = active.combines && active.otherSegment === undefined && segments.length > 1;
  return targetSegment === undefined || lacksOther ? segmentsFor(state, undefined) : {};
}
