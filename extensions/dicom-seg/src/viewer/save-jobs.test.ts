/** @file What counts as saved when work goes on meanwhile. */
import type { CordonWorkbench } from '@cordon/extension-workbench/viewer';
import { SaveJobs } from './save-jobs';

const mockWritten = { sopClassUid: '1', sopInstanceUid: '2', seriesInstanceUid: '3', warnings: [] };
jest.mock('./seg-worker', () => ({ withSegWorker: () => Promise.resolve(mockWritten) }));
jest.mock('./segmentation-request', () => ({ segmentationRequest: () => ({ segments: [{}] }) }));
jest.mock('../store/store', () => ({
  storeSegmentation: () =>
    Promise.resolve({ studyInstanceUid: '4', seriesInstanceUid: '3', warnings: [] }),
}));

function prepare({ isChanged }: { readonly isChanged: boolean }) {
  const unsaved = new Set(['s']);
  const book = {
    revision: 1,
    origin: () => undefined,
    setOrigin: () => undefined,
    markSaved: (id: string) => unsaved.delete(id),
  };
  const change = () => {
    book.revision++;
    unsaved.add('s');
  };
  const copySegmentation = () => {
    const { revision } = book;
    if (isChanged) change();
    const labels = { segments: [{}] };
    return Promise.resolve({ segmentationId: 's', title: 'Liver', series: {}, labels, revision });
  };
  const jobs = new SaveJobs(
    { book, copySegmentation } as unknown as CordonWorkbench,
    { displaySetService: { getDisplaySetByUID: () => ({}) } } as never,
    { forStoring: {}, announce: () => Promise.resolve() } as never
  );
  return { unsaved, jobs };
}

describe('saving', () => {
  it('leaves nothing unsaved when nothing was changed', async () => {
    const { unsaved, jobs } = prepare({ isChanged: false });
    await jobs.save();
    expect(jobs.getState().phase).toBe('saved');
    expect([...unsaved]).toEqual([]);
  });

  it('leaves unsaved what was changed while it was copied', async () => {
    const { unsaved, jobs } = prepare({ isChanged: true });
    await jobs.save();
    expect(jobs.getState().phase).toBe('saved');
    expect([...unsaved]).toEqual(['s']);
  });
});
