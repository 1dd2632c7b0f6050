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
