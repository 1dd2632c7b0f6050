/**
 * Shipped networks on real images, by mouse: run, progress, cancel, rerun, accept, undo, save and reopen; the same voxels
 * as in Node; with and without isolation headers, and on WebGPU.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import {
  parseDicom,
  readImageSeries,
  readSegmentation,
  type StoredSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import {
  boxVoxels,
  parseRecipe,
  type LabelResult,
  type MethodResult,
} from '@cordon/extension-workbench/pure';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import {
  copyPlugin,
  describeWithBrowser,
  launchBrowser,
  newPage,
  PATIENCE_MS,
  viewerDir,
} from '../support/browser';
import { runOn } from '../support/methods';
import {
  HEART_FOLDER,
  HIPPOCAMPUS_FOLDER,
  LUNGS_FOLDER,
  writeHeart,
  writeHippocampus,
  writeRadiograph,
  type NetworkCase,
} from '../support/network-cases';
import { startOnnxThread } from '../support/onnx-thread';
import { pythonMissing } from '../support/python';
import { sharedMissing } from '../support/shared-data';
import { entryOf, openShipped } from '../support/shipped-models';
import { startStaticViewer, type StaticViewer } from '../support/static-viewer';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage, type LabelReading } from '../support/viewer-page';

const HIPPOCAMPUS = 'hippocampus-mr-unet';
const LUNGS = 'lungs-cxr-unet';
const HEART = 'lv-cine-mr-unet';
const OTSU = "Otsu's threshold";
/** A device for WebGPU in software, as slow as one would expect. */
const WEBGPU_FLAGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
];
/** The window of the cropped series is that of the whole head: it looks dark. */
const DARK = 8;

