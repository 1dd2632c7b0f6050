/**
 * Editing in the viewer: a preview that follows a slider, rejecting it, one slice instead of all, and the viewer's own
 * brush, which is noticed and shares one history with us.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveFiles } from '../support/drawn-series';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

describeWithBrowser('editing in the viewer', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveFiles(pluginDir, [], { seedSample: true }));

  it('follows a slider, rejects, works on one slice, and notices the brush', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await viewer.chooseMethod('Threshold');

    // Keys on our slider move the preview and nothing in the viewer.
    const position = page.getByText(/\(\d+\/20\)/).first();
    const shownBefore = await position.innerText();
    const slider = panel.getByRole('slider').first();
    await slider.focus();
    await page.keyboard.press('PageUp');
    await panel.getByRole('button', { name: 'Accept' }).waitFor();
    const [low] = await viewer.readLabels();
    expect(labelledVoxels(low)).toBeGreaterThan(100_000);
    for (let press = 0; press < 8; press++) await page.keyboard.press('PageUp');
    const [high] = await viewer.waitForLabels(
      ([first]) => labelledVoxels(first) < labelledVoxels(low)
    );
    expect(labelledVoxels(high)).toBeLessThan(labelledVoxels(low));
    // It never falls back to nothing between two previews.
    expect(labelledVoxels(high)).toBeGreaterThan(0);
    expect(await position.innerText()).toBe(shownBefore);
    // An open preview is neither saved nor lost.
    await panel.getByText('Accept or reject the preview first.').waitFor();
    await panel.getByRole('button', { name: 'Reject' }).click();
    const [rejected] = await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
    expect(labelledVoxels(rejected)).toBe(0);

    const methods = panel.getByRole('region', { name: 'Methods', exact: true });
    await viewer.choose('Region', /slice/i, methods);
    await viewer.run();
    await viewer.accept();
    const [slice] = await viewer.readLabels();
    expect(Object.keys(slice.hashes)).toHaveLength(1);
    await panel.getByText('Changes are not saved yet.').waitFor();
    await viewer.saved();
    await panel.getByText('No unsaved changes.').waitFor();

    // The viewer's own brush.
    await page.locator('[data-cy="Brush-btn"]').click();
    const box = (await page.locator('canvas.cornerstone-canvas').first().boundingBox())!;
    await page.mouse.move(box.x + 40, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + box.height / 2 + 10, { steps: 8 });
    await page.mouse.up();
    const [brushed] = await viewer.waitForLabels(
      ([first]) => labelledVoxels(first) > labelledVoxels(slice)
    );
    expect(labelledVoxels(brushed)).toBeGreaterThan(labelledVoxels(slice));
    await panel.getByText('Changes are not saved yet.').waitFor();

    // One history: the brush first, then our commit.
    await viewer.undo();
    const [unbrushed] = await viewer.waitForLabels(
      ([first]) => labelledVoxels(first) === labelledVoxels(slice)
    );
    expect(unbrushed.hashes).toEqual(slice.hashes);
    await viewer.undo();
    const [empty] = await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
    expect(labelledVoxels(empty)).toBe(0);

    // A new version goes into the same series; nothing is overwritten.
    await viewer.redo();
    await viewer.waitForLabels(([first]) => labelledVoxels(first) > 0);
    await viewer.saved();
    expect(stage.served.gateway.instanceCount()).toBe(22);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it('leaves nothing of one patient behind when the mode is left', async () => {
    const { page } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    await page.locator('[data-cy="return-to-work-list"]').click();
    await page.getByText('Sample, Brain', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await viewer.waitForImage();
    expect(await viewer.readLabels()).toEqual([]);
    expect(await viewer.panel.getByRole('button', { name: 'Run', exact: true }).count()).toBe(0);
    await viewer.panel.getByText('Nothing to save yet.').waitFor();
    expect(await viewer.panel.getByRole('button', { name: /undo/i }).isDisabled()).toBe(true);
    await page.context().close();
  });
});
