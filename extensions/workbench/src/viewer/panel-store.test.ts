import { CordonError } from '../errors/cordon-error';
import { EMPTY_STATE, PanelStore } from './panel-store';

const error = (code: string, what = 'It broke') =>
  new CordonError({ code, what, why: 'of age', remedy: 'mend it' });

describe('panel state', () => {
  it('keeps nothing of one patient when it is reset', () => {
    const store = new PanelStore();
    store.set({
      ready: true,
      targetSegment: 3,
      preview: { voxels: 1, volumeMl: 1, values: [] },
      series: { title: 'Brain of someone', modality: 'MR', unit: '' },
      active: {} as never,
      job: { title: 'x', message: 'y' },
    });
    store.report(error('X'));
    store.reset();
    expect(store.state).toEqual(EMPTY_STATE);
  });

  it('stays as it is when what was read anew says the same', () => {
    const store = new PanelStore();
    const segment = { number: 1, label: 'Liver', colour: [1, 2, 3], locked: false } as const;
    store.set({ segments: [segment] });
    const before = store.state;
    const listener = jest.fn();
    store.subscribe(listener);
    store.renew({ segments: [{ ...segment }], canUndo: false });
    expect(store.state).toBe(before);
    expect(listener).not.toHaveBeenCalled();
    store.renew({ segments: [{ ...segment }], canUndo: true });
    expect(store.state).toEqual({ ...before, canUndo: true });
    expect(store.state.segments).toBe(before.segments);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('shows an error once, however often it happens, and cancelled work not at all', () => {
    const store = new PanelStore();
    store.report(error('X'));
    store.report(error('X'));
    store.report(error('CANCELLED', 'Cancelled'));
    store.report(error('SUPERSEDED', 'Replaced'));
    expect(store.state.messages.map(({ what }) => what)).toEqual(['It broke']);
    store.dismiss(store.state.messages[0].id);
    expect(store.state.messages).toEqual([]);
  });
});