describeWithBrowser(
  'networks',
  () => {
    jest.setTimeout(5 * PATIENCE_MS);
    const folder = mkdtempSync(join(tmpdir(), 'cordon-networks-'));
    const plugin = copyPlugin();
    const archive = join(folder, 'archive');
    const onnx = startOnnxThread();
    let gateway: Gateway;
    let plain: StaticViewer;
    let browser: Browser;
    let crop: readonly string[];
    let radiograph: NetworkCase;
    let heart: NetworkCase;

    beforeAll(async () => {
      crop = writeHippocampus(join(folder, 'brain'));
      radiograph = await writeRadiograph(join(folder, 'chest'));
      heart = await writeHeart(join(folder, 'heart'));
      gateway = await startGateway({
        port: 0,
        viewerDir,
        pluginDir: plugin.folder,
        source: { kind: 'archive', directory: archive },
        imports: ['brain', 'chest', 'heart'].map((name) => join(folder, name)),
      });
      plain = await startStaticViewer({
        viewerDir,
        pluginDir: plugin.folder,
        archiveUrl: `${gateway.url}/dicom-web`,
      });
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      await plain?.stop();
      await gateway?.close();
      await onnx.close();
      plugin.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    /** What Node computes on the same files. */
    const resultOf = async (id: string, files: readonly string[]): Promise<MethodResult> => {
      const bytes = files.map((file) => ({ name: file, bytes: readFileSync(file) }));
      const { volume } = await readImageSeries(bytes);
      const method = await openShipped(id, onnx.runtime);
      return runOn(method, volume);
    };
    const expected = async (id: string, files: readonly string[]): Promise<LabelResult> =>
      (await resultOf(id, files)).labels!;

    it('outline the hippocampus of a cropped brain: progress, cancel, rerun, accept, undo, save, reopen', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page, DARK);
      const studyUid = studyOf(crop[0]);
      await viewer.open(gateway.url, studyUid);
      await chooseNetwork(viewer, HIPPOCAMPUS);
      await expectCard(viewer, ['CC BY-SA 4.0', 'Research use only']);

      await viewer.panel.getByRole('button', { name: 'Run', exact: true }).click();
      await viewer.panel.getByRole('progressbar').waitFor();
      await viewer.panel.getByRole('button', { name: /^Cancel / }).click();
      await viewer.panel.getByRole('button', { name: 'Run', exact: true }).waitFor();
      expect(labelledVoxels((await viewer.readLabels())[0])).toBe(0);

      await viewer.run();
      expect(await viewer.panel.innerText()).toMatch(/Ran on WebAssembly, \d threads/);
      await viewer.panel.getByText('Research use only: check every contour').waitFor();
      const [preview] = await viewer.readLabels();
      const node = await expected(HIPPOCAMPUS, crop);
      expect(preview.counts).toEqual(countsOf(node));
      expect(preview.segments.map(({ label }) => label)).toEqual([
        'Anterior hippocampus',
        'Posterior hippocampus',
      ]);
      await viewer.accept();
      const [accepted] = await viewer.readLabels();
      await viewer.undo();
      await viewer.waitForLabels(([first]) => labelledVoxels(first) === 0);
      await viewer.redo();
      const [redone] = await viewer.waitForLabels(
        ([first]) => labelledVoxels(first) === labelledVoxels(accepted)
      );
      expect(redone.hashes).toEqual(accepted.hashes);

      // Run again, it brings its own segments up to date.
      await viewer.run();
      await viewer.panel.getByText('Takes the place of the earlier result').waitFor();
      await viewer.accept();
      const [updated] = await viewer.readLabels();
      expect([updated.segments, updated.hashes]).toEqual([accepted.segments, accepted.hashes]);
      await viewer.saved();
      expect(complaints.errors).toEqual([]);
      await page.context().close();

      const recipes = await recipesIn(archive);
      expect(recipes).toHaveLength(2);
      for (const recipe of recipes) {
        expect(recipe).toContain(entryOf(HIPPOCAMPUS).manifestSha256);
        expect(recipe).toContain('"runtime":"wasm"');
      }

      const second = await newPage(browser);
      const other = new ViewerPage(second.page, DARK);
      await other.open(gateway.url, studyUid);
      await other.openSegmentation();
      const [reopened] = await other.waitForLabels(([first]) => labelledVoxels(first) > 0);
      expect(reopened.hashes).toEqual(accepted.hashes);
      await other.panel.getByText('Research use only: check every contour').waitFor();
      await second.page.context().close();
    });

    it('work in a box that a person draws, which stays and goes into the recipe', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page, DARK);
      await viewer.open(gateway.url, studyOf(crop[0]));
      await chooseNetwork(viewer, HIPPOCAMPUS);
      const board = new ViewerBoard(page);
      const accept = viewer.panel.getByRole('button', { name: 'Accept' });

      // In a slice in the middle: the box is in the hand, and the network follows it.
      await board.hover([0.5, 0.5]);
      for (let step = 0; step < 18; step++) await page.mouse.wheel(0, 100);
      await board.stroke([0.25, 0.1], [0.75, 0.9]);
      await accept.waitFor();
      const [drawn] = await viewer.readLabels();
      expect(labelledVoxels(drawn)).toBeGreaterThan(0);
      await viewer.accept();
      expect(await board.marks('box')).toBe(1);

      // It is there when the network is chosen again, and gives the same.
      await viewer.chooseMethod(OTSU);
      await chooseNetwork(viewer, HIPPOCAMPUS);
      expect(await board.marks('box')).toBe(1);
      await viewer.run();
      await viewer.accept();
      const [again] = await viewer.readLabels();
      expect([again.segments, again.hashes]).toEqual([drawn.segments, drawn.hashes]);
      await viewer.saved();
      expect(complaints.errors).toEqual([]);
      await page.context().close();

      const steps = (await recipesIn(archive)).map((text) => parseRecipe(text).steps);
      const [step] = steps.map(([first]) => first).filter(({ prompts }) => prompts.box);
      const box = step.prompts.box!;
      expect(step.region).toEqual({ kind: 'box', box });
      const { volume } = await readImageSeries(
        crop.map((file) => ({ name: file, bytes: readFileSync(file) }))
      );
      expect(boxVoxels(box)).toBeLessThan(0.95 * volume.geometry.voxelCount);
      const inNode = await runOn(await openShipped(HIPPOCAMPUS, onnx.runtime), volume, {
        prompts: { box },
        region: { kind: 'box', box },
      });
      expect(drawn.counts).toEqual(countsOf(inNode.labels!));
    });

    it('outline the lungs of a radiograph that shows bone dark, and say what does not fit it', async () => {
      const { page, complaints } = await newPage(browser);
      const viewer = new ViewerPage(page);
      await viewer.open(gateway.url, radiograph.studyUid);
      await viewer.panel.getByText('do not fit this series').click();
      await viewer.panel.getByText('It was trained on MR, this series is DX.').first().waitFor();
      await chooseNetwork(viewer, LUNGS);
      await viewer.run();
      const [preview] = await viewer.readLabels();
      const node = await expected(LUNGS, radiograph.files);
      expect(preview.counts).toEqual(countsOf(node));
      expect(dice(node.voxels, radiograph.reference)).toBeGreaterThan(0.9);
      await viewer.accept();
      await viewer.saved();
      const [accepted] = await viewer.readLabels();

      await viewer.panel.getByRole('button', { name: 'Save probabilities' }).click();
      await expectStored(archive, (stored) => stored.encoding === 'fractional');
      expect(complaints.errors).toEqual([]);
      await page.context().close();
      const stored = (await storedIn(archive)).find(({ encoding }) => encoding === 'fractional')!;
      const [probabilities] = stored.probabilities;
      expect(stored.labels.segments[0].algorithm).toMatchObject({ type: 'AUTOMATIC' });
      expect(stored.labels.segments[0].algorithm.parameters).toContain(LUNGS);
      const [inNode] = (await resultOf(LUNGS, radiograph.files)).probabilities!;
      const furthest = inNode.voxels.reduce(
        (most, value, at) => Math.max(most, Math.abs(value - probabilities.voxels[at])),
        0
      );
      expect(furthest).toBeLessThan(0.6 / 255);

      const second = await newPage(browser);
      const other = new ViewerPage(second.page);
      await other.open(gateway.url, radiograph.studyUid);
      const listed = await other.storedSegmentations().allInnerTexts();
      const index = listed.findIndex((text) => text.includes('probabilities'));
      await other.openSegmentation(index);
      await second.page
        .getByText(/fraction|probabilit/i)
        .first()
        .waitFor();
      const [reopened] = await other.waitForLabels(([first]) => labelledVoxels(first) > 0);
      // Of two classes the larger one is that above a half, where rounding to 256 steps lets it be.
      expect(labelledVoxels(reopened) / labelledVoxels(accepted)).toBeCloseTo(1, 2);
      await second.page.context().close();
    });

    /** What WebAssembly gave on several threads. */
    let threads: LabelReading;

    /** A study outlined by a network in a page of its own: of the heart the slice that is shown. */
    const outline = async (
      url: string,
      engine: RegExp,
      on: Browser,
      [studyUid, network] = [heart.studyUid, HEART]
    ) => {
      const { page, complaints } = await newPage(on);
      const viewer = new ViewerPage(page);
      await viewer.open(url, studyUid);
      await chooseNetwork(viewer, network);
      await viewer.run(2 * PATIENCE_MS);
      expect(await viewer.panel.innerText()).toMatch(engine);
      const [reading] = await viewer.readLabels();
      expect(complaints.errors).toEqual([]);
      await page.context().close();
      return reading;
    };

    it('outline the left ventricle in the slice that is shown: on threads and, without isolation headers, on one', async () => {
      threads = await outline(gateway.url, /Ran on WebAssembly, [2-9] threads/, browser);
      expect(Object.keys(threads.hashes)).toHaveLength(1);
      // A plain web server sends no isolation headers.
      const single = await outline(plain.url, /Ran on WebAssembly, 1 thread\b/, browser);
      expect(single.hashes).toEqual(threads.hashes);

      const node = await expected(HEART, heart.files);
      expect(dice(node.voxels, heart.reference)).toBeGreaterThan(0.6);
    });

    it('outline it on WebGPU where the browser has it, once the golden tile has passed; lungs too', async () => {
      const withGpu = await launchBrowser(WEBGPU_FLAGS);
      const onGpu = /Ran on WebGPU \(.*swiftshader/;
      try {
        const gpu = await outline(gateway.url, onGpu, withGpu);
        // Voxels at the very edge may go either way.
        expect(Object.keys(gpu.hashes)).toEqual(Object.keys(threads.hashes));
        expect(labelledVoxels(gpu) / labelledVoxels(threads)).toBeCloseTo(1, 2);

        const chest = await outline(gateway.url, onGpu, withGpu, [radiograph.studyUid, LUNGS]);
        const counts = Object.entries(countsOf(await expected(LUNGS, radiograph.files)));
        expect(Object.keys(chest.counts)).toEqual(counts.map(([segment]) => segment));
        for (const [segment, count] of counts)
          expect(chest.counts[Number(segment)] / count).toBeCloseTo(1, 2);
      } finally {
        await withGpu.close();
      }
    });
  },
  [
    ...[HIPPOCAMPUS_FOLDER, LUNGS_FOLDER, HEART_FOLDER].map(sharedMissing),
    pythonMissing(['numpy', 'cv2']),
  ]
);

