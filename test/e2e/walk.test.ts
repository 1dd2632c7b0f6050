/**
 * The whole way with the embedded archive: study list → mode → real MR → Otsu → accept → undo → redo → save → a new
 * browser → the same voxels. By mouse and keyboard.
 */
import type { Locator } from 'playwright-core';
import { describeWithBrowser, newPage } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveFiles } from '../support/drawn-series';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

describeWithBrowser('the walk with the embedded archive', () => {
  jest.setTimeout(240_000);
  const stage = openStage((pluginDir) => serveFiles(pluginDir, [], { seedSample: true }));

  it('segments, undoes, saves and finds the same voxels in another browser', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    await page.addInitScript(() => {
      // Counts the WebAssembly that the page itself runs; workers have their own.
      const counter = window as unknown as { cordonTestWasm: number };
      counter.cordonTestWasm = 0;
      const { instantiate } = WebAssembly;
      const { Instance } = WebAssembly;
      WebAssembly.instantiate = ((...args: Parameters<typeof instantiate>) => {
        counter.cordonTestWasm++;
        return instantiate(...args);
      }) as typeof instantiate;
      WebAssembly.Instance = new Proxy(Instance, {
        construct(target, args) {
          counter.cordonTestWasm++;
          return new target(...(args as ConstructorParameters<typeof Instance>));
        },
      });
    });
    const viewer = new ViewerPage(page);
    await viewer.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    expect(await greyLevels(page.locator('canvas.cornerstone-canvas').first())).toBeGreaterThan(20);
    const thumbnail = page.locator('[data-cy=study-browser-thumbnail] img').first();
    expect(await greyLevels(thumbnail)).toBeGreaterThan(20);

    const wasmBefore = await page.evaluate(
      () => (window as unknown as { cordonTestWasm: number }).cordonTestWasm
    );
    const events = await viewer.countLabelEvents();
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    const [preview] = await viewer.readLabels();
    expect(labelledVoxels(preview)).toBeGreaterThan(100_000);
    await viewer.accept();
    const [accepted] = await viewer.readLabels();
    expect(accepted.hashes).toEqual(preview.hashes);
    expect(await events()).toBe(1);
    // No kernel runs on the page's own thread.
    expect(workers.some((url) => url.includes('classical.worker'))).toBe(true);
    const wasmAfter = await page.evaluate(
      () => (window as unknown as { cordonTestWasm: number }).cordonTestWasm
    );
    expect(wasmAfter).toBe(wasmBefore);

    await viewer.undo();
    const undone = await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
    expect(labelledVoxels(undone[0])).toBe(0);
    expect(await events(2)).toBe(2);
    await viewer.redo();
    const [redone] = await viewer.waitForLabels(
      ([first]) => labelledVoxels(first) === labelledVoxels(accepted)
    );
    expect(redone.hashes).toEqual(accepted.hashes);
    expect(await events(3)).toBe(3);

    const outcome = await viewer.save();
    expect(outcome).toEqual({ isSaved: true, text: expect.stringContaining('gave it back') });
    await viewer.storedSegmentations().first().waitFor();
    expect(stage.served.gateway.instanceCount()).toBe(21);
    expect(complaints.errors).toEqual([]);
    await page.context().close();

    const second = await newPage(stage.browser);
    const other = new ViewerPage(second.page);
    await other.openFromStudyList(stage.served.gateway.url, 'Sample, Brain');
    await other.openSegmentation();
    const [reopened] = await other.waitForLabels(([first]) => labelledVoxels(first) > 0);
    expect(reopened.hashes).toEqual(accepted.hashes);
    expect(reopened.counts).toEqual(accepted.counts);
    expect(reopened.segments).toEqual(accepted.segments);
    expect(second.complaints.errors).toEqual([]);
    await second.page.context().close();
  });
});

/** Number of different grey levels in what an element shows on the screen. */
async function greyLevels(element: Locator): Promise<number> {
  const png = await element.screenshot();
  return element.page().evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const levels = new Set<number>();
    for (let at = 0; at < data.length; at += 4) levels.add(data[at]);
    return levels.size;
  }, png.toString('base64'));
}
