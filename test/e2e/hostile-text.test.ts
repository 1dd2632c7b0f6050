/**
 * Text from images, segmentations and servers that would be a program if it became part of the page: it is shown as
 * text, and nothing of it runs.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CORDON_EQUIPMENT,
  readImageSeries,
  writeSegmentation,
  type WrittenSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { code } from '@cordon/extension-workbench/pure';
import type { Browser } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import { blockLabels, organ } from '../interop/seg-sources';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy';
import { store } from '../support/gateway';
import { makeSeries, studyUidOf, type TestSeries } from '../support/series';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

/** Each would leave its number in `window.__x` or open a dialog. */
const PAYLOADS = [
  '<img src=x onerror=window.__x=1>',
  '"><svg onload=window.__x=2>',
  '<script>window.__x=3</script>',
  "javascript:window.__x='4'",
  '<iframe srcdoc="<script>top.__x=5</script>">',
  '{{window.__x=6}}${window.__x=6}',
  '<a href="javascript:window.__x=7">here</a>',
  '<body onload=alert(8)>',
  '<style>@import "http://localhost:1/x.css";</style>',
  "';window.__x=10;//",
  '<details open ontoggle=window.__x=11>',
  '<math><mi xlink:href="data:x,<script>window.__x=12</script>">',
] as const;

const [NAME, SERIES, STUDY, ...OTHERS] = PAYLOADS;
const HOSTILE: TestSeries = {
  patientName: `Name^${NAME}`,
  uid: '2.25.201',
  rows: 40,
  columns: 40,
  slices: 4,
  image: { seriesDescription: SERIES, studyDescription: STUDY },
};

async function hostileSegmentation(files: readonly Buffer[]): Promise<WrittenSegmentation> {
  const series = await readImageSeries(
    files.map((bytes, at) => ({ name: `${at}.dcm`, bytes: new Uint8Array(bytes) }))
  );
  const voxels = blockLabels([40, 40, 4], OTHERS.length);
  return writeSegmentation({
    source: series.instances,
    planes: series.instances.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer: 0,
      voxels: voxels.subarray(k * 1600, (k + 1) * 1600),
    })),
    segments: OTHERS.map((payload, at) =>
      organ(at + 1, {
        label: payload,
        type: code(`9999${at}`, '99TEST', payload),
        trackingId: payload,
      })
    ),
    encoding: 'binary',
    seriesDescription: PAYLOADS[4],
    equipment: CORDON_EQUIPMENT,
  });
}

describeWithBrowser('text that would be a program', () => {
  jest.setTimeout(3 * PATIENCE_MS);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-hostile-'));
  const plugin = copyPlugin();
  let gateway: Gateway;
  let proxy: FaultProxy;
  let browser: Browser;

  beforeAll(async () => {
    const files = makeSeries(HOSTILE);
    mkdirSync(join(folder, 'files'));
    files.forEach((file, at) => writeFileSync(join(folder, 'files', `${at}.dcm`), file));
    proxy = await startFaultProxy();
    gateway = await startGateway({
      port: 0,
      viewerDir,
      pluginDir: plugin.folder,
      publicUrl: proxy.url,
      source: { kind: 'archive', directory: join(folder, 'archive') },
      imports: [join(folder, 'files')],
    });
    proxy.target = gateway.url;
    const { parts } = await hostileSegmentation(files);
    const stored = await store(`${gateway.url}/dicom-web`, [Buffer.concat(parts)]);
    expect(stored.status).toBe(200);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await proxy?.stop();
    plugin.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is text on the study list, in the viewer, in segments and in what a server answers', async () => {
    const { page } = await newPage(browser);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const foreign: string[] = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== proxy.url) foreign.push(request.url());
    });
    const viewer = new ViewerPage(page);
    await page.goto(`${proxy.url}/`, { waitUntil: 'domcontentloaded' });
    await page.getByText(STUDY, { exact: true }).first().waitFor();
    await viewer.open(proxy.url, studyUidOf(HOSTILE));
    await viewer.openSegmentation();
    await viewer.waitForLabels(([first]) => labelledVoxels(first) > 0);
    for (const label of OTHERS) await viewer.panel.getByText(label).first().waitFor();

    // Run, accept, and a server whose refusal carries a program.
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    proxy.answers.push({
      path: /\/dicom-web\/studies(\/[0-9.]+)?$/,
      status: 409,
      type: 'application/json',
      body: JSON.stringify({
        error: { code: 'X', what: PAYLOADS[0], why: PAYLOADS[7], remedy: PAYLOADS[10] },
      }),
    });
    expect((await viewer.save()).isSaved).toBe(false);

    await page.waitForTimeout(500);
    expect(await page.evaluate(() => (window as unknown as { __x?: unknown }).__x)).toBeUndefined();
    expect(dialogs).toEqual([]);
    expect(foreign).toEqual([]);
    await page.context().close();
  });
});
