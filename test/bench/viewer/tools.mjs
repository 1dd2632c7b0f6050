/**
 * Each classical tool on the 140-slice CT in three planes: milliseconds from the last release of the mouse button until all viewports
 * have drawn the result, split into kernel, copy (the way to the worker and back, and reading a segment), commit (writing labels),
 * render (from the event that labels have changed to the last viewport drawn) and what is left. The peer, in the same run and right
 * after each result: the host's own `setCompleteScalarDataArray` with its event, until all viewports have drawn; the host's statistics
 * of segments are off. Target: everything but the kernel at most twice the host's.
 */
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { bundleForNode } from '../../support/bundle.mjs';
import { chooseAny, keepSamples, median, root } from '../runner.mjs';

const LIMIT = 2;
const TOLERANCE = 1.2;
/** The middle of a vertebra, and the aorta beside it, in one axial slice. */
const SLICE = 68;
const BODY = [246, 362, SLICE];
const AORTA = [253, 329, SLICE];

const box = async ({ page, board }) => {
  await page.locator('[data-cy=cordon-tool-box]').click();
  await board.draw('axial', [
    [190, 300, SLICE],
    [310, 420, SLICE],
  ]);
  await page.locator('[data-cy=cordon-tool-scribble]').click();
};
const twoStrokes = async ({ board }) => {
  await board.draw('axial', [BODY, [250, 366, SLICE]]);
  await board.draw(
    'axial',
    [
      [205, 310, SLICE],
      [205, 410, SLICE],
    ],
    'Shift'
  );
};

const TOOLS = [
  { title: 'Threshold' },
  { title: 'Multi-level Otsu' },
  { title: 'Automatic threshold' },
  { title: 'Region growing', draw: ({ board }) => board.click('axial', BODY) },
  { title: 'Confidence connected', draw: ({ board }) => board.click('axial', AORTA) },
  { title: 'Watershed', before: box, draw: twoStrokes },
  { title: 'Grow-cut', before: box, draw: twoStrokes },
  { title: 'Graph cut', before: box, draw: twoStrokes },
  {
    title: 'Live wire',
    draw: async ({ board }) => {
      await board.click('axial', [225, 340, SLICE]);
      await board.click('axial', [275, 340, SLICE]);
      await board.click('axial', [270, 385, SLICE]);
      await board.doubleClick('axial', [225, 385, SLICE]);
    },
  },
  {
    title: 'Level set',
    draw: ({ board }) => board.draw('axial', [AORTA, [261, 329, SLICE]]),
  },
  { title: 'Lungs (CT)' },
  { title: 'Bone (CT)' },
  { title: 'Body outline (CT)' },
  // Its many islands and holes are what the operations after it work on; the panel chooses the only segment by itself.
  { title: "Otsu's threshold", keep: true },
  { title: 'Islands' },
  { title: 'Fill holes' },
  { title: 'Smoothing' },
  { title: 'Margin' },
  { title: 'Hollow' },
];

/** The tools whose title holds any of the words, and those whose results others work on. */
export function chooseTools(words) {
  const chosen = chooseAny(TOOLS, words);
  return TOOLS.filter((tool) => tool.keep === true || chosen.includes(tool));
}

/** `page` shows the CT in three planes, with our `panel`. Resolves with true when the target was met within 20 %. */
export async function measureTools({ page, panel }, tools, rounds) {
  const bundle = await bundleForNode(
    path.join(root, 'test', 'support', 'ct-board.ts'),
    'ct-board.mjs'
  );
  const { CtBoard } = await import(pathToFileURL(bundle).href);
  const hand = { page, panel, board: new CtBoard(page) };
  await page.evaluate(restStatistics);
  await page.evaluate(watch);
  await hand.board.scrollTo('axial', SLICE);
  // The first result also makes the viewer's segmentation, and loads the images.
  await choose(hand, { title: 'Threshold' });
  await steer(hand, {});
  await settled(page);
  await reject(hand);
  const samples = {};
  for (const tool of tools) {
    samples[tool.title] = await sampleTool(hand, tool, rounds);
    console.log(line(tool.title, samples[tool.title]));
  }
  const kept = keepSamples('viewer-tools', { settings: { rounds }, samples });
  console.log(`raw samples in ${kept}`);
  return Object.values(samples).every((one) => ratio(one) <= LIMIT * TOLERANCE);
}

async function sampleTool(hand, tool, rounds) {
  const samples = [];
  await choose(hand, tool);
  // The first round is for warm caches and compilers.
  for (let round = 0; round <= rounds; round++) {
    await tool.before?.(hand);
    await rested(hand.page);
    await hand.page.evaluate(() => {
      window.benchLog = { ups: [], changes: [], renders: [] };
    });
    await steer(hand, tool);
    const sample = await settled(hand.page);
    sample.host = await hostMs(hand.page);
    if (round > 0) samples.push(sample);
    const isLast = round === rounds;
    if (isLast && tool.keep) await accept(hand);
    else await reject(hand);
  }
  return samples;
}

async function choose({ panel }, { title }) {
  const back = panel.getByRole('button', { name: 'All methods' });
  if (await back.isVisible()) await back.click();
  await panel.getByRole('searchbox').fill(title);
  const rows = panel.locator('.cordon-methods');
  await rows.getByRole('button', { name: title, exact: true }).first().click();
}

async function steer(hand, { draw }) {
  if (draw) await draw(hand);
  else await hand.panel.getByRole('button', { name: 'Run', exact: true }).click();
}

