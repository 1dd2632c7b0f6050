/* global requestAnimationFrame, requestIdleCallback */
/**
 * The viewer in Chromium on a 140-slice CT in three planes, and on a synthetic series of 512 × 512 × 600 with twenty segments: tasks on
 * the page's thread from the click on "Run" until the result is accepted and measured, split into the host's and ours; tool switches
 * right after the commit and later against the same without a segmentation; memory, the host's and ours apart. Targets: no task of
 * ours over 50 ms; tool switches at most twice as long.
 *
 * Arguments: `ct` or `synthetic` (both), `--rounds=N` (3). Or `tools`, with words of titles: each tool on the CT, see tools.mjs.
 * Raw samples: test/output/bench-viewer.json. Needs ../shared/data beside the repository for the CT.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import {
  chooseAny,
  interleave,
  keepSamples,
  median,
  numberOption,
  root,
  searchWords,
} from '../runner.mjs';
import { pageMemory, watchRenderer } from './memory.mjs';
import { cases } from './series.mjs';
import { collect, observe, ownSamples, split } from './tasks.mjs';
import { chooseTools, measureTools } from './tools.mjs';

const FLAGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  // Memory is measured when it is asked for, not with the next collection of garbage.
  '--enable-blink-features=ForceEagerMeasureMemory',
];
const OURS_LIMIT_MS = 50;
const SWITCH_LIMIT = 2;
const TOLERANCE = 1.2;
const PATIENCE_MS = 300_000;
const SWITCHES = ['Zoom', 'Pan', 'WindowLevel', 'Zoom', 'Pan', 'WindowLevel'];

export async function bench(words) {
  const rounds = numberOption(words, 'rounds', 3);
  const wanted = searchWords(words);
  if (wanted[0] === 'tools') return benchTools(wanted.slice(1), rounds);
  const chosen = chooseAny(cases, wanted);
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
  const gateways = [];
  try {
    for (const one of chosen) {
      const files = path.join(folder, one.title);
      mkdirSync(files);
      await one.write(files);
      gateways.push(await startGateway(files, path.join(folder, `${one.title}-archive`)));
    }
    // A browser of its own for each sample: memory that one has taken does not come back at once.
    const sides = chosen.map(
      (one, at) => () => inBrowser((browser) => measure(browser, gateways[at].url, one))
    );
    const samples = await interleave(sides, rounds);
    return report(chosen, samples, rounds);
  } finally {
    for (const gateway of gateways) gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchTools(words, rounds) {
  const [ct] = cases;
  const tools = chooseTools(words);
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
  const files = path.join(folder, ct.title);
  let gateway;
  try {
    mkdirSync(files);
    await ct.write(files);
    gateway = await startGateway(files, path.join(folder, 'archive'));
    const { met } = await inBrowser(async (browser) => {
      const study = await openStudy(browser, gateway.url, ct.layout);
      return { met: await measureTools(study, tools, rounds) };
    });
    return met;
  } finally {
    gateway?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A page on the only study of a gateway, with Otsu's method chosen and all images loaded. */
async function openStudy(browser, url, layout) {
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const studies = await (await fetch(`${url}/dicom-web/studies`)).json();
  const study = studies[0]['0020000D'].Value[0];
  await page.goto(`${url}/cordon?StudyInstanceUIDs=${study}${layout}`);
  const panel = page.locator('[data-cy=cordon-panel]');
  await panel.getByText("Otsu's threshold", { exact: true }).first().click();
  // A method that is chosen loads the images; the range of values is known afterwards.
  await page.waitForFunction(
    () => window.services.cordonWorkbench.panel.getState().series?.range !== undefined
  );
  await page.waitForTimeout(5_000);
  return { context, page, panel };
}

async function inBrowser(work) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
  try {
    return { chromium: browser.version(), ...(await work(browser)) };
  } finally {
    await browser.close();
  }
}

async function startGateway(files, archive) {
  const program = path.join(root, 'server-adapter', 'bin', 'cordon.mjs');
  const child = spawn(
    process.execPath,
    [program, 'serve', '--port', '0', '--archive', archive, '--import', files],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/[^\s,]+/.exec(line)?.[0];
    if (url && line.includes('ready')) return { url, stop: () => child.kill('SIGTERM') };
  }
  throw new Error('the gateway did not start');
}

