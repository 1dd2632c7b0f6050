/**
 * @file `cordon segment --channel`: a network of three images finds where three blocks meet, one of them stored on a moved grid; run
 * again with the same series, refused without them. The built program, the real runtime, a model folder of its own.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, runCli, spawnCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, writePhantom, type PhantomSeries } from '../../../test/support/phantom-files';
import { installProgram, writeThreeImages } from '../../../test/support/three-images';
import type { SegmentReport } from './segment';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

type Extent = readonly [number, number];
const isIn = (value: number, [from, to]: Extent) => value >= from && value <= to;
/** A block of 100 HU; `moved`: voxels by which the grid begins later, while the block stays where it is in the patient. */
const block = (
  number: number,
  columns: Extent,
  rows: Extent,
  moved: readonly [number, number] = [0, 0],
  frame = '1.2.826.0.1.9'
): PhantomSeries => ({
  ...BLOCKS,
  series: `1.2.826.0.1.1.${number}`,
  value: (i, j) => (isIn(i + moved[0], columns) && isIn(j + moved[1], rows) ? 100 : 0),
  extra: (k) => [
    // Columns are 0.5 mm apart, rows 0.25 mm.
    [0x00200032, 'DS', `${-10 + moved[0] / 2}\\${20 + moved[1] / 4}\\${BLOCKS.heightsMm[k]}`],
    [0x00200052, 'UI', frame],
  ],
});
/** Where all three are bright: columns 6–11, rows 5–9, every slice. */
const COMMON_VOXELS = 6 * 5 * 6;

describe('further images', () => {
  const segment = (...more: readonly string[]) =>
    runCli(['segment', '--method', 'otsu', '--input', at('a'), '--output', at('x.dcm'), ...more]);

  it.each([
    ['T2', 'is not NAME=PATH'],
    ['T2=', 'is not NAME=PATH'],
    ['T2=x', 'takes no further image "T2"'],
  ])('%s is refused for a method of one image', async (channel, why) => {
    const { status, err } = await segment('--channel', channel);
    expect([status, err]).toEqual([2, expect.stringContaining(why)]);
  });
});

describe('a network of three images', () => {
  let program = '';
  const run = (...args: readonly string[]) => spawnCli(args, { program, cwd: folder }).done;
  const input = ['--input', at('series'), '--series', '1.2.826.0.1.1.11'];
  const segment = (...more: readonly string[]) =>
    run('segment', '--method', 'three', ...input, '--output', at('out.dcm'), '--json', ...more);
  const T2 = ['--channel', 't2=1.2.826.0.1.1.12'];
  const FLAIR = ['--channel', `FLAIR=${at('flair')}`];

  beforeAll(async () => {
    ensureBuilt();
    writePhantom(at('series'), block(11, [4, 11], [3, 9]));
    writePhantom(at('t2'), block(12, [6, 13], [2, 12]));
    cpSync(at('t2'), at('series/t2'), { recursive: true });
    writePhantom(at('flair'), block(13, [2, 12], [5, 11], [2, 1]));
    writePhantom(at('elsewhere'), block(14, [2, 12], [5, 11], [0, 0], '1.2.3'));
    program = installProgram(at('installation'));
    await writeThreeImages(at('installation/models'), {
      modality: 'CT',
      shape: [8, 16, 24],
      scaling: [{ op: 'window', low: 0, high: 100 }],
      threshold: 2.5,
    });
  }, 240_000);

  it('finds where all of them are bright, in the patient, and can be run again', async () => {
    const made = await segment(...T2, ...FLAIR);
    expect([made.status, made.err]).toEqual([0, '']);
    const { segments } = made.json<SegmentReport>();
    expect(segments.map(({ voxels }) => voxels)).toEqual([COMMON_VOXELS]);

    const rerun = (...more: readonly string[]) =>
      run('rerun', at('out.dcm'), ...input, '--output', at('again.dcm'), ...more);
    const again = await rerun(...T2, ...FLAIR);
    expect([again.status, again.out]).toEqual([
      0,
      expect.stringContaining('equal voxel for voxel'),
    ]);
    const without = await rerun(...T2);
    expect([without.status, without.err]).toEqual([
      1,
      expect.stringMatching(/CHANNEL_MISSING.*no image for FLAIR/),
    ]);
    const other = await rerun(...T2, '--channel', `FLAIR=${at('t2')}`);
    expect(other.err).toContain('was made from another image for FLAIR');
  }, 120_000);

  it('is refused without one, with a stranger, and with one of another frame of reference', async () => {
    const missing = await segment(...T2);
    expect([missing.status, missing.err]).toEqual([
      2,
      expect.stringContaining('it takes T1, T2, FLAIR, and there is no image for FLAIR'),
    ]);
    const strange = await segment(...T2, ...FLAIR, '--channel', 'DWI=x');
    expect([strange.status, strange.err]).toEqual([2, expect.stringContaining('"DWI"')]);
    const moved = await segment(...T2, '--channel', `FLAIR=${at('elsewhere')}`);
    expect([moved.status, moved.err]).toEqual([
      1,
      expect.stringMatching(/CHANNEL_UNFIT.*frame of reference \(1\.2\.3\)/),
    ]);
  }, 120_000);
});
