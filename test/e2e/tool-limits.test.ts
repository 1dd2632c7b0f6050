/**
 * What a tool leaves alone, for each kind of tool — a click, scribbles, a range, a form: cancelled work writes nothing and the next
 * work runs as ever, and beside another series only the series that is worked on changes. By mouse and keyboard.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

/** Large enough for work that rests many times, and can be cancelled then. */
const OWN: TestSeries = {
  patientName: 'Limits^Tried',
  uid: '2.25.241',
  ...{ rows: 160, columns: 160, slices: 60 },
};
/** In a frame of reference of its own. */
const BESIDE: TestSeries = {
  ...OWN,
  uid: '2.25.242',
  ...{ rows: 64, columns: 64, slices: 8 },
  image: { study: studyUidOf(OWN), seriesDescription: 'Beside' },
};

describeWithBrowser('tools at their limits', () => {
  jest.setTimeout(5 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveSeries(pluginDir, [OWN, BESIDE]), { breathMs: 250 });

  it('write nothing when they are cancelled, and nothing into another series', async () => {
    const { page, complaints } = await newPage(stage.browser, { width: 1200, height: 700 });
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.open(stage.served.gateway.url, studyUidOf(OWN));
    await page.locator('[data-cy=Layout]').click();
    await page.locator('[data-cy=Layout-1-0]').click();
    await page.waitForFunction(
      () => document.querySelectorAll('canvas.cornerstone-canvas').length === 2
    );
    await viewer.waitForImage();
    const [own, beside] = [new ViewerBoard(page, 0), new ViewerBoard(page, 1)];
    const accept = panel.locator('button:enabled', { hasText: 'Accept' });
    const run = () => panel.getByRole('button', { name: 'Run', exact: true }).click();
    const cancel = () => panel.getByRole('button', { name: /^Cancel/ }).click();
    /** Voxels of both series, the own one first. */
    const voxels = async () => {
      const labels = await viewer.readLabels();
      return [0, 1].map((at) => labelledVoxels(labels[at]));
    };
    const expectNothing = async () => {
      await panel.getByRole('progressbar').waitFor({ state: 'detached' });
      await accept.waitFor({ state: 'detached' });
      // What came late would come now.
      await page.waitForTimeout(1_500);
      expect(await accept.count()).toBe(0);
      expect(await page.locator('[data-cy=cordon-overlay]').count()).toBe(0);
      expect(await voxels()).toEqual([0, 0]);
    };

    await own.click([0.5, 0.5]);
    await panel.getByText('CT · Test series').waitFor();
    // A form.
    await viewer.chooseMethod('Denoise');
    await viewer.choose('Filter', 'Median');
    const radius = panel.getByRole('spinbutton', { name: 'Radius' });
    await radius.fill('5');
    await radius.press('Enter');
    await run();
    await cancel();
    await expectNothing();
    // A range: Escape over the image. The first segment is listed by the viewer too, without the panel being scrolled there.
    await viewer.chooseMethod('Threshold');
    const tab = page.locator('[data-cy=cordon-tab]');
    await run();
    await accept.waitFor();
    await page.locator('[data-cy=cordon-host-part]').getByText('Segment 1').waitFor();
    await page.waitForTimeout(1_500);
    expect(await tab.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await own.hover([0.5, 0.5]);
    await page.keyboard.press('Escape');
    await expectNothing();
    // Scribbles.
    await viewer.chooseMethod('Grow-cut');
    const form = panel.getByRole('region', { name: 'Methods', exact: true });
    await viewer.choose('Region', 'Whole volume', form);
    await own.stroke([0.45, 0.5], [0.55, 0.5]);
    await own.stroke([0.05, 0.5], [0.1, 0.5], 'Shift');
    await cancel();
    await expectNothing();
    await panel.getByRole('button', { name: 'Erase all that is drawn' }).click();
    // A click, whether the region is there yet or not.
    await viewer.chooseMethod('Region growing');
    await own.click([0.5, 0.5]);
    await page.keyboard.press('Escape');
    await expectNothing();
    // What was said about one click is gone with the result of the next. Bounds of its own do not hold every place.
    await viewer.choose('Bounds', 'Fixed', form);
    const outside = panel.getByText('No seed has a value within the bounds');
    await own.click([0.1, 0.5]);
    await outside.waitFor();
    await own.click([0.5, 0.5]);
    await outside.waitFor({ state: 'detached' });
    await accept.click();
    await accept.waitFor({ state: 'detached' });
    const [grown, elsewhere] = await voxels();
    expect(grown).toBeGreaterThan(0);
    expect(elsewhere).toBe(0);

    // What is drawn over another series draws nothing, and says so.
    const refused = panel.getByText('Nothing was drawn here');
    const workOn = async (board: ViewerBoard, series: string) => {
      await panel.getByRole('button', { name: 'All methods' }).click();
      await board.click([0.5, 0.5]);
      await panel.getByText(`CT · ${series}`).waitFor();
    };
    for (const title of ['Region growing', 'Grow-cut']) {
      await workOn(own, 'Test series');
      await viewer.chooseMethod(title);
      await panel.locator('[data-cy^=cordon-tool-][aria-pressed=true]').waitFor();
      await beside.stroke([0.45, 0.5], [0.55, 0.5]);
      await refused.waitFor();
      await panel.getByRole('button', { name: 'Dismiss' }).first().click();
      await refused.waitFor({ state: 'detached' });
      expect(await voxels()).toEqual([grown, 0]);
    }

    // Without a tool in the hand the series is that of the viewport that was clicked last, and a preview of another one is gone.
    await workOn(own, 'Test series');
    await viewer.chooseMethod('Threshold');
    await run();
    await accept.waitFor();
    await beside.click([0.5, 0.5]);
    await panel.getByText('CT · Beside').waitFor();
    await accept.waitFor({ state: 'detached' });
    expect(await voxels()).toEqual([grown, 0]);
    for (const [at, title] of ['Threshold', "Otsu's threshold"].entries()) {
      await viewer.chooseMethod(title);
      await run();
      await accept.click();
      await accept.waitFor({ state: 'detached' });
      const [there, here] = await viewer.readLabels();
      expect(labelledVoxels(there)).toBe(grown);
      expect(here.counts[at + 1]).toBeGreaterThan(0);
    }
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});
