/** Series from archives that limit their answers. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchSeries } from './load-dicomweb';

const UIDS = ['1.1', '1.2', '1.3', '1.4', '1.5'];
const MORE = '299 archive: There are additional results that can be requested';
type Listing = (offset: number) => {
  readonly uids: readonly string[];
  readonly warning?: string;
  readonly status?: number;
};

describe('a series in an archive', () => {
  let server: Server;
  let address: { url: string; studyInstanceUid: string; seriesInstanceUid: string };
  let listing: Listing;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://archive');
      if (pathname.endsWith('/instances')) {
        list(listing(Number(searchParams.get('offset') ?? 0)), response);
      } else {
        response.setHeader('content-type', 'application/dicom');
        response.end(pathname.slice(pathname.lastIndexOf('/') + 1));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    address = { url, studyInstanceUid: '2.1', seriesInstanceUid: '2.2' };
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function list({ uids, warning, status = 200 }: ReturnType<Listing>, response: ServerResponse) {
    response.statusCode = status;
    if (warning !== undefined) response.setHeader('warning', warning);
    response.setHeader('content-type', 'application/dicom+json');
    response.end(JSON.stringify(uids.map((uid) => ({ '00080018': { vr: 'UI', Value: [uid] } }))));
  }

  it.each<[string, Listing]>([
    ['gives pages', (offset) => ({ uids: UIDS.slice(offset, offset + 2) })],
    [
      'gives pages and says that there are more',
      (offset) => ({
        uids: UIDS.slice(offset, offset + 2),
        warning: offset + 2 < UIDS.length ? MORE : undefined,
      }),
    ],
    ['knows no pages', () => ({ uids: UIDS })],
    ['refuses to give pages', (offset) => ({ uids: UIDS, status: offset === 0 ? 200 : 400 })],
    [
      'warns of something else',
      () => ({ uids: UIDS, warning: '299 archive "fuzzymatching is not supported"' }),
    ],
  ])('that %s comes whole', async (_, behaviour) => {
    listing = behaviour;
    expect((await fetchSeries(address)).map(({ name }) => name)).toEqual(UIDS);
  });

  it.each<[string, Listing]>([
    ['repeats the first page', () => ({ uids: UIDS.slice(0, 2), warning: MORE })],
    [
      'gives nothing after the first page',
      (offset) => (offset === 0 ? { uids: UIDS.slice(0, 2), warning: MORE } : { uids: [] }),
    ],
  ])('that has more and %s is refused', async (_, behaviour) => {
    listing = behaviour;
    await expect(fetchSeries(address)).rejects.toMatchObject({ code: 'DICOMWEB_INCOMPLETE' });
  });
});
