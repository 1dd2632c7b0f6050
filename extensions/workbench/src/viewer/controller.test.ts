/** @file What the panel lets go of when segmentations and segments change under a result. */
import type { PanelState } from '../ui/panel-model';
import type { ControllerParts } from './control/parts';
import { PanelController } from './controller';
import { PanelStore } from './panel-store';

const mockMethod = {
  isBusy: false,
  calls: [] as string[],
  abandon: () => Promise.resolve(void mockMethod.calls.push('abandon')),
  rewrite: () => void mockMethod.calls.push('rewrite'),
  renew: () => void mockMethod.calls.push('renew'),
};
jest.mock('./control/method-run', () => ({
  MethodRun: class {
    constructor() {
      return mockMethod;
    }
  },
}));
jest.mock('./control/prompt-work', () => ({
  PromptWork: class {
    start = () => undefined;
    attend = () => undefined;
  },
}));
jest.mock('./control/result-keys', () => ({
  ResultKeys: class {
    start = () => undefined;
    attend = () => undefined;
  },
}));
jest.mock('./control/image-range', () => ({}));
jest.mock('./control/look-at-channels', () => ({ lookAtChannels: () => undefined }));
jest.mock('./control/shows-network', () => ({ showsNetwork: () => false }));
jest.mock('./control/show-map', () => ({ hideMap: () => undefined }));
jest.mock('./history', () => ({ canUndo: () => false, canRedo: () => false }));
jest.mock('./host-events', () => ({
  onSegmentationChange: () => ({ unsubscribe: () => undefined }),
}));
jest.mock('./host-statistics', () => ({ limitStatistics: () => undefined }));
jest.mock('./method-entries', () => ({ methodEntries: () => [], beginAnew: () => undefined }));
jest.mock('./segment-actions', () => ({}));

const series = {
  title: 'Series',
  unit: 'HU',
  description: { modality: 'CT' },
  geometry: { voxelCount: 8 },
};

function prepare() {
  mockMethod.calls.length = 0;
  mockMethod.isBusy = false;
  const viewer = {
    segmentationId: undefined as string | undefined,
    segments: [
      { number: 1, label: 'One', locked: false },
      { number: 2, label: 'Two', locked: false },
    ],
  };
  const preview = { isShown: false, segmentationId: undefined as string | undefined };
  const store = new PanelStore();
  const parts = {
    store,
    preview,
    services: {},
    methods: { subscribe: () => undefined },
    segmentations: {
      active: () => viewer.segmentationId && { segmentationId: viewer.segmentationId },
      segments: () => viewer.segments,
      describe: () => ({}),
    },
    follower: { start: () => undefined, look: () => ({ kind: 'series', viewportId: 'v', series }) },
    drafts: { start: () => undefined, visit: () => undefined },
    jobs: { reset: () => undefined },
  } as unknown as ControllerParts;
  const controller = new PanelController(parts);
  controller.start();
  const look = async () => {
    controller.refresh();
    await new Promise((resolve) => setTimeout(resolve, 1));
    return mockMethod.calls.splice(0);
  };
  mockMethod.calls.length = 0;
  return { controller, viewer, preview, store, look };
}

describe('the panel', () => {
  it('takes a result back when another segmentation becomes active, and chooses none of its segments', async () => {
    const { viewer, preview, store, look } = prepare();
    // A result that has made its segmentation is at home there.
    preview.isShown = true;
    preview.segmentationId = viewer.segmentationId = 'a';
    expect(await look()).toEqual([]);
    store.set({ targetSegment: 2 });
    viewer.segmentationId = 'b';
    expect(await look()).toEqual(['abandon']);
    expect(store.state.targetSegment).toBeUndefined();
  });

  it('ends a method that runs for a segment which is deleted, or in a segmentation that is left', async () => {
    const { viewer, store, look } = prepare();
    viewer.segmentationId = 'a';
    await look();
    mockMethod.isBusy = true;
    store.set({ targetSegment: 2 });
    expect(await look()).toEqual([]);
    viewer.segments = viewer.segments.slice(0, 1);
    expect(await look()).toEqual(['abandon']);
    viewer.segmentationId = 'b';
    expect(await look()).toEqual(['abandon']);
  });

  it('writes a result anew when a segment is locked in the list of the viewer', async () => {
    const { viewer, look } = prepare();
    viewer.segmentationId = 'a';
    await look();
    viewer.segments = [{ ...viewer.segments[0], locked: true }, viewer.segments[1]];
    expect(await look()).toEqual(['rewrite']);
    expect(await look()).toEqual([]);
  });

  it('computes anew for another segment only what is made of segments', () => {
    const { controller, store } = prepare();
    const choose = (segmentInput: 'none' | 'required') => {
      store.set({ active: { segmentInput, entry: {} } } as unknown as Partial<PanelState>);
      controller.setTargetSegment(1);
      return mockMethod.calls.splice(0);
    };
    expect(choose('none')).toEqual(['rewrite']);
    expect(choose('required')).toEqual(['renew']);
  });
});
