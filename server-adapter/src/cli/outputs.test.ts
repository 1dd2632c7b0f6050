/** Outputs that would replace what is read, on the command line. */
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCKS, writePhantom } from '../../../test/support/phantom-files';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('ct'), BLOCKS);
const slice = join(series, '0-0.dcm');

describe('an output that would replace what is read', () => {
  beforeAll(async () => {
    await cordon('segment', '--method', 'otsu', '--input', series, '--output', at('labels.nii'));
    await cordon('segment', '--method', 'otsu', '--input', series, '--output', at('labels.dcm'));
    symlinkSync(at('labels.nii'), at('link.nii'));
  });

  const otsu = ['segment', '--method', 'otsu', '--input', series];
  const seeded = ['segment', '--method', 'region-growing', '--input', series];
  const fill = ['segment', '--method', 'fill-holes', '--input', series];
  it.each<[string, readonly string[], string]>([
    [
      'the file of the segment',
      [...fill, '--segment', `${at('labels.nii')}#1`, '--output', at('labels.nii')],
      at('labels.nii'),
    ],
    [
      'the file of the segment, by another name',
      [...fill, '--segment', at('labels.nii'), '--output', at('link.nii')],
      at('labels.nii'),
    ],
    [
      'the markers',
      [...seeded, '--markers', at('labels.nii'), '--output', at('labels.nii')],
      at('labels.nii'),
    ],
    ['an image of the folder', [...otsu, '--output', slice], slice],
    [
      'an image of the folder, with volumes',
      [...otsu, '--output', at('new.nii'), '--volumes', slice],
      slice,
    ],
    [
      'the segment, with volumes',
      [
        ...fill,
        ...['--segment', `${at('labels.nii')}#1`, '--volumes', at('labels.nii')],
        ...['--output', at('new.nii')],
      ],
      at('labels.nii'),
    ],
    ['an image of the source', ['convert', at('labels.nii'), slice, '--source', series], slice],
    [
      'an image of the folder, run again',
      ['rerun', at('labels.dcm'), '--input', series, '--output', slice],
      slice,
    ],
    [
      'an image of the folder, with a report',
      ['report', at('labels.dcm'), '--input', series, '--output', slice],
      slice,
    ],
  ])('%s', async (_, args, file) => {
    const before = readFileSync(file);
    const run = await runCli(args);
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(run.err).toMatch(/^error\[USAGE\]: The output would replace the input — /);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('volumes in place of the result', async () => {
    const run = await runCli([...otsu, '--output', at('one.nii'), '--volumes', at('one.nii')]);
    expect(run.status).toBe(2);
    expect(run.err).toMatch(/^error\[USAGE\]: The volumes would replace the output — /);
  });

  it.each([['denoise'], ['edges', '--param', 'result=edge-map']])(
    'volumes of %s, which gives no segments, are refused',
    async (method, ...more) => {
      const args = ['segment', '--method', method, '--input', series, ...more];
      const run = await runCli([...args, '--output', at('m.nii'), '--volumes', at('m.csv')]);
      expect(run.status).toBe(2);
      expect(run.err).toMatch(/^error\[USAGE\]: --volumes is of no use here — /);
    }
  );

  it('is not one that is new in the folder of the images', async () => {
    const own = writePhantom(at('own'), BLOCKS);
    const output = join(own, 'labels.nii');
    await cordon('segment', '--method', 'otsu', '--input', own, '--output', output);
  });
});
