/**
 * A commit at size: twenty segments on 512 × 512 × 600 voxels, with one event, and one that takes them back. How long each piece of
 * work is, the host's and ours apart, is measured by the bench `viewer`.
 */
import type { Page } from 'playwright-core';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveFiles } from '../support/drawn-series';
import { LARGE_BODIES, makeLargeSeries } from '../support/large-series';
import { studyUidOf } from '../support/series';
import { ViewerPage } from '../support/viewer-page';

const SIZE = { rows: 512, columns: 512, slices: 600 };
const ABOUT = { patientName: 'Large^Series', uid: '2.25.301' };

describeWithBrowser('a large series', () => {
  jest.setTimeout(5 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveFiles(pluginDir, makeLargeSeries(SIZE, ABOUT)));

  it('takes twenty segments with one event, and gives them back with one', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(ABOUT));
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run(2 * PATIENCE_MS);
    await viewer.accept();
    await viewer.chooseMethod('Islands');
    await viewer.choose('What to do', 'Split');
    const written = await watch(page);
    await viewer.run(2 * PATIENCE_MS);
    await viewer.accept();
    expect(await written()).toEqual([SIZE.slices]);

    const [split] = await viewer.readLabels();
    expect(split.segments).toHaveLength(LARGE_BODIES);
    expect(Object.keys(split.counts)).toHaveLength(LARGE_BODIES);
    // The image has been measured by its own phantom: all bodies together are what was one segment.
    const total = Object.values(split.counts).reduce((sum, count) => sum + count, 0);
    const again = await watch(page);
    await viewer.undo();
    const [undone] = await viewer.waitForLabels(([one]) => Object.keys(one.counts).length === 1);
    expect(undone.counts).toEqual({ 1: total });
    expect(undone.segments).toHaveLength(1);
    expect(await again()).toEqual([SIZE.slices]);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});

interface WatchedPage {
  readonly cornerstone: { readonly eventTarget: EventTarget };
  cordonEvents: number[];
}

/** Watches from now on; the function returned tells the slices of each event that says that labels have changed. */
async function watch(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const host = window as unknown as WatchedPage;
    const events: number[] = (host.cordonEvents = []);
    host.cornerstone.eventTarget.addEventListener(
      'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED',
      (event) => {
        const { detail } = event as CustomEvent<{ modifiedSlicesToUse?: readonly number[] }>;
        if (detail.modifiedSlicesToUse?.length) events.push(detail.modifiedSlicesToUse.length);
      }
    );
  });
  return () => page.evaluate(() => (window as unknown as WatchedPage).cordonEvents);
}
