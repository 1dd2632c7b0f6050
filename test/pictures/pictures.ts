/**
 * The pictures of the documentation: a real viewer, real images, the steps that a person takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway } from '../../server-adapter/src/gateway/gateway';
import { browserMissing, copyPlugin, launchBrowser, newPage, viewerDir } from '../support/browser';
import { ViewerPage } from '../support/viewer-page';
import { makeTaskPictures } from './tasks';

const root = path.resolve(__dirname, '..', '..');
const overview = path.join(root, 'modes', 'segmentation', 'pictures', 'overview.png');

/** All pictures, or those of one kind: `viewer` is the overview, `tasks` are those of the tasks. */
export async function makePictures(kind?: 'viewer' | 'tasks'): Promise<void> {
  const missing = browserMissing();
  if (missing !== undefined) throw new Error(`Pictures cannot be made: ${missing}`);
  const archive = mkdtempSync(path.join(tmpdir(), 'cordon-pictures-'));
  const plugin = copyPlugin();
  const gateway = await startGateway({
    port: 0,
    viewerDir,
    pluginDir: plugin.folder,
    source: { kind: 'archive', directory: archive, seedSample: true },
  });
  const browser = await launchBrowser();
  try {
    if (kind !== 'tasks') await makeOverview(browser, gateway.url);
    if (kind !== 'viewer') await makeTaskPictures(browser, plugin.folder);
  } finally {
    await browser.close();
    await gateway.close();
    plugin.remove();
    rmSync(archive, { recursive: true, force: true });
  }
}

/** The sample study with a preview of Otsu's threshold, before it is accepted. */
async function makeOverview(browser: Browser, url: string): Promise<void> {
  const { page } = await newPage(browser, { width: 1400, height: 920 });
  const viewer = new ViewerPage(page);
  await viewer.openFromStudyList(url, 'Sample, Brain');
  // A slice through the middle of the head says more than the first one.
  const image = page.locator('canvas.cornerstone-canvas').first();
  await image.hover();
  for (let step = 0; step < 9; step++) {
    await page.mouse.wheel(0, 100);
    await page.waitForTimeout(150);
  }
  await viewer.chooseMethod("Otsu's threshold");
  await viewer.run();
  await viewer.panel.hover();
  await page.mouse.wheel(0, -2000);
  await page.waitForTimeout(1000);
  await mkdir(path.dirname(overview), { recursive: true });
  await page.screenshot({ path: overview });
}
