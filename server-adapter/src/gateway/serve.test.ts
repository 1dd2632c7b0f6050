/** The address under which browsers reach the gateway, as people write it. */
import { request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from './serve';

/** Status of the health page under a host name. */
const statusFor = (port: number, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/health', headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('CORDON_PUBLIC_URL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-serve-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function start(publicUrl: string) {
    const [viewer, plugin] = ['viewer', 'plugin'].map((name) => join(folder, name));
    for (const each of [viewer, plugin]) mkdirSync(each, { recursive: true });
    writeFileSync(join(viewer, 'index.html'), '<!doctype html><html><head></head></html>');
    return serve(
      {
        host: '127.0.0.1',
        port: 0,
        archive: join(folder, 'archive'),
        imports: [],
        programUrl: pathToFileURL(join(folder, 'bin', 'cordon.mjs')),
      } as never,
      { CORDON_VIEWER: viewer, CORDON_PLUGIN: plugin, CORDON_PUBLIC_URL: publicUrl },
      () => undefined
    );
  }

  it.each(['https://viewer.hospital.example', 'https://Viewer.Hospital.example:443/'])(
    'may be written as %s: stores of pages from there are taken',
    async (address) => {
      const gateway = await start(address);
      try {
        const store = (origin: string) =>
          fetch(`${gateway.url}/dicom-web/studies`, { method: 'POST', headers: { origin } });
        // It gets as far as the missing body.
        expect((await store('https://viewer.hospital.example')).status).toBe(415);
        expect((await store('https://elsewhere.example')).status).toBe(403);
        // A proxy passes on either its own address for the gateway or the name that the browser used.
        expect(await statusFor(gateway.port, 'viewer.hospital.example')).toBe(200);
        expect(await statusFor(gateway.port, 'elsewhere.example')).toBe(421);
      } finally {
        await gateway.close();
      }
    }
  );

  it.each(['viewer.hospital.example', 'https://hospital.example/viewer', 'ftp://a.example'])(
    'is refused as %s before anything starts',
    async (address) => {
      await expect(start(address)).rejects.toMatchObject({ code: 'USAGE' });
    }
  );
});
