/**
 * Tasks that a reader does on a chest CT with a few strokes, as extensions/classical/TASKS.md tells them: the body of a vertebra,
 * the descending aorta. Each ends within its volume, gives way to undo, and comes out the same on the command line.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { cordon } from '../support/cli';
import { VOXEL_ML } from '../support/ct-board';
import { descendingAorta, vertebralBody } from '../support/ct-tasks';
import { sharedData, sharedMissing } from '../support/shared-data';
import { ViewerPage } from '../support/viewer-page';

const CT = 'dicom-chest-ct-lidc';
/** SOP Class UIDs of segmentations begin so. */
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66';

/** The viewer listens to the wheel passively and then tries to keep the page from scrolling. */
const ZOOM = /preventDefault inside passive event listener/;

describeWithBrowser(
  'tasks on a CT',
  () => {
    jest.setTimeout(6 * PATIENCE_MS);
    const folder = mkdtempSync(join(tmpdir(), 'cordon-tasks-'));
    const [images, archive] = [join(folder, 'images'), join(folder, 'archive')];
    const plugin = copyPlugin();
    let gateway: Gateway;
    let browser: Browser;
    let studyUid: string;

    beforeAll(async () => {
      execFileSync('mkdir', [images]);
      execFileSync('tar', ['-xJf', sharedData(CT, 'ct.tar.xz'), '-C', images]);
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'archive', directory: archive },
        imports: [images],
      });
      const answer = await fetch(`${gateway.url}/dicom-web/studies`);
      const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
      studyUid = study['0020000D'].Value[0];
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      plugin.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it('outline a vertebral body and the descending aorta, each with a few strokes', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, studyUid, '&hangingprotocolid=mpr');
      const accept = viewer.panel.getByRole('button', { name: 'Accept' });
      /** Enter, and the volume of the segment afterwards. */
      const enter = async (segment: number) => {
        await page.keyboard.press('Enter');
        await accept.waitFor({ state: 'detached' });
        const [labels] = await viewer.readLabels();
        return labels.counts[segment] * VOXEL_ML;
      };

      await vertebralBody(viewer);
      const body = await enter(1);
      expect(body).toBeGreaterThan(15);
      expect(body).toBeLessThan(21);

      await viewer.panel.getByRole('button', { name: 'Add a segment' }).click();
      await descendingAorta(viewer);
      const aorta = await enter(2);
      expect(aorta).toBeGreaterThan(45);
      expect(aorta).toBeLessThan(62);

      // One step of the history takes the aorta back and leaves the vertebra.
      await viewer.undo();
      const [before] = await viewer.waitForLabels(([labels]) => !labels.counts[2]);
      expect(before.counts[1] * VOXEL_ML).toBe(body);
      await viewer.redo();
      const [again] = await viewer.waitForLabels(([labels]) => labels.counts[2] > 0);
      expect(again.counts[2] * VOXEL_ML).toBe(aorta);

      await viewer.saved();
      const stored = readdirSync(archive, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .find((file) => readFileSync(file).subarray(0, 400).includes(SEGMENTATION));
      const rerun = join(folder, 'again.dcm');
      await cordon('rerun', stored!, '--input', images, '--output', rerun);
      const { segments } = (await cordon('compare', stored!, rerun, '--json')).json<{
        segments: { dice: number }[];
      }>();
      expect(segments.map(({ dice }) => dice)).toEqual([1, 1]);
      expect(complaints.errors.filter((error) => !ZOOM.test(error))).toEqual([]);
      await page.context().close();
    });
  },
  [sharedMissing(CT)]
);
