/** Requests that mean harm: paths that climb, stores from other sites, foreign host names, slow and broken clients. */
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import { makeImage } from '../../../test/support/part10';
import { startTestGateway, store, type TestGateway } from '../../../test/support/gateway';

/** Sends a request line exactly as written, which no HTTP client would. @returns status and the whole answer */
function raw(
  port: number,
  target: string,
  headers: readonly string[] = [],
  method = 'GET'
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.once('error', reject);
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.once('close', () =>
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text })
    );
    const host = headers.some((line) => /^host:/i.test(line)) ? [] : [`Host: 127.0.0.1:${port}`];
    socket.write(
      [`${method} ${target} HTTP/1.1`, ...host, 'Connection: close', ...headers, '', ''].join(
        '\r\n'
      ),
      'latin1'
    );
  });
}

const climbing = [
  '/dicom-web/..%2f..%2fsystem',
  '/dicom-web/..%2F..%2Fsystem',
  '/dicom-web/%2e%2e/%2e%2e/system',
  '/dicom-web/%2E%2E/system',
  '/dicom-web/../system',
  '/dicom-web/../../system',
  '/dicom-web/./../system',
  '/dicom-web//system',
  '//dicom-web/../system',
  '/dicom-web/..;/system',
  '/dicom-web/studies/..;x=1/system',
  '/dicom-web/..%5c..%5csystem',
  '/dicom-web/..\\..\\system',
  '/dicom-web/%2e%2e%2fsystem',
  '/dicom-web/.%2e/system',
  '/dicom-web/%2e./system',
  '/dicom-web/%252e%252e/system',
  '/dicom-web/%252e%252e%252fsystem',
  '/dicom-web/%c0%ae%c0%ae/system',
  '/dicom-web/%c0%af..%c0%afsystem',
  '/dicom-web/%e0%80%ae%e0%80%ae/system',
  '/dicom-web/%uff0e%uff0e/system',
  '/dicom-web/studies/1.2/../../../system',
  '/dicom-web/studies/1.2%2f..%2f..%2fsystem',
  '/dicom-web/studies/1.2/%2e%2e/%2e%2e/system',
  '/dicom-web/studies/..',
  '/dicom-web/studies/.',
  '/dicom-web/studies/...',
  '/dicom-web/studies/1.2/series/../../system',
  '/dicom-web/studies/1.2%00/metadata',
  '/dicom-web/studies/1.2%0d%0aX:1/metadata',
  '/dicom-web/studies/1.2%20/metadata',
  '/dicom-web/studies/1.2;a=b/metadata',
  '/dicom-web/system',
  '/dicom-web/instances/1.2/file',
  '/dicom-web/studies/1.2/archive',
  '/dicom-web/servers',
  '/dicom-web/studies/1.2/series/1.3/instances/1.4/../../../../../../system',
  '/dicom-web%2f..%2fsystem',
  '/dicom-web/studies/1.2/series/1.3/instances/1.4/bulk/..%2f..%2fsystem',
  '/dicom-web/studies/1.2/series/1.3/instances/1.4/bulk/../x',
  '/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/1%2f..',
  '/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/../../x',
  '/dicom-web/studies/abc/metadata',
  `/dicom-web/studies/${'1'.repeat(65)}/metadata`,
  '/dicom-web/studies/1..2/metadata',
  '/dicom-web/studies/-1/metadata',
  '/dicom-web/studies/1,2/metadata',
  '/dicom-web/',
  '/dicom-web/studies/',
  'http://169.254.169.254/latest/meta-data',
  '/plugins/cordon/../../archive',
  '/plugins/cordon/..%2f..%2farchive',
  '/plugins/cordon/%2e%2e/viewer/index.html',
  '/plugins/cordon/..\\viewer\\index.html',
  '/..%2f..%2fetc/passwd',
  '/../../../../etc/passwd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/assets/../../../etc/passwd',
  '/.git/config.txt',
  '/%00index.html',
];

describe('paths that climb', () => {
  let upstream: Server;
  let requests: string[];
  let server: TestGateway;
  beforeAll(async () => {
    requests = [];
    upstream = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`);
      response.setHeader('content-type', 'application/dicom+json');
      response.end('[]');
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    server = await startTestGateway({
      source: { kind: 'dicomweb', url: `http://127.0.0.1:${port}/dicom-web` },
    });
  });
  afterAll(async () => {
    await server.stop();
    upstream.closeAllConnections();
    upstream.close();
  });

  it('has at least forty of them', () => expect(new Set(climbing).size).toBeGreaterThan(40));

  it.each(climbing)('%s', async (target) => {
    requests.length = 0;
    const { status, text } = await raw(server.gateway.port, target);
    expect([400, 404]).toContain(status);
    expect(requests).toEqual([]);
    expect(text).not.toContain('root:');
    expect(text).not.toMatch(/\n\s+at /);
  });

  it('while an honest path is passed on, rebuilt', async () => {
    requests.length = 0;
    const { status } = await raw(
      server.gateway.port,
      '/dicom-web/studies/1.2/series?limit=5&Evil=1&PatientID=a%26b%3Dc'
    );
    expect(status).toBe(200);
    expect(requests).toEqual(['GET /dicom-web/studies/1.2/series?limit=5&PatientID=a%26b%3Dc']);
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not passed on', async (method) => {
    requests.length = 0;
    const { status } = await raw(
      server.gateway.port,
      '/dicom-web/studies/1.2',
      ['Content-Length: 0'],
      method
    );
    expect(status).toBe(405);
    expect(requests).toEqual([]);
  });
});

