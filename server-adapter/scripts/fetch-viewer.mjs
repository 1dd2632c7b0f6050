// Fetches the prebuilt OHIF viewer into the git-ignored cache: npm pack, verify against the pinned hash, unpack,
// compress once. Every step is complete or absent, so a killed run is simply started again.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

export const VIEWER_VERSION = '3.13.2';
const PACKAGE = `@ohif/app@${VIEWER_VERSION}`;
const TARBALL = `ohif-app-${VIEWER_VERSION}.tgz`;
/** Integrity of the published tarball, as npm states it. */
const INTEGRITY =
  'sha512-WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA==';
const COMPLETE = '.complete';
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Folder of the unpacked viewer below a cache folder. */
export const viewerDir = (cache) => path.join(cache, 'viewer', VIEWER_VERSION);

/** Whether the viewer is there, complete and of the pinned version. */
export async function hasViewer(cache) {
  const marker = path.join(viewerDir(cache), COMPLETE);
  return existsSync(marker) && (await readFile(marker, 'utf8')) === INTEGRITY;
}

/**
 * @param {{cache: string, log: (line: string) => void, progress: (text: string) => void}} options
 * @returns {Promise<string>} the viewer's folder
 */
export async function fetchViewer({ cache, log, progress }) {
  const target = viewerDir(cache);
  if (await hasViewer(cache)) return target;
  const folder = path.join(cache, 'viewer');
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    if (name.startsWith('.tmp-'))
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
  const tarball = path.join(folder, TARBALL);
  if (!(await isIntact(tarball))) await download(folder, tarball, log, progress);
  const temporary = path.join(folder, `.tmp-${process.pid}`);
  const files = await unpack(tarball, temporary, progress);
  await compressOnce(temporary, progress);
  await writeFile(path.join(temporary, COMPLETE), INTEGRITY);
  await rm(target, { recursive: true, force: true });
  await rename(temporary, target);
  await rm(tarball, { force: true });
  log(`viewer ${VIEWER_VERSION} is ready (${files} files)`);
  return target;
}

async function isIntact(tarball) {
  if (!existsSync(tarball)) return false;
  const digest = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  return `sha512-${digest}` === INTEGRITY;
}

async function download(folder, tarball, log, progress) {
  const temporary = path.join(folder, `.tmp-pack-${process.pid}`);
  await mkdir(temporary, { recursive: true });
  log(`fetching the viewer ${PACKAGE} from the npm registry (50 MB, once)`);
  const started = Date.now();
  const timer = setInterval(
    () => progress(`fetching the viewer … ${Math.round((Date.now() - started) / 1000)} s`),
    1000
  );
  try {
    await npmPack(temporary);
  } finally {
    clearInterval(timer);
    progress('');
  }
  const packed = path.join(temporary, TARBALL);
  if (!(await isIntact(packed))) {
    await rm(temporary, { recursive: true, force: true });
    throw new Error(
      `error[VIEWER_CHANGED]: the viewer was not installed — what npm delivered for ${PACKAGE} does not have the ` +
        'expected hash — check the registry that npm uses, then start again'
    );
  }
  await rename(packed, tarball);
  await rm(temporary, { recursive: true, force: true });
}

function npmPack(destination) {
  const windows = process.platform === 'win32';
  const child = spawn(
    windows ? 'npm.cmd' : 'npm',
    ['pack', PACKAGE, '--pack-destination', destination, '--silent'],
    {
      cwd: destination,
      shell: windows,
      stdio: ['ignore', 'ignore', 'pipe'],
    }
  );
  let message = '';
  child.stderr.on('data', (chunk) => (message += chunk));
  return new Promise((resolve, reject) => {
    const fail = (why) =>
      reject(
        new Error(
          `error[VIEWER_NOT_FETCHED]: the viewer could not be fetched — ${why.trim().split('\n').at(-1)} — ` +
            'check the network and the npm registry, then start again'
        )
      );
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) =>
      code === 0 ? resolve() : fail(message || `npm ended with code ${code}`)
    );
  });
}

/** Unpacks package/dist (source maps left out). Returns the number of files. */
async function unpack(tarball, target, progress) {
  progress('unpacking the viewer …');
  const bytes = await promisify(zlib.gunzip)(await readFile(tarball));
  let files = 0;
  let longName;
  for (let at = 0; at + 512 <= bytes.length;) {
    const header = bytes.subarray(at, at + 512);
    if (header[0] === 0) break;
    const field = (start, length) =>
      header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
    const size = parseInt(field(124, 12), 8);
    const type = String.fromCharCode(header[156]);
    const content = bytes.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === 'x') {
      longName = /\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1];
      continue;
    }
    const name = longName ?? [field(345, 155), field(0, 100)].filter(Boolean).join('/');
    longName = undefined;
    if (
      (type !== '0' && type !== '\0') ||
      !name.startsWith('package/dist/') ||
      name.endsWith('.map')
    )
      continue;
    const file = path.join(target, ...name.slice('package/dist/'.length).split('/'));
    if (!file.startsWith(target + path.sep))
      throw new Error(`the package holds a file outside its folder: ${name}`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    files++;
    if (files % 25 === 0)
      progress(`unpacking the viewer … ${Math.round((100 * at) / bytes.length)} %`);
  }
  progress('');
  return files;
}

/** The files that every start of the viewer loads lie in its root: each gets a .br and a .gz beside it. */
async function compressOnce(folder, progress) {
  const names = (await readdir(folder)).filter((name) => /\.(js|css|wasm)$/.test(name));
  for (const [index, name] of names.entries()) {
    const file = path.join(folder, name);
    if ((await stat(file)).size < 4096) continue;
    const bytes = await readFile(file);
    const [br, gz] = await Promise.all([
      promisify(zlib.brotliCompress)(bytes, {
        params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 },
      }),
      promisify(zlib.gzip)(bytes, { level: 6 }),
    ]);
    await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
    progress(`compressing the viewer … ${Math.round((100 * index) / names.length)} %`);
  }
  progress('');
}

/** Progress on one line of a terminal; nothing when output goes to a file. */
export function lineProgress(stream) {
  let width = 0;
  return (text) => {
    if (!stream.isTTY) return;
    stream.write(`\r${text.padEnd(width)}${text ? '' : '\r'}`);
    width = text.length;
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const cache = process.env.CORDON_CACHE ?? path.join(root, '.cache');
    console.log(
      await fetchViewer({ cache, log: console.log, progress: lineProgress(process.stdout) })
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
