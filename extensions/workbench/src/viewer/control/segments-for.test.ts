import { EMPTY_STATE } from '../panel-store';
import type { ActiveMethod, PanelState } from '../../ui/panel-model';
import { segmentsFor, segmentsLacking } from './segments-for';

const segment = (number: number) =>
  ({ number, label: `Segment ${number}`, colour: [0, 0, 0], locked: false }) as const;

function state(
  method: Partial<ActiveMethod>,
  numbers: readonly number[],
  targetSegment?: number
): PanelState {
  const active = { segmentInput: 'none', ...method } as ActiveMethod;
  return { ...EMPTY_STATE, active, segments: numbers.map(segment), targetSegment };
}

describe('the segments of a method that was just chosen', () => {
  it('are none where a method makes a new one', () => {
    expect(segmentsFor(state({}, [1, 2]), undefined)).toEqual({ targetSegment: undefined });
    expect(segmentsFor(state({ segmentInput: 'optional' }, [1]), undefined)).toEqual({
      targetSegment: undefined,
    });
  });

  it('are the named, the chosen, or the last one where it needs one', () => {
    const needs = { segmentInput: 'required' } as const;
    expect(segmentsFor(state(needs, [1, 2, 3], 2), 1).targetSegment).toBe(1);
    expect(segmentsFor(state(needs, [1, 2, 3], 2), undefined).targetSegment).toBe(2);
    expect(segmentsFor(state(needs, [1, 2, 3]), undefined).targetSegment).toBe(3);
    expect(segmentsFor(state(needs, []), undefined).targetSegment).toBeUndefined();
  });

  it('are none again after an operation', () => {
    expect(segmentsFor(state({}, [1, 2], 1), undefined, 'required').targetSegment).toBeUndefined();
    expect(segmentsFor(state({}, [1, 2], 1), undefined, 'none').targetSegment).toBe(1);
    const needs = { segmentInput: 'required' } as const;
    expect(segmentsFor(state(needs, [1, 2], 1), undefined, 'required').targetSegment).toBe(1);
  });

  it('are two different ones where it combines two', () => {
    const both = { segmentInput: 'required', combines: true } as const;
    const others = (changed: Partial<PanelState>) => changed.active?.otherSegment;
    expect(others(segmentsFor(state(both, [1, 2]), 2))).toBe(1);
    expect(others(segmentsFor(state({ ...both, otherSegment: 3 }, [1, 2, 3]), 1))).toBe(3);
    expect(others(segmentsFor(state({ ...both, otherSegment: 3 }, [1, 2, 3]), 3))).toBe(1);
    expect(others(segmentsFor(state(both, [1]), 1))).toBeUndefined();
  });
});

describe('the segments of an operation in use', () => {
  const needs = { segmentInput: 'required' } as const;
  const both = { ...needs, combines: true } as const;

  it('are chosen as soon as there are some', () => {
    expect(segmentsLacking(state(needs, []))).toEqual({});
    expect(segmentsLacking(state(needs, [1, 2])).targetSegment).toBe(2);
    expect(segmentsLacking(state(both, [1, 2], 1)).active?.otherSegment).toBe(2);
  });

  it('stay as they were chosen, and nothing else gets any', () => {
    expect(segmentsLacking(state(needs, [1, 2], 1))).toEqual({});
    expect(segmentsLacking(state(both, [1], 1))).toEqual({});
    expect(segmentsLacking(state({ ...both, otherSegment: 3 }, [1, 2, 3], 1))).toEqual({});
    expect(segmentsLacking(state({}, [1, 2]))).toEqual({});
  });
});