describe('stores from other web sites', () => {
  let server: TestGateway;
  beforeAll(async () => {
    server = await startTestGateway();
  });
  afterAll(() => server.stop());

  const own = () => server.url;
  const cases: readonly [string, () => Readonly<Record<string, string>>, number][] = [
    ['no Origin (a program)', () => ({}), 200],
    ['own Origin', () => ({ origin: own() }), 200],
    ['own Origin, same site', () => ({ origin: own(), 'sec-fetch-site': 'same-origin' }), 200],
    ['foreign Origin', () => ({ origin: 'https://evil.example' }), 403],
    ['Origin null', () => ({ origin: 'null' }), 403],
    ['own host, other port', () => ({ origin: 'http://127.0.0.1:1' }), 403],
    ['own host, other scheme', () => ({ origin: own().replace('http:', 'https:') }), 403],
    ['a name that begins like ours', () => ({ origin: `${own()}.evil.example` }), 403],
    ['cross-site without Origin', () => ({ 'sec-fetch-site': 'cross-site' }), 403],
    ['same-site is another origin', () => ({ 'sec-fetch-site': 'same-site' }), 403],
  ];
  it.each(cases)('%s', async (_name, headers, status) => {
    const file = makeImage({
      instance: `1.2.${Date.now()}.${Math.floor(Math.random() * 1e9)}`.replace(/\.0+(\d)/, '.$1'),
    });
    const before = server.gateway.instanceCount();
    const answer = await store(server.dicomWebUrl, [file], headers());
    expect(answer.status).toBe(status);
    expect(server.gateway.instanceCount()).toBe((before ?? 0) + (status === 200 ? 1 : 0));
    if (status === 403)
      expect(await answer.json()).toMatchObject({ error: { code: 'FOREIGN_ORIGIN' } });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=test-boundary',
  ])('what a form can send, %s, is refused whatever its Origin', async (type) => {
    for (const origin of [undefined, own(), 'https://evil.example']) {
      const answer = await store(server.dicomWebUrl, [makeImage({ instance: '7.7' })], {
        'content-type': type,
        ...(origin ? { origin } : {}),
      });
      expect([403, 415]).toContain(answer.status);
    }
  });

  it('no answer allows another origin to read it', async () => {
    for (const path of ['/dicom-web/studies', '/', '/health', '/dicom-web/nothing']) {
      const answer = await fetch(`${own()}${path}`, {
        headers: { origin: 'https://evil.example' },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    }
  });
});

describe('host names', () => {
  it.each([
    ['evil.example', 421],
    ['evil.example:80', 421],
    ['localhost', 200],
    ['LOCALHOST:3000', 200],
    ['127.0.0.1', 200],
    ['127.0.0.1.evil.example', 421],
    ['[::1]:3000', 200],
    ['viewer.hospital.example', 200],
  ])('%s gives %i', async (host, status) => {
    const server = await startTestGateway({ allowedHosts: ['viewer.hospital.example'] });
    expect((await raw(server.gateway.port, '/dicom-web/studies', [`Host: ${host}`])).status).toBe(
      status
    );
    await server.stop();
  });
});

describe('broken clients', () => {
  it('a store that ends in the middle leaves nothing, and the next one works', async () => {
    const server = await startTestGateway();
    await new Promise<void>((resolve, reject) => {
      const socket = connect(server.gateway.port, '127.0.0.1', () => {
        const head = `POST /dicom-web/studies HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\nContent-Type: multipart/related; type="application/dicom"; boundary=b\r\n\r\n`;
        socket.write(`${head}\r\n--b\r\n\r\n`);
        socket.write(makeImage(), () => setTimeout(() => socket.destroy(), 100));
      });
      socket.once('error', reject);
      socket.once('close', () => resolve());
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await readdir(`${server.archive}/.incoming`)).toEqual([]);
    expect((await store(server.dicomWebUrl, [makeImage()])).status).toBe(200);
    await server.stop();
  });

  it('a taken port is named', async () => {
    const server = await startTestGateway();
    await expect(startTestGateway({ port: server.gateway.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      remedy: expect.stringContaining('PORT='),
    });
    await server.stop();
  });
});
