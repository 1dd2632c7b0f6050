/**
 * Brain structures on a real MPRAGE (192 sagittal slices): one button, progress, cancel, again, accept, volumes with left beside right
 * and as CSV, save, and the same in another browser. A chest CT is refused before anything runs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { sharedData, sharedMissing } from '../support/shared-data';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const ARCHIVES = [
  ['dicom-brain-mprage', 'mprage.tar.xz'],
  ['dicom-chest-ct-lidc', 'ct.tar.xz'],
] as const;

describeWithBrowser(
  'brain structures',
  () => {
    jest.setTimeout(8 * PATIENCE_MS);
    const folder = mkdtempSync(join(tmpdir(), 'cordon-brain-'));
    const plugin = copyPlugin();
    let gateway: Gateway;
    let browser: Browser;

    beforeAll(async () => {
      const images = join(folder, 'images');
      mkdirSync(images);
      for (const [data, archive] of ARCHIVES) {
        execFileSync('tar', ['-xJf', sharedData(data, archive), '-C', images]);
      }
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'archive', directory: join(folder, 'archive') },
        imports: [images],
      });
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      plugin.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    /** UID of the study with images of this modality. */
    async function studyOf(modality: string): Promise<string> {
      const query = `ModalitiesInStudy=${modality}`;
      const answer = await fetch(`${gateway.url}/dicom-web/studies?${query}`);
      const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
      return study['0020000D'].Value[0];
    }

    it('are labelled by one button, measured, saved and found again', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, await studyOf('MR'));
      const start = page.getByRole('button', { name: 'Label brain structures' });
      const progress = viewer.panel.getByRole('progressbar');

      await start.click();
      await progress.waitFor();
      await viewer.panel.getByRole('button', { name: /^Cancel/ }).click();
      await progress.waitFor({ state: 'detached' });
      expect(await viewer.panel.getByRole('button', { name: 'Accept' }).isVisible()).toBe(false);
      expect(labelledVoxels((await viewer.readLabels())[0])).toBe(0);

      const label = async () => {
        await start.click();
        await viewer.panel.getByText('The network is running').first().waitFor();
        await viewer.panel
          .getByRole('button', { name: 'Accept' })
          .waitFor({ timeout: 3 * PATIENCE_MS });
        await viewer.accept();
        return (await viewer.readLabels())[0];
      };
      const accepted = await label();
      expect(accepted.segments).toHaveLength(30);
      expect(accepted.segments.map(({ label }) => label)).toContain('Hippocampus, left');
      expect(Object.keys(accepted.counts).length).toBeGreaterThan(24);

      const rows = await volumesOf(page);
      expect(rows).toHaveLength(17);
      const [name, left, right, asymmetry] = rows.find(([first]) => first === 'Hippocampus')!;
      expect(name).toBe('Hippocampus');
      expect(Math.min(Number(left), Number(right))).toBeGreaterThan(0.5);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Volumes as CSV' }).click();
      const csv = readFileSync(await (await downloading).path(), 'utf8').split('\r\n');
      expect(csv[0]).toContain('left_ml,right_ml');
      const hippocampus = csv.find((line) => line.startsWith('Hippocampus,'))!.split(',');
      const [l, r] = hippocampus.slice(2, 4).map(Number);
      expect([left, right]).toEqual([l.toFixed(1), r.toFixed(1)]);
      // Of the exact volumes; the table shows whole percent.
      expect(Number(asymmetry)).toBe(Number(((200 * (l - r)) / (l + r)).toFixed(0)));

      // Pressed twice: the same thirty segments, not thirty more.
      expect(await label()).toEqual(accepted);

      await viewer.saved();
      await viewer.storedSegmentations().first().waitFor();
      expect(complaints.errors).toEqual([]);
      await page.context().close();

      const second = await newPage(browser);
      const other = new ViewerPage(second.page);
      await other.open(gateway.url, await studyOf('MR'));
      await other.openSegmentation();
      const [reopened] = await other.waitForLabels(
        ([first]) => labelledVoxels(first) === labelledVoxels(accepted)
      );
      expect(reopened.counts).toEqual(accepted.counts);
      expect(reopened.hashes).toEqual(accepted.hashes);
      expect(reopened.segments).toEqual(accepted.segments);
      expect(await volumesOf(second.page)).toEqual(rows);
      expect(second.complaints.errors).toEqual([]);
      await second.page.context().close();
    });

    it('are not offered for a chest CT, with the reason', async () => {
      const { page } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, await studyOf('CT'));
      await viewer.panel.getByText('It was trained on MR, this series is CT.').first().waitFor();
      const start = page.getByRole('button', { name: 'Label brain structures' });
      expect(await start.count()).toBe(0);
      await page.context().close();
    });
  },
  ARCHIVES.map(([data]) => sharedMissing(data))
);

/** Cells of the table of volumes, row by row; middle structures have one cell for both sides. */
async function volumesOf(page: Page): Promise<string[][]> {
  const table = page.locator('[data-cy=cordon-brain-volumes] tbody');
  await table.waitFor();
  const rows = await table.locator('tr').all();
  return Promise.all(
    rows.map(async (row) =>
      (await row.locator('th, td').allInnerTexts()).map((text) => text.trim())
    )
  );
}
