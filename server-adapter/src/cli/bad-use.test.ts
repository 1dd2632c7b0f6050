import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder, type CliRun } from '../../../test/support/cli';
import { makeImage } from '../../../test/support/part10';
import { BLOCKS, writePhantom, type PhantomSeries } from '../../../test/support/phantom-files';
import { formatHeader } from '../nifti/header';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);
const segment = (...args: readonly string[]) =>
  runCli(['segment', '--input', series, '--output', at('never.dcm'), ...args]);

/** One line on stderr, nothing on stdout, no trace of the program's inside. */
function expectOneLine(run: CliRun, status: 1 | 2, code: string, text: RegExp): void {
  expect({ status: run.status, err: run.err }).toEqual({
    status,
    err: expect.stringMatching(
      new RegExp(`^error\\[${code}\\]: [^\\n]+ — [^\\n]+ — [^\\n]+\\n$`)
    ) as string,
  });
  expect(run.err).toMatch(text);
  expect(run.err).not.toMatch(/\n\s+at |\.ts:|\.js:/);
  expect(run.out).toBe('');
}

describe('wrong use', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['no command', [], /a command is missing/],
    ['an unknown command', ['segmentt'], /unknown command 'segmentt'.*segment/],
    ['an unknown option', ['methods', '--jsonn'], /unknown option '--jsonn'/],
    ['a missing argument', ['info'], /missing required argument 'file'/],
    ['a missing option', ['segment', '--method', 'otsu'], /required option '--output/],
    ['too many arguments', ['info', 'a', 'b'], /too many arguments/],
    ['no input', ['segment', '--method', 'otsu', '--output', at('x.dcm')], /--input/],
    [
      '--study alone',
      ['segment', '--method', 'otsu', '--output', at('x.dcm'), '--study', '1.2'],
      /--dicomweb/,
    ],
    ['a port that is none', ['serve', '--port', 'http'], /"http" is not a number/],
    ['a port that is too large', ['serve', '--port', '70000'], /70000 is too large/],
    ['a SEG without its images', ['convert', 'a.nii', at('b.dcm')], /--source is missing/],
    ['an output of unknown kind', ['convert', 'a.dcm', at('b.png')], /\.dcm, \.nii or \.nii\.gz/],
    ['an unknown model', ['models', 'verify', 'nothing'], /There is no model "nothing"/],
  ])('%s', async (_, args, text) => {
    expectOneLine(await runCli(args), 2, 'USAGE', text);
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a parameter without value',
      ['--method', 'threshold', '--param', 'lower'],
      /"lower" is not name=value/,
    ],
    [
      'an unknown parameter',
      ['--method', 'threshold', '--param', 'low=1'],
      /there is no parameter "low".*lower, upper/,
    ],
    [
      'a parameter twice',
      ['--method', 'threshold', '--param', 'lower=1', '--param', 'lower=2'],
      /given twice/,
    ],
    [
      'a number that is none',
      ['--method', 'threshold', '--param', 'lower=x'],
      /"x" is not a number/,
    ],
    ['an empty number', ['--method', 'threshold', '--param', 'lower='], /"" is not a number/],
    ['a choice that is none', ['--method', 'otsu', '--param', 'side=left'], /bright, dark/],
    [
      'a seed of two numbers',
      ['--method', 'region-growing', '--seed', '1,2'],
      /"1,2" is not a voxel index/,
    ],
    [
      'a seed of letters',
      ['--method', 'region-growing', '--seed', 'a,b,c'],
      /"a,b,c" is not a voxel index/,
    ],
    [
      'a seed outside',
      ['--method', 'region-growing', '--seed', '20,0,0'],
      /20,0,0 is not among its 20 × 16 × 6 voxels/,
    ],
    [
      'a seed for a method without',
      ['--method', 'otsu', '--seed', '1,1,1'],
      /"otsu" takes no prompts/,
    ],
    ['a box of five numbers', ['--method', 'otsu', '--box', '0,0,0,1,1'], /six whole numbers/],
    ['an empty box', ['--method', 'otsu', '--box', '3,0,0,3,5,5'], /not beyond its first voxel/],
    ['a box outside', ['--method', 'otsu', '--box', '30,0,0,40,5,5'], /holds none of its/],
    ['a slice outside', ['--method', 'otsu', '--slice', '6'], /from 0 to 5/],
    ['a negative slice', ['--method', 'otsu', '--slice=-1'], /"-1" is not a number from 0/],
    [
      'two regions',
      ['--method', 'otsu', '--slice', '1', '--box', '0,0,0,1,1,1'],
      /--slice and --box/,
    ],
    ['a code without meaning', ['--method', 'otsu', '--code', 'SCT:1'], /SCHEME:VALUE:MEANING/],
    [
      'an encoding that is none',
      ['--method', 'otsu', '--encoding', 'zip'],
      /binary, labelmap, fractional/,
    ],
    ['a segment for a method without', ['--method', 'otsu', '--segment', 'a.dcm'], /./],
    ['no segment for an operation', ['--method', 'margin'], /give --segment FILE/],
    ['a series that is no UID', ['--method', 'otsu', '--series', 'CT'], /"CT" is not a UID/],
    [
      'two inputs',
      ['--method', 'otsu', '--dicomweb', 'http://127.0.0.1:1'],
      /--input and --dicomweb/,
    ],
  ])('of segment: %s', async (name, args, text) => {
    const run = await segment(...args);
    // The file is looked at first; that it is missing is as good an answer.
    if (name === 'a segment for a method without') expect(run.status).not.toBe(0);
    else expectOneLine(run, 2, 'USAGE', text);
  });

  it('names the methods when there is no such method', async () => {
    expectOneLine(await segment('--method', 'magic'), 2, 'METHOD_UNKNOWN', /threshold, otsu/);
  });

  it('names the range when a parameter lies outside', async () => {
    const run = await segment(
      '--method',
      'region-growing',
      '--param',
      'leakLimitMm=-1',
      '--seed',
      '5,5,2'
    );
    expectOneLine(run, 2, 'PARAMETER_INVALID', /leakLimitMm: .*>=0/);
  });

  it('an archive address with a password is refused without repeating it', async () => {
    const run = await runCli([
      ...['segment', '--method', 'otsu', '--dicomweb', 'http://me:secret@127.0.0.1:1/dicom-web'],
      ...['--study', '1.2', '--series', '1.3', '--output', at('x.dcm')],
    ]);
    expectOneLine(run, 2, 'USAGE', /CORDON_TOKEN/);
    expect(run.err).not.toContain('secret');
  });

  it('help and version are no errors', async () => {
    const help = await runCli(['segment', '--help']);
    expect(help.status).toBe(0);
    for (const option of [
      '--seed-background',
      '--markers',
      '--box',
      '--slice',
      '--segment',
      '--encoding',
      '--json',
    ]) {
      expect(help.out).toContain(option);
    }
    expect(await runCli(['--version'])).toMatchObject({ status: 0, err: '' });
  });

  it('never replaces its input', async () => {
    const file = at('volume.nii');
    writeFileSync(file, niftiOf([2, 2, 2]));
    const run = await runCli(['segment', '--method', 'otsu', '--input', file, '--output', file]);
    expectOneLine(run, 2, 'USAGE', /would replace the input/);
  });
});

