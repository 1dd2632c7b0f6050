/**
 * @file What was chosen for a segment that has been deleted: it is let go, and that is said. Marks stay as they are drawn.
 */
import type { PanelMessage, PanelState } from '../../ui/panel-model';

export interface GoneSegments {
  readonly change: Partial<PanelState>;
  /** Absent when nothing was chosen for a segment that is gone. */
  readonly message?: Omit<PanelMessage, 'id'>;
}

/** The segmentation whose segments are listed, the one before, and where a result is shown; ids. */
export interface ListedSegmentations {
  readonly now: string | undefined;
  readonly before: string | undefined;
  readonly preview: string | undefined;
}

export interface LeftSegments extends GoneSegments {
  /** What is shown or computed was to be written into what is gone or left; what was drawn for it stays. */
  readonly isResultLost: boolean;
  /** What is shown was written under other locks. */
  readonly areLocksChanged: boolean;
}

type Listed = Pick<PanelState['segments'][number], 'number' | 'locked'>;

/** As {@link withoutGone} where the segmentation is the same; in another one only the target is another. */
export function withoutLeft(
  state: PanelState,
  listed: readonly Listed[],
  { now, before, preview }: ListedSegmentations
): LeftSegments {
  const { change, message } = withoutGone(state, new Set(listed.map(({ number }) => number)));
  const isTargetGone = 'targetSegment' in change;
  if (now !== undefined && now === before) {
    const areLocksChanged = locksOf(listed) !== locksOf(state.segments);
    return { change, message, isResultLost: isTargetGone, areLocksChanged };
  }
  const isAnother = now !== undefined && before !== undefined;
  return {
    change: isTargetGone || isAnother ? { targetSegment: undefined } : {},
    isResultLost: isAnother && now !== preview,
    areLocksChanged: false,
  };
}

const locksOf = (segments: readonly Listed[]) =>
  String(segments.filter(({ locked }) => locked).map(({ number }) => number));

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
