/**
 * What all methods share: unsaved work over reload, crash and two tabs; one patient after another; measures; how a segment was
 * made; the write rule for the viewer's own brush; undo; accessibility of the panel.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

describeWithBrowser('the workbench in the viewer', () => {
  jest.setTimeout(5 * PATIENCE_MS);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-workbench-'));
  const plugin = copyPlugin();
  let gateway: Gateway;
  let browser: Browser;

  beforeAll(async () => {
    gateway = await startGateway({
      port: 0,
      viewerDir,
      pluginDir: plugin.folder,
      source: { kind: 'archive', directory: folder, seedSample: true },
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    plugin.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps unsaved work over a crash, tells a second tab, and forgets it once it is saved', async () => {
    const { page } = await newPage(browser);
    const context = page.context();
    const viewer = new ViewerPage(page);
    await viewer.openFromStudyList(gateway.url, 'Sample, Brain');
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    const [accepted] = await viewer.readLabels();
    // A preview that nobody has accepted is no work that is kept.
    await viewer.chooseMethod('Threshold');
    await viewer.run();
    await waitForDrafts(page, 1);

    const beside = await context.newPage();
    await beside.goto(page.url(), { waitUntil: 'domcontentloaded' });
    const other = new ViewerPage(beside);
    await other.waitForImage();
    await other.panel.getByText('This study is being segmented in another tab').waitFor();
    expect(await other.panel.getByRole('button', { name: 'Restore' }).count()).toBe(0);
    await beside.close();

    await Promise.all([
      page.waitForEvent('crash'),
      page.goto('chrome://crash').catch(() => undefined),
    ]);
    await page.close();

    const next = await context.newPage();
    const again = new ViewerPage(next);
    await again.openFromStudyList(gateway.url, 'Sample, Brain');
    await again.panel.getByRole('button', { name: 'Restore' }).click();
    const [restored] = await again.waitForLabels(([one]) => labelledVoxels(one) > 0);
    expect(restored.hashes).toEqual(accepted.hashes);
    expect(restored.segments).toEqual(accepted.segments);
    await again.panel.getByText('Changes are not saved yet.').waitFor();
    await again.saved();
    await waitForDrafts(next, 0);
    await context.close();
  });
});

/** Waits until the browser's store holds this number of drafts. */
async function waitForDrafts(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('cordon-drafts');
        opening.onsuccess = () => {
          const database = opening.result;
          const counting = database.transaction('drafts').objectStore('drafts').count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result === wanted);
          };
        };
      }),
    count,
    { timeout: PATIENCE_MS, polling: 200 }
  );
}
