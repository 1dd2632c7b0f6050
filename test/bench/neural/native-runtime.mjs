/**
 * onnxruntime's native build to compare with, in a folder of the bench: it is no dependency of the project. Its binding for the
 * processor is inside the package; nothing else is fetched.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../runner.mjs';

const folder = path.join(root, '.cache', 'bench-native');
const entry = path.join(folder, 'node_modules', 'onnxruntime-node', 'dist', 'index.js');

/** Path of its entry, in the version of onnxruntime-web; undefined, with the reason printed, where it cannot be had. */
export function nativeRuntime() {
  const { version } = JSON.parse(
    readFileSync(path.join(root, 'node_modules', 'onnxruntime-web', 'package.json'), 'utf8')
  );
  if (existsSync(entry)) return entry;
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync(
    'npm',
    [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      folder,
      `onnxruntime-node@${version}`,
    ],
    { env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }, stdio: 'ignore' }
  );
  if (status === 0 && existsSync(entry)) return entry;
  console.log('onnxruntime-node could not be installed: the native column stays empty');
  return undefined;
}
