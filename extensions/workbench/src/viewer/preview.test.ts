/** @file What is shown and what is listed change within the turn that writes it, however quickly orders come. */
import { gridAt } from '../../../../test/support/segments';
import { FREE_RULE } from '../editing/write-rule';
import type { MethodResult } from '../method/contract';
import type { UndoStep } from './history';
import { LabelWriter } from './label-writer';
import { Preview, type PreviewTarget } from './preview';
import type { Segmentations } from './segmentations';
import type { SourceSeries } from './source-series';

const SLICES = 4;
const mockLabels = new Map<string, Uint8Array>();
const mockSteps: UndoStep[] = [];

jest.mock('@cornerstonejs/core', () => ({
  cache: {
    getImage: (id: string) => ({
      imageId: id,
      referencedImageId: id.replace('label', 'source'),
      voxelManager: { getScalarData: () => mockLabels.get(id) },
    }),
    getVolume: () => undefined,
  },
}));
jest.mock('@cornerstonejs/tools', () => ({
  segmentation: {
    state: {
      getSegmentation: () => ({
        representationData: { Labelmap: { imageIds: [...mockLabels.keys()] } },
      }),
    },
    triggerSegmentationEvents: { triggerSegmentationDataModified: () => undefined },
  },
}));
jest.mock('./pace', () => ({
  // Each slice takes a task, as on a large series.
  Pace: class {
    async rest(signal?: AbortSignal): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 1));
      signal?.throwIfAborted();
    }
  },
}));
jest.mock('./history', () => ({ pushStep: (step: UndoStep) => mockSteps.push(step) }));
jest.mock('./preview-style', () => ({
  setPreviewStyle: () => undefined,
  endPreviewStyle: () => undefined,
}));

const series = {
  geometry: gridAt(
    2,
    2,
    [1, 1],
    Array.from({ length: SLICES }, (_, k) => k)
  ),
  imageIds: Array.from({ length: SLICES }, (_, k) => `source-${k}`),
} as unknown as SourceSeries;
const target: PreviewTarget = {
  viewportId: 'v',
  series,
  mode: 'add',
  rule: FREE_RULE,
  label: 'Threshold',
};
const RESULT = {
  labels: {
    box: { fromIjk: [0, 0, 0], toIjk: [2, 2, SLICES] },
    voxels: new Uint8Array(4 * SLICES).fill(1),
    classes: [{ value: 1 }],
  },
  values: [],
  warnings: [],
} as unknown as MethodResult;

/** Voxels of the whole series that are labelled, and the segments that the list knows. */
function prepare() {
  mockLabels.clear();
  mockSteps.length = 0;
  for (let k = 0; k < SLICES; k++) mockLabels.set(`label-${k}`, new Uint8Array(4));
  const listed = new Set<number>();
  const segmentations = {
    activeOrNew: () => Promise.resolve({ segmentationId: 's', isNew: false }),
    segments: () => [...listed].map((number) => ({ number, label: `Segment ${number}` })),
    addSegments: (_: string, wanted: readonly { readonly number?: number }[]) =>
      wanted.map(({ number = listed.size + 1 }) => {
        listed.add(number);
        return number;
      }),
    removeEmptySegments: (_: string, numbers: readonly number[]) => {
      for (const number of numbers) listed.delete(number);
    },
    setTerms: () => () => undefined,
    trying: (work: () => void) => {
      work();
    },
    isHandEdited: () => false,
  } as unknown as Segmentations;
  const writer = new LabelWriter((error) => {
    throw error;
  });
  const statistics = { rest: () => 0, resume: () => 0, renew: () => 0 };
  const preview = new Preview(writer, segmentations, statistics as never);
  const voxels = () =>
    [...mockLabels.values()].reduce((sum, labels) => sum + labels.filter(Boolean).length, 0);
  const show = () => preview.show(RESULT, target, new AbortController().signal);
  return { preview, writer, listed, voxels, show };
}

describe('a preview', () => {
  it('is left out by a copy that waited while it was written, and by one that waited while it was taken back', async () => {
    const { preview, writer, voxels, show } = prepare();
    const shown = show();
    // The writing has begun.
    while (voxels() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const duringWrite = writer.exclusive(() =>
      Promise.resolve([preview.isShown, preview.unacceptedIn('s') !== undefined, voxels()])
    );
    expect(await duringWrite).toEqual([true, true, 4 * SLICES]);
    await shown;
    const rejected = preview.reject();
    while (voxels() === 4 * SLICES) await new Promise((resolve) => setTimeout(resolve, 1));
    const duringReject = writer.exclusive(() => Promise.resolve([preview.isShown, voxels()]));
    expect(await duringReject).toEqual([false, 0]);
    await rejected;
  });

  it('is taken back and done again whole, when undo and redo come faster than they are written', async () => {
    const { preview, writer, listed, voxels, show } = prepare();
    await show();
    const undone: boolean[] = [];
    await preview.accept((isUndone) => undone.push(isUndone), 7);
    expect(mockSteps[0].bytes).toBeGreaterThan(7);
    mockSteps[0].undo();
    mockSteps[0].redo();
    await writer.idle();
    expect([...listed]).toEqual([1]);
    expect(voxels()).toBe(4 * SLICES);
    mockSteps[0].undo();
    mockSteps[0].redo();
    mockSteps[0].undo();
    await writer.idle();
    expect([...listed]).toEqual([]);
    expect(voxels()).toBe(0);
    expect(undone).toEqual([true, false, true, false, true]);
  });
});
