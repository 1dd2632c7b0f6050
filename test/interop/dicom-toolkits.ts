/**
 * highdicom and dcmqi, pinned in requirements.txt and kept in .cache, apart from the system's modules: they want a newer
 * pydicom and numpy.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '../support/python';

const root = join(__dirname, '..', '..');
const folder = join(root, '.cache', 'python-dicom');
const requirements = join(__dirname, 'requirements.txt');
const interpreter = '/usr/bin/python3';

/** Installs the toolkits once; two test files may ask at the same time. */
function prepare(): void {
  const script = `mkdir -p "$1" && exec 9>"$1.lock" && flock 9 && cmp -s "$2" "$1/done.txt" || {
    "$3" -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target "$1" -r "$2" && cp "$2" "$1/done.txt"; }`;
  spawnSync('bash', ['-c', script, 'bash', folder, requirements, interpreter], { stdio: 'ignore' });
}

const environment = () => ({ ...process.env, PYTHONPATH: folder });

/** Why the toolkits cannot run here; undefined when they can. */
export function toolkitsMissing(): string | undefined {
  prepare();
  const tried = spawnSync(interpreter, ['-c', 'import highdicom, dcmqi'], {
    env: environment(),
    encoding: 'utf8',
  });
  if (tried.status === 0) return undefined;
  return `highdicom and dcmqi are not installed (PyPI is needed once): ${tried.stderr?.trim().split('\n').at(-1)}`;
}

/** `describe` for tests that need the toolkits: skipped where they are missing, failing there when CI=true. */
export function describeWithToolkits(name: string, tests: () => void): void {
  const missing = toolkitsMissing();
  if (missing === undefined) return describe(name, tests);
  if (process.env['CI'] !== 'true') return describe.skip(`${name} (${missing})`, tests);
  return describe(name, () => {
    it('has highdicom and dcmqi', () => {
      throw new Error(missing);
    });
  });
}

/** Runs a script with the toolkits; `P` is the input, what it puts into `R` is returned. */
export function runToolkit<T>(script: string, values: JsonValue): T {
  const work = mkdtempSync(join(tmpdir(), 'cordon-toolkit-'));
  try {
    writeFileSync(join(work, 'in.json'), JSON.stringify(values));
    writeFileSync(
      join(work, 'run.py'),
      `import json, warnings, logging\nwarnings.simplefilter('ignore'); logging.disable(logging.CRITICAL)\n` +
        `P = json.load(open(${JSON.stringify(join(work, 'in.json'))}))\nR = {}\n${script}\n` +
        `json.dump(R, open(${JSON.stringify(join(work, 'out.json'))}, 'w'))\n`
    );
    const run = spawnSync(interpreter, [join(work, 'run.py')], {
      env: environment(),
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (run.status !== 0) throw new Error(`the toolkit failed: ${run.stderr.slice(-4000)}`);
    return JSON.parse(readFileSync(join(work, 'out.json'), 'utf8')) as T;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Path of one of dcmqi's programs. */
export const dcmqiProgram = (name: string): string => join(folder, 'dcmqi', 'bin', name);
