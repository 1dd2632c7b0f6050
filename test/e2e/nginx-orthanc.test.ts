/**
 * A hospital without our gateway: the files of `server-adapter/deploy` in a real nginx, an unmodified viewer, and a real
 * Orthanc. What the configuration promises, and the walk from image to stored segmentation.
 */
import { request } from 'node:http';
import type { Browser } from 'playwright-core';
import { sampleSlices } from '../../server-adapter/src/sample/seed';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  viewerDir,
} from '../support/browser';
import { storeBody, store } from '../support/gateway';
import { nginxMissing, startNginx, type Nginx } from '../support/nginx';
import { orthancMissing, startOrthanc, type Orthanc } from '../support/orthanc';
import { makeImage } from '../support/part10';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

describeWithBrowser(
  'nginx and Orthanc, from the files in deploy',
  () => {
    jest.setTimeout(240_000);
    const plugin = copyPlugin();
    let orthanc: Orthanc;
    let nginx: Nginx;
    let browser: Browser;

    beforeAll(async () => {
      orthanc = await startOrthanc();
      nginx = await startNginx(viewerDir, plugin.folder, orthanc.restUrl);
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await nginx?.stop();
      await orthanc?.stop();
      plugin.remove();
    });

    it.each([
      ['/app-config.js', 'text/javascript'],
      ['/plugins/cordon/cordon.js', 'text/javascript'],
      ['/plugins/cordon/ort/ort-wasm-simd-threaded.mjs', 'text/javascript'],
      ['/plugins/cordon/ort/ort-wasm-simd-threaded.wasm', 'application/wasm'],
      ['/plugins/cordon/models/index.json', 'application/json'],
      ['/cordon?StudyInstanceUIDs=1.2', 'text/html'],
    ])('serves %s as %s to an isolated page', async (path, type) => {
      const answer = await fetch(`${nginx.url}${path}`);
      await answer.arrayBuffer();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain(type);
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      if (type !== 'text/html') return;
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(answer.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    });

    it('says that a file is missing instead of answering with a page', async () => {
      for (const path of ['/plugins/cordon/nothing.js', '/plugins/cordon/nothing', '/nothing.js']) {
        expect((await fetch(`${nginx.url}${path}`)).status).toBe(404);
      }
    });

    it('passes nothing of Orthanc on but its DICOMweb', async () => {
      const before = await orthanc.countInstances();
      const logged = orthanc.log().length;
      for (const path of [
        '/system',
        '/dicom-web/../system',
        '/dicom-web/..%2fsystem',
        '/dicom-web/studies/..%2f..%2fsystem',
        '/dicom-web/studies/%2e%2e/%2e%2e/system',
        '/dicom-web/studies/..%252f..%252fsystem',
        '/dicom-web/studies/../../tools/execute-script',
        '/dicom-web/servers',
        '/instances',
      ]) {
        const { status, body } = await rawRequest(`${nginx.url}`, 'GET', path);
        // The viewer's page, or a refusal; never an answer of Orthanc.
        expect([200, 400, 403, 404]).toContain(status);
        if (status === 200) expect(body).toContain('<html');
        expect(body).not.toMatch(/DatabaseVersion|ApiVersion/);
      }
      expect((await rawRequest(nginx.url, 'DELETE', '/dicom-web/studies/1.2')).status).toBe(403);
      expect(await orthanc.countInstances()).toBe(before);
      expect(orthanc.log().slice(logged)).not.toContain('execute-script');
    });

    it('stores more than a megabyte, and nothing for a page of another origin', async () => {
      const root = `${nginx.url}/dicom-web`;
      const large = (instance: string) =>
        makeImage({ instance, rows: 1000, columns: 1500, pixels: new Uint8Array(3_000_000) });
      const before = await orthanc.countInstances();
      const refused = await store(root, [large('2.25.771')], { origin: 'https://elsewhere.test' });
      expect(refused.status).toBe(403);
      expect(await orthanc.countInstances()).toBe(before);
      expect(storeBody([large('2.25.772')]).length).toBeGreaterThan(3_000_000);
      const stored = await store(root, [large('2.25.772')], { origin: nginx.url });
      expect(stored.status).toBe(200);
      expect(await orthanc.countInstances()).toBe(before + 1);
    });

    it('segments in the viewer and saves to Orthanc', async () => {
      await orthanc.add(await sampleSlices(__filename));
      const before = await orthanc.countInstances();
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.openFromStudyList(nginx.url, 'Sample, Brain');
      expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
      await viewer.chooseMethod("Otsu's threshold");
      await viewer.run();
      await viewer.accept();
      const [labels] = await viewer.readLabels();
      expect(labelledVoxels(labels)).toBeGreaterThan(100_000);
      await viewer.saved();
      expect(await orthanc.countInstances()).toBe(before + 1);
      expect(complaints.errors).toEqual([]);
      await page.context().close();
    });
  },
  [nginxMissing(), orthancMissing()]
);

/** A request whose path is sent as it is written: `fetch` would tidy it up. */
function rawRequest(
  url: string,
  method: string,
  path: string
): Promise<{ readonly status: number; readonly body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (text: string) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .once('error', reject)
      .end();
  });
}
