/**
 * Kernels against native programs. Builds the peers (ITK 5, from apt: libinsighttoolkit5-dev, cmake, ninja-build, g++) and
 * our jobs in .cache/bench, interleaves ours and the peer call by call, and compares medians of CPU time on one thread.
 * Peak memory is that of a first call in a fresh process, beside the input.
 *
 * Arguments: words that a title must hold (all by default), `--rounds=N` (7). Raw samples: test/output/bench-classical.json.
 */
import { build } from 'esbuild';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildKernels } from '../../../extensions/classical/assembly/build.mjs';
import { cases } from './cases.mjs';
import { makeInputs } from './phantom.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../../..');
const cache = path.join(root, '.cache', 'bench');
const inputs = path.join(cache, 'inputs');
const TOLERANCE = 0.8;

export async function bench(words) {
  const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice(9) ?? 7);
  const wanted = words.filter((word) => !word.startsWith('--'));
  mkdirSync(cache, { recursive: true });
  makeInputs(inputs);
  await buildKernels();
  const commands = {
    ours: ['node', '--expose-gc', await bundleOurs(), inputs],
    python: ['/usr/bin/python3', path.join(here, 'peers.py'), inputs],
    itk: [buildItk(), inputs],
    maxflow: [buildMaxflow(), inputs],
  };
  const chosen = cases.filter(({ title }) => wanted.every((word) => title.includes(word)));
  const results = [];
  console.log(row(['case', 'peer', 'ours ms', 'peer ms', 'speed', 'target', 'MiB', 'peer MiB']));
  for (const one of chosen) {
    const result = await measure(one, commands, rounds);
    results.push(result);
    console.log(line(result));
  }
  report(results, rounds);
  return results.every(({ missed, failed }) => !missed && !failed);
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

/** Needs libmaxflow-dev (apt), which is GPL: a program of its own, never a part of the product. */
function buildMaxflow() {
  const program = path.join(cache, 'maxflow-peer');
  const source = path.join(here, 'maxflow', 'peer.cxx');
  const include = '-I/usr/include/maxflow-3.0';
  const options = { stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('g++', ['-std=c++17', '-O3', include, source, '-lmaxflow', '-o', program], options);
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
    { worker: startWorker(commands.ours), line: one.ours, samples: [] },
    { worker: startWorker(commands[program]), line: peerJob.join(' '), samples: [] },
  ];
  try {
    // The first call shows the memory and warms up; it is not among the samples.
    for (const side of sides) side.first = await ask(side.worker, side.line);
    for (let round = 0; round < rounds; round++) {
      for (const side of sides) side.samples.push((await ask(side.worker, side.line)).ms);
    }
    const [ours, peer] = sides.map(({ first, samples }) => ({
      ...{ firstMs: first.ms, peakKb: first.kb, sum: first.sum },
      ...{ medianMs: median(samples), samplesMs: samples },
    }));
    const speed = peer.medianMs / ours.medianMs;
    const differs = Boolean(one.same) && ours.sum !== peer.sum;
    const missed = one.target !== undefined && speed < one.target * TOLERANCE;
    return {
      ...one,
      jobs: { ours: one.ours, peer: one.peer },
      ours,
      peer,
      speed,
      missed,
      failed: differs,
    };
  } finally {
    for (const { worker } of sides) worker.stop();
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

function report(results, rounds) {
  const output = path.join(root, 'test', 'output');
  mkdirSync(output, { recursive: true });
  const machine = { cpu: cpus()[0]?.model, node: process.version, rounds };
  const packages = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const assemblyscript = JSON.parse(packages).packages['node_modules/assemblyscript']?.version;
  const file = path.join(output, 'bench-classical.json');
  writeFileSync(file, JSON.stringify({ machine, assemblyscript, results }, undefined, 1));
  const kept = path.relative(root, file);
  console.log(`CPU time on one thread, medians of ${rounds}; raw samples in ${kept}`);
}

const row = (cells) =>
  `${cells[0].padEnd(32)}${cells[1].padEnd(30)}${cells
    .slice(2)
    .map((cell) => cell.padStart(10))
    .join('')}`;

function line({ title, jobs, ours, peer, target, speed, missed, failed }) {
  const verdict = failed
    ? `  DIFFERENT RESULT ${ours.sum} ${peer.sum}`
    : missed
      ? '  MISSED'
      : target !== undefined && speed < target
        ? '  below target'
        : '';
  const mib = (kb) => (kb / 1024).toFixed(0);
  const cells = [
    ...[title, jobs.peer, ours.medianMs.toFixed(1), peer.medianMs.toFixed(1)],
    ...[`${speed.toFixed(2)}x`, target === undefined ? '-' : `${target}x`],
    ...[mib(ours.peakKb), mib(peer.peakKb)],
  ];
  return row(cells) + verdict;
}
