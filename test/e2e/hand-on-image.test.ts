/**
 * The hand stays on the image: Enter there accepts although a control of the panel was clicked before, a box that limits a method is
 * said and removed with one click, and a commit of twenty segments does not leave the viewer drawing for a while.
 */
import type { Page } from 'playwright-core';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveFiles } from '../support/drawn-series';
import { LARGE_BODIES, makeLargeSeries } from '../support/large-series';
import { studyUidOf } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const ABOUT = { patientName: 'Hand^Image', uid: '2.25.341' };
/** One for the preview's end, one for the list of segments, one for the labels, and some of the host's own; not some for each body. */
const MOST_PICTURES = 8;
/** Nothing is drawn for so long when a preview is shown completely (ms). */
const REST_MS = 1_000;

describeWithBrowser('the hand on the image', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) =>
    serveFiles(pluginDir, makeLargeSeries({ rows: 96, columns: 120, slices: 12 }, ABOUT))
  );

  it('accepts with Enter, frees a method from its box, and leaves nothing to be drawn', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    const board = new ViewerBoard(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(ABOUT));

    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    const methods = panel.getByRole('region', { name: 'Methods', exact: true });
    await methods.getByRole('combobox', { name: 'Region' }).click();
    await page.keyboard.press('Escape');
    await board.hover([0.4, 0.5]);
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
    expect(labelledVoxels((await viewer.readLabels())[0])).toBeGreaterThan(0);

    await viewer.chooseMethod('Islands');
    await viewer.choose('What to do', 'Split');
    await viewer.run();
    const pictures = await countPictures(page);
    for (let before = -1; (await pictures()) !== before; await page.waitForTimeout(REST_MS))
      before = await pictures();
    const ofPreview = await pictures();
    await viewer.accept();
    await page.waitForTimeout(4_000);
    const [split] = await viewer.readLabels();
    expect(Object.keys(split.counts)).toHaveLength(LARGE_BODIES);
    expect(split.segments).toHaveLength(LARGE_BODIES);
    expect((await pictures()) - ofPreview).toBeLessThanOrEqual(MOST_PICTURES);

    await viewer.chooseMethod('Watershed');
    const limit = panel.locator('[data-cy=cordon-box-limit]');
    await page.locator('[data-cy=cordon-tool-box]').click();
    expect(await limit.count()).toBe(0);
    await board.stroke([0.3, 0.3], [0.7, 0.7]);
    await limit.waitFor();
    expect(await board.marks('box')).toBe(1);
    await limit.getByRole('button', { name: 'Remove the box' }).click();
    await limit.waitFor({ state: 'detached' });
    expect(await board.marks('box')).toBe(0);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});

interface CountingPage {
  cordonPictures: number;
}

/** Counts the pictures that the viewport draws from now on. */
async function countPictures(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const counting = window as unknown as CountingPage;
    counting.cordonPictures = 0;
    document
      .querySelector('.cornerstone-viewport-element')
      ?.addEventListener('CORNERSTONE_IMAGE_RENDERED', () => counting.cordonPictures++);
  });
  return () => page.evaluate(() => (window as unknown as CountingPage).cordonPictures);
}
