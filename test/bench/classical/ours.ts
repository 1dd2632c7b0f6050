/**
 * Our kernels in the protocol of the peers (see itk/peers.cxx): a job a line, "milliseconds, peak kilobytes, check sum" as
 * answer. A job is opened once, with the image resident in kernel memory, as a session holds it; memory is warm.
 */
import type { ImageVolume, MethodInput } from '@cordon/extension-workbench/pure';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { foundationJobs } from './jobs-foundation';
import { segmentingJobs } from './jobs-segmenting';
import type { Job, JobMaker } from './job';
import { readInput } from './job';

const [folder] = process.argv.slice(2);
const makers: ReadonlyMap<string, JobMaker> = new Map(
  Object.entries({ ...foundationJobs, ...segmentingJobs })
);
const opened = new Map<string, Promise<Job>>();

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** What loading the input left over is no part of the peak, nor of the time of the calls. */
function collectGarbage(): void {
  const { gc } = globalThis as { readonly gc?: () => void };
  gc?.();
}

function statusKb(key: string): number {
  const line = readFileSync('/proc/self/status', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${key}:`));
  return Number(/\d+/.exec(line ?? '')?.[0] ?? 0);
}

async function open(name: string, input: string): Promise<Job> {
  const key = `${name} ${input}`;
  let job = opened.get(key);
  if (!job) {
    const maker = makers.get(name);
    if (!maker) throw new Error(`no job ${name}`);
    const image: ImageVolume = readInput(folder, input);
    const methodInput: MethodInput = { channels: [image] };
    job = maker(methodInput, { folder, input });
    opened.clear();
    opened.set(key, job);
    await job;
    collectGarbage();
  }
  return job;
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    const [name, input] = line.trim().split(' ');
    const job = await open(name, input);
    writeFileSync('/proc/self/clear_refs', '5');
    const before = statusKb('VmRSS');
    const start = cpuMs();
    const sum = await job.run();
    const ms = cpuMs() - start;
    const peak = statusKb('VmHWM') - before;
    process.stdout.write(`${ms.toFixed(3)} ${peak} ${sum()}\n`);
  } catch (error) {
    process.stdout.write(`error ${String(error)}\n`);
  }
}
