/**
 * What all methods share: unsaved work over reload, crash and two tabs; one patient after another; measures; how a segment was
 * made; the write rule for the viewer's own brush; undo; accessibility of the panel.
 */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveFiles } from '../support/drawn-series';
import { makeSeries, type TestSeries } from '../support/series';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const SECOND_PATIENT: TestSeries = {
  patientName: 'Second^Patient',
  uid: '2.25.201',
  rows: 32,
  columns: 32,
  slices: 3,
};

describeWithBrowser('the workbench in the viewer', () => {
  jest.setTimeout(5 * PATIENCE_MS);
  const stage = openStage((pluginDir) =>
    serveFiles(pluginDir, makeSeries(SECOND_PATIENT), { seedSample: true })
  );

  it('keeps unsaved work over a crash, tells a second tab, and forgets it once it is saved', async () => {
    const { page } = await newPage(stage.browser);
    const context = page.context();
    const viewer = new ViewerPage(page);
    await beforeWorker(
      page,
      `const put = IDBObjectStore.prototype.put;
       let drafts = 0;
       IDBObjectStore.prototype.put = function (...row) {
         if (this.name === 'drafts' && ++drafts === 1) throw new DOMException('full', 'QuotaExceededError');
         return put.apply(this, row);
       };`
    );
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    const [accepted] = await viewer.readLabels();
    // The disk is full: said for as long as it is so. With the next change there is room again.
    await viewer.panel.getByText('storage is full').waitFor();
    await viewer.undo();
    await viewer.redo();
    await viewer.panel.getByText('storage is full').waitFor({ state: 'detached' });
    // A preview that nobody has accepted is no work that is kept.
    await viewer.chooseMethod('Threshold');
    await viewer.run();
    await waitForDrafts(page, 1);

    const beside = await context.newPage();
    await beside.goto(page.url(), { waitUntil: 'domcontentloaded' });
    const other = new ViewerPage(beside);
    await other.waitForImage();
    await other.panel.getByText('This study is being segmented in another tab').waitFor();
    expect(await other.panel.getByRole('button', { name: 'Restore' }).count()).toBe(0);
    await beside.close();

    await Promise.all([
      page.waitForEvent('crash'),
      page.goto('chrome://crash').catch(() => undefined),
    ]);
    await page.close();

    const next = await context.newPage();
    const again = new ViewerPage(next);
    await again.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await again.panel.getByRole('button', { name: 'Restore' }).click();
    // It is filled slice by slice.
    const [restored] = await again.waitForLabels(
      ([one]) => labelledVoxels(one) === labelledVoxels(accepted)
    );
    expect(restored.hashes).toEqual(accepted.hashes);
    expect(restored.segments).toEqual(accepted.segments);
    await again.panel.getByText('Changes are not saved yet.').waitFor();
    await again.saved();
    await waitForDrafts(next, 0);
    await context.close();
  });

  it('holds brushes to the write rule, measures live, takes everything back, and is accessible', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    const keys = await keysInHostDialog(page);
    expect(keys).toMatchObject({ 'Cordon – run': 'Shift+R', 'Cordon – accept': 'Shift+A' });
    expect(Object.keys(keys).filter((label) => label.startsWith('Cordon – '))).toHaveLength(9);
    expect(new Set(Object.values(keys)).size).toBe(Object.keys(keys).length);
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    // A key of ours, bound by the viewer.
    await page.keyboard.press('Shift+A');
    await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
    const [otsu] = await viewer.readLabels();

    const measures = panel.locator('[data-cy=cordon-measures]');
    await measures.getByRole('button', { name: /^More about Segment 1/ }).click();
    await measures.getByText('Surface').waitFor();
    const spoken = await measures.innerText();
    expect(spoken).toContain(labelledVoxels(otsu).toLocaleString('en'));
    const mean = await meanInside(page);
    expect(Number(/([\d.,]+) ±/.exec(spoken)?.[1])).toBeCloseTo(mean, -0.5);

    // The viewer's own brush, over the segment that must not be touched.
    await viewer.choose('Area', 'Outside segments');
    await panel.getByRole('button', { name: 'Add a segment' }).first().click();
    await panel.getByRole('button', { name: 'Write into Segment 2' }).waitFor();
    await page.locator('[data-cy="Brush-btn"]').click();
    const image = (await page.locator('canvas.cornerstone-canvas').first().boundingBox())!;
    const y = image.y + image.height / 2;
    await page.mouse.move(image.x + 60, y);
    await page.mouse.down();
    await page.mouse.move(image.x + image.width / 2, y, { steps: 12 });
    await page.mouse.up();
    await panel.getByText('A part of the stroke was taken back').waitFor();
    const [brushed] = await viewer.waitForLabels(([one]) => (one.counts['2'] ?? 0) > 0);
    expect(brushed.counts['1']).toBe(otsu.counts['1']);
    expect(brushed.counts['2']).toBeGreaterThan(0);
    await viewer.undo();
    const [unbrushed] = await viewer.waitForLabels(([one]) => one.counts['2'] === undefined);
    expect(unbrushed.hashes).toEqual(otsu.hashes);
    await viewer.redo();
    const [rebrushed] = await viewer.waitForLabels(
      ([one]) => one.counts['2'] === brushed.counts['2']
    );
    expect(rebrushed.hashes).toEqual(brushed.hashes);

    await viewer.choose('Reference', 'Segment 1', measures);
    await viewer.choose('Candidate', 'Segment 2', measures);
    // They share no voxel.
    await measures.locator('[data-cy=cordon-agreement]').getByText('HD95').waitFor();
    expect(await measures.innerText()).toMatch(/Dice\s+0\s+Jaccard\s+0\s/);

    // A locked segment is not deleted; an unlocked one comes back with one step.
    await panel.getByRole('button', { name: 'Lock Segment 2' }).click();
    await viewer.deleteInHostList('Segment 2');
    await panel.getByText('“Segment 2” was not deleted').waitFor();
    expect((await viewer.readLabels())[0].hashes).toEqual(brushed.hashes);
    await panel.getByRole('button', { name: 'Unlock Segment 2' }).click();
    await viewer.deleteInHostList('Segment 2');
    const [deleted] = await viewer.waitForLabels(([one]) => one.segments.length === 1);
    expect(deleted.hashes).toEqual(otsu.hashes);
    await viewer.undo();
    const [undeleted] = await viewer.waitForLabels(([one]) => one.segments.length === 2);
    expect(undeleted.hashes).toEqual(brushed.hashes);

    // How it was made, and made again as a preview.
    const recipes = panel.locator('[data-cy=cordon-recipes]');
    await recipes.locator('summary').filter({ hasText: 'Segment 1' }).click();
    await recipes.getByText("1. Otsu's threshold").waitFor();
    expect(await recipes.innerText()).toContain('automatic');
    expect(await seriousFaults(page)).toEqual([]);
    await recipes.getByRole('button', { name: 'Apply again' }).click();
    await panel.getByRole('button', { name: 'Accept' }).waitFor();
    await page.keyboard.press('Shift+X');
    await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
    expect((await viewer.readLabels())[0].hashes).toEqual(brushed.hashes);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it('works where the browser stores nothing, and says so', async () => {
    const { page } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    // As a browser does it whose settings, or its owner's, deny storage.
    await beforeWorker(
      page,
      "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };"
    );
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await viewer.panel.getByText('Unsaved work is not kept on this computer').waitFor();
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    expect(labelledVoxels((await viewer.readLabels())[0])).toBeGreaterThan(100_000);
    await viewer.panel.getByText('allow this site to store data').waitFor();
    await viewer.saved();
    await page.context().close();
  });

  it('shows the second patient nothing of the first', async () => {
    const { page } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    const { panel } = viewer;
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    await panel.locator('[data-cy=cordon-measures]').waitFor();
    // Left at once: what was accepted a moment ago is kept on the way out.
    await page.locator('[data-cy="return-to-work-list"]').click();
    await page.getByText('Second, Patient', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await viewer.waitForImage();
    await panel.getByText('Nothing to save yet.').waitFor();
    const text = await panel.innerText();
    for (const word of ['Segment 1', 'Axial oblique', 'Unsaved work', '±', 'Accept']) {
      expect(text).not.toContain(word);
    }
    expect(await viewer.readLabels()).toEqual([]);
    expect(await panel.getByRole('button', { name: 'Undo' }).isDisabled()).toBe(true);

    await page.locator('[data-cy="return-to-work-list"]').click();
    await page.getByText('Sample, Brain', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await viewer.waitForImage();
    await panel.getByRole('button', { name: 'Discard' }).click();
    await panel.getByRole('button', { name: 'Discard for good?' }).click();
    await waitForDrafts(page, 0);
    await page.context().close();
  });
});

/** Runs a script in the workbench's worker before its own. */
async function beforeWorker(page: Page, script: string): Promise<void> {
  await page.route('**/workbench.worker.js', async (route) => {
    const response = await route.fetch();
    const { 'content-encoding': coding, 'content-length': size, ...headers } = response.headers();
    void [coding, size]; // of the body as it was sent
    await route.fulfill({ response, headers, body: `${script}\n${await response.text()}` });
  });
}

/** Labels and keys of the viewer's dialog for keys. */
async function keysInHostDialog(page: Page): Promise<Readonly<Record<string, string>>> {
  const settings = '//*[@data-cy="redo-btn"]/following::button[@aria-haspopup="menu"]';
  await page.locator(settings).first().click();
  await page.getByRole('menuitem', { name: 'Preferences' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Hotkeys', { exact: true }).waitFor();
  const rows = await dialog
    .locator('input')
    .evaluateAll((inputs) =>
      inputs.map((input) => [
        input.previousElementSibling?.textContent,
        (input as HTMLInputElement).value,
      ])
    );
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  return Object.fromEntries(rows) as Readonly<Record<string, string>>;
}

/** Deletes a segment with the menu of the viewer's own list. */
/** Mean of the image in the voxels of segment 1, read from what the viewer holds. */
function meanInside(page: Page): Promise<number> {
  return page.evaluate(() => {
    interface Image {
      readonly referencedImageId: string;
      readonly voxelManager: { getScalarData(): ArrayLike<number> };
    }
    const { cornerstone, services } = window as unknown as {
      readonly cornerstone: { readonly cache: { getImage(id: string): Image } };
      readonly services: {
        readonly segmentationService: {
          getSegmentations(): readonly {
            readonly representationData: { readonly Labelmap: { readonly imageIds: string[] } };
          }[];
        };
      };
    };
    const [{ representationData }] = services.segmentationService.getSegmentations();
    let [sum, count] = [0, 0];
    for (const id of representationData.Labelmap.imageIds) {
      const labels = cornerstone.cache.getImage(id);
      const values = cornerstone.cache.getImage(labels.referencedImageId).voxelManager;
      const [inside, image] = [labels.voxelManager.getScalarData(), values.getScalarData()];
      for (let at = 0; at < inside.length; at++) {
        if (inside[at] !== 1) continue;
        sum += image[at];
        count++;
      }
    }
    return sum / count;
  });
}

/** What axe finds in our panel that keeps people out, colours included. */
async function seriousFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { readonly axe: typeof axe }).axe.run(
      '[data-cy=cordon-panel]'
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Waits until the browser's store holds this number of drafts. */
async function waitForDrafts(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      new Promise<boolean>((resolve) => {
        const opening = indexedDB.open('cordon-drafts');
        opening.onsuccess = () => {
          const database = opening.result;
          const counting = database.transaction('drafts').objectStore('drafts').count();
          counting.onsuccess = () => {
            database.close();
            resolve(counting.result === wanted);
          };
        };
      }),
    count,
    { timeout: PATIENCE_MS, polling: 200 }
  );
}
