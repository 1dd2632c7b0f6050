/**
 * Models that a person brings, and methods compared, by mouse: a folder and an address, kept over a reload and removed; models that
 * mean no good are refused with the reason, and the viewer lives on; a network beside a classical method, in a table, as CSV and
 * in the image.
 */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { classicalMethods } from '@cordon/extension-classical/pure';
import { readImageSeries } from '@cordon/extension-dicom-seg/pure';
import { draftManifest } from '../../extensions/neural/src/catalog/draft-manifest';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { labelsOf, runOn } from '../support/methods';
import { HEART_FOLDER, writeHeart, type NetworkCase } from '../support/network-cases';
import { external, graph, node } from '../support/onnx-file';
import { startOnnxThread } from '../support/onnx-thread';
import { pythonMissing } from '../support/python';
import { sharedMissing } from '../support/shared-data';
import { entryOf, modelsFolder, openShipped } from '../support/shipped-models';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const HEART = 'lv-cine-mr-unet';
const OWN_TITLE = 'My own heart';
const OTSU = "Otsu's threshold";

type Draft = Awaited<ReturnType<typeof draftManifest>> & {
  network_data_format: { inputs: Record<string, { spatial_shape: number[] }> };
  cordon: { id: string; title: string; files: { path: string; bytes: number; sha256: string }[] };
};

describeWithBrowser(
  'models that a person brings',
  () => {
    jest.setTimeout(5 * PATIENCE_MS);
    const folder = mkdtempSync(join(tmpdir(), 'cordon-own-models-'));
    const plugin = copyPlugin();
    const own = join(folder, 'own-heart');
    const onnx = startOnnxThread();
    let gateway: Gateway;
    let browser: Browser;
    let heart: NetworkCase;

    beforeAll(async () => {
      heart = await writeHeart(join(folder, 'heart'));
      copyOfHeart(own, (manifest) => {
        manifest.cordon.id = 'own-heart';
        manifest.cordon.title = OWN_TITLE;
      });
      await makeHostile(join(plugin.folder, 'brought'));
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'archive', directory: join(folder, 'archive') },
        imports: [join(folder, 'heart')],
      });
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await gateway?.close();
      await onnx.close();
      plugin.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    it('are refused when they mean no good, run when they are sound, stay over a reload, and go', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, heart.studyUid);
      const section = viewer.panel.locator('[data-cy=cordon-models]');
      const bring = async (name: string, says: RegExp) => {
        await section.getByRole('textbox').fill(`/plugins/cordon/brought/${name}/`);
        await page.keyboard.press('Enter');
        await section.getByText(says).waitFor();
      };
      await bring('flipped', /SHA-256 differs/);
      await bring('missing', /model\.onnx could not be read/);
      await bring('lies', /it says that input .* is 1 × 64 × 64, the graph says 1 × 128 × 128/);
      await bring('huge', /would take \d+ GB \(1 × 1 × 50000 × 50000\)/);
      await bring('outside', /lie in another file \("\.\.\/\.\.\/secret\.bin"\)/);
      await bring('path', /must be a plain path inside the model folder/);

      // Its fault shows only when it runs.
      await bring('nan', /NaN was added/);
      await viewer.chooseMethod('NaN');
      await viewer.panel.getByRole('button', { name: 'Run', exact: true }).click();
      await viewer.panel
        .getByText(/numbers that are not finite/)
        .first()
        .waitFor();
      expect(labelledVoxels((await viewer.readLabels())[0])).toBe(0);

      await viewer.chooseMethod(entryOf(HEART).title);
      await viewer.run();
      const [shipped] = await viewer.readLabels();
      expect(labelledVoxels(shipped)).toBeGreaterThan(0);
      await viewer.panel.getByRole('button', { name: 'Reject' }).click();

      const choosing = page.waitForEvent('filechooser');
      await section.getByRole('button', { name: 'Add a folder' }).click();
      await (await choosing).setFiles(own);
      await section.getByText(`${OWN_TITLE} was added.`).waitFor();
      await viewer.chooseMethod(OWN_TITLE);
      await viewer.run();
      const [brought] = await viewer.readLabels();
      expect(brought.hashes).toEqual(shipped.hashes);

      await page.reload({ waitUntil: 'domcontentloaded' });
      await viewer.waitForImage();
      await viewer.chooseMethod(OWN_TITLE);
      await section.getByRole('button', { name: `Remove ${OWN_TITLE}` }).click();
      await section.getByText(OWN_TITLE).waitFor({ state: 'detached' });
      await viewer.panel
        .getByRole('searchbox')
        .or(viewer.panel.getByRole('textbox'))
        .first()
        .waitFor();
      const refused = complaints.requests.every((request) => /^404 .*\/brought\//.test(request));
      expect([refused, complaints.errors.filter((text) => !text.includes('404'))]).toEqual([
        true,
        [],
      ]);
      await page.context().close();
    });

    it('and others are compared: how far they agree as a table, in the image and as CSV', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, heart.studyUid);
      const section = viewer.panel.locator('[data-cy=cordon-compare]');
      for (const title of [OTSU, entryOf(HEART).title]) {
        await section.getByRole('checkbox', { name: title, exact: true }).check();
      }
      await section.getByRole('button', { name: 'Compare', exact: true }).click();
      const rows = section.getByRole('row');
      await rows.nth(2).waitFor({ timeout: 2 * PATIENCE_MS });
      const node = await agreementInNode(heart);
      for (const row of [1, 2]) {
        const cells = await rows.nth(row).getByRole('cell').allInnerTexts();
        expect(cells[2]).toBe(node.dice.toFixed(3));
      }
      expect(await section.innerText()).toContain(entryOf(HEART).title);

      await section.getByRole('button', { name: 'Show differences' }).click();
      const [shown] = await viewer.waitForLabels(([first]) => labelledVoxels(first) > 0);
      const label = new Map(shown.segments.map((segment) => [segment.label, segment.number]));
      expect(shown.counts[String(label.get('All agree'))]).toBe(node.both);
      expect(shown.counts[String(label.get(`Only ${OTSU}`))]).toBe(node.onlyOtsu);
      expect(shown.counts[String(label.get(`Only ${entryOf(HEART).title}`))] ?? 0).toBe(
        node.onlyNetwork
      );
      await section.getByRole('button', { name: 'Hide differences' }).click();
      await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
      expect(labelledVoxels((await viewer.readLabels())[0])).toBe(0);

      const downloading = page.waitForEvent('download');
      await section.getByRole('button', { name: 'CSV' }).click();
      const csv = readFileSync((await (await downloading).path())!, 'utf8');
      const lines = csv.trim().split('\n');
      // A heading, a line a method, and a line for the pair.
      expect(lines).toHaveLength(4);
      expect(lines[3]).toContain(`${OTSU},${entryOf(HEART).title},`);
      expect(Number(/,(0\.\d+),/.exec(lines[3])?.[1])).toBeCloseTo(node.dice, 5);
      expect(complaints.errors).toEqual([]);
      await page.context().close();
    });

    /** Otsu and the network on the same files, without a viewer. */
    async function agreementInNode({ files }: NetworkCase) {
      const bytes = files.map((file) => ({ name: file, bytes: readFileSync(file) }));
      const { volume } = await readImageSeries(bytes);
      const otsu = classicalMethods.find(({ title }) => title === OTSU)!;
      const a = labelsOf(await runOn(otsu, volume));
      const b = labelsOf(await runOn(await openShipped(HEART, onnx.runtime), volume));
      let [both, onlyOtsu, onlyNetwork] = [0, 0, 0];
      for (let at = 0; at < a.length; at++) {
        if (a[at] > 0 && b[at] > 0) both++;
        else if (a[at] > 0) onlyOtsu++;
        else if (b[at] > 0) onlyNetwork++;
      }
      return {
        both,
        onlyOtsu,
        onlyNetwork,
        dice: (2 * both) / (2 * both + onlyOtsu + onlyNetwork),
      };
    }
  },
  [sharedMissing(HEART_FOLDER), pythonMissing(['numpy', 'cv2'])]
);

