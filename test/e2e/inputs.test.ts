/**
 * What archives really hold and answer: an odd-sized oblique series that must come back voxel by voxel, and series and
 * servers with something wrong, each with a message that says what to do.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { startFaultProxy, type FaultProxy } from '../support/fault-proxy';
import { makeSeries, studyUidOf, type TestSeries } from '../support/series';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const tilt = Math.PI / 11;
const ODD: TestSeries = {
  patientName: 'Odd^Size',
  uid: '2.25.101',
  rows: 33,
  columns: 35,
  slices: 5,
  orientation: [Math.cos(tilt), Math.sin(tilt), 0, 0, 0, -1],
};
const plain = (patientName: string, uid: string): TestSeries => ({
  patientName,
  uid,
  rows: 32,
  columns: 32,
  slices: 3,
});
const NO_GEOMETRY: TestSeries = {
  ...plain('No^Geometry', '2.25.102'),
  without: [0x00200032, 0x00200037],
};
const COLOUR: TestSeries = {
  ...plain('In^Colour', '2.25.103'),
  slices: 1,
  image: {
    bitsAllocated: 8,
    pixels: Uint8Array.from({ length: 32 * 32 * 3 }, (_, at) => at % 251),
  },
  extra: () => [
    [0x00280002, 'US', [3]],
    [0x00280004, 'CS', 'RGB'],
    [0x00280006, 'US', [0]],
    [0x00280103, 'US', [0]],
  ],
};
const DUPLICATES: TestSeries = {
  ...plain('Same^Place', '2.25.104'),
  extra: () => [[0x00200032, 'DS', '1\\2\\3']],
};
const WINDOWED: TestSeries = {
  ...plain('With^Window', '2.25.106'),
  extra: () => [[0x00281056, 'CS', 'LINEAR']],
};
const MIXED = plain('Mixed^Sizes', '2.25.105');

/** Three images of one series, the last smaller than the others. */
const mixedFiles = () => [
  ...makeSeries(MIXED).slice(0, 2),
  makeSeries({ ...MIXED, rows: 24, columns: 24 })[2],
];

describeWithBrowser('inputs', () => {
  jest.setTimeout(3 * PATIENCE_MS);
  const folder = mkdtempSync(join(tmpdir(), 'cordon-inputs-'));
  const plugin = copyPlugin();
  let gateway: Gateway;
  let proxy: FaultProxy;
  let browser: Browser;

  beforeAll(async () => {
    const files = join(folder, 'files');
    mkdirSync(files);
    for (const series of [ODD, NO_GEOMETRY, COLOUR, DUPLICATES, WINDOWED, MIXED]) {
      const images = series === MIXED ? mixedFiles() : makeSeries(series);
      images.forEach((file, slice) => {
        writeFileSync(join(files, `${series.uid}-${slice}.dcm`), file);
      });
    }
    proxy = await startFaultProxy();
    gateway = await startGateway({
      port: 0,
      viewerDir,
      pluginDir: plugin.folder,
      publicUrl: proxy.url,
      source: { kind: 'archive', directory: join(folder, 'archive') },
      imports: [files],
    });
    proxy.target = gateway.url;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await proxy?.stop();
    plugin.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stores an odd-sized oblique series and opens it again, voxel by voxel', async () => {
    const first = await newPage(browser);
    const viewer = new ViewerPage(first.page);
    await viewer.open(proxy.url, studyUidOf(ODD));
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    const [accepted] = await viewer.readLabels();
    expect(labelledVoxels(accepted)).toBeGreaterThan(300);

    // A server that answers with a web page, then one that fails: kept, and said.
    proxy.answers.push({
      path: /\/dicom-web\/studies\/[0-9.]+$/,
      status: 200,
      type: 'text/html',
      body: '<html><body>Welcome</body></html>',
    });
    const page = await viewer.save();
    expect(page).toEqual({ isSaved: false, text: expect.stringContaining('DICOMweb') });
    proxy.answers[0] = { ...proxy.answers[0], status: 500 };
    const broken = await viewer.save();
    expect(broken).toEqual({ isSaved: false, text: expect.stringContaining('kept') });
    proxy.answers.length = 0;
    expect(await viewer.readLabels()).toEqual([accepted]);
    await viewer.saved();
    // The browser itself reports the answers that this test made go wrong, and nothing else.
    const others = first.complaints.errors.filter(
      (text) => !text.startsWith('Failed to load resource')
    );
    expect(others).toEqual([]);
    await first.page.context().close();

    const second = await newPage(browser);
    const other = new ViewerPage(second.page);
    await other.open(proxy.url, studyUidOf(ODD));
    proxy.answers.push({
      path: /\/instances\/[0-9.]+$/,
      status: 500,
      type: 'text/html',
      body: '<html></html>',
    });
    await other.storedSegmentations().first().dblclick();
    await second.page.getByText('The segmentation could not be fetched').first().waitFor();
    proxy.answers.length = 0;
    await second.page.context().close();

    const third = await newPage(browser);
    const last = new ViewerPage(third.page);
    await last.open(proxy.url, studyUidOf(ODD));
    await last.openSegmentation();
    const [reopened] = await last.waitForLabels(([one]) => labelledVoxels(one) > 0);
    expect(reopened.hashes).toEqual(accepted.hashes);
    expect(reopened.counts).toEqual(accepted.counts);
    await third.page.context().close();
  });

  it.each([
    ['without geometry', NO_GEOMETRY, 'carry no'],
    ['in colour', COLOUR, 'in colour'],
    ['with several images at one place', DUPLICATES, 'same place'],
    ['of mixed sizes', MIXED, 'different sizes'],
  ])('says why a series %s cannot be segmented', async (_, series, words) => {
    const { page } = await newPage(browser);
    const viewer = new ViewerPage(page);
    await page.goto(`${proxy.url}/cordon?StudyInstanceUIDs=${studyUidOf(series)}`, {
      waitUntil: 'domcontentloaded',
    });
    await viewer.panel.getByText('This series cannot be segmented').waitFor();
    const text = await viewer.panel.innerText();
    expect(text).toContain(words);
    expect(text).not.toMatch(/\bat \S+:\d+/);
    await page.context().close();
  });

  it.each([
    ['a stack', ''],
    ['three planes', '&hangingprotocolid=mpr'],
  ])('shows a series that names its VOI LUT function as %s', async (_, parameters) => {
    const { page, complaints } = await newPage(browser);
    await new ViewerPage(page).open(proxy.url, studyUidOf(WINDOWED), parameters);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it('says so when there is no such study', async () => {
    const { page } = await newPage(browser);
    await page.goto(`${proxy.url}/cordon?StudyInstanceUIDs=2.25.999`, {
      waitUntil: 'domcontentloaded',
    });
    await page
      .getByText(/not available|not found/i)
      .first()
      .waitFor();
    await page.context().close();
  });
});
