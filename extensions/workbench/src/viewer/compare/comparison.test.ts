/** @file Whose segment a comparison takes for right, and what becomes of it when another series is opened. */
import { gridAt } from '../../../../../test/support/segments';
import type { MethodResult } from '../../method/contract';
import { MethodComparison, type ComparisonParts } from './comparison';

const mockUpdates: ((result: MethodResult) => void)[] = [];
jest.mock('../method-jobs', () => ({
  MethodJobs: class {
    update = () => new Promise<MethodResult>((resolve) => mockUpdates.push(resolve));
    reset = () => undefined;
  },
}));

const geometry = gridAt(2, 2, [1, 1], [0]);
const series = { geometry };
const RESULT = {
  labels: {
    box: { fromIjk: [0, 0, 0], toIjk: [2, 2, 1] },
    voxels: Uint8Array.of(1, 1, 0, 0),
    classes: [{ value: 1 }],
  },
} as unknown as MethodResult;

function prepare() {
  mockUpdates.length = 0;
  const viewer = { series, labels: Uint8Array.of(3, 3, 0, 0) };
  const measured: Uint8Array[] = [];
  const api = {
    measure: ({ labels }: { labels: { layers: Uint8Array[] } }) => {
      measured.push(labels.layers[1]);
      return Promise.resolve({ statistics: [], agreement: undefined });
    },
  };
  const comparison = new MethodComparison({
    methods: { get: () => ({ method: { id: 'm', title: 'Method' } }) },
    follower: {
      require: () => ({ viewportId: 'v', series: viewer.series }),
      region: () => ({ kind: 'volume' }),
      look: () => ({ kind: 'series', series: viewer.series }),
    },
    channels: { require: () => [series] },
    background: { call: (ask: (worker: typeof api) => unknown) => ask(api) },
    panelState: () => ({ active: { entry: { id: 'm' }, values: {} } }),
    copySegmentation: () =>
      Promise.resolve({
        labels: {
          geometry,
          layers: [viewer.labels],
          segments: [{ number: 3, label: 'Right', layer: 0 }],
        },
      }),
  } as unknown as ComparisonParts);
  return { comparison, viewer, measured };
}

const begun = async () => {
  while (mockUpdates.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
};

describe('a comparison', () => {
  it('takes the reference as it was when the comparison began', async () => {
    const { comparison, viewer, measured } = prepare();
    const done = comparison.run({ methods: ['m'], region: 'volume', reference: 3 });
    await begun();
    viewer.labels = new Uint8Array(4);
    mockUpdates[0](RESULT);
    await done;
    expect(comparison.getState().error).toBeUndefined();
    expect(measured.map((mask) => mask.filter(Boolean).length)).toEqual([2]);
    expect(comparison.getState().rows.map(({ isReference }) => isReference)).toEqual([false, true]);
  });

  it('ends when another series is opened while it runs', async () => {
    const { comparison, viewer } = prepare();
    const done = comparison.run({ methods: ['m'], region: 'volume' });
    await begun();
    viewer.series = { geometry };
    comparison.follow();
    mockUpdates[0](RESULT);
    await done;
    expect(comparison.getState()).toEqual({ rows: [], pairs: [] });
  });
});
