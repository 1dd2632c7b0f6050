/**
 * @file What was chosen for a segment that has been deleted: it is let go, and that is said. Marks stay as they are drawn.
 */
import type { PanelMessage, PanelState } from '../../ui/panel-model';

export interface GoneSegments {
  readonly change: Partial<PanelState>;
  /** Absent when nothing was chosen for a segment that is gone. */
  readonly message?: Omit<PanelMessage, 'id'>;
}

/** What becomes of the choices in `state` once only the segments with these numbers are left. */
export function withoutGone(state: PanelState, left: ReadonlySet<number>): GoneSegments {
  const isGone = (number: number | undefined): number is number =>
    number !== undefined && !left.has(number);
  const { active, prompts, segments, targetSegment, writeRule } = state;
  const nameOf = (number: number) =>
    segments.find((segment) => segment.number === number)?.label ?? `Segment ${number}`;
  let change: Partial<PanelState> = {};
  const said: { readonly number: number; readonly remedy: string }[] = [];
  if (isGone(targetSegment)) {
    change = { ...change, targetSegment: undefined };
    const isUsed = state.preview !== undefined || prompts?.isEmpty === false;
    if (isUsed) {
      const remedy = 'what you have drawn is still there: the next result makes a new segment';
      said.push({ number: targetSegment, remedy });
    }
  }
  if (active && isGone(active.otherSegment)) {
    change = { ...change, active: { ...active, otherSegment: undefined } };
    said.push({ number: active.otherSegment, remedy: 'choose another segment under “With”' });
  }
  if (writeRule.area === 'inside-segment' && isGone(writeRule.insideSegment)) {
    const { insideSegment, ...rest } = writeRule;
    change = { ...change, writeRule: { ...rest, area: 'everywhere' } };
    const remedy = '“Write only here” is set to everywhere: choose another area if you need one';
    said.push({ number: insideSegment, remedy });
  }
  if (said.length === 0) return { change };
  const names = [...new Set(said.map(({ number }) => `“${nameOf(number)}”`))].join(', ');
  return {
    change,
    message: {
      kind: 'info',
      what: `${names} was deleted`,
      why: 'it was still chosen in the panel',
      remedy: said.map(({ remedy }) => remedy).join('; '),
    },
  };
}