async function chooseNetwork(viewer: ViewerPage, id: string): Promise<void> {
  await viewer.chooseMethod(entryOf(id).title);
}

/** The card is one click away. */
async function expectCard(viewer: ViewerPage, words: readonly string[]): Promise<void> {
  const help = viewer.panel.getByRole('button', { name: 'Explain the parameters' });
  await help.click();
  for (const word of words) await viewer.panel.getByText(word).first().waitFor();
  await help.click();
}

const studyOf = (file: string): string =>
  parseDicom(readFileSync(file)).data.text('StudyInstanceUID');

/** The recipes in all segmentations of an archive folder. */
async function recipesIn(folder: string): Promise<readonly string[]> {
  const read = await storedIn(folder);
  return read.flatMap(({ labels }) =>
    labels.segments.map(({ algorithm }) => algorithm.parameters ?? '')
  );
}

/** Waits until the archive holds such a segmentation. */
async function expectStored(
  folder: string,
  isWanted: (stored: StoredSegmentation) => boolean
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS / 2;
  while (!(await storedIn(folder)).some(isWanted)) {
    if (Date.now() > deadline) throw new Error('the archive holds no such segmentation');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** All segmentations of an archive folder. */
async function storedIn(folder: string): Promise<readonly StoredSegmentation[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.dcm'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const stored = files.filter((bytes) => parseDicom(bytes).data.text('Modality') === 'SEG');
  return Promise.all(stored.map((bytes) => readSegmentation(bytes, { withProbabilities: true })));
}

/** Voxels by value, as the viewer's segments are numbered like the classes. */
function countsOf({ voxels }: LabelResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of voxels) if (value > 0) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function dice(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, sum] = [0, 0];
  for (let at = 0; at < a.length; at++) {
    both += Number(a[at] > 0 && b[at] > 0);
    sum += Number(a[at] > 0) + Number(b[at] > 0);
  }
  return (2 * both) / sum;
}
