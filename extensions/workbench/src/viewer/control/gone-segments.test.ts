import type { ActiveMethod, PanelState, PromptState } from '../../ui/panel-model';
import { EMPTY_STATE } from '../panel-store';
import { withoutGone } from './gone-segments';

const segments = [1, 2].map((number) => ({
  number,
  label: `Part ${number}`,
  colour: [0, 0, 0] as const,
  locked: false,
}));
const state = (part: Partial<PanelState>): PanelState => ({ ...EMPTY_STATE, segments, ...part });
const drawn = { isEmpty: false } as PromptState;

describe('choices for a segment that was deleted', () => {
  it('stay while it is there', () => {
    const kept = withoutGone(state({ targetSegment: 1, prompts: drawn }), new Set([1, 2]));
    expect(kept).toEqual({ change: {} });
  });

  it('give way without a word when nothing was drawn for it', () => {
    expect(withoutGone(state({ targetSegment: 2 }), new Set([1]))).toEqual({
      change: { targetSegment: undefined },
    });
  });

  it('leave what was drawn alone, and say what becomes of it', () => {
    const { change, message } = withoutGone(
      state({ targetSegment: 2, prompts: drawn }),
      new Set([1])
    );
    expect(change).toEqual({ targetSegment: undefined });
    expect(message?.what).toBe('“Part 2” was deleted');
    expect(message?.remedy).toContain('what you have drawn is still there');
  });

  it('free the area that could be written, which would be nothing', () => {
    const writeRule = { area: 'inside-segment', insideSegment: 2, overwrite: 'none' } as const;
    const { change, message } = withoutGone(state({ writeRule }), new Set([1]));
    expect(change.writeRule).toEqual({ area: 'everywhere', overwrite: 'none' });
    expect(message?.remedy).toContain('everywhere');
  });

  it('ask for another second segment', () => {
    const active = { combines: true, otherSegment: 2 } as ActiveMethod;
    const { change, message } = withoutGone(state({ active, targetSegment: 1 }), new Set([1]));
    expect(change.active?.otherSegment).toBeUndefined();
    expect(message?.remedy).toContain('With');
  });
});
