/**
 * Shows that the tests can fail: applies the mutations of each mutants.json, one at a time, and expects the tests beside it
 * to catch every one. `npm run test:mutants -- [words of folders]`.
 *
 * mutants.json lies beside a test and is a list of { file, find, replace, test }: `file` is relative to the package, `find`
 * must occur in it exactly once, `test` (optional) is the pattern of the names of the tests to run. Work is done in a copy
 * of the working tree, so that nothing has to be restored: the copy is erased at the end, on an interrupt too.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const MOST_SECONDS = 300;

const words = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)));
const lists = files
  .filter((file) => path.basename(file) === 'mutants.json')
  .filter((file) => words.every((word) => file.includes(word)));

const place = await mkdtemp(path.join(tmpdir(), 'cordon-mutants-'));
const erase = () => rmSync(place, { recursive: true, force: true });
let child;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    child?.kill('SIGKILL');
    erase();
    process.exit(130);
  });
}

let caught = 0;
const problems = [];
try {
  const copy = await copyTree();
  const kernels = await import(
    pathToFileURL(path.join(copy, 'extensions/classical/assembly/build.mjs')).href
  );
  for (const list of lists) await tryList(copy, kernels.buildKernels, list);
} finally {
  erase();
}
for (const problem of problems) console.log(problem);
console.log(`${caught} mutations caught, ${problems.length} not`);
process.exitCode = problems.length > 0 || lists.length === 0 ? 1 : 0;

/** The working tree as it is, with the installed packages, what tests keep, and the shared data beside it. */
async function copyTree() {
  const copy = path.join(place, 'repository');
  for (const file of files) {
    const target = path.join(copy, file);
    await mkdir(path.dirname(target), { recursive: true });
    await cp(path.join(root, file), target);
  }
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  for (const kept of ['.cache', 'extensions/classical/src/generated']) {
    if (!existsSync(path.join(root, kept))) continue;
    if (kept === '.cache') await symlink(path.join(root, kept), path.join(copy, kept));
    else await cp(path.join(root, kept), path.join(copy, kept), { recursive: true });
  }
  const shared = path.join(root, '..', 'shared');
  if (existsSync(shared)) await symlink(shared, path.join(place, 'shared'));
  return copy;
}

async function tryList(copy, buildKernels, list) {
  const folder = path.dirname(list);
  const packageRoot = folder.slice(0, folder.indexOf('/src/'));
  const mutants = JSON.parse(await readFile(path.join(copy, list), 'utf8'));
  for (const test of new Set(mutants.map((mutant) => mutant.test))) {
    if (!(await passes(copy, folder, test))) {
      problems.push(`${folder}: its tests fail without a mutation (${test ?? 'all'})`);
      return;
    }
  }
  for (const { file, find, replace, test } of mutants) {
    const target = path.join(copy, packageRoot, file);
    const original = await readFile(target, 'utf8');
    const name = `${folder}: ${file}: ${find.trim()} -> ${replace.trim()}`;
    if (original.split(find).length !== 2) {
      problems.push(`${name}: the text must occur exactly once`);
      continue;
    }
    const isKernel = file.startsWith('assembly/');
    await writeFile(
      target,
      original.replace(find, () => replace)
    );
    try {
      if (isKernel) await buildKernels();
      if (await passes(copy, folder, test)) problems.push(`${name}: not caught`);
      else {
        caught++;
        console.log(`caught ${name}`);
      }
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    } finally {
      await writeFile(target, original);
      if (isKernel) await buildKernels();
    }
  }
}

/** Whether the tests of a folder pass; a run that takes too long counts as failed. */
function passes(copy, folder, test) {
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const parameters = [jest, folder, '--selectProjects', 'unit', '--ci', '--runInBand'];
  if (test !== undefined) parameters.push('--testNamePattern', test);
  return new Promise((resolve) => {
    child = spawn('node', parameters, { cwd: copy, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_SECONDS * 1000);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}
