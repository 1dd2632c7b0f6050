/**
 * Storing goes wrong in every way that hospitals know; the segmentation is still there, can be saved, and exactly one
 * instance results. One viewer, one fault after the other, each followed by the user's second click.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  viewerDir,
} from '../support/browser';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy';
import { labelledVoxels, ViewerPage, type LabelReading } from '../support/viewer-page';

const SAMPLE_INSTANCES = 20;

describeWithBrowser('storing that goes wrong', () => {
  jest.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-failures-'));
  const plugin = copyPlugin();
  let gateway: Gateway;
  let proxy: FaultProxy;
  let browser: Browser;
  let viewer: ViewerPage;
  let before: LabelReading[];
  let stored = 0;

  const start = async () => {
    gateway = await startGateway({
      port: 0,
      viewerDir,
      pluginDir: plugin.folder,
      publicUrl: proxy.url,
      source: { kind: 'archive', directory: folder, seedSample: true },
    });
    proxy.target = gateway.url;
  };

  beforeAll(async () => {
    proxy = await startFaultProxy();
    await start();
    browser = await launchBrowser();
    const { page } = await newPage(browser);
    viewer = new ViewerPage(page);
    await viewer.openFromStudyList(proxy.url, 'Sample, Brain');
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    before = await viewer.readLabels();
    expect(labelledVoxels(before[0])).toBeGreaterThan(100_000);
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await proxy?.stop();
    plugin.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectKept = async () => {
    expect(await viewer.readLabels()).toEqual(before);
    expect(gateway.instanceCount()).toBe(SAMPLE_INSTANCES + stored);
  };
  const expectSaved = async () => {
    const outcome = await viewer.save();
    expect(outcome).toEqual({ isSaved: true, text: expect.stringContaining('gave it back') });
    stored++;
    await expectKept();
  };

  it.each([
    [413, 'size'],
    [401, 'log in'],
  ])('survives %i and says what to do', async (status, words) => {
    proxy.faults.push({ kind: 'status', status });
    const outcome = await viewer.save();
    expect(outcome.isSaved).toBe(false);
    expect(outcome.text).toContain(words);
    expect(outcome.text).toContain('kept');
    expect(outcome.text).not.toMatch(/\bat \S+:\d+/);
    await expectKept();
  });

  it('gives work back after a forced log-out, and erases none of it', async () => {
    const { page, panel } = viewer;
    // Everything is kept by now; then the token expires, and reloading leads nowhere.
    await panel.getByText('log in').first().waitFor();
    proxy.answers.push({
      path: /^\/(dicom-web|cordon)/,
      status: 401,
      type: 'text/html',
      body: '<html><body>Log in</body></html>',
    });
    await page.reload();
    await page.getByText('Log in').waitFor();
    proxy.answers.length = 0;
    await page.reload();
    await viewer.waitForImage();
    await panel.getByRole('button', { name: 'Restore' }).click();
    await panel.getByText('Changes are not saved yet.').waitFor();
    await viewer.waitForLabels(([one]) => labelledVoxels(one) > 0);
    await expectKept();
  });

  it('survives an archive that dies while it is being sent to, and saves when it is back', async () => {
    proxy.faults.push({ kind: 'killed', during: () => gateway.close() });
    const outcome = await viewer.save();
    expect(outcome.isSaved).toBe(false);
    expect(outcome.text).toContain('kept');
    await start();
    await expectKept();
    await expectSaved();
  });

  it('finds the object when only the answer was lost, and stores no second one', async () => {
    // A new version: one more slice-wise result, so that there is something to store.
    await viewer.chooseMethod('Threshold');
    await viewer.run();
    await viewer.accept();
    before = await viewer.readLabels();
    proxy.faults.push({ kind: 'answer-lost' });
    await expectSaved();
    await expectSavedAgainIsTheSame();
  });

  /** Nothing has changed since: the same version may be stored once more, never a torn one. */
  async function expectSavedAgainIsTheSame() {
    const series = await fetchJson(`${proxy.url}/dicom-web/series?Modality=SEG`);
    expect(series).toHaveLength(1);
    const uid = series[0]['0020000E'].Value[0];
    const instances = await fetchJson(`${proxy.url}/dicom-web/instances?SeriesInstanceUID=${uid}`);
    expect(instances).toHaveLength(stored);
  }
});

type DicomJson = Readonly<Record<string, { readonly Value: readonly string[] }>>;

async function fetchJson(url: string): Promise<readonly DicomJson[]> {
  const answer = await fetch(url, { headers: { accept: 'application/dicom+json' } });
  return (await answer.json()) as readonly DicomJson[];
}
