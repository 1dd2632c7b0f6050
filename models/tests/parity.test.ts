/**
 * The shipped graphs give what PyTorch gives with the same weights: the weights are read out of each ONNX file into the
 * PyTorch class, both run on fresh random inputs, and the outputs are compared. Nothing is compared with stored output.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describeWithPython, runPython } from '../../test/support/python';

interface Comparison {
  readonly graph: string;
  readonly seed: string;
  readonly output: string;
  readonly difference: number;
  /** Largest magnitude that PyTorch gave. */
  readonly range: number;
  readonly shapesAgree: boolean;
}

const models = resolve(__dirname, '..');
const training = join(models, 'training');
const TOLERANCE = 1e-3;

async function compareAll(): Promise<readonly Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-parity-'));
  try {
    await runPython({
      values: { training, folder },
      script: `
import sys
sys.path.insert(0, P['training'])
sys.argv = ['parity', P['folder']]
from cordon_training.parity import main
main()
`,
    });
    const script = join(models, 'tests', 'run-graphs.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, folder], {
      maxBuffer: 2 ** 24,
    });
    return JSON.parse(stdout) as readonly Comparison[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describeWithPython(['torch', 'torchvision', 'scipy', 'cv2', 'nibabel'], 'shipped graphs', () => {
  let comparisons: readonly Comparison[] = [];
  beforeAll(async () => {
    comparisons = await compareAll();
  }, 300_000);

  it('cover every model but those of whole heads, which brain-anatomy.test.ts compares', async () => {
    const index = JSON.parse(await readFile(join(models, 'index.json'), 'utf8')) as {
      readonly models: readonly { readonly id: string; readonly task: string }[];
    };
    const compared = new Set(comparisons.map(({ graph }) => graph.split('/')[0]));
    const others = index.models.filter(({ task }) => !task.startsWith('Brain anatomy'));
    expect([...compared].sort()).toEqual(others.map(({ id }) => id).sort());
  });

  it('agree with PyTorch within 1e-3 on random inputs', () => {
    const wrong = comparisons.filter(
      ({ difference, shapesAgree }) => !shapesAgree || !(difference <= TOLERANCE)
    );
    expect(wrong).toEqual([]);
  });

  it('are compared on outputs that are not all nearly nothing', () => {
    const probabilities = comparisons.filter(({ output }) => output === 'logits');
    expect(probabilities.length).toBeGreaterThan(0);
    for (const { range } of probabilities) expect(range).toBeGreaterThan(0.5);
  });
});
