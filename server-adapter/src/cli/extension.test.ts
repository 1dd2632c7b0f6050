/** @file Methods of another vendor on the command line, from the file that also serves the viewer. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, spawnCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, BLOCK_VOXELS, writePhantom } from '../../../test/support/phantom-files';
import { buildThirdParty } from '../../../test/support/third-party';
import type { SegmentReport } from './segment';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
let extension: string;

beforeAll(async () => {
  ensureBuilt();
  extension = await buildThirdParty(folder);
}, 120_000);

const run = (...args: readonly string[]) => spawnCli(args, { cwd: folder }).done;

describe('an extension of another vendor', () => {
  it('is listed beside ours; a method of it that cannot be read is named and left out', async () => {
    const { status, out, err } = await run('methods', '--extension', extension, '--json');
    expect(status).toBe(0);
    const ids = (JSON.parse(out) as readonly { readonly id: string }[]).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['otsu', 'vendor-above']));
    expect(ids).not.toContain('vendor-broken');
    expect(err).toContain('vendor-broken cannot be used: the schema of the vendor is broken');
  });

  it('segments, with its parameter', async () => {
    const { status, out } = await run(
      ...['segment', '--method', 'vendor-above', '--extension', extension, '--param', 'value=60'],
      ...['--input', writePhantom(at('blocks'), BLOCKS), '--output', at('a.dcm'), '--json']
    );
    expect(status).toBe(0);
    const { method, segments } = JSON.parse(out) as SegmentReport;
    expect(method).toBe('vendor-above');
    expect(segments.map(({ voxels }) => voxels)).toEqual([BLOCK_VOXELS]);
  });

  it.each([
    ['that is not there', undefined, 'Cannot find module'],
    ['without methods', 'export const other = 1;', 'exports no list'],
    ['with something else in the list', 'export const methods = [{ id: 1 }];', 'method 1'],
  ])('%s is refused with the reason', async (_, text, reason) => {
    const file = at(`wrong-${reason.length}.mjs`);
    if (text !== undefined) writeFileSync(file, text);
    const { status, err } = await run('methods', '--extension', file);
    expect(status).toBe(1);
    expect(err).toMatch(/^error\[EXTENSION_INVALID\]: /);
    expect(err).toContain(reason);
  });
});
