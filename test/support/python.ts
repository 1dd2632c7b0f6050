/**
 * Runs a Python script with arrays and values in and out: the programs of the field (numpy, scipy, scikit-image,
 * OpenCV, pydicom, SimpleITK) compute the reference while the test runs.
 *
 * In the script, `I` holds the input arrays by name, `P` the input values; it puts arrays into `O` and values into `R`.
 * The order of axes is numpy's: an array of our grid (columns, rows, slices) has the shape [slices, rows, columns].
 *
 * `describeWithPython` skips its tests where Python or a module is missing, and fails there when CI is set.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { decodeNpy, encodeNpy, type NpyArray } from './npy';

export type { NpyArray } from './npy';

export type JsonValue =
  number | string | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export interface PythonRun {
  readonly script: string;
  readonly arrays?: Readonly<Record<string, NpyArray>>;
  readonly values?: Readonly<Record<string, JsonValue>>;
}

export interface PythonResult {
  /** An array that the script put into `O`; throws when there is none of this name. */
  array(name: string): NpyArray;
  /** A value that the script put into `R`. */
  readonly values: Readonly<Record<string, JsonValue>>;
}

/** The interpreter with the system's modules (apt). */
const interpreter = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';
const repositoryRoot = resolve(__dirname, '../..');
/** Modules from PyPI that apt has not, installed once by {@link preparePeers}. */
const peersFolder = join(repositoryRoot, '.cache', 'python-peers');
const requirements = join(repositoryRoot, 'test', 'support', 'requirements.txt');
/** Installed from PyPI instead of apt. */
const fromPyPi = ['SimpleITK'];

const environment = () => ({ ...process.env, PYTHONPATH: peersFolder, PYTHONHASHSEED: '0' });

/** Whether this machine can import `modules`; the reason when it cannot. */
export function pythonMissing(modules: readonly string[]): string | undefined {
  if (modules.some((module) => fromPyPi.includes(module))) preparePeers();
  const code = modules.map((module) => `import ${module}`).join('; ') || 'pass';
  const tried = spawnSync(interpreter, ['-c', code], { env: environment(), encoding: 'utf8' });
  if (tried.error) return 'python3 is not installed (apt install python3)';
  if (tried.status === 0) return undefined;
  return `Python cannot import ${modules.join(', ')}: ${tried.stderr.trim().split('\n').at(-1)}`;
}

/** Installs the pinned modules of requirements.txt into .cache; does nothing when they are there. */
function preparePeers(): void {
  const lock = `mkdir -p "$1" && exec 9>"$1.lock" && flock 9 && cmp -s "$2" "$1/done.txt" || {
    "$3" -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target "$1" -r "$2" && cp "$2" "$1/done.txt"; }`;
  spawnSync('bash', ['-c', lock, 'bash', peersFolder, requirements, interpreter], {
    stdio: 'ignore',
  });
}

/** `describe` for tests that need Python with `modules`. */
export function describeWithPython(
  modules: readonly string[],
  name: string,
  body: () => void
): void {
  const missing = pythonMissing(modules);
  if (missing === undefined) describe(name, body);
  else if (process.env.CI) {
    describe(name, () => {
      it('has the program that it is compared with', () => {
        throw new Error(missing);
      });
    });
  } else describe.skip(`${name} [${missing}]`, body);
}

const preamble = (folder: string) => `
import json, os
import numpy as np
_folder = ${JSON.stringify(folder)}
with open(_folder + '/in.json') as _file: _in = json.load(_file)
I = {_name: np.load(_folder + '/in-' + _name + '.npy') for _name in _in['arrays']}
P = _in['values']
O, R = {}, {}
`;

const closing = `
for _name, _array in O.items(): np.save(_folder + '/out-' + _name + '.npy', np.ascontiguousarray(_array))
with open(_folder + '/out.json', 'w') as _file: json.dump({'arrays': list(O), 'values': R}, _file)
`;

/** Runs the script once. Rejects with what it wrote on stderr when it fails. */
export async function runPython(run: PythonRun): Promise<PythonResult> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-python-'));
  try {
    const arrays = Object.entries(run.arrays ?? {});
    for (const [name, array] of arrays) {
      await writeFile(join(folder, `in-${name}.npy`), encodeNpy(array));
    }
    const input = { arrays: arrays.map(([name]) => name), values: run.values ?? {} };
    await writeFile(join(folder, 'in.json'), JSON.stringify(input));
    const script = join(folder, 'script.py');
    await writeFile(script, preamble(folder) + run.script + closing);
    await promisify(execFile)(interpreter, [script], {
      env: environment(),
      maxBuffer: 2 ** 26,
      timeout: 300_000,
    });
    return await readResult(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readResult(folder: string): Promise<PythonResult> {
  const output = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as {
    readonly arrays: readonly string[];
    readonly values: Readonly<Record<string, JsonValue>>;
  };
  const arrays = new Map<string, NpyArray>();
  for (const name of output.arrays) {
    arrays.set(name, decodeNpy(await readFile(join(folder, `out-${name}.npy`))));
  }
  return {
    values: output.values,
    array: (name) => {
      const array = arrays.get(name);
      if (!array) throw new Error(`the script made no array "${name}"`);
      return array;
    },
  };
}

/** Folder for what tests make once and use often; outside the repository. */
export async function keptFolder(): Promise<string> {
  const folder = join(tmpdir(), 'cordon-test-data');
  await mkdir(folder, { recursive: true });
  return folder;
}

/** Writes a file in one step, so that two tests may make it at the same time. */
export async function writeWhole(path: string, contents: Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}`;
  await writeFile(aside, contents);
  await rename(aside, path);
}
