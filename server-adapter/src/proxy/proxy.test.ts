/** The gateway in front of a server that misbehaves: each failure becomes a clear answer, nothing else is contacted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeImage } from '../../../test/support/part10';
import { startTestGateway, store, type TestGateway } from '../../../test/support/gateway';
import type { JsonDataset } from '../dicom/json';
import { ownAddress } from './rewrite';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let upstream: Server;
let upstreamUrl: string;
let handler: Handler;
let seen: { method?: string; url?: string; headers: IncomingMessage['headers'] }[];
let server: TestGateway;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, headers: request.headers });
    handler(request, response);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  server = await startTestGateway({
    source: { kind: 'dicomweb', url: `${upstreamUrl}/rs/`, timeoutMs: 2000 },
  });
});
afterAll(async () => {
  await server.stop();
  upstream.closeAllConnections();
  upstream.close();
});
beforeEach(() => {
  seen = [];
});

const json =
  (value: unknown, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/dicom+json' });
    response.end(JSON.stringify(value));
  };
const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.dicomWebUrl}${path}`, { headers });
const codeOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string } }).error.code;

describe('failures of the server', () => {
  const html: Handler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>Please log in<script>alert(1)</script></body></html>');
  };
  const status =
    (code: number): Handler =>
    (_request, response) => {
      response.writeHead(code, { 'content-type': 'text/html' });
      response.end('<img src=x onerror=alert(1)> at secret.java:12');
    };
  it.each<[string, Handler, number, string]>([
    ['a login page', html, 502, 'UPSTREAM_NOT_DICOMWEB'],
    ['500', status(500), 502, 'UPSTREAM_FAILED'],
    ['503', status(503), 502, 'UPSTREAM_FAILED'],
    ['401', status(401), 401, 'UPSTREAM_REFUSED'],
    ['403', status(403), 403, 'UPSTREAM_REFUSED'],
    ['404', status(404), 404, 'NOT_FOUND'],
    ['400', status(400), 400, 'UPSTREAM_REJECTED'],
    [
      'a redirect to another computer',
      (_q, response) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      502,
      'UPSTREAM_REDIRECTS',
    ],
    [
      'broken JSON',
      (_q, response) => void response.end('[{"0020000D":'),
      502,
      'UPSTREAM_NOT_DICOMWEB',
    ],
    ['JSON of another kind', json(['text', 1]), 502, 'UPSTREAM_NOT_DICOMWEB'],
    [
      'a connection that breaks',
      (request) => void request.socket.destroy(),
      502,
      'UPSTREAM_UNREACHABLE',
    ],
    [
      'an answer that breaks',
      (_q, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('[');
        setTimeout(() => response.destroy(), 50);
      },
      502,
      'UPSTREAM_UNREACHABLE',
    ],
    ['silence', () => undefined, 504, 'UPSTREAM_TIMEOUT'],
  ])('%s', async (_name, handle, expectedStatus, code) => {
    handler = handle;
    for (const path of ['/studies/1.2/series/1.3/metadata', '/studies?PatientID=1']) {
      const answer = await get(path);
      const text = await answer.text();
      expect(answer.status).toBe(expectedStatus);
      expect((JSON.parse(text) as { error: { code: string } }).error.code).toBe(code);
      expect(text).not.toMatch(/onerror|secret|script|169\.254/);
    }
  });

  it('an unreachable server', async () => {
    const lonely = await startTestGateway({
      source: { kind: 'dicomweb', url: 'http://127.0.0.1:1/dicom-web' },
    });
    const answer = await fetch(`${lonely.dicomWebUrl}/studies`);
    expect(answer.status).toBe(502);
    expect(await codeOf(answer)).toBe('UPSTREAM_UNREACHABLE');
    await lonely.stop();
  });

  it('that closes its idle connections is asked again', async () => {
    let requests = 0;
    const closing = createServer((_request, response) => {
      requests++;
      response.setHeader('connection', 'keep-alive');
      response.end('[]', () => setTimeout(() => closing.closeAllConnections(), 0));
    });
    await new Promise<void>((resolve) => closing.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(closing.address() as AddressInfo).port}`;
    const own = await startTestGateway({ source: { kind: 'dicomweb', url } });
    for (let round = 1; round <= 30; round++) {
      expect((await fetch(`${own.dicomWebUrl}/studies`)).status).toBe(200);
      expect(requests).toBeGreaterThanOrEqual(round);
    }
    await own.stop();
    closing.close();
  });

  it('a page instead of frames', async () => {
    handler = html;
    const answer = await get('/studies/1.2/series/1.3/instances/1.4/frames/1');
    expect(answer.status).toBe(502);
    expect(await codeOf(answer)).toBe('UPSTREAM_NOT_DICOMWEB');
  });

  it.each([
    'ftp://host/x',
    'http://user:secret@host/dicom-web',
    'nonsense',
    'http://host/dicom-web?x=1',
  ])('%s is no address for --dicomweb', async (url) => {
    await expect(startTestGateway({ source: { kind: 'dicomweb', url } })).rejects.toMatchObject({
      code: 'BAD_DICOMWEB_URL',
    });
  });
});

describe('what is sent', () => {
  it('known parameters under the configured root, and no cookie or header of the browser', async () => {
    handler = json([]);
    await get(
      '/studies?PatientName=*a%20b*&limit=101&offset=0&fuzzymatching=false&includefield=00081030&evil=1&StudyDate=2024-',
      {
        cookie: 'session=1',
        'x-forwarded-for': '1.2.3.4',
        authorization: 'Bearer of-the-caller',
      }
    );
    expect(seen).toHaveLength(1);
    expect(seen[0].url).toBe(
      '/rs/studies?PatientName=*a+b*&limit=101&offset=0&fuzzymatching=false&includefield=00081030&StudyDate=2024-'
    );
    expect(seen[0].headers.authorization).toBe('Bearer of-the-caller');
    expect(seen[0].headers.cookie).toBeUndefined();
    expect(seen[0].headers['x-forwarded-for']).toBeUndefined();
  });

  it('its own credentials instead of the caller’s, when it was given some', async () => {
    const own = await startTestGateway({
      source: { kind: 'dicomweb', url: upstreamUrl, authorization: 'Basic b3du' },
    });
    handler = json([]);
    await fetch(`${own.dicomWebUrl}/studies`, {
      headers: { authorization: 'Bearer of-the-caller' },
    });
    expect(seen[0].headers.authorization).toBe('Basic b3du');
    await own.stop();
  });

  it.each([
    'limit=abc',
    'offset=-1',
    'fuzzymatching=maybe',
    'PatientName=a%00b',
    `PatientID=${'x'.repeat(3000)}`,
  ])('%s is refused before anything is sent', async (query) => {
    handler = json([]);
    expect((await get(`/studies?${query}`)).status).toBe(400);
    expect(seen).toEqual([]);
  });
});

describe('what comes back', () => {
  it('has addresses of the gateway only, and says that its text is UTF-8', async () => {
    const inner = 'http://pacs.internal:8042/other/studies/1.2/series/1.3/instances/1.4';
    handler = json([
      {
        '00080005': { vr: 'CS', Value: ['ISO_IR 100'] },
        '00081190': { vr: 'UR', Value: [inner] },
        '7FE00010': { vr: 'OW', BulkDataURI: `${inner}/bulk/7fe00010` },
        '00091010': { vr: 'UN', BulkDataURI: 'http://169.254.169.254/latest/meta-data' },
        '00091011': { vr: 'UN', BulkDataURI: 'javascript:alert(1)' },
        '00091012': { vr: 'UN', BulkDataURI: '//evil.example/studies/x' },
        '52009230': {
          vr: 'SQ',
          Value: [{ '00091010': { vr: 'UN', BulkDataURI: 'file:///etc/passwd' } }],
        },
      },
    ]);
    const [dataset] = (await (
      await get('/studies/1.2/series/1.3/metadata')
    ).json()) as JsonDataset[];
    const own = `${server.dicomWebUrl}/studies/1.2/series/1.3/instances/1.4`;
    expect(dataset).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00081190': { vr: 'UR', Value: [own] },
      '7FE00010': { vr: 'OW', BulkDataURI: `${own}/bulk/7fe00010` },
      '00091010': { vr: 'UN' },
      '00091011': { vr: 'UN' },
      '00091012': { vr: 'UN' },
      '52009230': { vr: 'SQ', Value: [{ '00091010': { vr: 'UN' } }] },
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    ['../../bulkdata/7fe00010', '../../bulkdata/7fe00010'],
    ['instances/1.4/bulkdata/7fe00010', 'instances/1.4/bulkdata/7fe00010'],
    ['\\\\evil\\share', undefined],
    ['http://x/studies/1.2/../../system', undefined],
  ])('address %s becomes %s', (address, expected) =>
    expect(ownAddress(address, 'http://own')).toBe(expected)
  );

  it('says what the server warns of, without its address', async () => {
    handler = (_request, response) => {
      const more = 'There are additional results that can be requested';
      response.setHeader('warning', `299 http://pacs.internal:8042/rs: ${more}`);
      response.end('[]');
    };
    const answer = await get('/studies/1.2/series/1.3/instances');
    expect(answer.headers.get('warning')).toBe(
      '299 archive There are additional results that can be requested'
    );
  });

  it('an empty 204 is an empty list', async () => {
    handler = (_request, response) => void response.writeHead(204).end();
    const answer = await get('/studies?PatientID=nobody');
    expect(await answer.json()).toEqual([]);
  });

  it('gets descriptions that the server leaves out, once', async () => {
    handler = (request, response) => {
      const [path] = (request.url ?? '').split('?');
      if (path === '/rs/studies')
        return json([{ '0020000D': { vr: 'UI', Value: ['1.2'] } }])(request, response);
      if (path === '/rs/studies/1.2/instances') {
        return json([
          {
            '0020000D': { vr: 'UI', Value: ['1.2'] },
            '0020000E': { vr: 'UI', Value: ['1.3'] },
            '00080018': { vr: 'UI', Value: ['1.4'] },
          },
        ])(request, response);
      }
      if (path.endsWith('/1.4/metadata'))
        return json([{ '00081030': { vr: 'LO', Value: ['Found'] } }])(request, response);
      return json({}, 404)(request, response);
    };
    for (let round = 0; round < 2; round++) {
      const [study] = (await (await get('/studies')).json()) as JsonDataset[];
      expect(study['00081030']).toEqual({ vr: 'LO', Value: ['Found'] });
    }
    expect(seen.map(({ url }) => url)).toEqual([
      '/rs/studies',
      '/rs/studies/1.2/instances?limit=1',
      '/rs/studies/1.2/series/1.3/instances/1.4/metadata',
      '/rs/studies',
    ]);
  });

  it('keeps the list when a description cannot be had', async () => {
    handler = (request, response) =>
      request.url === '/rs/studies'
        ? json([{ '0020000D': { vr: 'UI', Value: ['7.7'] } }])(request, response)
        : json({}, 500)(request, response);
    const [study] = (await (await get('/studies')).json()) as JsonDataset[];
    expect(study['00081030']).toEqual({ vr: 'LO' });
  });
});

describe('storing', () => {
  it.each<[string, Handler, number]>([
    ['500', json({}, 500), 502],
    ['413', json({}, 413), 413],
    ['401', json({}, 401), 401],
    ['success without a word about the instance', json({ '00081199': { vr: 'SQ' } }), 409],
  ])('a server that answers %s has not stored', async (_name, onPost, status) => {
    handler = (request, response) => {
      request.resume();
      if (request.method === 'POST') request.once('end', () => onPost(request, response));
      else json([])(request, response);
    };
    expect((await store(server.dicomWebUrl, [makeImage()])).status).toBe(status);
  });

  it('sends nothing when another patient owns the study', async () => {
    handler = json([
      { '0020000D': { vr: 'UI', Value: ['1.2.3'] }, '00100020': { vr: 'LO', Value: ['OTHER'] } },
    ]);
    const answer = await store(server.dicomWebUrl, [makeImage()]);
    expect(answer.status).toBe(409);
    expect(seen.some(({ method }) => method === 'POST')).toBe(false);
  });
});
