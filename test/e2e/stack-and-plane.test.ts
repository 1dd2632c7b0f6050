/**
 * One segmentation in two kinds of viewport at once: a stack draws the label images, a sagittal plane beside it a volume that the
 * viewer derives from them. What is committed, painted, taken back and repeated is the same in both.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { studyUidOf, type TestSeries } from '../support/series';
import { ViewerBoard } from '../support/viewer-board';
import { ViewerPage } from '../support/viewer-page';

const SERIES: TestSeries = {
  patientName: 'Stack^Plane',
  uid: '2.25.231',
  ...{ rows: 64, columns: 64, slices: 16 },
};

describeWithBrowser('a stack and a plane of one series', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) => serveSeries(pluginDir, [SERIES]));

  it('show the same labels after a commit, a stroke, undo and redo', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(SERIES));
    const [stack, plane] = [new ViewerBoard(page, 0), new ViewerBoard(page, 1)];
    await openPlaneBeside(page, plane);
    await viewer.waitForImage();

    await stack.click([0.5, 0.5]);
    await viewer.chooseMethod("Otsu's threshold");
    await viewer.run();
    await viewer.accept();
    await plane.click([0.5, 0.5]);
    await showSegmentation(page);
    const first = await settled(page);
    expect(Object.keys(first.volume)).toHaveLength(SERIES.slices);

    // A second commit from the plane, and a stroke of the viewer's brush on the stack.
    await viewer.chooseMethod('Threshold');
    await viewer.run();
    await viewer.accept();
    const second = await settled(page);
    await page.locator('[data-cy="Brush-btn"]').click();
    await stack.click([0.1, 0.4]);
    await stack.stroke([0.1, 0.35], [0.1, 0.45]);
    const third = await settled(page);

    const states = [first, second, third];
    for (const { volume, images } of states) expect(volume).toEqual(images);
    expect(new Set(states.map(({ volume }) => JSON.stringify(volume))).size).toBe(3);
    // The result lies in both viewports; the stroke is beside the plane.
    expect(second.pictures[0]).not.toBe(first.pictures[0]);
    expect(second.pictures[1]).not.toBe(first.pictures[1]);
    expect(third.pictures[0]).not.toBe(second.pictures[0]);

    await stack.hover([0.5, 0.9]);
    for (const state of [second, first]) {
      await viewer.undo();
      expect(await becomes(page, state)).toEqual(state);
    }
    await viewer.undo();
    const none = await becomes(page, { images: {}, volume: {} });
    expect([none.images, none.volume]).toEqual([{}, {}]);
    for (const at of [0, 1]) expect(none.pictures[at]).not.toBe(first.pictures[at]);
    for (const state of states) {
      await viewer.redo();
      expect(await becomes(page, state)).toEqual(state);
    }
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });
});

/** A second viewport with the same series, turned to its sagittal plane. */
async function openPlaneBeside(page: Page, plane: ViewerBoard): Promise<void> {
  await page.locator('[data-cy=Layout]').click();
  await page.locator('[data-cy=Layout-1-0]').click();
  const pane = page.locator('[data-cy=viewport-pane]').nth(1);
  await pane.click();
  await page.locator('[data-cy=study-browser-thumbnail]').first().dblclick();
  await pane.locator('canvas.cornerstone-canvas').waitFor();
  await plane.hover([0.5, 0.5]);
  await pane.locator('[data-cy=orientationMenu-btn]').click();
  await page.getByText('Sagittal', { exact: true }).click();
}

/** Adds the segmentation to the active viewport by the viewer's own menu. */
async function showSegmentation(page: Page): Promise<void> {
  const pane = page.locator('[data-cy=viewport-pane]').nth(1);
  await pane.locator('[data-cy^=dataOverlayMenu][data-cy$=btn]').click();
  await page.locator('[data-cy^=AddSegmentationDataOverlay]').click();
  await page
    .getByRole('combobox')
    .filter({ hasText: /select a segmentation/i })
    .click();
  await page.getByRole('option').first().click();
  await page.keyboard.press('Escape');
}

/** What the viewports draw. */
interface Reading {
  /** Hash of each label image that holds labels, by SOP Instance UID: what the stack draws. */
  readonly images: Readonly<Record<string, string>>;
  /** As `images`, of the slices of the volume that the plane draws. */
  readonly volume: Readonly<Record<string, string>>;
  /** Hash of what each viewport shows. */
  readonly pictures: readonly string[];
}

/** Reads until nothing changes any more. */
async function settled(page: Page): Promise<Reading> {
  for (let before = await read(page); ;) {
    await page.waitForTimeout(700);
    const now = await read(page);
    if (JSON.stringify(now) === JSON.stringify(before)) return now;
    before = now;
  }
}

/** Reads until it is as wanted; the last reading otherwise. */
async function becomes(page: Page, wanted: Partial<Reading>): Promise<Reading> {
  const deadline = Date.now() + PATIENCE_MS / 3;
  for (;;) {
    const now = await settled(page);
    const isSo = isDeepStrictEqual({ ...now, ...wanted }, now);
    if (isSo || Date.now() > deadline) return now;
  }
}

async function read(page: Page): Promise<Reading> {
  const [labels] = await new ViewerPage(page).readLabels();
  return { images: labels.hashes, ...(await readDrawn(page)) };
}

function readDrawn(page: Page): Promise<Omit<Reading, 'images'>> {
  return page.evaluate(() => {
    interface HostPage {
      readonly cornerstone: {
        readonly cache: {
          getImage(id: string): { readonly referencedImageId: string };
          getVolume(id: string):
            | {
                readonly imageIds: readonly string[];
                readonly voxelManager: { getCompleteScalarDataArray(): ArrayLike<number> };
              }
            | undefined;
        };
        getRenderingEngines(): readonly {
          getViewports(): readonly {
            readonly type: string;
            getActors(): readonly { readonly referencedId?: string; representationUID?: string }[];
          }[];
        }[];
      };
    }
    const { cornerstone } = window as unknown as HostPage;
    const hashOf = (values: ArrayLike<number>, from = 0, to = values.length) => {
      let hash = 0x811c9dc5;
      let isEmpty = true;
      for (let at = from; at < to; at++) {
        hash = Math.imul(hash ^ values[at], 0x01000193) >>> 0;
        if (values[at] !== 0) isEmpty = false;
      }
      return isEmpty ? '' : hash.toString(16);
    };
    const drawn = cornerstone
      .getRenderingEngines()
      .flatMap((engine) => engine.getViewports())
      .filter(({ type }) => type === 'orthographic')
      .flatMap((viewport) => viewport.getActors())
      .find(({ representationUID }) => representationUID?.includes('Labelmap'));
    const volume = cornerstone.cache.getVolume(drawn?.referencedId ?? '');
    const all = volume?.voxelManager.getCompleteScalarDataArray() ?? [];
    const ids = volume?.imageIds ?? [];
    const sliceVoxels = all.length / ids.length;
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>('canvas.cornerstone-canvas')];
    return {
      volume: Object.fromEntries(
        ids.flatMap((id, k) => {
          const hash = hashOf(all, k * sliceVoxels, (k + 1) * sliceVoxels);
          const { referencedImageId } = cornerstone.cache.getImage(id);
          const instance = /instances\/([0-9.]+)/.exec(referencedImageId)?.[1] ?? '';
          return hash === '' ? [] : [[instance, hash]];
        })
      ),
      pictures: canvases.map((canvas) => {
        const context = canvas.getContext('2d', { willReadFrequently: true });
        return hashOf(context?.getImageData(0, 0, canvas.width, canvas.height).data ?? []);
      }),
    };
  });
}
