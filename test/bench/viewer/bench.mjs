/* global requestAnimationFrame, requestIdleCallback, PerformanceObserver */
/**
 * The viewer on a 140-slice CT in an MPR layout, in Chromium: tasks on the page's thread from the click on "Run" until
 * the overlay is painted, split into the host's and ours, and tool switches after the commit against the same without a
 * segmentation. Targets: no task of ours over 50 ms; tool switches at most twice as long.
 *
 * A task is ours when it enters a script of the plugin; of such a task, ours is the time in which the innermost function
 * is the plugin's, by the sampling profiler: the host's code that our calls start, now or in a microtask, is the host's.
 * Needs ../shared/data beside the repository.
 *
 * Arguments: `--rounds=N` (3). Raw samples: test/output/bench-viewer.json.
 */
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const ct = path.resolve(root, '../shared/data/dicom-chest-ct-lidc/ct.tar.xz');
const FLAGS = [
  '--no-sandbox',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];
const OURS_LIMIT_MS = 50;
const SWITCH_LIMIT = 2;
const PATIENCE_MS = 300_000;
const SWITCHES = ['Zoom', 'Pan', 'WindowLevel', 'Zoom', 'Pan', 'WindowLevel'];

export async function bench(words) {
  const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice(9) ?? 3);
  if (!existsSync(ct)) throw new Error(`missing beside the repository: ${ct}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
  execFileSync('tar', ['-xJf', ct, '-C', folder]);
  const gateway = await startGateway(folder);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
  const samples = [];
  try {
    for (let round = 0; round < rounds; round++) samples.push(await measure(browser, gateway.url));
  } finally {
    await browser.close();
    gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return report(samples, browser.version());
}

async function startGateway(folder) {
  const program = path.join(root, 'server-adapter', 'bin', 'cordon.mjs');
  const child = spawn(
    process.execPath,
    [
      program,
      'serve',
      '--port',
      '0',
      '--archive',
      path.join(folder, 'archive'),
      '--import',
      folder,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] }
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url && line.includes('ready')) return { url, stop: () => child.kill('SIGTERM') };
  }
  throw new Error('the gateway did not start');
}

async function measure(browser, url) {
  const context = await browser.newContext({ viewport: { width: 1500, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const studies = await (await fetch(`${url}/dicom-web/studies`)).json();
  const study = studies[0]['0020000D'].Value[0];
  await page.goto(`${url}/cordon?StudyInstanceUIDs=${study}&hangingprotocolid=mpr`);
  const panel = page.locator('[data-cy=cordon-panel]');
  await panel.getByText("Otsu's threshold", { exact: true }).first().click();
  // A method that is chosen loads the images; the range of values is known afterwards.
  await page.waitForFunction(
    () => window.services.cordonWorkbench.panel.getState().series?.range !== undefined
  );
  await page.waitForTimeout(5_000);
  const switchesBefore = await switchTools(page);
  const profiler = await context.newCDPSession(page);
  await profiler.send('Profiler.enable');
  await profiler.send('Profiler.setSamplingInterval', { interval: 500 });
  await profiler.send('Profiler.start');
  const markedAt = await page.evaluate(observe);
  await panel.getByRole('button', { name: 'Run', exact: true }).click();
  await panel.getByRole('button', { name: 'Accept' }).waitFor();
  await page.waitForTimeout(3_000);
  const { profile } = await profiler.send('Profiler.stop');
  const frames = split(await page.evaluate(collect), ownSamples(profile, markedAt));
  await panel.getByRole('button', { name: 'Accept' }).click();
  await page.waitForTimeout(2_000);
  const switchesAfter = await switchTools(page);
  await context.close();
  return { ...frames, switchesBefore, switchesAfter };
}

/** Milliseconds from a click on a tool until the page has drawn and is idle again. */
async function switchTools(page) {
  const times = [];
  for (const tool of SWITCHES) {
    const button = page.locator(`[data-cy="${tool}"], [data-cy="${tool}-split-button-primary"]`);
    await page.evaluate(() => {
      window.benchDone = new Promise((resolve) => {
        window.addEventListener(
          'pointerdown',
          () => {
            const start = performance.now();
            const frame = () =>
              requestIdleCallback(() => resolve(performance.now() - start), { timeout: 60_000 });
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

/** In the page: collects long animation frames, and leaves a mark in the profile whose time is returned. */
function observe() {
  const frames = (window.benchFrames = []);
  new PerformanceObserver((list) => frames.push(...list.getEntries())).observe({
    type: 'long-animation-frame',
  });
  const benchMark = () => {
    const start = performance.now();
    while (performance.now() - start < 30);
    return start;
  };
  return benchMark();
}

/** In the page: the frames as plain data. */
function collect() {
  return window.benchFrames.map(({ startTime, duration, scripts }) => ({
    startTime,
    duration,
    scripts: scripts
      .filter(({ sourceURL }) => sourceURL.includes('/plugins/cordon/'))
      .map((script) => ({
        startTime: script.startTime,
        duration: script.duration,
        invoker: script.invoker,
      })),
  }));
}

/** Samples whose innermost function with a file is the plugin's: time in the page's milliseconds, and length. */
function ownSamples(profile, markedAt) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const node of profile.nodes) for (const id of node.children ?? []) parents.set(id, node.id);
  const isOurs = (id) => {
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { url } = nodes.get(at).callFrame;
      if (url !== '') return url.includes('/plugins/cordon/');
    }
    return false;
  };
  let time = profile.startTime;
  let offset;
  const samples = [];
  profile.samples.forEach((id, index) => {
    time += profile.timeDeltas[index];
    if (nodes.get(id).callFrame.functionName === 'benchMark') offset ??= markedAt - time / 1000;
    const next = profile.timeDeltas[index + 1] ?? 0;
    if (isOurs(id)) samples.push({ time: time / 1000, ms: next / 1000 });
  });
  return samples.map(({ time, ms }) => ({ time: time + offset, ms }));
}

/** Each task that enters the plugin with our share of it, and what is left of each frame for the host. */
function split(frames, samples) {
  const within = (start, end) =>
    samples
      .filter(({ time }) => time >= start && time < end)
      .reduce((sum, { time, ms }) => sum + Math.min(ms, end - time), 0);
  const ours = frames.flatMap(({ scripts }) =>
    scripts.map(({ startTime, duration, invoker }) => ({
      ms: within(startTime, startTime + duration),
      taskMs: duration,
      invoker,
    }))
  );
  const host = frames.map(
    ({ startTime, duration }) => duration - within(startTime, startTime + duration)
  );
  return { ours, host };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function report(samples, version) {
  const tasks = samples.flatMap((sample) => sample.ours).sort((a, b) => b.ms - a.ms);
  const ours = tasks[0]?.ms ?? 0;
  const host = Math.max(0, ...samples.flatMap((sample) => sample.host));
  const before = median(samples.flatMap((sample) => sample.switchesBefore));
  const after = median(samples.flatMap((sample) => sample.switchesAfter));
  const ratio = after / before;
  console.log(`longest task of ours: ${ours.toFixed(0)} ms (target ${OURS_LIMIT_MS} ms)`);
  for (const { ms, taskMs, invoker } of tasks.slice(0, 5)) {
    console.log(`  ${ms.toFixed(0)} ms of a task of ${taskMs.toFixed(0)} ms (${invoker})`);
  }
  console.log(`longest task of the host: ${host.toFixed(0)} ms`);
  console.log(
    `tool switch: ${before.toFixed(0)} ms without, ${after.toFixed(0)} ms with a segmentation: ` +
      `${ratio.toFixed(2)}x (target ${SWITCH_LIMIT}x)`
  );
  const output = path.join(root, 'test', 'output');
  mkdirSync(output, { recursive: true });
  writeFileSync(
    path.join(output, 'bench-viewer.json'),
    `${JSON.stringify({ chromium: version, flags: FLAGS, cpu: cpus()[0].model, node: process.version, samples }, null, 2)}\n`
  );
  return ours <= OURS_LIMIT_MS * 1.2 && ratio <= SWITCH_LIMIT * 1.2;
}
