/**
 * The drop-in folder on a plain web server, beside an unmodified viewer and without our gateway: it works; and with a
 * file missing the viewer opens all the same and says what is wrong.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import { startStaticViewer, type StaticViewer } from '../support/static-viewer';
import { buildThirdParty } from '../support/third-party';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

describeWithBrowser('the drop-in folder on a plain web server', () => {
  jest.setTimeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-dropin-'));
  const plugin = copyPlugin();
  let archive: Gateway;
  let browser: Browser;

  const servers: StaticViewer[] = [];
  const serve = async (
    pluginDir: string,
    extensions: readonly string[] = [],
    wrongTypes = new Map<string, string>()
  ) => {
    const server = await startStaticViewer({
      viewerDir,
      pluginDir,
      extensions,
      wrongTypes,
      archiveUrl: `${archive.url}/dicom-web`,
    });
    servers.push(server);
    return server;
  };

  beforeAll(async () => {
    // Only its DICOMweb is used here: viewer and plugin come from the plain server.
    archive = await startGateway({
      port: 0,
      viewerDir,
      pluginDir: plugin.folder,
      source: { kind: 'archive', directory: folder, seedSample: true },
    });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(servers.map((server) => server.stop()));
    await archive?.close();
    plugin.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('works without shared memory and without our server, with an extension of another vendor', async () => {
    const extended = copyPlugin();
    await buildThirdParty(extended.folder);
    const { url } = await serve(extended.folder, ['vendor.mjs']);
    const { page, complaints } = await newPage(browser);
    const viewer = new ViewerPage(page);
    await viewer.openFromStudyList(url, 'Sample, Brain');
    expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(false);
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    const [labels] = await viewer.readLabels();
    expect(labelledVoxels(labels)).toBeGreaterThan(100_000);
    // The vendor's method beside ours; those of it that fail are explained, and nothing is lost.
    await viewer.chooseMethod('Broken (Vendor)');
    await viewer.panel.getByText('“Broken (Vendor)” cannot be used').waitFor();
    await viewer.panel.getByRole('button', { name: 'Dismiss message' }).click();
    expect((await viewer.readLabels())[0].hashes).toEqual(labels.hashes);
    await viewer.chooseMethod('Above (Vendor)');
    await viewer.run();
    await viewer.accept();
    const [both] = await viewer.readLabels();
    expect(both.segments).toHaveLength(2);
    await viewer.saved();
    expect(complaints.errors).toEqual([]);
    await page.context().close();
    extended.remove();
  });

  it('opens and says what is missing when the classical methods are', async () => {
    const damaged = copyPlugin();
    rmSync(join(damaged.folder, chunkOf(damaged.folder, 'classical.js')));
    const { url } = await serve(damaged.folder);
    const { page } = await newPage(browser);
    const viewer = new ViewerPage(page);
    await page.goto(`${url}/`, { waitUntil: 'domcontentloaded' });
    await page.getByText('Cordon is incomplete: classical could not be loaded').waitFor();
    await viewer.openFromStudyList(url, 'Sample, Brain');
    await viewer.panel.getByText('Segments', { exact: true }).waitFor();
    expect(await viewer.panel.getByText("Otsu's threshold").count()).toBe(0);
    await page.context().close();
    damaged.remove();
  });

  it('opens with the reason on the study list when the workbench is missing', async () => {
    const damaged = copyPlugin();
    rmSync(join(damaged.folder, 'workbench.js'));
    const { url } = await serve(damaged.folder);
    const { page } = await newPage(browser);
    await page.goto(`${url}/`, { waitUntil: 'domcontentloaded' });
    await page.getByText('Cordon is incomplete: workbench could not be loaded').waitFor();
    await page.getByText('Sample, Brain', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Basic Viewer' }).waitFor();
    expect(await page.getByRole('button', { name: 'Cordon', exact: true }).count()).toBe(0);
    await page.context().close();
    damaged.remove();
  });

  it('says so when workers are missing or no scripts, and goes on when they are there', async () => {
    const damaged = copyPlugin();
    rmSync(join(damaged.folder, 'workbench.worker.js'));
    const wrongTypes = new Map([['classical.worker.js', 'text/html']]);
    const { url } = await serve(damaged.folder, [], wrongTypes);
    const { page } = await newPage(browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.openFromStudyList(url, 'Sample, Brain');
    await panel.getByText('The background worker that keeps unsaved work').waitFor();
    await viewer.chooseMethod("Otsu's threshold");
    const run = panel.getByRole('button', { name: 'Run', exact: true });
    await run.click();
    await panel.getByText('The background worker of "Otsu\'s threshold" could not run').waitFor();
    expect(await run.isEnabled()).toBe(true);

    // The web server has been put right: without a reload, as there may be work to lose.
    copyFileSync(
      join(plugin.folder, 'workbench.worker.js'),
      join(damaged.folder, 'workbench.worker.js')
    );
    wrongTypes.clear();
    await viewer.run();
    await viewer.accept();
    expect(labelledVoxels((await viewer.readLabels())[0])).toBeGreaterThan(100_000);
    const complaint = panel.getByText('The background worker that keeps unsaved work');
    await complaint.waitFor({ state: 'detached' });
    await page.context().close();
    damaged.remove();
  });
});

/** A file that an entry imports when it is registered. */
function chunkOf(folder: string, entry: string): string {
  const text = readFileSync(join(folder, entry), 'utf8');
  const chunk = /import\("\.\/(chunk-[0-9A-Z]+\.js)"\)/.exec(text)?.[1];
  if (!chunk || !readdirSync(folder).includes(chunk)) throw new Error(`${entry} imports no chunk`);
  return chunk;
}
