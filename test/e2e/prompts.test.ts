/**
 * What a person draws: scribbles and a box in the planes of an MPR, each stroke one undo step, the result after each stroke,
 * nothing left in the next visit. By mouse and keyboard.
 */
import type { Browser } from 'playwright-core';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
} from '../support/browser';
import { serveSeries, type DrawnSeries } from '../support/drawn-series';
import { studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const SIZE = { rows: 64, columns: 64, slices: 16 };
const PLANES: TestSeries = { patientName: 'Three^Planes', uid: '2.25.203', ...SIZE };

describeWithBrowser('drawing', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const plugin = copyPlugin();
  let served: DrawnSeries;
  let browser: Browser;

  beforeAll(async () => {
    served = await serveSeries(plugin.folder, [PLANES]);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await served?.close();
    plugin.remove();
  });

  it('draws in the planes of an MPR, each mark only where it lies', async () => {
    const { page, complaints } = await newPage(browser);
    const viewer = new ViewerPage(page);
    await viewer.open(served.gateway.url, studyUidOf(PLANES), '&hangingprotocolid=mpr');
    const boards = [0, 1, 2].map((index) => new ViewerBoard(page, index));
    const [axial, sagittal, coronal] = boards;
    const marks = (role: string) => Promise.all(boards.map((board) => board.marks(role)));
    await viewer.chooseMethod('Graph cut');
    const accept = viewer.panel.getByRole('button', { name: 'Accept' });

    // A box from one plane is seen in all three, and made flatter in another one.
    await page.locator('[data-cy=cordon-tool-box]').click();
    await axial.stroke([0.05, 0.31], [0.95, 0.69]);
    expect(await marks('box')).toEqual([1, 1, 1]);
    expect(await marks('box-handle')).toEqual([8, 8, 8]);
    const before = await coronal.extent('box');
    const lowest = await coronal.extent('box-handle', 3);
    await coronal.drag(lowest, [0, -25]);
    const after = await coronal.extent('box');
    expect(after.height).toBeLessThan(before.height);
    expect(after.width).toBeCloseTo(before.width, 0);
    await viewer.undo();
    expect((await coronal.extent('box')).height).toBeCloseTo(before.height, 0);
    await viewer.redo();

    // A stroke across the slices is a point in the slices that it crosses.
    await page.locator('[data-cy=cordon-tool-scribble]').click();
    await sagittal.stroke([0.5, 0.48], [0.5, 0.52]);
    await sagittal.stroke([0.08, 0.48], [0.08, 0.52], 'Shift');
    await accept.waitFor();
    expect(await sagittal.marks('scribble')).toBe(2);
    const across = await axial.extent('scribble');
    const along = await sagittal.extent('scribble');
    expect(along.height).toBeGreaterThan(1.2 * along.width);
    expect(across.height).toBeLessThan(along.height);
    const [cut] = await viewer.waitForLabels(([labels]) => labelledVoxels(labels) > 0);
    expect(Object.keys(cut.hashes).length).toBeGreaterThan(3);

    // Elsewhere there is nothing of it.
    await axial.hover([0.5, 0.5]);
    for (let step = 0; step < 6; step++) await page.mouse.wheel(0, 100);
    await page.waitForTimeout(500);
    expect(await axial.marks('scribble')).toBe(0);
    expect(await sagittal.marks('scribble')).toBe(2);

    await page.keyboard.press('Escape');
    await viewer.waitForLabels(([labels]) => labelledVoxels(labels) === 0);
    expect(await sagittal.marks('scribble')).toBe(2);
    await page.keyboard.press('Escape');
    expect(await marks('scribble')).toEqual([0, 0, 0]);
    expect(await marks('box')).toEqual([0, 0, 0]);

    // Nothing of it in the next visit.
    await viewer.undo();
    expect(await sagittal.marks('scribble')).toBe(2);
    await page.locator('[data-cy="return-to-work-list"]').click();
    await page.getByText('Three, Planes', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await viewer.waitForImage();
    expect(await axial.marks('scribble')).toBe(0);
    // The viewer's own answer to the wheel in this browser.
    const ofTheHost = 'Unable to preventDefault inside passive event listener invocation.';
    expect(complaints.errors.filter((text) => text !== ofTheHost)).toEqual([]);
    await page.context().close();
  });
});
