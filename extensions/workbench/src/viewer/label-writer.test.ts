/** Structure of a commit: short slices of work, one event, exact undo, labels found by image id. */
import { segmentation as tools } from '@cornerstonejs/tools';
import { FREE_RULE } from '../editing/write-rule';
import { Geometry } from '../volume/geometry';
import { LabelWriter, type WriteOrder, type WritingTurn } from './label-writer';
import type { SourceSeries } from './source-series';

const SLICES = 40;
const PIXELS = 6 * 5;

interface FakeImage {
  readonly imageId: string;
  readonly referencedImageId: string;
  readonly voxelManager: { getScalarData(): Uint8Array };
}
const mockImages = new Map<string, FakeImage>();
const mockEvents: { slices: readonly number[]; segment: number }[] = [];
let mockRests = 0;

jest.mock('@cornerstonejs/core', () => ({
  cache: {
    getImage: (id: string) => mockImages.get(id),
    getVolume: () => undefined,
  },
}));
jest.mock('@cornerstonejs/tools', () => ({
  segmentation: {
    state: { getSegmentation: jest.fn() },
    triggerSegmentationEvents: {
      triggerSegmentationDataModified: (_: string, slices: number[], segment: number) => {
        mockEvents.push({ slices, segment });
      },
    },
  },
}));
jest.mock('./pace', () => ({
  Pace: class {
    rest(signal?: AbortSignal) {
      mockRests++;
      return signal?.aborted ? Promise.reject(new Error('cancelled')) : Promise.resolve();
    }
  },
}));

/** Slices of the grid ascend; the host's label images are listed in the reverse order. */
const series = {
  geometry: new Geometry({
    columns: 6,
    rows: 5,
    pixelSpacingMm: [1, 1],
    rowDirection: [1, 0, 0],
    columnDirection: [0, 1, 0],
    slicePositionsLps: Array.from({ length: SLICES }, (_, k) => [0, 0, k] as const),
  }),
  imageIds: Array.from({ length: SLICES }, (_, k) => `source-${k}`),
} as unknown as SourceSeries;

const labelsOf = (k: number) => mockImages.get(`label-${k}`)!.voxelManager.getScalarData();

function prepare(): void {
  mockEvents.length = 0;
  mockRests = 0;
  mockImages.clear();
  for (let k = 0; k < SLICES; k++) {
    const labels = new Uint8Array(PIXELS);
    mockImages.set(`label-${k}`, {
      imageId: `label-${k}`,
      referencedImageId: `source-${k}`,
      voxelManager: { getScalarData: () => labels },
    });
  }
  jest.mocked(tools.state.getSegmentation).mockReturnValue({
    representationData: {
      Labelmap: { imageIds: Array.from({ length: SLICES }, (_, k) => `label-${SLICES - 1 - k}`) },
    },
  } as never);
}

function order(fromSlice: number, toSlice: number): WriteOrder {
  const voxels = new Uint8Array(PIXELS * (toSlice - fromSlice));
  for (let at = 0; at < voxels.length; at += 3) voxels[at] = 1;
  return {
    segmentationId: 's',
    series,
    result: {
      box: { fromIjk: [0, 0, fromSlice], toIjk: [6, 5, toSlice] },
      voxels,
      classes: [{ value: 1 }],
    },
    segmentOfClass: [0, 2],
    mode: 'add',
    rule: FREE_RULE,
    locked: new Set(),
    hidden: new Set(),
  };
}

const noError = (error: unknown) => {
  throw error;
};

const writeWith = (writer: LabelWriter, ...order: Parameters<WritingTurn['write']>) =>
  writer.exclusive((turn) => turn.write(...order));
const applyWith = (writer: LabelWriter, ...change: Parameters<WritingTurn['apply']>) =>
  writer.exclusive((turn) => turn.apply(...change));

describe('label writer', () => {
  beforeEach(prepare);

  it('writes slice by slice with a chance to rest after each, and sends one event', async () => {
    const change = await writeWith(new LabelWriter(noError), order(0, SLICES), undefined);
    expect(mockRests).toBe(SLICES);
    expect(mockEvents).toHaveLength(1);
    expect(mockEvents[0].segment).toBe(2);
    expect(change.differences).toHaveLength(SLICES);
    expect(labelsOf(17)[0]).toBe(2);
    expect(labelsOf(17)[1]).toBe(0);
  });

  it('names only the changed slices, by their place in the host, not in our grid', async () => {
    await writeWith(new LabelWriter(noError), order(3, 5), undefined);
    expect(mockEvents).toEqual([{ slices: [SLICES - 1 - 3, SLICES - 1 - 4], segment: 2 }]);
    expect(labelsOf(2).every((value) => value === 0)).toBe(true);
    expect(labelsOf(3)[0]).toBe(2);
  });

  it('replaces a preview by the next one in one pass with one event', async () => {
    const writer = new LabelWriter(noError);
    const first = await writeWith(writer, order(0, 10), undefined);
    const second = await writeWith(writer, order(8, 12), first);
    expect(mockEvents).toHaveLength(2);
    expect(labelsOf(0).every((value) => value === 0)).toBe(true);
    expect(labelsOf(11)[0]).toBe(2);
    await applyWith(writer, second, 'back');
    expect(mockEvents).toHaveLength(3);
    for (let k = 0; k < SLICES; k++) expect(labelsOf(k).every((value) => value === 0)).toBe(true);
  });

  it('takes everything back when it is cancelled half way, the earlier preview too', async () => {
    const writer = new LabelWriter(noError);
    const first = await writeWith(writer, order(0, 10), undefined);
    const controller = new AbortController();
    const writing = writeWith(writer, order(5, SLICES), first, controller.signal);
    controller.abort();
    await expect(writing).rejects.toThrow('cancelled');
    for (let k = 0; k < SLICES; k++) expect(labelsOf(k).every((value) => value === 0)).toBe(true);
  });

  it('lets an undo that comes during a commit wait for it', async () => {
    const writer = new LabelWriter(noError);
    const first = await writeWith(writer, order(0, 4), undefined);
    const later = writeWith(writer, order(10, 20), undefined);
    writer.soon((turn) => turn.apply(first, 'back'));
    const change = await later;
    await writer.idle();
    expect(labelsOf(0)[0]).toBe(0);
    expect(labelsOf(12)[0]).toBe(2);
    await applyWith(writer, change, 'back');
    await applyWith(writer, change, 'forward');
    expect(labelsOf(12)[0]).toBe(2);
  });

  it('says so when the host has no labels any more', async () => {
    jest.mocked(tools.state.getSegmentation).mockReturnValue(undefined);
    await expect(writeWith(new LabelWriter(noError), order(0, 1), undefined)).rejects.toMatchObject(
      {
        code: 'SEGMENTATION_GONE',
      }
    );
  });
});
