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
import { labelledVoxels, ViewerPage, type LabelReading } from '../support/viewer-page';

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
    await objectsFoundAgain(viewer);
    // A segment that nobody has filled is stored as one that was not found; that is said.
    await viewer.panel.getByRole('button', { name: 'Add a segment' }).click();
    await viewer.panel.getByText('Changes are not saved yet.').waitFor();
    const { isSaved, text } = await viewer.save();
    expect(isSaved).toBe(true);
    expect(text).toMatch(/“Segment \d” has no voxels: it is stored as looked for and not found/);
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

/** A network that finds another number of objects brings its earlier ones up to date, previewed or accepted. */
async function objectsFoundAgain(viewer: ViewerPage): Promise<void> {
  const { panel } = viewer;
  const accept = panel.locator('button:enabled', { hasText: 'Accept' });
  const count = panel.getByRole('spinbutton', { name: 'Objects' });
  /** Segments that are listed and those that hold voxels, both without the two of the other methods. */
  const objects = async (wanted: number) => {
    const inList = ({ segments }: LabelReading) => segments.length - 2;
    const inImage = ({ counts }: LabelReading) => Object.keys(counts).length - 2;
    const isRight = ([one]: readonly LabelReading[]) =>
      inList(one) === wanted && inImage(one) === wanted;
    const [labels] = await viewer.waitForLabels(isRight);
    return [inList(labels), inImage(labels)];
  };
  const find = async (number: number) => {
    await count.fill(String(number));
    await count.press('Enter');
    expect(await objects(number)).toEqual([number, number]);
  };
  await viewer.chooseMethod('Objects (Vendor)');
  await viewer.run();
  expect(await objects(3)).toEqual([3, 3]);
  for (const number of [5, 2, 4]) await find(number);
  await viewer.accept();
  const [accepted] = await viewer.readLabels();

  // Fewer than were accepted: what is left over goes when that is accepted, and comes back with the undo.
  await viewer.run();
  await count.fill('2');
  await count.press('Enter');
  await panel.getByText('Takes the place of the earlier result').waitFor();
  await viewer.waitForLabels(([{ counts }]) => Object.keys(counts).length === 4);
  await accept.click();
  await accept.waitFor({ state: 'detached' });
  expect(await objects(2)).toEqual([2, 2]);
  await viewer.undo();
  expect(await objects(4)).toEqual([4, 4]);
  // It comes back slice by slice.
  const isBack = ([{ hashes }]: readonly LabelReading[]) =>
    Object.entries(accepted.hashes).every(([image, hash]) => hashes[image] === hash);
  const [undone] = await viewer.waitForLabels(isBack);
  expect(undone.segments).toEqual(accepted.segments);
  expect(undone.hashes).toEqual(accepted.hashes);
  await viewer.redo();
  expect(await objects(2)).toEqual([2, 2]);

  // More than that, and taken back.
  await viewer.run();
  await find(5);
  await panel.getByRole('button', { name: 'Reject' }).click();
  expect(await objects(2)).toEqual([2, 2]);
}

/** A file that an entry imports when it is registered. */
function chunkOf(folder: string, entry: string): string {
  const text = readFileSync(join(folder, entry), 'utf8');
  const chunk = /import\("\.\/(chunk-[0-9A-Z]+\.js)"\)/.exec(text)?.[1];
  if (!chunk || !readdirSync(folder).includes(chunk)) throw new Error(`${entry} imports no chunk`);
  return chunk;
}
