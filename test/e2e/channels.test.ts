/**
 * A network of three images in the viewer, by mouse, on four contrasts of one patient and a copy of one that lies in another frame of
 * reference: proposed, refused with the reason, corrected, remembered, and the same voxels as on the command line.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { parseDicom } from '@cordon/extension-dicom-seg/pure';
import { attribute } from '../../extensions/dicom-seg/src/part10/attribute';
import { TAGS } from '../../extensions/dicom-seg/src/part10/tags';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { ensureBuilt, spawnCli } from '../support/cli';
import { HIPPOCAMPUS_FOLDER } from '../support/network-cases';
import { rewrite } from '../support/rewrite-dicom';
import { sharedData, sharedMissing } from '../support/shared-data';
import { installProgram, writeThreeImages } from '../support/three-images';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const FOLDERS = [
  '11-T1post-18670',
  '26401-T1prereg-52906',
  '36468-FLAIRreg-58706',
  '37830-T2reg-78532',
];
/** Bright in T1, T2 and FLAIR together, in standard deviations. */
const THREE = {
  modality: 'MR',
  shape: [24, 320, 288],
  scaling: [
    { op: 'clipPercentiles', low: 0.5, high: 99.5 },
    { op: 'zScore', epsilon: 1e-8 },
  ],
  threshold: 4,
} as const;

/** First slices at the base of the skull look dark. */
const DARK = 8;

describeWithBrowser(
  'a network of three images',
  () => {
    jest.setTimeout(5 * PATIENCE_MS);
    const folder = mkdtempSync(join(tmpdir(), 'cordon-channels-'));
    const at = (name: string) => join(folder, name);
    const plugin = copyPlugin();
    let program: string;
    let gateway: Gateway;
    let browser: Browser;

    beforeAll(async () => {
      ensureBuilt();
      mkdirSync(at('images'));
      const archive = sharedData(HIPPOCAMPUS_FOLDER, 'data.tar.xz');
      const wanted = FOLDERS.map((name) => `Study3/${name}`);
      execFileSync('tar', ['-xJf', archive, '-C', at('images'), '--strip-components=1', ...wanted]);
      moveElsewhere(at('images/36468-FLAIRreg-58706'), at('images/elsewhere'));
      program = installProgram(at('installation'));
      for (const models of [at('installation/models'), join(plugin.folder, 'models')]) {
        rmSync(models, { recursive: true, force: true });
        await writeThreeImages(models, THREE);
      }
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'archive', directory: at('archive') },
        imports: [at('images')],
      });
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      plugin.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it('takes the series that a person has matched, and is run again on the command line', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page, DARK);
      const study = seriesIn(at('images/37830-T2reg-78532')).studyUid;
      await viewer.open(gateway.url, study);
      await openSeries(page, 'FLAIR_reg');
      await viewer.chooseMethod('Three');
      const rows = viewer.panel.locator('[data-cy=cordon-channels]');
      await rows.getByText('“T1pre_reg” looks like that').waitFor();

      await openSeries(page, 'T1pre_reg');
      await rows.getByText('looks like that').waitFor({ state: 'detached' });
      const t2 = rows.getByRole('combobox', { name: 'T2' });
      const flair = rows.getByRole('combobox', { name: 'FLAIR' });
      await expectText(t2, 'T2_reg');
      await expectText(flair, 'FLAIR_reg');
      await viewer.run();
      const [proposed] = await viewer.readLabels();
      expect(labelledVoxels(proposed)).toBeGreaterThan(1000);

      // What is shown follows the choice.
      await flair.click();
      const elsewhere = page.getByRole('option', { name: /^FLAIR elsewhere/ });
      expect(await elsewhere.innerText()).toContain('another frame of reference');
      expect(await elsewhere.getAttribute('aria-disabled')).toBe('true');
      await page.getByRole('option', { name: 'T1post' }).click();
      const [corrected] = await viewer.waitForLabels(
        ([first]) => labelledVoxels(first) !== labelledVoxels(proposed)
      );
      expect(labelledVoxels(corrected)).not.toBe(labelledVoxels(proposed));
      await viewer.accept();

      // It is remembered for the study.
      await viewer.panel.getByRole('button', { name: 'All methods' }).click();
      await viewer.chooseMethod('Three');
      await expectText(flair, 'T1post');
      await viewer.saved();
      expect(complaints.errors).toEqual([]);
      await page.context().close();

      const series = (name: string) => seriesIn(at(`images/${name}`)).seriesUid;
      const stored = segmentationIn(at('archive'));
      const rerun = await spawnCli(
        [
          ...['rerun', stored, '--input', at('images'), '--output', at('again.dcm')],
          ...['--series', series('26401-T1prereg-52906')],
          ...['--channel', `T2=${series('37830-T2reg-78532')}`],
          ...['--channel', `FLAIR=${series('11-T1post-18670')}`],
        ],
        { program, cwd: folder }
      ).done;
      expect([rerun.status, rerun.err, rerun.out]).toEqual([
        0,
        '',
        expect.stringContaining('equal voxel for voxel'),
      ]);
    });
  },
  [sharedMissing(HIPPOCAMPUS_FOLDER)]
);

/** A copy of a series that lies in a frame of reference of its own. */
function moveElsewhere(source: string, target: string): void {
  mkdirSync(target);
  for (const [at, name] of readdirSync(source).entries()) {
    const moved = rewrite(readFileSync(join(source, name)), (attributes) => {
      const set = (
        keyword:
          'SeriesInstanceUID' | 'FrameOfReferenceUID' | 'SOPInstanceUID' | 'SeriesDescription',
        value: string
      ) => attributes.set(TAGS[keyword].tag, attribute(keyword, value));
      set('SeriesInstanceUID', '2.25.4711');
      set('SOPInstanceUID', `2.25.4711.${at + 1}`);
      set('FrameOfReferenceUID', '2.25.4712');
      set('SeriesDescription', 'FLAIR elsewhere');
    });
    writeFileSync(join(target, name), moved);
  }
}

function seriesIn(folder: string): { readonly studyUid: string; readonly seriesUid: string } {
  const { data } = parseDicom(readFileSync(join(folder, readdirSync(folder)[0])));
  return { studyUid: data.text('StudyInstanceUID'), seriesUid: data.text('SeriesInstanceUID') };
}

function segmentationIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.dcm'))
    .map((entry) => join(entry.parentPath, entry.name));
  return files.find((file) => parseDicom(readFileSync(file)).data.text('Modality') === 'SEG')!;
}

/** By a double click on its picture in the study browser. */
async function openSeries(page: Page, description: string): Promise<void> {
  const thumbnail = page.locator('[data-cy=study-browser-thumbnail]');
  await thumbnail.filter({ hasText: description }).first().dblclick();
}

async function expectText(box: ReturnType<Page['getByRole']>, text: string): Promise<void> {
  await box.filter({ hasText: text }).waitFor();
}
