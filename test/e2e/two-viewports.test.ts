/**
 * Two series side by side, each with a segmentation: one history takes back and repeats what was done in either, brushes of the viewer
 * included, and never touches the other.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { ViewerPage, type LabelReading } from '../support/viewer-page';

const LEFT: TestSeries = {
  patientName: 'Side^Side',
  uid: '2.25.221',
  ...{ rows: 64, columns: 64, slices: 16 },
};
const RIGHT: TestSeries = {
  ...LEFT,
  uid: '2.25.222',
  slices: 12,
  image: { study: studyUidOf(LEFT), seriesDescription: 'Another series' },
};

describeWithBrowser('two viewports', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveSeries(pluginDir, [LEFT, RIGHT]));

  it('share one history, and no voxel', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(LEFT));
    await page.locator('[data-cy=Layout]').click();
    await page.locator('[data-cy=Layout-1-0]').click();
    await page.waitForFunction(
      () => document.querySelectorAll('canvas.cornerstone-canvas').length === 2
    );
    await viewer.waitForImage();
    const boards = [new ViewerBoard(page, 0), new ViewerBoard(page, 1)];

    // A result in each.
    for (const at of [0, 1]) {
      await boards[at].click([0.5, 0.5]);
      await viewer.chooseMethod("Otsu's threshold");
      await viewer.run();
      await viewer.accept();
    }
    const accepted = await viewer.waitForLabels((labels) => labels.length === 2);
    expect(accepted).toHaveLength(2);

    const states: LabelReading[][] = [accepted];
    await page.locator('[data-cy="Brush-btn"]').click();
    for (const at of [0, 1]) {
      const before = states.at(-1)!;
      // The first press in a viewport makes it the active one, and paints nothing.
      await boards[at].click([0.12, 0.4]);
      await viewer.panel.getByText(at === 0 ? 'CT · Test series' : 'CT · Another series').waitFor();
      expect((await viewer.readLabels()).map(({ hashes }) => hashes)).toEqual(
        before.map(({ hashes }) => hashes)
      );
      await boards[at].stroke([0.12, 0.35], [0.12, 0.45]);
      const after = await viewer.waitForLabels((labels) => differs(labels[at], before[at]));
      expect(differs(after[at], before[at])).toBe(true);
      expect(after[1 - at].hashes).toEqual(before[1 - at].hashes);
      states.push(after);
    }

    // Back to the results, then through them to nothing, and forward again.
    for (const state of [states[1], states[0]]) {
      await viewer.undo();
      await viewer.waitForLabels((labels) => labels.every((one, at) => !differs(one, state[at])));
      expect((await viewer.readLabels()).map(({ hashes }) => hashes)).toEqual(
        state.map(({ hashes }) => hashes)
      );
    }
    await viewer.undo();
    const [left, right] = await viewer.waitForLabels(
      (labels) => Object.keys(labels[1].hashes).length === 0
    );
    expect(left.hashes).toEqual(accepted[0].hashes);
    expect(right.hashes).toEqual({});
    await viewer.undo();
    const none = await viewer.waitForLabels((labels) => Object.keys(labels[0].hashes).length === 0);
    expect(none.map(({ hashes }) => hashes)).toEqual([{}, {}]);
    for (let step = 0; step < 4; step++) {
      await viewer.redo();
      await page.waitForTimeout(300);
    }
    const last = states.at(-1)!;
    const redone = await viewer.waitForLabels((labels) =>
      labels.every((one, at) => !differs(one, last[at]))
    );
    expect(redone.map(({ hashes }) => hashes)).toEqual(last.map(({ hashes }) => hashes));
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});

const differs = (a: LabelReading, b: LabelReading) =>
  JSON.stringify(a.hashes) !== JSON.stringify(b.hashes);
