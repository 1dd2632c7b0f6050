/**
 * The training code's own checks, run by Python: measures against hand-computed cases and scikit-image, splits, the
 * equivalences that the exports rely on, a smoke run of each network, and three test cases of each shipped model.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeWithPython, runPython } from '../../test/support/python';

const models = resolve(__dirname, '..');
const training = join(models, 'training');
const data = process.env.CORDON_DATA ?? resolve(models, '..', '..', 'shared', 'data');
const modules = ['torch', 'torchvision', 'scipy', 'skimage', 'cv2', 'nibabel'];

/** Runs the unittest modules of training/checks; resolves to the number of tests and of failures. */
async function runChecks(names: readonly string[]) {
  const { values } = await runPython({
    values: { training, names },
    script: `
import os, sys, unittest
os.environ.setdefault('OMP_NUM_THREADS', '1')
sys.path.insert(0, P['training'])
suite = unittest.defaultTestLoader.loadTestsFromNames(['checks.' + name for name in P['names']])
result = unittest.TestResult()
suite.run(result)
R['ran'] = result.testsRun
R['skipped'] = len(result.skipped)
R['problems'] = [str(test) + ': ' + text[-1500:] for test, text in result.failures + result.errors]
`,
  });
  return values;
}

describeWithPython(modules, 'the measures', () => {
  it('agree with hand-computed cases, brute force and scikit-image', async () => {
    const { ran, problems } = await runChecks(['test_metrics']);
    expect(problems).toEqual([]);
    expect(ran).toBeGreaterThanOrEqual(15);
  });
});

describeWithPython(modules, 'the training code', () => {
  it('makes what the exports rely on, and every network learns for three iterations', async () => {
    const { ran, problems } = await runChecks(['test_training']);
    expect(problems).toEqual([]);
    expect(ran).toBeGreaterThanOrEqual(15);
  }, 240_000);
});

describeWithPython(['torch'], 'the brain networks', () => {
  it('find how bright tissues are, train what is exported, and refine both sides alike', async () => {
    const { ran, problems } = await runChecks(['test_brain']);
    expect(problems).toEqual([]);
    expect(ran).toBeGreaterThanOrEqual(15);
  }, 240_000);
});

const missing = existsSync(data) ? undefined : `no data sets at ${data}`;
const describeWithData = missing !== undefined && !process.env.CI ? describe.skip : describe;

describeWithData('with the data sets', () => {
  describeWithPython(modules, 'the splits', () => {
    it('share no subject and are what their rule makes', async () => {
      expect(missing).toBeUndefined();
      const { skipped, problems } = await runChecks(['test_splits']);
      expect(problems).toEqual([]);
      expect(skipped).toBe(0);
    });
  });

  describeWithPython(modules, 'three fixed test cases of each shipped model', () => {
    it('are segmented as well as comparison.json says', async () => {
      expect(missing).toBeUndefined();
      const { values } = await runPython({
        values: { training },
        script: `
import contextlib, io, sys
sys.path.insert(0, P['training'])
sys.argv = ['recheck']
from cordon_training.recheck import main
text = io.StringIO()
with contextlib.redirect_stdout(text):
    try: main()
    except SystemExit as ended: R['status'] = int(ended.code or 0)
R['lines'] = text.getvalue().splitlines()
`,
      });
      const lines = values.lines as readonly string[];
      expect(lines.filter((line) => line.startsWith('BAD'))).toEqual([]);
      expect(lines.length).toBeGreaterThan(0);
      expect(values.status).toBe(0);
    }, 400_000);
  });
});
