/**
 * onnxruntime's native build, which is no dependency: installed once into `.cache`, without what it would fetch for graphics cards.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';

const VERSION = '1.30.0';
const folder = resolve(__dirname, '../../.cache/native-runtime');

/** The folder beside whose node_modules it lies; undefined when it cannot be installed here. */
export function nativeRuntimeFolder(): string | undefined {
  mkdirSync(folder, { recursive: true });
  const wanted = `onnxruntime-node@${VERSION}`;
  const install = `exec 9>"$1.lock" && flock 9 && [ -e "$1/${VERSION}" ] || {
    npm install --silent --no-audit --no-fund --no-save --ignore-scripts --prefix "$1" ${wanted} && touch "$1/${VERSION}"; }`;
  const { status } = spawnSync('bash', ['-c', install, 'bash', folder], {
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    cwd: folder,
    stdio: 'ignore',
  });
  return status === 0 ? folder : undefined;
}
