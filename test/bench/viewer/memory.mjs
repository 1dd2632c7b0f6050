/* global setInterval, clearInterval */
/**
 * Memory of the page, the host's and ours apart as far as the browser tells it: what workers of the plugin hold is ours, the page itself
 * is both. And what the renderer process takes from the machine, with its peak.
 */
import { readFileSync } from 'node:fs';

const MIB = 2 ** 20;

/** Megabytes of the page by who holds them, after a collection of garbage. Needs an isolated page. */
export async function pageMemory(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  const { breakdown } = await page.evaluate(() => performance.measureUserAgentSpecificMemory());
  const sum = (isMeant) =>
    breakdown
      .filter(({ attribution }) => isMeant(attribution[0] ?? { scope: '', url: '' }))
      .reduce((bytes, entry) => bytes + entry.bytes, 0) / MIB;
  const isOurs = ({ url }) => url.includes('/plugins/cordon/');
  return {
    pageMib: sum(({ scope }) => scope === 'Window'),
    ourWorkersMib: sum((one) => one.scope !== 'Window' && isOurs(one)),
    otherWorkersMib: sum((one) => one.scope !== 'Window' && !isOurs(one)),
  };
}

/** Follows what the renderer takes; `peak()` and `now()` are in MiB. */
export async function watchRenderer(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const ids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const now = () => ids.reduce((sum, id) => sum + residentMib(id), 0);
  let peak = now();
  const timer = setInterval(() => {
    peak = Math.max(peak, now());
  }, 250);
  return { now, peak: () => peak, stop: () => clearInterval(timer) };
}

function residentMib(id) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return 0; // the process has ended
  }
}
