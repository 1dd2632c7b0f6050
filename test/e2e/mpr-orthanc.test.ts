/**
 * A real chest CT (140 slices of 512², file order is not slice order) from a real Orthanc, in the three planes of an MPR
 * layout: Otsu, one undo step, save, and the same voxels in another browser.
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
import { orthancMissing, startOrthanc, type Orthanc } from '../support/orthanc';
import { sharedData, sharedMissing } from '../support/shared-data';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const CT = 'dicom-chest-ct-lidc';

describeWithBrowser(
  'MPR against Orthanc',
  () => {
    jest.setTimeout(480_000);
    const plugin = copyPlugin();
    let orthanc: Orthanc;
    let gateway: Gateway;
    let browser: Browser;
    let studyUid: string;

    beforeAll(async () => {
      orthanc = await startOrthanc();
      const folder = mkdtempSync(join(tmpdir(), 'cordon-ct-'));
      execFileSync('tar', ['-xJf', sharedData(CT, 'ct.tar.xz'), '-C', folder]);
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      await orthanc.add(files.map((file) => readFileSync(file)));
      rmSync(folder, { recursive: true, force: true });
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'dicomweb', url: orthanc.dicomWebUrl },
      });
      const answer = await fetch(`${gateway.url}/dicom-web/studies`);
      const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
      studyUid = study['0020000D'].Value[0];
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      await orthanc?.stop();
      plugin.remove();
    });

    it('segments in all planes, saves to Orthanc and finds the same voxels in another browser', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, studyUid, '&hangingprotocolid=mpr');
      expect(await page.locator('canvas.cornerstone-canvas').count()).toBe(3);
      const events = await viewer.countLabelEvents();
      await viewer.chooseMethod("Otsu's threshold");
      await viewer.run(2 * PATIENCE_MS);
      await viewer.accept();
      expect(await events()).toBe(1);
      const [accepted] = await viewer.readLabels();
      expect(labelledVoxels(accepted)).toBeGreaterThan(5_000_000);
      expect(Object.keys(accepted.hashes)).toHaveLength(140);

      await viewer.undo();
      const [undone] = await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
      expect(labelledVoxels(undone)).toBe(0);
      await viewer.redo();
      const [redone] = await viewer.waitForLabels(
        ([first]) => labelledVoxels(first) === labelledVoxels(accepted)
      );
      expect(redone.hashes).toEqual(accepted.hashes);

      const outcome = await viewer.save();
      expect(outcome).toEqual({ isSaved: true, text: expect.stringContaining('gave it back') });
      await viewer.storedSegmentations().first().waitFor();
      expect(await orthanc.countInstances()).toBe(141);
      expect(complaints.errors).toEqual([]);
      await page.context().close();

      const second = await newPage(browser);
      const other = new ViewerPage(second.page);
      await other.open(gateway.url, studyUid);
      await other.openSegmentation();
      const [reopened] = await other.waitForLabels(([first]) => labelledVoxels(first) > 0);
      expect(reopened.counts).toEqual(accepted.counts);
      expect(reopened.hashes).toEqual(accepted.hashes);
      expect(second.complaints.errors).toEqual([]);
      await second.page.context().close();
    });
  },
  [orthancMissing(), sharedMissing(CT)]
);
