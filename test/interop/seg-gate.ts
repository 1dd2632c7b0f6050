/**
 * The gate that every written SEG passes: dciodvfy, an own checker and dcmtk's segmentation library, run by
 * `check_all.sh` of the shared tools. The tools are copied into the cache, where the dcmtk reader can be compiled.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const tools = join(root, '..', 'shared', 'tools', 'seg');

const has = (program: string): boolean =>
  spawnSync('which', [program], { stdio: 'ignore' }).status === 0;

/** Why the gate cannot run here; undefined when it can. */
export function gateMissing(): string | undefined {
  if (!existsSync(tools)) return '../shared/tools/seg is missing beside the repository';
  for (const program of ['dciodvfy', 'dcmdump', 'g++']) {
    if (!has(program)) return `${program} is not installed (apt install dicom3tools dcmtk g++)`;
  }
  const pydicom = spawnSync('/usr/bin/python3', ['-c', 'import pydicom, numpy'], {
    stdio: 'ignore',
  });
  return pydicom.status === 0 ? undefined : 'python3-pydicom or python3-numpy is not installed';
}

/** `describe` for tests that need the validators: skipped where they are missing, failing there when CI=true. */
export function describeWithGate(name: string, tests: () => void): void {
  const missing = gateMissing();
  if (missing === undefined) return describe(name, tests);
  if (process.env['CI'] !== 'true') return describe.skip(`${name} (${missing})`, tests);
  return describe(name, () => {
    it('has the validators', () => {
      throw new Error(missing);
    });
  });
}

/** Folder with the shared tools and the compiled dcmtk reader. */
export function gateFolder(): string {
  const source = readFileSync(join(tools, 'segcheck.cc'));
  const key = createHash('sha256').update(source).digest('hex').slice(0, 12);
  const folder = join(root, '.cache', 'seg-gate', key);
  if (existsSync(join(folder, 'segcheck'))) return folder;
  const draft = `${folder}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(tools, draft, { recursive: true });
  const libraries = ['dcmseg', 'dcmfg', 'dcmiod', 'dcmdata', 'oflog', 'ofstd'];
  execFileSync('g++', [
    '-std=c++17',
    '-o',
    join(draft, 'segcheck'),
    join(draft, 'segcheck.cc'),
    ...libraries.map((library) => `-l${library}`),
  ]);
  if (existsSync(folder)) rmSync(draft, { recursive: true, force: true });
  else renameSync(draft, folder);
  return folder;
}

export interface GateResult {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs the gate on a file; `labels` is a NumPy file with the label map that it must hold. */
export function runGate(file: string, sourceFolder: string, labels?: string): GateResult {
  const folder = gateFolder();
  const args = [join(folder, 'check_all.sh'), file, sourceFolder, ...(labels ? [labels] : [])];
  const run = spawnSync('bash', args, { encoding: 'utf8' });
  return { passed: run.status === 0, output: `${run.stdout}${run.stderr}` };
}
