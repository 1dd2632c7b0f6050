/**
 * Kernels against native programs. Builds the peers and our jobs in .cache/bench, interleaves ours and the peer call by call,
 * and compares medians of CPU time on one thread. Peak memory is that of a first call in a fresh process, beside the input; it
 * is to be no more than ITK's. Peers come from apt; what is missing is named.
 *
 * Arguments: words that a title must hold (all by default), `--rounds=N` (7). Raw samples: test/output/bench-classical.json.
 */
import { build } from 'esbuild';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  choose,
  interleave,
  keepSamples,
  median,
  numberOption,
  root,
  searchWords,
} from '../runner.mjs';
import { buildKernels } from '../../../extensions/classical/assembly/build.mjs';
import { cases } from './cases.mjs';
import { makeInputs } from './phantom.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const cache = path.join(root, '.cache', 'bench');
const inputs = path.join(cache, 'inputs');
/** A target may be missed by a fifth before the run counts as failed. */
const TOLERANCE = 0.8;
/** Both sides warm up this long: short jobs many times, until compilers have seen them. */
const WARM_MS = 150;
const WARM_CALLS = 50;
/** What an allocator rounds up to, and what a WebAssembly memory of many small jobs has at least (KiB). */
const SPARE_KB = 4096;
/** Debian packages. */
const NEEDED = [
  ...['libinsighttoolkit5-dev', 'cmake', 'ninja-build', 'g++', 'libmaxflow-dev'],
  ...['libboost-graph-dev', 'python3-opencv', 'python3-skimage', 'python3-scipy'],
];

export async function bench(words) {
  const rounds = numberOption(words, 'rounds', 7);
  const chosen = choose(cases, searchWords(words));
  const missing = NEEDED.filter((name) => spawnSync('dpkg', ['-s', name]).status !== 0);
  if (missing.length > 0) {
    console.error(`Peers are missing. As root: apt-get install ${missing.join(' ')}`);
    return false;
  }
  mkdirSync(cache, { recursive: true });
  makeInputs(inputs);
  await buildKernels();
  const commands = {
    ours: ['node', '--expose-gc', await bundleOurs(), inputs],
    python: ['/usr/bin/python3', path.join(here, 'peers.py'), inputs],
    itk: [buildItk(), inputs],
    maxflow: [buildCut('maxflow', '-I/usr/include/maxflow-3.0', '-lmaxflow'), inputs],
    boost: [buildCut('boost'), inputs],
  };
  const results = [];
  console.log(row(['case', 'peer', 'ours ms', 'peer ms', 'speed', 'target', 'MiB', 'peer MiB']));
  for (const one of chosen) {
    const result = await measure(one, commands, rounds);
    results.push(result);
    console.log(line(result));
  }
  report(results, rounds);
  return results.every(({ missed, failed, greedy }) => !missed && !failed && !greedy);
}

async function bundleOurs() {
  const outfile = path.join(cache, 'ours.mjs');
  await build({
    entryPoints: [path.join(here, 'ours.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['cordon-source'],
    absWorkingDir: root,
    logLevel: 'warning',
  });
  return outfile;
}

function buildItk() {
  const folder = path.join(cache, 'itk');
  const program = path.join(folder, 'peers');
  const source = path.join(here, 'itk');
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(folder, 'build.ninja'))) {
    execFileSync('cmake', [source, '-GNinja'], options);
  }
  execFileSync('ninja', [], options);
  return program;
}

/** libmaxflow is GPL: it is linked into a program of its own, never into the product. */
function buildCut(name, ...flags) {
  const program = path.join(cache, `${name}-peer`);
  const source = path.join(here, 'cut', `${name}.cxx`);
  const options = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('g++', ['-std=c++17', '-O3', source, ...flags, '-o', program], options);
  return program;
}

/** A program that answers one line for each line. */
function startWorker([command, ...rest]) {
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  child.on('exit', (code, signal) => {
    for (const answer of waiting.splice(0)) answer(`error ended with ${code ?? signal}`);
  });
  return {
    ask: (line) =>
      new Promise((answer) => {
        waiting.push(answer);
        child.stdin.write(`${line}\n`);
      }),
    stop: () => child.stdin.end(),
  };
}

async function ask(worker, line) {
  const answer = await worker.ask(line);
  const [ms, kb, sum] = answer.split(' ').map(Number);
  if (Number.isNaN(ms)) throw new Error(`${line}: ${answer}`);
  return { ms, kb, sum };
}

async function measure(one, commands, rounds) {
  const [program, ...peerJob] = one.peer.split(' ');
  const sides = [
    { worker: startWorker(commands.ours), line: one.ours },
    { worker: startWorker(commands[program]), line: peerJob.join(' ') },
  ];
  try {
    // The first call shows the memory, it and the next ones warm up; they are not among the samples.
    for (const side of sides) {
      side.first = await ask(side.worker, side.line);
      for (let spent = side.first.ms, call = 1; spent < WARM_MS && call < WARM_CALLS; call++) {
        spent += (await ask(side.worker, side.line)).ms;
      }
    }
    const turns = sides.map(
      ({ worker, line }) =>
        async () =>
          (await ask(worker, line)).ms
    );
    const samples = await interleave(turns, rounds);
    const [ours, peer] = sides.map(({ first }, at) => ({
      ...{ firstMs: first.ms, peakKb: first.kb, sum: first.sum },
      ...{ medianMs: median(samples[at]), samplesMs: samples[at] },
    }));
    const speed = peer.medianMs / ours.medianMs;
    const differs = Boolean(one.same) && ours.sum !== peer.sum;
    const missed = one.target !== undefined && speed < one.target * TOLERANCE;
    const greedy = program === 'itk' && ours.peakKb * TOLERANCE > peer.peakKb + SPARE_KB;
    return {
      ...one,
      jobs: { ours: one.ours, peer: one.peer },
      ours,
      peer,
      speed,
      missed,
      greedy,
      failed: differs,
    };
  } finally {
    for (const { worker } of sides) worker.stop();
  }
}

function report(results, rounds) {
  const peers = execFileSync('dpkg-query', ['-W', ...NEEDED], { encoding: 'utf8' });
  const packages = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const assemblyscript = JSON.parse(packages).packages['node_modules/assemblyscript']?.version;
  const kept = keepSamples('classical', {
    settings: { rounds },
    versions: { assemblyscript, peers: peers.trim().split('\n') },
    samples: results,
  });
  console.log(`CPU time on one thread, medians of ${rounds}; raw samples in ${kept}`);
}

const row = (cells) =>
  `${cells[0].padEnd(36)}${cells[1].padEnd(30)}${cells
    .slice(2)
    .map((cell) => cell.padStart(10))
    .join('')}`;

function line({ title, jobs, ours, peer, target, speed, missed, greedy, failed, reason }) {
  const verdict = failed
    ? `  DIFFERENT RESULT ${ours.sum} ${peer.sum}`
    : missed
      ? '  MISSED'
      : target !== undefined && speed < target
        ? '  below target'
        : '';
  const memory = greedy ? '  MORE MEMORY THAN ITK' : '';
  const why = (missed || greedy) && reason ? `  (${reason})` : '';
  const mib = (kb) => (kb / 1024).toFixed(0);
  const cells = [
    ...[title, jobs.peer, ours.medianMs.toFixed(1), peer.medianMs.toFixed(1)],
    ...[`${speed.toFixed(2)}x`, target === undefined ? '-' : `${target}x`],
    ...[mib(ours.peakKb), mib(peer.peakKb)],
  ];
  return row(cells) + verdict + memory + why;
}
