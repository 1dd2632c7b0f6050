/**
 * The built program as people start it: its own process, exit status, streams and signals.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { ensureBuilt, spawnCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, SERIES, STUDY, writePhantom } from '../../../test/support/phantom-files';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);

beforeAll(ensureBuilt, 120_000);

describe('the cordon program', () => {
  it('runs through npx', () => {
    const root = resolve(__dirname, '../../..');
    const out = execFileSync('npx', ['--no-install', 'cordon', 'methods'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(out).toMatch(/^threshold — /m);
  });

  it('segments with status 0, JSON alone on stdout and nothing on stderr', async () => {
    const args = [
      'segment',
      '--input',
      series,
      '--method',
      'otsu',
      '--output',
      at('a.dcm'),
      '--json',
    ];
    const run = await spawnCli(args, { cwd: folder }).done;
    expect({ status: run.status, err: run.err }).toEqual({ status: 0, err: '' });
    expect(run.json<{ method: string }>().method).toBe('otsu');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.each([
    [1, ['info', at('nothing')]],
    [2, ['segment', '--method', 'magic', '--output', at('b.dcm'), '--input', series]],
    [2, ['--nonsense']],
  ])('ends with status %d and one line for %p', async (status, args) => {
    const run = await spawnCli(args).done;
    expect(run).toMatchObject({ status, out: '' });
    expect(run.err).toMatch(/^error\[[A-Z_]+\]: [^\n]+\n$/);
  });

  it('a reader that closes early is no error', () => {
    const program = resolve(__dirname, '../../bin/cordon.mjs');
    const script = `set -o pipefail; "$0" "$1" methods | head -c 20 > /dev/null; echo "\${PIPESTATUS[0]}"`;
    const status = execFileSync('bash', ['-c', script, process.execPath, program], {
      encoding: 'utf8',
    });
    expect(status.trim()).toBe('0');
  });

  it('answers an interruption while it waits, and leaves no output', async () => {
    const silent = createServer(() => undefined); // never answers
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const asked = new Promise((resolve) => silent.once('request', resolve));
    const args = ['segment', '--dicomweb', url, '--study', STUDY, '--series', SERIES];
    const child = spawnCli([...args, '--method', 'otsu', '--output', at('c.dcm')]);
    await asked;
    child.kill('SIGINT');
    const run = await child.done;
    silent.closeAllConnections();
    silent.close();
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[CANCELLED\]: [^\n]+\n$/);
    expect(existsSync(at('c.dcm'))).toBe(false);
  });

  it('serve prints its address, answers, and stops on a signal with status 0', async () => {
    const viewer = at('viewer');
    writePhantom(viewer, { ...BLOCKS, heightsMm: [] });
    execFileSync('bash', [
      '-c',
      `echo '<!doctype html><html><head></head><body></body></html>' > "$0/index.html"`,
      viewer,
    ]);
    const child = spawnCli(
      ['serve', '--port', '0', '--archive', at('archive'), '--import', series],
      {
        environment: { CORDON_VIEWER: viewer, CORDON_PLUGIN: viewer },
      }
    );
    await Promise.race([child.seen('Cordon is ready: http://127.0.0.1:'), child.done]);
    child.kill('SIGTERM');
    const run = await child.done;
    expect({ status: run.status, err: run.err }).toEqual({ status: 0, err: '' });
    expect(run.out).toContain('imported 6 DICOM files');
  });
});