async function measure(browser, url, { layout, segments }) {
  const { context, page, panel } = await openStudy(browser, url, layout);
  const renderer = await watchRenderer(browser);
  const memory = { loaded: { ...(await pageMemory(page)), rendererMib: renderer.now() } };
  const switchesBefore = await switchTools(page);
  if (segments > 1) {
    await accept(page, panel);
    await splitIslands(page, panel);
  }
  const profiler = await context.newCDPSession(page);
  await profiler.send('Profiler.enable');
  await profiler.send('Profiler.setSamplingInterval', { interval: 500 });
  await profiler.send('Profiler.start');
  const markedAt = await page.evaluate(observe);
  await accept(page, panel);
  const [firstSwitch] = await switchTools(page, ['Zoom']);
  await page.waitForTimeout(5_000);
  const { profile } = await profiler.send('Profiler.stop');
  const frames = split(await page.evaluate(collect), ownSamples(profile, markedAt));
  const switchesAfter = await switchTools(page);
  memory.accepted = { ...(await pageMemory(page)), rendererMib: renderer.now() };
  memory.peakRendererMib = renderer.peak();
  renderer.stop();
  await context.close();
  return { ...frames, switchesBefore, firstSwitch, switchesAfter, memory };
}

async function accept(page, panel) {
  await panel.getByRole('button', { name: 'Run', exact: true }).click();
  await panel.getByRole('button', { name: 'Accept' }).click();
  await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
}

/** Makes the operation ready that makes a segment of each part of the first one. */
async function splitIslands(page, panel) {
  await panel.getByRole('button', { name: 'All methods' }).click();
  await panel.getByText('Islands', { exact: true }).first().click();
  await panel.getByRole('combobox', { name: 'What to do' }).click();
  await page.getByRole('option', { name: 'Split' }).click();
}

/** Milliseconds from a click on a tool until the page has drawn, and until it is idle again. */
async function switchTools(page, tools = SWITCHES) {
  const times = [];
  for (const tool of tools) {
    const button = page.locator(`[data-cy="${tool}"], [data-cy="${tool}-split-button-primary"]`);
    await page.evaluate(() => {
      window.benchDone = new Promise((resolve) => {
        window.addEventListener(
          'pointerdown',
          () => {
            const start = performance.now();
            const frame = () => {
              const drawn = performance.now() - start;
              const done = () => resolve({ drawn, idle: performance.now() - start });
              requestIdleCallback(done, { timeout: 60_000 });
            };
            requestAnimationFrame(() => requestAnimationFrame(frame));
          },
          { once: true, capture: true }
        );
      });
    });
    await button.first().click();
    times.push(await page.evaluate(() => window.benchDone));
  }
  return times;
}

function report(chosen, samples, rounds) {
  const met = chosen.map((one, at) => reportCase(one, samples[at]));
  const kept = keepSamples('viewer', {
    settings: { rounds, flags: FLAGS },
    versions: { chromium: samples[0]?.[0]?.chromium },
    samples: Object.fromEntries(chosen.map(({ title }, at) => [title, samples[at]])),
  });
  console.log(`raw samples in ${kept}`);
  return met.every(Boolean);
}

function reportCase({ title, about }, samples) {
  const tasks = samples.flatMap((sample) => sample.ours).sort((a, b) => b.ms - a.ms);
  const ours = tasks[0]?.ms ?? 0;
  const host = Math.max(0, ...samples.flatMap((sample) => sample.host));
  const drawn = (key) => median(samples.flatMap((sample) => sample[key]).map((one) => one.drawn));
  const [before, first, after] = ['switchesBefore', 'firstSwitch', 'switchesAfter'].map(drawn);
  const ratio = after / before;
  console.log(`${title}: ${about}`);
  console.log(`  longest task of ours: ${ours.toFixed(0)} ms (target ${OURS_LIMIT_MS} ms)`);
  for (const { ms, taskMs, invoker } of tasks.slice(0, 3)) {
    console.log(`    ${ms.toFixed(0)} ms of a task of ${taskMs.toFixed(0)} ms (${invoker})`);
  }
  console.log(`  longest task of the host: ${host.toFixed(0)} ms`);
  console.log(
    `  tool switch until drawn: ${before.toFixed(0)} ms without, ${first.toFixed(0)} ms right after the commit, ` +
      `${after.toFixed(0)} ms later: ${ratio.toFixed(2)}x (target ${SWITCH_LIMIT}x)`
  );
  const mib = (stage, key) => median(samples.map(({ memory }) => memory[stage][key])).toFixed(0);
  for (const stage of ['loaded', 'accepted']) {
    console.log(
      `  memory, ${stage}: page ${mib(stage, 'pageMib')} MiB, our workers ${mib(stage, 'ourWorkersMib')} MiB, ` +
        `the host's workers ${mib(stage, 'otherWorkersMib')} MiB, process ${mib(stage, 'rendererMib')} MiB`
    );
  }
  const peak = median(samples.map(({ memory }) => memory.peakRendererMib));
  console.log(`  peak of the process: ${peak.toFixed(0)} MiB`);
  return ours <= OURS_LIMIT_MS * TOLERANCE && ratio <= SWITCH_LIMIT * TOLERANCE;
}