async function reject({ panel }) {
  await panel.getByRole('button', { name: 'Reject' }).click();
  await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
  const erase = panel.getByRole('button', { name: 'Erase all that is drawn' });
  if ((await erase.count()) > 0 && (await erase.isEnabled())) await erase.click();
}

async function accept({ panel }) {
  await panel.getByRole('button', { name: 'Accept' }).click();
  await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
}

/**
 * In the page: the viewer computes statistics of every segment after each change of labels, for seconds, in a worker of its own: off, as
 * a site can have it, or they would run beside whatever is measured next.
 */
function restStatistics() {
  window.services.customizationService.setCustomizations({
    'panelSegmentation.disableUpdateSegmentationStats': { $set: true },
  });
}

/** In the page: writes down when the mouse button went up, labels changed, and a viewport was drawn. */
function watch() {
  window.benchLog = { ups: [], changes: [], renders: [] };
  const note = (list) => () => window.benchLog[list].push(performance.now());
  window.addEventListener('pointerup', note('ups'), { capture: true });
  document.addEventListener('CORNERSTONE_IMAGE_RENDERED', note('renders'), { capture: true });
  window.cornerstone.eventTarget.addEventListener(
    'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED',
    ({ detail }) => {
      if (detail.modifiedSlicesToUse?.length) note('changes')();
    }
  );
}

/** Waits until nothing is drawn any more of what came before, as the host's turn does: a person does not click that fast. */
async function rested(page) {
  await page.waitForFunction(
    () => performance.now() - (window.benchLog.renders.at(-1) ?? 0) > 1000,
    undefined,
    { polling: 100 }
  );
}

/** Waits until the labels have changed and no viewport draws any more; the parts of the time (ms). */
async function settled(page) {
  await page.waitForFunction(
    () => {
      const { changes, renders } = window.benchLog;
      const last = Math.max(changes.at(-1) ?? Infinity, renders.at(-1) ?? Infinity);
      return renders.at(-1) > changes.at(-1) && performance.now() - last > 600;
    },
    undefined,
    { polling: 100 }
  );
  const times = await page.evaluate(() => {
    const { ups, changes, renders } = window.benchLog;
    const change = changes[changes.length - 1];
    const up = ups.filter((time) => time < change).at(-1);
    // A slow page hears of the release when the work that the press has begun is under way: ended before it is what was there before.
    const entryOf = (name) => {
      const [entry] = performance.getEntriesByName(`cordon.${name}`);
      return entry && entry.startTime + entry.duration > up ? entry : undefined;
    };
    const part = (name) => entryOf(name)?.duration ?? 0;
    const from = Math.min(
      up,
      entryOf('request')?.startTime ?? up,
      entryOf('update')?.startTime ?? up
    );
    return {
      totalMs: renders.at(-1) - from,
      renderMs: renders.at(-1) - change,
      draws: renders.filter((time) => time > change).length,
      changes: changes.filter((time) => time > from).length,
      updateMs: part('update'),
      requestMs: part('request'),
      commitMs: part('commit'),
    };
  });
  const kernels = await Promise.all(
    page
      .workers()
      .map((worker) =>
        worker
          .evaluate(() => performance.getEntriesByName('cordon.kernel').at(-1)?.duration ?? 0)
          .catch(() => 0)
      )
  );
  const kernelMs = Math.min(times.updateMs, Math.max(0, ...kernels));
  const { totalMs, updateMs, requestMs, commitMs, renderMs } = times;
  return {
    ...times,
    kernelMs,
    copyMs: updateMs - kernelMs + requestMs,
    restMs: totalMs - updateMs - requestMs - commitMs - renderMs,
    besideMs: totalMs - kernelMs,
  };
}

/** The host's own way to write the labels that are there, until all viewports have drawn (ms). */
async function hostMs(page) {
  const start = await page.evaluate(() => {
    const { cornerstoneTools, services } = window;
    const [{ segmentationId }] = services.segmentationService.getSegmentations();
    const volume =
      cornerstoneTools.utilities.segmentation.getOrCreateSegmentationVolume(segmentationId);
    const labels = volume.voxelManager.getCompleteScalarDataArray().slice();
    window.benchLog.renders.length = 0;
    const from = performance.now();
    volume.voxelManager.setCompleteScalarDataArray(labels);
    cornerstoneTools.segmentation.triggerSegmentationEvents.triggerSegmentationDataModified(
      segmentationId
    );
    return from;
  });
  await page.waitForFunction(
    () => {
      const last = window.benchLog.renders.at(-1);
      return last !== undefined && performance.now() - last > 600;
    },
    undefined,
    { polling: 100 }
  );
  return page.evaluate((from) => window.benchLog.renders.at(-1) - from, start);
}

const middle = (samples, key) => median(samples.map((sample) => sample[key]));
const ratio = (samples) => middle(samples, 'besideMs') / middle(samples, 'host');

function line(title, samples) {
  const ms = (key) => middle(samples, key).toFixed(0).padStart(5);
  const verdict = ratio(samples) <= LIMIT ? '' : '  above the target';
  return (
    `${title.padEnd(22)} total ${ms('totalMs')}  kernel ${ms('kernelMs')}  copy ${ms('copyMs')}  ` +
    `commit ${ms('commitMs')}  render ${ms('renderMs')} (${middle(samples, 'draws')} draws)  rest ${ms('restMs')}  ` +
    `host ${ms('host')}  ${ratio(samples).toFixed(2)}x${verdict}`
  );
}