/** The shipped model as somebody's folder, with its description changed. */
function copyOfHeart(target: string, change: (manifest: Draft) => void): void {
  cpSync(join(modelsFolder, HEART), target, { recursive: true });
  const file = join(target, 'metadata.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Draft;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

/** Folders of models that must not run. */
async function makeHostile(root: string): Promise<void> {
  mkdirSync(root);
  copyOfHeart(join(root, 'flipped'), () => undefined);
  const graphFile = join(root, 'flipped', 'model.onnx');
  const bytes = readFileSync(graphFile);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(graphFile, bytes);
  copyOfHeart(join(root, 'missing'), () => undefined);
  rmSync(join(root, 'missing', 'model.onnx'));
  copyOfHeart(join(root, 'lies'), ({ network_data_format: { inputs } }) => {
    for (const input of Object.values(inputs)) input.spatial_shape = [64, 64];
  });
  copyOfHeart(join(root, 'path'), ({ cordon }) => {
    cordon.files[0].path = '../../../etc/passwd';
  });
  // Divided by nothing, two channels.
  const nan = [
    node('Sub', ['x', 'x'], ['zero']),
    node('Div', ['zero', 'zero'], ['none']),
    node('Concat', ['none', 'none'], ['y'], '', { axis: 1 }),
  ];
  const sound = graph({ nodes: nan, input: [1, 1, 64, 64], output: [1, 2, 64, 64] });
  await writeModel(join(root, 'nan'), sound, 'NaN');
  await writeModel(join(root, 'huge'), sound, 'Huge', graph({ input: [1, 1, 50_000, 50_000] }));
  const elsewhere = graph({ tensors: [external('../../secret.bin')] });
  await writeModel(join(root, 'outside'), sound, 'Outside', elsewhere);
}

/** A drafted model; with another graph in place of the one it was drafted for, but with that one's hash. */
async function writeModel(
  folder: string,
  sound: Uint8Array,
  title: string,
  shipped = sound
): Promise<void> {
  const manifest = (await draftManifest(`${title}.onnx`, sound)) as Draft;
  manifest.cordon.files[0].bytes = shipped.length;
  manifest.cordon.files[0].sha256 = createHash('sha256').update(shipped).digest('hex');
  mkdirSync(folder);
  writeFileSync(join(folder, 'model.onnx'), shipped);
  writeFileSync(join(folder, 'metadata.json'), JSON.stringify(manifest));
}
