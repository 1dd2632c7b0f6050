// npm start: from a fresh clone to a running gateway. Installs what is missing, fetches the viewer, builds what changed,
// then serves. Each step is skipped when nothing changed, so a second start takes seconds and needs no network.
// Plain Node without packages: it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** 20.19 is the first Node 20 in which packages of both module systems load each other. */
const MINIMUM_NODE = [20, 19];
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const cache = process.env.CORDON_CACHE ?? path.join(root, '.cache');
const at = (...parts) => path.join(root, ...parts);
const say = (line) => console.log(`cordon: ${line}`);

class StartError extends Error {
  constructor(code, what, why, remedy) {
    super(`error[${code}]: ${what} — ${why} — ${remedy}`);
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new StartError(
    'NODE_TOO_OLD',
    `Node ${MINIMUM_NODE.join('.')} or newer is needed`,
    `this is Node ${process.versions.node}`,
    'install a newer Node from https://nodejs.org and start again'
  );
}

function checkPort(text) {
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65535) return;
  throw new StartError(
    'BAD_PORT',
    'the gateway was not started',
    `PORT is "${text}"`,
    'give a number from 0 to 65535'
  );
}

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const readText = async (file) => (existsSync(file) ? await readFile(file, 'utf8') : '');

/** Runs a program with its output on ours; rejects when it fails. */
function run(command, args, code, what, remedy) {
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new StartError(code, what, error.message, remedy)));
    child.once('exit', (status) =>
      status === 0
        ? resolve()
        : reject(new StartError(code, what, `${command} ended with code ${status}`, remedy))
    );
  });
}

/** Installs exactly what the lock file names, when the installed packages are not of this lock file. */
async function install() {
  const lockFile = at('package-lock.json');
  const hash = sha256(await readFile(lockFile));
  const stamp = at('node_modules', '.cordon-lock');
  if ((await readText(stamp)) === hash) return;
  const hidden = at('node_modules', '.package-lock.json');
  const installedByHand =
    !existsSync(stamp) &&
    existsSync(hidden) &&
    (await stat(hidden)).mtimeMs >= (await stat(lockFile)).mtimeMs;
  if (!installedByHand) {
    say('installing packages (npm ci, a few minutes the first time)');
    await run(
      'npm',
      ['ci', '--no-audit', '--no-fund'],
      'INSTALL_FAILED',
      'the packages could not be installed',
      'check the network and the message above, then start again'
    );
  }
  await writeFile(stamp, hash);
}

const SOURCES = [
  'extensions',
  'modes',
  'models',
  'server-adapter/src',
  'esbuild.config.mjs',
  'package-lock.json',
  'tsconfig.base.json',
];
const NOT_SOURCES = new Set([
  'node_modules',
  'dist',
  'generated',
  'training',
  'golden',
  'build',
  '__pycache__',
]);

/** Names, sizes and times of everything that the build reads. */
async function sourceState() {
  const lines = [];
  const visit = async (file) => {
    if (!existsSync(file)) return;
    const info = await stat(file);
    if (!info.isDirectory()) {
      lines.push(`${path.relative(root, file)} ${info.size} ${Math.round(info.mtimeMs)}`);
      return;
    }
    const names = (await readdir(file)).filter(
      (name) => !NOT_SOURCES.has(name) && !name.startsWith('.')
    );
    for (const name of names.sort()) await visit(path.join(file, name));
  };
  for (const source of SOURCES) await visit(at(source));
  return sha256(lines.join('\n'));
}

/** Builds plugin and command line when a source changed since the last build that worked. */
async function build() {
  const stamp = path.join(cache, 'build-stamp');
  const built =
    existsSync(at('server-adapter', 'dist', 'cordon.js')) && existsSync(at('dist', 'plugin'));
  if (built && (await readText(stamp)) === (await sourceState())) return;
  say('building');
  await run(
    process.execPath,
    [at('esbuild.config.mjs')],
    'BUILD_FAILED',
    'the plugin could not be built',
    'see the message above; "npm ci" repairs a damaged installation'
  );
  await mkdir(cache, { recursive: true });
  await writeFile(stamp, await sourceState());
}

async function main() {
  checkNode();
  const args = process.argv.slice(2);
  if (process.env.PORT !== undefined) checkPort(process.env.PORT);
  await install();
  const { fetchViewer, lineProgress, viewerDir } = await import('./fetch-viewer.mjs');
  await fetchViewer({ cache, log: say, progress: lineProgress(process.stdout) });
  await build();
  const program = at('server-adapter', 'bin', 'cordon.mjs');
  const port =
    process.env.PORT !== undefined && !args.includes('--port') ? ['--port', process.env.PORT] : [];
  process.env.CORDON_SAMPLE ??= '1';
  process.env.CORDON_VIEWER ??= viewerDir(cache);
  process.argv = [process.argv[0], program, 'serve', ...port, ...args];
  await import(pathToFileURL(program).href);
}

try {
  await main();
} catch (error) {
  console.error(
    error instanceof Error && error.message.startsWith('error[') ? error.message : error
  );
  process.exitCode = 1;
}
