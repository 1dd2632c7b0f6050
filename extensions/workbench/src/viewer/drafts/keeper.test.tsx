/** @file Leaving the mode in the middle of a copy: what was changed is kept all the same. */
import { CordonError } from '../../errors/cordon-error';
import { PanelStore } from '../panel-store';
import { SegmentBook } from '../segment-book';
import { DraftKeeper, type KeeperParts } from './keeper';

jest.mock('./restore', () => ({}));
jest.mock('../labelmap', () => ({
  Labelmap: class {
    covers = () => true;
  },
}));
jest.mock('../../background/client', () => ({ moving: (message: unknown) => message }));
jest.mock('../../volume/label-message', () => ({ toLabelMessage: (labels: unknown) => labels }));

const gone = () =>
  new CordonError({ code: 'SEGMENTATION_GONE', what: 'gone', why: 'left', remedy: 'none' });

function prepare() {
  const book = new SegmentBook();
  const put: string[] = [];
  const copyOf = (segmentationId: string, labels: string) => ({
    ...{ segmentationId, labels, title: 'Liver', series: {}, recipes: new Map() },
  });
  /** What the copies that are under way wait for. */
  const taken: ((failure: Error) => void)[] = [];
  const api = {
    openDrafts: () => Promise.resolve(),
    putDraft: ({ id, labels }: { readonly id: string; readonly labels: string }) =>
      Promise.resolve(void put.push(`${id}: ${labels}`)),
  };
  const keeper = new DraftKeeper({
    book,
    store: new PanelStore(),
    services: {
      segmentationService: {
        EVENTS: {},
        subscribe: () => ({ unsubscribe: () => undefined }),
        getSegmentation: () => ({}),
      },
      userAuthenticationService: {},
    },
    background: { call: (ask: (worker: typeof api) => unknown) => ask(api), end: () => undefined },
    follower: { known: () => [{ imageIds: [] }] },
    preview: { unacceptedIn: () => undefined },
    copies: {
      take: (id: string) =>
        id === 'quick'
          ? Promise.resolve(copyOf(id, 'in time'))
          : new Promise((_, reject) => taken.push(reject)),
    },
    segmentations: { copyNow: (id: string) => copyOf(id, 'at once') },
    isAllowed: () => true,
  } as unknown as KeeperParts);
  return { book, keeper, put, taken };
}

const soon = async (isReady: () => boolean) => {
  while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('unsaved work', () => {
  it('is copied at once when the mode is left while its copy is under way', async () => {
    const { book, keeper, put, taken } = prepare();
    keeper.start();
    book.markUnsaved('a');
    await soon(() => taken.length === 1);
    keeper.stop();
    // The viewer has let go of the labels.
    taken[0](gone());
    await soon(() => put.length > 0);
    expect(put).toEqual(['a: at once']);
  });

  it('is kept where another segmentation is removed while it is copied', async () => {
    const { book, keeper, put, taken } = prepare();
    keeper.start();
    book.markUnsaved('removed');
    book.markUnsaved('quick');
    await soon(() => taken.length === 1);
    taken[0](gone());
    await soon(() => put.length > 0);
    expect(put).toEqual(['quick: in time']);
    keeper.stop();
  });
});
