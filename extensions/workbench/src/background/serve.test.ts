/** @file The workbench's own worker: unsaved work in, the same out; and nothing kept that holds nothing. */
import 'fake-indexeddb/auto';
import { unwrap } from '../jobs/outcome';
import { unnamedSegment } from '../terms/segment-description';
import { Geometry } from '../volume/geometry';
import type { DraftMessage } from './api';
import { createBackground } from './serve';

const geometry = new Geometry({
  columns: 4,
  rows: 3,
  pixelSpacingMm: [1, 2],
  rowDirection: [1, 0, 0],
  columnDirection: [0, 1, 0],
  slicePositionsLps: [
    [0, 0, 0],
    [0, 0, 5],
  ],
});

function message(id: string, layer: Uint8Array): DraftMessage {
  return {
    id,
    studyInstanceUid: '2.25.1',
    seriesInstanceUid: '2.25.2',
    label: 'Liver',
    changedAt: '2026-01-01T00:00:00Z',
    labels: {
      geometry: geometry.toOptions(),
      layers: [layer],
      segments: [{ ...unnamedSegment(1, [1, 2, 3]), number: 1, layer: 0 }],
    },
    recipes: new Map([[1, '{}']]),
    origin: '{"version":2}',
  };
}

describe('the workbench worker', () => {
  it('gives back what it was given to keep', async () => {
    const worker = createBackground();
    unwrap(await worker.openDrafts('anna'));
    const kept = message('a', new Uint8Array(24).fill(1, 5, 9));
    expect(unwrap(await worker.putDraft(kept))).toBe(true);
    expect(unwrap(await worker.getDraft('a'))).toEqual(kept);
    expect(unwrap(await worker.listDrafts('2.25.1')).map(({ label }) => label)).toEqual(['Liver']);
    unwrap(await worker.deleteDraft('a'));
    expect(unwrap(await worker.getDraft('a'))).toBeNull();
  });

  it('erases a draft when all of it was undone', async () => {
    const worker = createBackground();
    unwrap(await worker.openDrafts('anna'));
    unwrap(await worker.putDraft(message('b', new Uint8Array(24).fill(1))));
    expect(unwrap(await worker.putDraft(message('b', new Uint8Array(24))))).toBe(false);
    expect(unwrap(await worker.listDrafts('2.25.1'))).toEqual([]);
  });

  it('answers with the error when its store is not open', async () => {
    const outcome = await createBackground().listDrafts('2.25.1');
    expect(outcome).toMatchObject({ ok: false, error: { code: 'DRAFTS_UNAVAILABLE' } });
  });

  it('measures with the image that was sent before, and without one when it is taken away', async () => {
    const worker = createBackground();
    const { labels } = message('c', new Uint8Array(24).fill(1, 0, 12));
    const voxels = Int16Array.from({ length: 24 }, (_, at) => at);
    const image = { geometry: geometry.toOptions(), voxels, modality: 'CT', unit: 'HU' };
    const first = unwrap(await worker.measure({ labels, image, shapeOf: 1 }));
    // 12 voxels of 1 × 2 × 5 mm with the values 0 … 11.
    expect(first.statistics).toMatchObject([
      { voxels: 12, volumeMl: 0.12, intensity: { mean: 5.5, min: 0, max: 11, median: 5.5 } },
    ]);
    // Rows 4 mm and columns 6 mm wide: the corners half a voxel outside of the centres.
    expect(first.shape?.inSlice?.k).toBe(0);
    const again = unwrap(
      await worker.measure({
        labels,
        scale: { factor: 2, unit: 'g/ml' },
        compare: { reference: 1, candidate: 1 },
      })
    );
    expect(again.statistics[0].intensity).toMatchObject({ mean: 11, unit: 'g/ml' });
    expect(again.agreement).toEqual({ dice: 1, jaccard: 1, hd95Mm: 0, assdMm: 0 });
    const blind = unwrap(await worker.measure({ labels, image: 'none' }));
    expect(blind.statistics[0].intensity).toBeUndefined();
  });
});
