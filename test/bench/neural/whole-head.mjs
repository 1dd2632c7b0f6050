/**
 * Networks for whole heads on the real MPRAGE: the whole path from voxels to labels, what of it is not inference, and the bare runtime on
 * the same graph as often; and the same head brought to 96³, 128³ and 256³ voxels. CPU time of fresh processes, one thread.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleForNode } from '../../support/bundle.mjs';
import { median, root } from '../runner.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const models = path.join(root, 'models');
const archive = path.resolve(root, '../shared/data/dicom-brain-mprage/mprage.tar.xz');
/** Share of inference that everything else may take, and the whole run as a multiple of the bare runtime. */
const TARGET = { outside: 0.2, whole: 1.2 };
const TOLERANCE = 0.8;

/** The models of an installation that label whole heads. */
export const wholeHeadModels = () =>
  JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8'))
    .models.map(({ id }) => id)
    .filter((id) => {
      const manifest = JSON.parse(readFileSync(path.join(models, id, 'metadata.json'), 'utf8'));
      return manifest.cordon.inference.mode === 'labels';
    });

/** Voxels a side of the cubes that the head is brought to; first as it was stored. */
const EXTENTS = ['', '96', '128', '256'];

/** Raw samples by model, printed as a table; `met` is false when a target was missed by more than 20 %. */
export async function benchWholeHeads(chosen, rounds, native) {
  if (chosen.length === 0) return { samples: [], met: true };
  if (!existsSync(archive)) {
    console.log(`whole heads: left out, ${archive} is missing`);
    return { samples: [], met: true };
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-head-'));
  const samples = [];
  const pairs = chosen.flatMap((model) => EXTENTS.map((extent) => [model, extent]));
  try {
    execFileSync('tar', ['-xJf', archive, '-C', folder]);
    const job = await bundleForNode(path.join(here, 'whole-head-job.ts'), 'whole-head-job.mjs');
    for (let round = 0; round < rounds; round++) {
      for (const [model, extent] of pairs) {
        const run = spawnSync('node', [job, path.join(models, model), folder, extent, native], {
          encoding: 'utf8',
        });
        if (run.status !== 0) throw new Error(run.stderr);
        samples.push({ model, extent, ...JSON.parse(run.stdout.trim().split('\n').at(-1)) });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const met = pairs.map(([model, extent]) =>
    report(
      `${model}, ${extent ? `${extent}³` : 'as stored'}`,
      samples.filter((sample) => sample.model === model && sample.extent === extent)
    )
  );
  return { samples, met: met.every(Boolean) };
}

function report(title, samples) {
  const of = (key) => median(samples.map((sample) => sample[key]));
  const [whole, load, inference] = [of('wholeMs'), of('loadMs'), of('inferenceMs')];
  const native = samples.every(({ nativeMs }) => nativeMs);
  const outside = (whole - load - inference) / inference;
  const ratio = (whole - load) / of('bareMs');
  console.log(
    `${title.padEnd(30)} ${seconds(of('beforeMs'))} s before, ${seconds(inference)} s inference in ${of('runs')} runs, ` +
      `${seconds(of('afterMs'))} s after, ${seconds(whole - load - inference)} s outside in all = ` +
      `${Math.round(100 * outside)} % (target ${100 * TARGET.outside} %), whole run ${ratio.toFixed(2)}x the bare runtime ` +
      `(target ${TARGET.whole}x), ${native ? `${(of('bareMs') / of('nativeMs')).toFixed(1)}x the native build, ` : ''}loading ${seconds(load)} s, peak ${Math.round(of('peakBytes') / 2 ** 20)} MiB`
  );
  return outside <= TARGET.outside / TOLERANCE && ratio <= TARGET.whole / TOLERANCE;
}

const seconds = (ms) => (ms / 1000).toFixed(1);
