/**
 * A level set is seen on its way: from a sphere that is drawn, and from a segment that is there, its outline moves in all three
 * planes until it rests on the border. By mouse and keyboard.
 */
import type { Page } from 'playwright-core';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { ball, studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { ViewerPage } from '../support/viewer-page';

const [ROWS, COLUMNS, SLICES] = [128, 128, 48];
const SERIES: TestSeries = {
  patientName: 'Contour^Moving',
  uid: '2.25.231',
  rows: ROWS,
  columns: COLUMNS,
  slices: SLICES,
};
const BALL = Array.from({ length: SLICES }, (_, slice) =>
  new Int16Array(ball(ROWS, COLUMNS, SLICES, slice).buffer).reduce(
    (count, value) => count + Number(value === 200),
    0
  )
).reduce((sum, count) => sum + count, 0);

describeWithBrowser('a contour that moves', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveSeries(pluginDir, [SERIES]), { breathMs: 150 });

  it('is shown step by step from a sphere and from a segment', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.open(stage.served.gateway.url, studyUidOf(SERIES), '&hangingprotocolid=mpr');
    const axial = new ViewerBoard(page);
    const accept = panel.locator('button:enabled', { hasText: 'Accept' });
    const setIterations = async (count: number) => {
      const field = panel.getByRole('spinbutton', { name: 'Iterations' });
      await field.fill(String(count));
      await field.press('Enter');
    };
    const labels = async () => (await viewer.readLabels())[0];

    // A few steps leave a small segment.
    await viewer.chooseMethod('Level set');
    const form = panel.getByRole('region', { name: 'Methods', exact: true });
    await viewer.choose('Region', 'Whole volume', form);
    await setIterations(3);
    await axial.stroke([0.5, 0.5], [0.58, 0.5]);
    await accept.click();
    await accept.waitFor({ state: 'detached' });
    const small = (await labels()).counts[1];
    expect(small).toBeGreaterThan(0);
    expect(small).toBeLessThan(0.2 * BALL);

    // From a sphere.
    await setIterations(120);
    let steps = await watchOutlines(page);
    await axial.stroke([0.5, 0.5], [0.58, 0.5]);
    await accept.waitFor();
    expectToGrow(await steps());
    expect(await axial.marksBecome('foresight', 0)).toBe(0);
    expect((await labels()).counts[2] / BALL).toBeCloseTo(1, 1);
    await page.keyboard.press('Escape');
    await accept.waitFor({ state: 'detached' });

    // From the segment that is there.
    await panel.getByRole('button', { name: 'Write into Segment 1' }).click();
    steps = await watchOutlines(page);
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await accept.waitFor();
    expectToGrow(await steps());
    expect(await axial.marksBecome('foresight', 0)).toBe(0);
    await accept.click();
    await accept.waitFor({ state: 'detached' });
    const { counts } = await labels();
    expect(counts[1] / BALL).toBeCloseTo(1, 1);
    expect(counts[2] ?? 0).toBe(0);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});

/** Widths of the outlines (pixels of the screen) in the order in which they were seen, by plane. */
type Outlines = readonly (readonly number[])[];

/** In every plane the outline was seen at least twice, further out each time but for a little. */
function expectToGrow(outlines: Outlines): void {
  expect(outlines).toHaveLength(3);
  for (const widths of outlines) {
    expect(widths.length).toBeGreaterThanOrEqual(2);
    expect(widths[widths.length - 1]).toBeGreaterThan(1.02 * widths[0]);
    for (const [at, width] of widths.slice(1).entries()) {
      expect(width).toBeGreaterThan(0.95 * widths[at]);
    }
  }
}

interface WatchedPage {
  cordonOutlines: number[][];
}

/** Looks from now on at the outlines of what is being computed; the answer tells what was seen. */
async function watchOutlines(page: Page): Promise<() => Promise<Outlines>> {
  await page.evaluate(() => {
    const watched = window as unknown as WatchedPage;
    const panes = [...document.querySelectorAll('[data-cy=viewport-pane]')];
    watched.cordonOutlines = panes.map(() => []);
    for (const [at, pane] of panes.entries()) {
      const look = () => {
        const shape = pane.querySelector<SVGPathElement>('path[data-cordon=foresight]');
        const width = shape?.getBBox().width ?? 0;
        if (width > 0) watched.cordonOutlines[at].push(width);
      };
      new MutationObserver(look).observe(pane, {
        subtree: true,
        childList: true,
        attributeFilter: ['d'],
      });
    }
  });
  return () => page.evaluate(() => (window as unknown as WatchedPage).cordonOutlines);
}