function niftiOf(size: readonly [number, number, number]): Buffer {
  const space = {
    qfac: 1,
    spacing: [1, 1, 1] as const,
    spatialUnit: 2,
    qformCode: 0,
    sformCode: 1,
    quaternion: [0, 0, 0] as const,
    qoffset: [0, 0, 0] as const,
    srow: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
  };
  const header = formatHeader({
    dimensions: size,
    datatype: 2,
    bitsPerVoxel: 8,
    space,
    description: '',
  });
  return Buffer.concat([header, Buffer.alloc(size[0] * size[1] * size[2], 1)]);
}

describe('bad input', () => {
  const phantom = (name: string, change: Partial<PhantomSeries>) =>
    writePhantom(at(name), { ...BLOCKS, ...change });
  const file = (name: string, bytes: Uint8Array) => {
    writeFileSync(at(name), bytes);
    return at(name);
  };
  const mixedSizes = () => {
    const target = phantom('sizes', {});
    writePhantom(target, {
      ...BLOCKS,
      columns: 10,
      heightsMm: [20, 22, 24, 26, 28, 30, 32].slice(0, 6).map((z) => z),
      image: { without: [] },
    });
    writeFileSync(
      join(target, 'odd.dcm'),
      makeImage({
        study: '1.2.826.0.1.1',
        series: '1.2.826.0.1.1.1',
        instance: '1.9',
        rows: 8,
        columns: 8,
        extra: [
          [0x00200032, 'DS', '0\\0\\99'],
          [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
        ],
      })
    );
    return target;
  };
  const emptyFolder = () => {
    mkdirSync(at('empty'), { recursive: true });
    return at('empty');
  };

  it.each<[string, () => string, string, RegExp]>([
    [
      'a path that is not there',
      () => at('nowhere'),
      'INPUT_UNREADABLE',
      /nowhere cannot be read — it does not exist/,
    ],
    ['an empty folder', emptyFolder, 'SERIES_NO_IMAGES', /no file was given/],
    [
      'a text file',
      () => file('a.txt', Buffer.from('hello')),
      'SERIES_NO_IMAGES',
      /not a DICOM file/,
    ],
    [
      'an object that is no image',
      () =>
        file(
          'sr.dcm',
          makeImage({
            sopClass: '1.2.840.10008.5.1.4.1.1.88.33',
            modality: 'SR',
            without: [0x7fe00010, 0x00280010, 0x00280011],
          })
        ),
      'SERIES_NOT_AN_IMAGE',
      /sr\.dcm/,
    ],
    ['images of mixed sizes', mixedSizes, 'SERIES_MIXED_SIZES', /8 × 8/],
    [
      'images without position',
      () =>
        phantom('nowhere-in-space', {
          image: { without: [] },
          extra: () => [[0x00200032, 'DS', '']],
        }),
      'SERIES_NO_GEOMETRY',
      /6 of 6/,
    ],
    [
      'two images at one place',
      () => phantom('twice', { heightsMm: [0, 2, 2, 4] }),
      'SERIES_DUPLICATE_POSITIONS',
      /4 images lie at 3/,
    ],
    [
      'colour images',
      () =>
        phantom('colour', {
          extra: () => [
            [0x00280002, 'US', [3]],
            [0x00280004, 'CS', 'RGB'],
            [0x00280006, 'US', [0]],
            [0x00280100, 'US', [8]],
            [0x00280101, 'US', [8]],
            [0x00280102, 'US', [7]],
          ],
        }),
      'SERIES_COLOUR',
      /./,
    ],
    [
      'a damaged NIfTI file',
      () => file('cut.nii', niftiOf([9, 9, 9]).subarray(0, 400)),
      'NIFTI_DAMAGED',
      /400 of 1081 bytes/,
    ],
    [
      'a web page named .nii',
      () => file('page.nii', Buffer.from('<!doctype html>'.repeat(50))),
      'NIFTI_NOT_A_FILE',
      /./,
    ],
  ])('%s', async (_, make, code, text) => {
    const run = await runCli([
      'segment',
      '--method',
      'otsu',
      '--input',
      make(),
      '--output',
      at('none.nii'),
    ]);
    expectOneLine(run, 1, code, text);
    expect(existsSync(at('none.nii'))).toBe(false);
  });

  it('a damaged image among good ones is not left out silently', async () => {
    const target = phantom('damaged', {});
    writeFileSync(join(target, '0-0.dcm'), makeImage({}).subarray(0, 400));
    const run = await runCli([
      'segment',
      '--method',
      'otsu',
      '--input',
      target,
      '--output',
      at('none.nii'),
    ]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[DICOM_[A-Z_]+\]: .*0-0\.dcm.*\n$/);
  });

  it('a segment that does not lie on the image', async () => {
    const other = phantom('elsewhere', { heightsMm: [100, 102, 104, 106, 108, 110] });
    await cordon('segment', '--method', 'otsu', '--input', other, '--output', at('elsewhere.nii'));
    const run = await segment('--method', 'margin', '--segment', at('elsewhere.nii'));
    expectOneLine(run, 2, 'USAGE', /does not fit the image/);
  });

  it('an output that cannot be written is found out before the work', async () => {
    writeFileSync(at('plain'), '');
    const run = await runCli([
      'segment',
      '--method',
      'otsu',
      '--input',
      series,
      '--output',
      at('plain/x.dcm'),
    ]);
    expectOneLine(run, 1, 'OUTPUT_UNWRITABLE', /plain\/x\.dcm cannot be written/);
  });

  it('an empty result is not stored as DICOM', async () => {
    const run = await segment('--method', 'threshold', '--param', 'lower=2000');
    expectOneLine(run, 1, 'SEG_EMPTY', /no voxel/);
    expect(existsSync(at('never.dcm'))).toBe(false);
  });

  it('text from a file cannot drive the terminal', async () => {
    const evil = at('evil\u001b[2J\nerror[FAKE].txt');
    writeFileSync(evil, 'x');
    const run = await runCli(['info', evil]);
    expect(run.err.split('\n')).toHaveLength(2);
    // eslint-disable-next-line no-control-regex -- that is what must not be there
    expect(run.err).not.toMatch(/\u001b/);
  });

  it('info and compare of what they do not know', async () => {
    const text = file('b.txt', Buffer.from('hello'));
    expect(await runCli(['info', text])).toMatchObject({ status: 1, out: '' });
    expect((await runCli(['compare', text, text])).err).toMatch(
      /^error\[DICOM_NOT_A_FILE\]: .*b\.txt/
    );
    const image = join(series, '0-0.dcm');
    expect((await runCli(['compare', image, image])).err).toMatch(
      /^error\[SEG_NOT_A_SEGMENTATION\]/
    );
    expect(
      (await runCli(['rerun', image, '--input', series, '--output', at('r.dcm')])).err
    ).toMatch(/^error\[SEG_/);
  });

  it('an interrupted command says so, and leaves no output', async () => {
    const run = await runCli(
      ['segment', '--method', 'otsu', '--input', series, '--output', at('stopped.dcm')],
      {
        signal: AbortSignal.abort(),
      }
    );
    expectOneLine(run, 1, 'CANCELLED', /cancel was requested/);
    expect(existsSync(at('stopped.dcm'))).toBe(false);
  });
});
