/**
 * Shipped networks on one thread: our whole run against the bare runtime on the same tensors, and against onnxruntime's native
 * build, which the bench installs for itself (its ratio is reported, and not ours to fix). Targets: everything outside
 * of the network at most 20 % of it, our whole run at most 1.2 times the bare runtime.
 *
 * Arguments: words that an id must hold (all by default), `--rounds=N` (5). Raw samples: test/output/bench-neural.json.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForNode } from '../../support/bundle.mjs';
import { choose, keepSamples, median, numberOption, root, searchWords } from '../runner.mjs';
import { nativeRuntime } from './native-runtime.mjs';
import { benchWholeHeads, wholeHeadModels } from './whole-head.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const models = path.join(root, 'models');
const TARGET = { outside: 0.2, ratio: 1.2 };
/** A miss of less than this is noise of a busy machine. */
const TOLERANCE = 1.2;

export async function bench(words) {
  const rounds = numberOption(words, 'rounds', 5);
  const { models: listed } = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'));
  const wanted = choose(listed, searchWords(words), ({ id }) => id);
  // Whole heads run on a real one: their golden image is none.
  const heads = wholeHeadModels().filter((id) => wanted.some((one) => one.id === id));
  const hasGolden = ({ id }) =>
    !heads.includes(id) &&
    JSON.parse(readFileSync(path.join(models, id, 'metadata.json'), 'utf8')).cordon.golden?.arrays
      .sourceImage;
  const chosen = wanted.filter(hasGolden);
  const job = await bundleForNode(path.join(here, 'job.ts'), 'neural-bench-job.mjs');
  const native = nativeRuntime() ?? '';
  const results = [];
  console.log(
    row([
      'model',
      'whole ms',
      'before ms',
      'network ms',
      'after ms',
      'outside',
      'bare ms',
      'ratio',
      'native ms',
      'web/native',
      'MiB',
    ])
  );
  for (const { id } of chosen) {
    const output = execFileSync('node', [job, models, id, String(rounds), native], {
      encoding: 'utf8',
    });
    const result = summarise(JSON.parse(output.trim().split('\n').at(-1)));
    results.push(result);
    console.log(line(result));
  }
  const wholeHeads = await benchWholeHeads(heads, rounds, native);
  const samples = { models: results, wholeHeads: wholeHeads.samples };
  keepSamples('neural', { settings: { rounds }, samples });
  return wholeHeads.met && results.every(({ missed }) => !missed);
}

function summarise({ id, voxels, peakBytes, samples }) {
  const totalMs = median(samples.ours.map((one) => one.totalMs));
  const beforeMs = median(samples.ours.map((one) => one.beforeMs));
  const afterMs = median(samples.ours.map((one) => one.afterMs));
  const inferenceMs = median(samples.ours.map((one) => one.inferenceMs));
  const outside = median(samples.ours.map((one) => one.totalMs / one.inferenceMs - 1));
  const bareMs = median(samples.bareMs);
  // Pair by pair, so that what else the machine does meets both.
  const ratio = median(samples.ours.map((one, at) => one.totalMs / samples.bareMs[at]));
  const nativeMs = samples.nativeMs.length > 0 ? median(samples.nativeMs) : undefined;
  const missed = outside > TARGET.outside * TOLERANCE || ratio > TARGET.ratio * TOLERANCE;
  return {
    id,
    voxels,
    totalMs,
    beforeMs,
    inferenceMs,
    afterMs,
    outside,
    bareMs,
    ratio,
    nativeMs,
    peakBytes,
    missed,
    samples,
  };
}

const line = ({
  id,
  totalMs,
  beforeMs,
  inferenceMs,
  afterMs,
  outside,
  bareMs,
  ratio,
  nativeMs,
  peakBytes,
  missed,
}) =>
  row([
    `${missed ? '! ' : ''}${id}`,
    totalMs.toFixed(0),
    beforeMs.toFixed(0),
    inferenceMs.toFixed(0),
    afterMs.toFixed(0),
    `${(100 * outside).toFixed(0)} %`,
    bareMs.toFixed(0),
    ratio.toFixed(2),
    nativeMs?.toFixed(0) ?? '–',
    nativeMs ? (bareMs / nativeMs).toFixed(1) : '–',
    (peakBytes / 2 ** 20).toFixed(0),
  ]);

const row = ([title, ...cells]) =>
  title.padEnd(34) + cells.map((cell) => String(cell).padStart(11)).join('');
