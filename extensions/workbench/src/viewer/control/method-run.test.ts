/** @file Where a result goes when the choice changes while it is computed, and what the history keeps of it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MethodResult } from '../../method/contract';
import type { PanelState } from '../../ui/panel-model';
import { PanelStore } from '../panel-store';
import type { PreviewTarget } from '../preview';
import { ProbabilityShelf } from '../probability-shelf';
import { SegmentBook } from '../segment-book';
import { MethodRun } from './method-run';
import type { ControllerParts } from './parts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const mockRequest = { segment: undefined as Uint8Array | undefined };

jest.mock('../after-drawing', () => ({ afterDrawing: () => Promise.resolve() }));
jest.mock('../segment-masks', () => ({ SegmentMasks: class {} }));
jest.mock('../method-jobs', () => ({ isLive: () => false }));
jest.mock('./show-map', () => ({ showMap: () => Promise.resolve(false) }));
jest.mock('../history', () => ({}));
jest.mock('./build-request', () => ({
  buildRequest: () =>
    Promise.resolve({
      parameters: {},
      prompts: { seeds: [], scribbles: [] },
      region: { kind: 'volume' },
      segment: mockRequest.segment,
    }),
}));

const series = { displaySetUid: 'd', geometry: { size: [2, 1, 1] } };
const current = { viewportId: 'v', series };
const box = { fromIjk: [0, 0, 0], toIjk: [2, 1, 1] };
const makeResult = () =>
  ({
    labels: { box, voxels: new Uint8Array(2), classes: [{ value: 1 }] },
    probabilities: [{ box, voxels: new Float32Array(2) }],
    values: [],
    warnings: [],
  }) as unknown as MethodResult;

function prepare() {
  mockRequest.segment = undefined;
  const store = new PanelStore();
  store.set({
    active: { entry: { id: 'slow' }, fields: [], values: {}, region: 'volume' },
    segments: [{ number: 1 }, { number: 2 }],
    targetSegment: 2,
  } as unknown as Partial<PanelState>);
  /** What each update waits for. */
  const updates: ((result: MethodResult) => void)[] = [];
  const shown: PreviewTarget[] = [];
  let onUndone: ((undone: boolean, accepted: object) => void) | undefined;
  const accepted = { segmentationId: 's', segmentOfClass: [0, 1], created: [], emptied: [] };
  const preview = {
    isShown: false,
    segmentationId: 's',
    extent: { voxels: 1, volumeMl: 1 },
    show: (_: MethodResult, target: PreviewTarget) => {
      shown.push(target);
      preview.isShown = true;
      return Promise.resolve();
    },
    accept: (heard: typeof onUndone) => {
      onUndone = heard;
      preview.isShown = false;
      return Promise.resolve(accepted);
    },
    reject: () => Promise.resolve((preview.isShown = false)),
  };
  const book = new SegmentBook();
  const shelf = new ProbabilityShelf();
  const method = {
    ...{ id: 'slow', title: 'Slow', version: '1', family: 'classical', group: 'threshold' },
    inputs: { prompts: [], channels: ['image'] },
  };
  const parts = {
    store,
    preview,
    book,
    shelf,
    segmentations: { active: () => ({ segmentationId: 's' }), segments: () => [] },
    methods: { get: () => ({ method }) },
    follower: { require: () => current },
    channels: { require: () => [series] },
    desk: { foresight: undefined },
    jobs: { update: () => new Promise<MethodResult>((resolve) => updates.push(resolve)) },
  } as unknown as ControllerParts;
  const view = { active: () => current as never, refresh: () => undefined };
  const run = new MethodRun(parts, view);
  const begun = async (count: number) => {
    while (updates.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const written = async (count: number) => {
    while (shown.length < count || run.isBusy)
      await new Promise((resolve) => setTimeout(resolve, 1));
  };
  return { run, store, updates, shown, begun, written, shelf, undo: () => onUndone! };
}

describe('a method that runs while choices change', () => {
  it('writes into the segment and by the rule that are chosen when it is done', async () => {
    const { run, store, updates, shown, begun, written } = prepare();
    run.run();
    await begun(1);
    store.set({
      targetSegment: undefined,
      writeRule: { ...store.state.writeRule, area: 'inside-segment' },
    });
    run.rewrite();
    updates[0](makeResult());
    await written(1);
    expect(updates).toHaveLength(1);
    expect(shown[0].segment).toBeUndefined();
    expect(shown[0].rule.area).toBe('inside-segment');
  });

  it('writes what was made of a segment into that segment, and is done again for another', async () => {
    const { run, store, updates, shown, begun, written } = prepare();
    mockRequest.segment = new Uint8Array(2);
    run.run();
    await begun(1);
    store.set({ targetSegment: 1 });
    run.renew();
    updates[0](makeResult());
    await begun(2);
    expect(shown[0].segment).toBe(2);
    updates[1](makeResult());
    await written(2);
    expect(shown[1].segment).toBe(1);
  });

  it('is not begun by a choice while nothing runs or is shown', async () => {
    const { run, updates } = prepare();
    run.renew();
    run.rewrite();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(updates).toHaveLength(0);
  });
});

describe('the history', () => {
  it('keeps no voxels of an accepted result, and can do it again', async () => {
    const { run, store, updates, begun, written, shelf, undo } = prepare();
    run.run();
    await begun(1);
    const answer = () => {
      const result = makeResult();
      updates.splice(0)[0](result);
      return new WeakRef(result.labels!.voxels);
    };
    const kept = answer();
    await written(1);
    await run.accept();
    expect(store.state.messages).toEqual([]);
    const accepted = { segmentationId: 's', segmentOfClass: [0, 1], created: [], emptied: [] };
    undo()(true, accepted);
    expect(shelf.of('s').size).toBe(0);
    undo()(false, accepted);
    expect(shelf.of('s').get(1)?.levels).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
    expect(kept.deref()).toBeUndefined();
  });
});
