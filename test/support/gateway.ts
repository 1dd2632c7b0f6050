/** Starts a real gateway for a test: temporary folders, free port, everything erased by `stop()`. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startGateway,
  type Gateway,
  type GatewayOptions,
} from '../../server-adapter/src/gateway/gateway';

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly dicomWebUrl: string;
  /** Temporary folder that holds `archive`, `viewer` and `plugin`. */
  readonly folder: string;
  readonly archive: string;
  stop(): Promise<void>;
}

/** A page in the form of the viewer's: two inline scripts and one from a file. */
export const testIndexHtml =
  '<!doctype html><html><head><script>window.PUBLIC_URL="/"</script>' +
  '<script rel="preload" src="/app-config.js"></script>' +
  '<script>function browserImportFunction(n){return import(n)}</script></head><body></body></html>';

export async function startTestGateway(
  options: Partial<GatewayOptions> = {}
): Promise<TestGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-gateway-'));
  const archive = join(folder, 'archive');
  const viewerDir = join(folder, 'viewer');
  const pluginDir = join(folder, 'plugin');
  await mkdir(join(viewerDir, 'assets'), { recursive: true });
  await mkdir(pluginDir, { recursive: true });
  await writeFile(join(viewerDir, 'index.html'), testIndexHtml);
  await writeFile(
    join(viewerDir, '12.bundle.b4688cdbdd856b75.js'),
    `/* ${'viewer '.repeat(2000)}*/`
  );
  await writeFile(join(viewerDir, 'app-config.js'), 'window.config = "the one of the package";');
  await writeFile(
    join(pluginDir, 'workbench.js'),
    `export default { id: "workbench" }; // ${'x'.repeat(4000)}`
  );
  await writeFile(join(pluginDir, 'mode.js'), 'export default {};');
  const gateway = await startGateway({
    port: 0,
    viewerDir,
    pluginDir,
    source: { kind: 'archive', directory: archive },
    ...options,
  });
  return {
    gateway,
    url: gateway.url,
    dicomWebUrl: `${gateway.url}/dicom-web`,
    folder,
    archive,
    async stop() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A multipart/related body of DICOM files. */
export function storeBody(files: readonly Uint8Array[], boundary = 'test-boundary'): Buffer {
  return Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`\r\n--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
      Buffer.from(file),
    ]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

/** Stores files by STOW-RS. */
export function store(
  dicomWebUrl: string,
  files: readonly Uint8Array[],
  headers: Readonly<Record<string, string>> = {},
  path = '/studies'
): Promise<Response> {
  return fetch(`${dicomWebUrl}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/related; type="application/dicom"; boundary=test-boundary',
      ...headers,
    },
    body: new Uint8Array(storeBody(files)),
  });
}

/** The parts of a multipart answer, split independently of the gateway's code (parts here never hold the boundary). */
export async function partsOf(
  answer: Response
): Promise<{ readonly type: string; readonly bytes: Buffer }[]> {
  const boundary = /boundary="?([^";]+)"?/.exec(answer.headers.get('content-type') ?? '')?.[1];
  if (!boundary) throw new Error(`not multipart: ${answer.status} ${await answer.text()}`);
  // Some servers begin with the boundary itself.
  const text = `\r\n${Buffer.from(await answer.arrayBuffer()).toString('latin1')}`;
  return text
    .split(`\r\n--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head] = part.split('\r\n\r\n', 1);
      const type = /content-type: *([^\r]*)/i.exec(head)?.[1] ?? '';
      return { type, bytes: Buffer.from(part.slice(head.length + 4), 'latin1') };
    });
}
