/**
 * Writing a large binary SEG: ours, @cornerstonejs/adapters and dcmjs' derivation, each in fresh processes in one run,
 * on the same labels. CPU time of the process, and memory beside the labels.
 *
 * Arguments: `--slices=N` (600), `--segments=N` (20), `--rounds=N` (3). Raw samples: test/output/bench-seg.json.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForNode } from '../../support/bundle.mjs';
import { interleave, keepSamples, median, numberOption, searchWords } from '../runner.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const WRITERS = ['ours', 'adapters', 'dcmjs'];
/** Times faster than either peer, and peak memory as a multiple of the file. */
const TARGET = { speed: 5, memory: 2 };
const TOLERANCE = 0.8;

export async function bench(words) {
  const [word] = searchWords(words);
  if (word !== undefined) throw new Error(`${word}: this suite has one case and takes no words`);
  const slices = numberOption(words, 'slices', 600);
  const segments = numberOption(words, 'segments', 20);
  const rounds = numberOption(words, 'rounds', 3);
  const job = await bundleForNode(path.join(here, 'job.mjs'), 'seg-bench-job.mjs');
  const sides = WRITERS.map((writer) => () => write(job, writer, slices, segments));
  const samples = (await interleave(sides, rounds)).flat();
  return report(samples, { slices, segments, rounds });
}

/** One writer in a fresh process. */
function write(job, writer, slices, segments) {
  const run = spawnSync(
    'node',
    ['--expose-gc', '--max-old-space-size=12000', job, writer, slices, segments].map(String),
    { encoding: 'utf8', maxBuffer: 2 ** 26 }
  );
  if (run.status === 0) return { writer, ...JSON.parse(run.stdout.trim().split('\n').at(-1)) };
  return { writer, failed: run.stderr.trim().split('\n').slice(-3).join(' ') };
}

function report(samples, settings) {
  const of = (writer) => samples.filter((one) => one.writer === writer);
  const ours = of('ours');
  const cpu = median(ours.map(({ cpuMs }) => cpuMs));
  const fileBytes = ours[0].bytes;
  const memory = median(ours.map(({ peakBytes }) => peakBytes)) / fileBytes;
  console.log(
    `512 × 512 × ${settings.slices}, ${settings.segments} segments, ${mib(fileBytes)} MiB file`
  );
  let met = memory <= TARGET.memory / TOLERANCE;
  for (const writer of WRITERS) {
    const failed = of(writer).find((one) => one.failed);
    if (failed) {
      console.log(`${writer.padEnd(9)} failed: ${failed.failed}`);
      continue;
    }
    const peerCpu = median(of(writer).map(({ cpuMs }) => cpuMs));
    const peak = median(of(writer).map(({ peakBytes }) => peakBytes));
    const speed = peerCpu / cpu;
    const target =
      writer === 'ours' ? '' : `${speed.toFixed(1)}x slower than ours (target ${TARGET.speed}x)`;
    if (writer !== 'ours' && speed < TARGET.speed * TOLERANCE) met = false;
    console.log(
      `${writer.padEnd(9)} ${Math.round(peerCpu)} ms CPU, peak ${mib(peak)} MiB = ${(peak / fileBytes).toFixed(1)}x the file ${target}`
    );
  }
  const require = createRequire(import.meta.url);
  const versions = {
    adapters: versionOf(require, '@cornerstonejs/adapters'),
    dcmjs: versionOf(require, 'dcmjs'),
  };
  keepSamples('seg', { settings, versions, samples });
  return met;
}

const mib = (bytes) => Math.round(bytes / 2 ** 20);

function versionOf(require, name) {
  const entry = require.resolve(name);
  const folder = entry.slice(
    0,
    entry.indexOf(`node_modules/${name}`) + `node_modules/${name}`.length
  );
  return require(path.join(folder, 'package.json')).version;
}
