/**
 * Starts a real nginx with the configuration that `server-adapter/deploy` ships; only its folders and ports are replaced.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './orthanc';

const deploy = resolve(__dirname, '../../server-adapter/deploy');

export interface Nginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** Why this machine cannot run nginx, if it cannot. */
export const nginxMissing = () =>
  spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'nginx is not installed (apt install nginx-light)';

export async function startNginx(
  viewerDir: string,
  pluginDir: string,
  archiveUrl: string
): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-nginx-'));
  const port = await freePort();
  const replaced: readonly (readonly [string, string])[] = [
    ['127.0.0.1:8080', `127.0.0.1:${port}`],
    ['127.0.0.1:8042', new URL(archiveUrl).host],
    ['/srv/ohif', viewerDir],
    ['/srv/cordon/plugin', pluginDir],
    ['/etc/cordon', deploy],
  ];
  let site = readFileSync(join(deploy, 'nginx.conf'), 'utf8');
  for (const [shipped, here] of replaced) {
    if (!site.includes(shipped)) throw new Error(`nginx.conf no longer holds ${shipped}`);
    site = site.replaceAll(shipped, here);
  }
  mkdirSync(join(folder, 'temporary'));
  writeFileSync(join(folder, 'site.conf'), site);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${folder}/temporary/${kind};`)
    .join('\n');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr warn;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    events {}
    http { access_log off; ${paths} include ${folder}/site.conf; }`
  );
  const child = spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    if (await fetch(url).then(({ ok }) => ok, () => false)) break; // prettier-ignore
    if (child.exitCode !== null || tries > 100) {
      child.kill('SIGTERM');
      throw new Error(`nginx did not start: ${complaints}`);
    }
    await new Promise((wait) => setTimeout(wait, 50));
  }
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
