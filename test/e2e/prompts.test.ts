/**
 * What a person draws: scribbles on a stack, scribbles and a box in the planes of an MPR; each stroke one undo step, the result
 * after each stroke, nothing on another series, the same voxels on the command line. By mouse and keyboard.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const SIZE = { rows: 64, columns: 64, slices: 16 };
const STACK: TestSeries = { patientName: 'Drawn^Upon', uid: '2.25.201', ...SIZE };
/** In the same study, in a frame of reference of its own. */
const OTHER: TestSeries = {
  ...STACK,
  uid: '2.25.202',
  slices: 5,
  image: { study: studyUidOf(STACK), seriesDescription: 'Another series' },
};
/** In the same study and frame of reference: the same place in the patient by coarser voxels. */
const COARSE: TestSeries = {
  ...STACK,
  uid: '2.25.204',
  ...{ rows: 32, columns: 32 },
  image: { study: studyUidOf(STACK), seriesDescription: 'Coarse series' },
  extra: () => [
    [0x00200052, 'UI', `${STACK.uid}.9`],
    [0x00280030, 'DS', '1.8\\1.4'],
  ],
};
const PLANES: TestSeries = { patientName: 'Three^Planes', uid: '2.25.203', ...SIZE };

describeWithBrowser('drawing', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveSeries(pluginDir, [STACK, OTHER, COARSE, PLANES]));

  it('scribbles on a stack, stroke by stroke, and stays away from another series', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const showSeries = async (count: number) => {
      await page.locator('[data-cy=Layout]').click();
      await page.locator(`[data-cy=Layout-${count - 1}-0]`).click();
      await page.waitForFunction(
        (wanted) => document.querySelectorAll('canvas.cornerstone-canvas').length === wanted,
        count
      );
      await viewer.waitForImage();
    };
    await viewer.open(stage.served.gateway.url, studyUidOf(STACK));
    await showSeries(1);
    await viewer.chooseMethod('Watershed');
    const board = new ViewerBoard(page);
    const accept = viewer.panel.getByRole('button', { name: 'Accept' });

    // One stroke is not enough, and that is no error.
    await board.stroke([0.45, 0.5], [0.55, 0.5]);
    await viewer.panel.getByText(/mark the background/i).waitFor();
    expect(await board.marks('scribble')).toBe(1);
    await board.stroke([0.25, 0.16], [0.75, 0.16], 'Shift');
    await accept.waitFor();
    const [first] = await viewer.waitForLabels(([labels]) => labelledVoxels(labels) > 0);

    // Each stroke is one step: taken back, done again, the result follows.
    await viewer.undo();
    await viewer.panel.getByText(/mark the background/i).waitFor();
    const [none] = await viewer.waitForLabels(([labels]) => labelledVoxels(labels) === 0);
    expect(labelledVoxels(none)).toBe(0);
    expect(await board.marksBecome('scribble', 1)).toBe(1);
    await viewer.redo();
    await accept.waitFor();
    const [again] = await viewer.waitForLabels(
      ([labels]) => labelledVoxels(labels) === labelledVoxels(first)
    );
    expect(again.counts).toEqual(first.counts);
    expect(again.segments).toEqual(first.segments);
    expect(again.hashes).toEqual(first.hashes);

    // The eraser is at hand with a key; what is left is not enough again.
    await board.stroke([0.2, 0.16], [0.8, 0.16], 'Control');
    await viewer.panel.getByText(/mark the background/i).waitFor();
    await viewer.undo();
    expect(await board.marksBecome('scribble', 2)).toBe(2);
    await accept.waitFor();

    // Another series: nothing is drawn, nothing is lost, and it says why.
    await showSeries(3);
    const panes = page.locator('[data-cy=viewport-pane]');
    const titles = await panes.allInnerTexts();
    const boardOf = (title: string) =>
      new ViewerBoard(
        page,
        titles.findIndex((text) => text.includes(title))
      );
    const beside = boardOf('Another series');
    // In the same frame of reference they are seen at the same place of the patient.
    const coarse = boardOf('Coarse series');
    expect(await coarse.marks('scribble')).toBe(2);
    const places = async (on: ViewerBoard) => {
      const both = [await on.share('scribble', 0), await on.share('scribble', 1)];
      return both.sort(([, a], [, b]) => a - b).flat();
    };
    const here = await places(board);
    for (const [at, share] of (await places(coarse)).entries()) {
      expect(Math.abs(share - here[at])).toBeLessThan(0.02);
    }
    await beside.stroke([0.4, 0.5], [0.6, 0.5]);
    await viewer.panel.getByText('Nothing was drawn here').waitFor();
    expect(await beside.marks('scribble')).toBe(0);
    expect(await board.marks('scribble')).toBe(2);
    expect(await accept.isVisible()).toBe(true);

    // Enter over the image accepts; the marks have become the result and come back with it.
    await board.hover([0.5, 0.5]);
    await page.keyboard.press('Enter');
    await accept.waitFor({ state: 'detached' });
    expect(await board.marks('scribble')).toBe(0);
    const [accepted] = await viewer.readLabels();
    expect(accepted.hashes).toEqual(first.hashes);
    await viewer.undo();
    await viewer.waitForLabels(([labels]) => labelledVoxels(labels) === 0);
    expect(await board.marksBecome('scribble', 2)).toBe(2);
    await viewer.redo();
    const [redone] = await viewer.waitForLabels(
      ([labels]) => labelledVoxels(labels) === labelledVoxels(first)
    );
    expect(redone.hashes).toEqual(first.hashes);
    expect(await board.marks('scribble')).toBe(0);

    await viewer.saved();
    const segments = await stage.served.rerunStored();
    expect(segments.map(({ dice }) => dice)).toEqual([1]);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it('keeps what is drawn for a segment that is deleted, says so, and writes into a new one', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.open(stage.served.gateway.url, studyUidOf(STACK));
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    await viewer.chooseMethod('Watershed');
    const methods = panel.getByRole('region', { name: 'Methods', exact: true });
    await viewer.choose('Into', 'Segment 1', methods);
    const board = new ViewerBoard(page);
    await board.stroke([0.45, 0.5], [0.55, 0.5]);
    await panel.getByText(/mark the background/i).waitFor();

    await viewer.deleteInHostList('Segment 1');
    await panel.getByText('“Segment 1” was deleted').waitFor();
    await panel.getByText('the next result makes a new segment').waitFor();
    expect(await board.marks('scribble')).toBe(1);
    await board.stroke([0.25, 0.33], [0.75, 0.33], 'Shift');
    await viewer.accept();
    const [made] = await viewer.readLabels();
    expect(made.segments).toHaveLength(1);
    expect(labelledVoxels(made)).toBeGreaterThan(0);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it('draws in the planes of an MPR, each mark only where it lies', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(PLANES), '&hangingprotocolid=mpr');
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
    expect(await sagittal.marksBecome('scribble', 2)).toBe(2);
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
