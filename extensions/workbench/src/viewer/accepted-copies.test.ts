/** When a copy of labels may be used again, and when it must be made anew. */
import { eventTarget } from '@cornerstonejs/core';
import type { LabelLayer } from '../volume/label-volume';
import { AcceptedCopies, type CopyParts } from './accepted-copies';
import type { Unaccepted } from './segmentations';
import type { SourceSeries } from './source-series';

const CHANGED = 'labels changed';

jest.mock('@cornerstonejs/core', () => ({ eventTarget: new EventTarget() }));
jest.mock('@cornerstonejs/tools', () => ({
  Enums: { Events: { SEGMENTATION_DATA_MODIFIED: 'labels changed' } },
}));

const series = {} as SourceSeries;

function prepare(makeLayer: () => LabelLayer = () => new Uint8Array(new SharedArrayBuffer(8))) {
  let made = 0;
  const state = { numbers: [1], shown: undefined as Unaccepted | undefined };
  const copies = new AcceptedCopies({
    writer: { exclusive: (work: () => Promise<unknown>) => work() },
    preview: { unacceptedIn: () => state.shown },
    segmentations: {
      segments: () => state.numbers.map((number) => ({ number })),
      copy: (
        _id: string,
        _series: SourceSeries,
        { layers }: { layers?: readonly LabelLayer[] }
      ) => {
        if (!layers) made++;
        return Promise.resolve({ labels: { layers: layers ?? [makeLayer()] } });
      },
    },
  } as unknown as CopyParts);
  copies.start();
  const take = async (id = 'a') => (await copies.take(id, series)).labels.layers;
  return { copies, take, state, made: () => made };
}

describe('copies of accepted work', () => {
  it('are the same voxels until labels change', async () => {
    const { copies, take, made } = prepare();
    const first = await take();
    expect(await take()).toBe(first);
    eventTarget.dispatchEvent(new Event(CHANGED));
    expect(await take()).not.toBe(first);
    expect(made()).toBe(2);
    copies.stop();
  });

  it('are made anew when labels change while they are made', async () => {
    const { copies, take, made } = prepare();
    const first = take();
    eventTarget.dispatchEvent(new Event(CHANGED));
    const layers = await first;
    expect(await take()).not.toBe(layers);
    expect(made()).toBe(2);
    copies.stop();
  });

  it('of one segmentation are none of another', async () => {
    const { copies, take } = prepare();
    const first = await take('a');
    expect(await take('b')).not.toBe(first);
    copies.stop();
  });

  it('are made anew when a preview is accepted, though no voxel changes', async () => {
    const { copies, take, state } = prepare();
    state.shown = { change: { segment: 1, differences: [] }, created: [] };
    const without = await take();
    expect(await take()).toBe(without);
    state.shown = undefined;
    expect(await take()).not.toBe(without);
    copies.stop();
  });

  it('are made anew when a segment is added, whose number may need two bytes', async () => {
    const { copies, take, state } = prepare();
    const first = await take();
    state.numbers = [1, 256];
    expect(await take()).not.toBe(first);
    copies.stop();
  });

  it('that move to a worker are made for each', async () => {
    const { copies, take } = prepare(() => new Uint8Array(8));
    const first = await take();
    expect(await take()).not.toBe(first);
    copies.stop();
  });
});
