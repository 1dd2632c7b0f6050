/**
 * `npm test`: installs what is missing and runs unit, integration and browser tests.
 *
 * Every outside program that some tests need is looked for first. What apt can install (as root, on Debian) is installed;
 * otherwise the tests that need it count as skipped, and the end of the run says how to enable them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import CountReporter from './support/count-reporter.cjs';
import { ensureSystemPackages } from './support/system-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => path.join(root, ...parts);

function step(title, command, args, env = process.env) {
  process.stdout.write(`\n— ${title}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}

function requireStep(title, command, args) {
  if (step(title, command, args)) return;
  process.stdout.write(`\nStopped: "${title}" failed.\n0 passed, 1 failed\n`);
  process.exit(1);
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  process.stdout.write(`Node ${process.versions.node} is too old: install Node 20 or newer.\n`);
  process.exit(1);
}
if (!existsSync(inRoot('node_modules', '.package-lock.json'))) {
  requireStep('Installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund']);
}
const hints = ensureSystemPackages();
if (!step('Fetching the prebuilt viewer', 'node', ['server-adapter/scripts/fetch-viewer.mjs'])) {
  hints.push('The prebuilt OHIF viewer could not be fetched: browser tests need npm access once.');
}
requireStep('Building', 'node', ['esbuild.config.mjs']);

const output = inRoot('test', 'output');
const countsFile = path.join(output, 'counts.json');
mkdirSync(output, { recursive: true });
rmSync(countsFile, { force: true });
const jest = (title, ...options) => {
  const program = inRoot('node_modules', 'jest', 'bin', 'jest.js');
  const env = { ...process.env, CORDON_COUNTS: countsFile };
  return step(title, process.execPath, [program, ...options, ...process.argv.slice(2)], env);
};
// Browser tests run alone: a machine that renders in software has no core to spare beside one of them.
const filtered = process.argv.length > 2 ? ['--passWithNoTests'] : [];
const passed = [
  jest('Unit and integration tests', ...filtered, '--selectProjects', 'unit', 'dom', 'interop'),
  jest('Browser tests', ...filtered, '--runInBand', '--selectProjects', 'e2e'),
].every(Boolean);

if (hints.length > 0) {
  process.stdout.write('\nNot everything could run:\n');
  for (const hint of hints) process.stdout.write(`  - ${hint}\n`);
}
const none = { passed: 0, failed: 1, skipped: 0 };
const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, 'utf8')) : none;
const line = CountReporter.line(counts);
writeFileSync(path.join(output, 'count.txt'), `${line}\n`);
process.stdout.write(`${line}\n`);
process.exit(passed && counts.failed === 0 ? 0 : 1);
