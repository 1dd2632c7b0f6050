/** The viewer as it is served: headers, policy, caching, compression, its own pages and what is missing. */
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync } from 'node:zlib';
import { startTestGateway, testIndexHtml, type TestGateway } from '../../../test/support/gateway';
import { isHashedName } from './viewer-host';

let server: TestGateway;
beforeAll(async () => {
  server = await startTestGateway();
});
afterAll(() => server.stop());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${server.url}${path}`, { headers });

/** node:http, because fetch unpacks by itself and adds cache headers of its own. */
const rawGet = (path: string, headers: Readonly<Record<string, string>>) =>
  new Promise<{ status?: number; encoding?: string; body: Buffer }>((resolve, reject) => {
    request(`${server.url}${path}`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          encoding: answer.headers['content-encoding'],
          body: Buffer.concat(chunks),
        })
      );
    })
      .once('error', reject)
      .end();
  });

describe('headers', () => {
  it.each([
    '/',
    '/viewer',
    '/12.bundle.b4688cdbdd856b75.js',
    '/app-config.js',
    '/plugins/cordon/workbench.js',
    '/dicom-web/studies',
    '/dicom-web/nothing',
    '/missing.js',
    '/health',
  ])('%s runs cross-origin isolated and tells nobody where it came from', async (path) => {
    const { headers } = await get(path);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('allow the inline scripts of the page by hash, and no other', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1].split(' ') ?? [];
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(scripts).toEqual([
      "'self'",
      "'wasm-unsafe-eval'",
      hash('window.PUBLIC_URL="/"'),
      hash('function browserImportFunction(n){return import(n)}'),
    ]);
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("connect-src 'self' blob: data:");
  });
});

describe('a script that may be a worker', () => {
  it.each(['/12.bundle.b4688cdbdd856b75.js', '/plugins/cordon/workbench.js'])(
    '%s may build functions for its decoders; the page may not',
    async (path) => {
      const script = (await get(path)).headers.get('content-security-policy') ?? '';
      expect(script).toContain("script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'");
      for (const page of ['/', '/viewer', '/index.html', '/missing.js', '/dicom-web/studies']) {
        expect((await get(page)).headers.get('content-security-policy')).not.toContain(
          "'unsafe-eval'"
        );
      }
    }
  );
});

describe('pages', () => {
  it.each([
    '/',
    '/index.html',
    '/viewer?StudyInstanceUIDs=1.2',
    '/segmentation/dicomweb',
    '/local',
  ])('%s is the viewer', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(testIndexHtml);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    '/missing.js',
    '/assets/missing',
    '/plugins/cordon/missing.js',
    '/plugins/other/x',
    '/dicom-web',
    '/.hidden',
  ])('%s is not', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ error: { what: expect.any(String) } });
  });
});

describe('app-config.js', () => {
  async function config(): Promise<{
    extensions: string[];
    modes: string[];
    dataSources: { configuration: { qidoRoot: string } }[];
  }> {
    const text = await (await get('/app-config.js')).text();
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Awaited<
      ReturnType<typeof config>
    >;
  }

  it('is generated, names the plugin files that are there, workbench first, and the archive', async () => {
    await writeFile(join(server.folder, 'plugin', 'dicom-seg.js'), 'export default {};');
    const { extensions, modes, dataSources } = await config();
    expect(extensions).toEqual(['/plugins/cordon/workbench.js', '/plugins/cordon/dicom-seg.js']);
    expect(modes).toEqual(['/plugins/cordon/mode.js']);
    expect(dataSources[0].configuration.qidoRoot).toBe('/dicom-web');
    await rm(join(server.folder, 'plugin', 'dicom-seg.js'));
    expect((await config()).extensions).toEqual(['/plugins/cordon/workbench.js']);
  });
});

describe('caching and compression', () => {
  it('keeps files with a hash in their name for good, and asks again for others', async () => {
    const hashed = await get('/12.bundle.b4688cdbdd856b75.js');
    expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const plugin = await get('/plugins/cordon/workbench.js');
    expect(plugin.headers.get('cache-control')).toBe('no-cache');
    const etag = plugin.headers.get('etag') ?? '';
    expect(etag).not.toBe('');
    const again = await rawGet('/plugins/cordon/workbench.js', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
  });

  it.each([
    ['12.bundle.b4688cdbdd856b75.js', true],
    ['0ddf166f7a343eda.wasm', true],
    ['chunk-4XQ2ABCD.js', true],
    ['app-config.js', false],
    ['workbench.js', false],
    ['app.bundle.css', false],
    ['index.json', false],
    ['favicon-32x32.png', false],
  ])('%s has a hash: %s', (name, expected) => expect(isHashedName(`/x/${name}`)).toBe(expected));

  it('packs text on its way', async () => {
    const { encoding, body } = await rawGet('/plugins/cordon/workbench.js', {
      'accept-encoding': 'gzip',
    });
    expect(encoding).toBe('gzip');
    expect(gunzipSync(body).toString()).toContain('id: "workbench"');
    expect(
      (await rawGet('/plugins/cordon/workbench.js', { 'accept-encoding': 'identity' })).encoding
    ).toBeUndefined();
  });

  it('serves what was packed beforehand as it is', async () => {
    const packed = brotliCompressSync(Buffer.from('/* packed beforehand */'));
    await writeFile(join(server.folder, 'viewer', '12.bundle.b4688cdbdd856b75.js.br'), packed);
    const { encoding, body } = await rawGet('/12.bundle.b4688cdbdd856b75.js', {
      'accept-encoding': 'br, gzip',
    });
    expect(encoding).toBe('br');
    expect(body).toEqual(packed);
  });
});

it('a missing viewer is named with the command that fetches it', async () => {
  await expect(
    startTestGateway({ viewerDir: join(server.folder, 'nowhere') })
  ).rejects.toMatchObject({
    code: 'VIEWER_MISSING',
    remedy: expect.stringContaining('npm start'),
  });
});
