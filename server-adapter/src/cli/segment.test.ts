import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '@cordon/extension-workbench/pure';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCK_VOXELS, BLOCKS, inBlock, writePhantom } from '../../../test/support/phantom-files';
import { labelVolume } from '../../../test/support/segments';
import { readNiftiLabels } from '../nifti/read-nifti';
import { formatHeader } from '../nifti/header';
import { writeNiftiLabels } from '../nifti/write-nifti';
import type { SegmentReport } from './segment';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);
const bright = ['--method', 'threshold', '--param', 'lower=90', '--param', 'upper=110'];

interface Info {
  readonly segmentation: {
    readonly encoding: string;
    readonly segments: readonly {
      readonly number: number;
      readonly label: string;
      readonly category: string;
      readonly type: string;
      readonly algorithm: string;
      readonly algorithmType: string;
      readonly voxels: number;
      readonly recipe: Recipe;
    }[];
  };
}
const infoOf = async (file: string) =>
  (await cordon('info', file, '--json')).json<Info>().segmentation;
const segment = (...args: readonly string[]) => cordon('segment', '--input', series, ...args);
const voxelsIn = (file: string) => {
  const { labels } = readNiftiLabels(readFileSync(file));
  return Uint8Array.from(labels.layers[0]);
};
const index = (i: number, j: number, k: number) => i + 20 * (j + 16 * k);

describe('cordon segment', () => {
  it('reports what the contract says, and nothing else, as one JSON object', async () => {
    const run = await segment(...bright, '--output', at('a.dcm'), '--json');
    const report = run.json<SegmentReport>();
    expect(Object.keys(report)).toEqual([
      'method',
      'parameters',
      'milliseconds',
      'segments',
      'output',
      'warnings',
    ]);
    expect(report).toMatchObject({
      method: 'threshold',
      parameters: { lower: 90, upper: 110 },
      segments: [{ number: 1, label: 'Segment 1', voxels: BLOCK_VOXELS }],
      output: at('a.dcm'),
      warnings: [],
    });
    // Pixel spacing 0.25 × 0.5 mm, slices 2 mm apart.
    expect(report.segments[0].volumeMl).toBeCloseTo((BLOCK_VOXELS * 0.25) / 1000, 12);
    for (const value of Object.values(report.milliseconds)) expect(value).toBeGreaterThanOrEqual(0);
    expect(Object.keys(report.milliseconds)).toEqual(['read', 'compute', 'write']);
    expect(run.err).toBe('');
  });

  it('puts slices in ascending order along the normal, whatever the order of the files', async () => {
    await segment(...bright, '--output', at('order.nii'));
    const voxels = voxelsIn(at('order.nii'));
    for (let k = 0; k < 6; k++) {
      for (let j = 0; j < 16; j++) {
        for (let i = 0; i < 20; i++) {
          expect(voxels[index(i, j, k)]).toBe(inBlock(i, j, k) ? 1 : 0);
        }
      }
    }
  });

  it('names and codes the segment, with the category of the term', async () => {
    const named = ['--label', 'Meine Leber', '--code', 'SCT:10200004:Liver'];
    await segment(...bright, ...named, '--output', at('named.dcm'));
    const [found] = (await infoOf(at('named.dcm'))).segments;
    expect(found).toMatchObject({
      label: 'Meine Leber',
      category: 'SCT:91723000:Anatomical Structure',
      type: 'SCT:10200004:Liver',
      algorithmType: 'AUTOMATIC',
      algorithm: 'Threshold 1.0.0',
    });
    expect(found.recipe.steps).toMatchObject([
      { method: 'threshold', parameters: { lower: 90, upper: 110 }, region: { kind: 'volume' } },
    ]);
    expect(found.recipe.source.sopInstanceUids).toHaveLength(6);
    expect(found.recipe.source.pixelsSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a meaning may hold colons, and names the segment when no label is given', async () => {
    await segment(...bright, '--code', '99TEST:X1:Ratio 1:2', '--output', at('colon.dcm'));
    const [found] = (await infoOf(at('colon.dcm'))).segments;
    expect(found).toMatchObject({ label: 'Ratio 1:2', type: '99TEST:X1:Ratio 1:2' });
  });

  it.each(['binary', 'labelmap'])('writes the encoding %s', async (encoding) => {
    await segment(...bright, '--encoding', encoding, '--output', at(`${encoding}.dcm`));
    const { encoding: stored, segments } = await infoOf(at(`${encoding}.dcm`));
    expect(stored).toBe(encoding);
    expect(segments[0].voxels).toBe(BLOCK_VOXELS);
  });

  it('works on one slice only with --slice', async () => {
    await segment(...bright, '--slice', '2', '--output', at('slice.nii'));
    const voxels = voxelsIn(at('slice.nii'));
    expect(voxels.reduce((sum, value) => sum + value, 0)).toBe(8 * 7);
    expect(voxels[index(5, 5, 2)]).toBe(1);
  });

  it('works in a box only with --box: first voxel inside, first beyond', async () => {
    await segment(...bright, '--box', '4,3,1,6,5,3', '--output', at('box.nii'));
    const voxels = voxelsIn(at('box.nii'));
    expect(voxels.reduce((sum, value) => sum + value, 0)).toBe(2 * 2 * 2);
    expect([voxels[index(4, 3, 1)], voxels[index(5, 4, 2)], voxels[index(6, 5, 3)]]).toEqual([
      1, 1, 0,
    ]);
  });

  it('grows from --seed, and says that it leaves --seed-background out', async () => {
    const run = await segment(
      ...['--method', 'region-growing', '--param', 'lower=0', '--param', 'upper=200'],
      ...['--seed', '5,5,2', '--seed', '6,5,2', '--seed-background', '0,0,0'],
      ...['--output', at('grown.dcm'), '--json']
    );
    const { segments, warnings } = run.json<SegmentReport>();
    expect(segments[0].voxels).toBe(BLOCK_VOXELS);
    expect(warnings).toEqual([expect.stringContaining('background')]);
    expect(run.err).toBe(`warning: ${warnings[0]}\n`);
    const [found] = (await infoOf(at('grown.dcm'))).segments;
    expect(found.algorithmType).toBe('SEMIAUTOMATIC');
    expect(found.recipe.steps[0].prompts.seeds).toEqual([
      { ijk: [5, 5, 2], label: 1 },
      { ijk: [6, 5, 2], label: 1 },
      { ijk: [0, 0, 0], label: 0 },
    ]);
  });

  it('takes --markers from a file: n marks target n', async () => {
    const geometry = readNiftiLabels(readFileSync(at('order.nii'))).labels.geometry;
    const voxels = new Uint8Array(geometry.voxelCount);
    voxels[index(15, 5, 3)] = 1;
    const { bytes } = writeNiftiLabels(labelVolume(geometry, voxels, [1]), { compress: true });
    writeFileSync(at('markers.nii.gz'), bytes);
    const run = await segment(
      ...['--method', 'region-growing', '--param', 'lower=0', '--param', 'upper=90'],
      ...['--markers', at('markers.nii.gz'), '--output', at('marked.nii'), '--json']
    );
    expect(run.json<SegmentReport>().segments[0].voxels).toBe(6 * 7 * 6);
  });

  it('starts from --segment, of a SEG by number, and keeps its recipe', async () => {
    await segment(...bright, '--output', at('start.dcm'));
    const run = await segment(
      ...['--method', 'margin', '--segment', `${at('start.dcm')}#1`],
      ...['--output', at('grown-by-margin.dcm'), '--json']
    );
    expect(run.json<SegmentReport>().segments[0].voxels).toBeGreaterThan(BLOCK_VOXELS);
    const [found] = (await infoOf(at('grown-by-margin.dcm'))).segments;
    expect(found.recipe.steps.map(({ method }) => method)).toEqual(['threshold', 'margin']);
  });

  it('starts from a NIfTI --segment, whose voxels become part of the recipe', async () => {
    await segment(...bright, '--output', at('start.nii.gz'));
    await segment(
      ...['--method', 'margin', '--segment', at('start.nii.gz')],
      ...['--output', at('from-nifti.dcm')]
    );
    const [found] = (await infoOf(at('from-nifti.dcm'))).segments;
    expect(found.recipe.steps.map(({ method }) => method)).toEqual(['segment-from-file', 'margin']);
  });

  it('prints for a person what was found and where it went', async () => {
    const run = await segment('--method', 'otsu', '--output', at('person.dcm'));
    expect(run.out).toMatch(
      /^threshold: -?\d+.*HU\n1 Segment 1: \d+ voxels, \d+\.\d\d ml\n.*person\.dcm \(read \d+ ms/i
    );
  });

  it('shows progress to a person only', async () => {
    const args = ['segment', '--input', series, ...bright, '--output', at('p.dcm')];
    expect((await runCli(args, { isInteractive: true })).err).toContain(' % ');
    expect((await runCli(args)).err).toBe('');
  });

  it('skips files that are not DICOM, and names them', async () => {
    const mixed = writePhantom(at('mixed'), BLOCKS);
    writeFileSync(join(mixed, 'notes.txt'), 'no image');
    writeFileSync(join(mixed, 'result.dcm'), readFileSync(at('a.dcm')));
    const run = await cordon(
      'segment',
      '--input',
      mixed,
      ...bright,
      '--output',
      at('m.dcm'),
      '--json'
    );
    const { warnings, segments } = run.json<SegmentReport>();
    expect(segments[0].voxels).toBe(BLOCK_VOXELS);
    expect(warnings).toEqual([
      `Skipped ${join(mixed, 'notes.txt')}: it is not a DICOM file.`,
      `Skipped ${join(mixed, 'result.dcm')}: it is derived from images, not one.`,
    ]);
  });

  it('takes one of several series by --series, and lists them when none is named', async () => {
    const both = writePhantom(at('both'), BLOCKS);
    const other = { ...BLOCKS, series: '1.2.826.0.1.1.2', heightsMm: [0, 2, 4] };
    writePhantom(join(both, 'deeper'), other);
    const args = ['segment', '--input', both, ...bright, '--output', at('s.dcm'), '--json'];
    const unnamed = await runCli(args);
    expect(unnamed.status).toBe(1);
    expect(unnamed.err).toMatch(
      /^error\[SERIES_SEVERAL\]: .*1\.2\.826\.0\.1\.1\.1 .*1\.2\.826\.0\.1\.1\.2 .*--series UID\)\n$/
    );
    const named = await cordon(...args, '--series', '1.2.826.0.1.1.2');
    expect(named.json<SegmentReport>().segments[0].voxels).toBe(8 * 7 * 2);
  });
});

describe('cordon segment of NIfTI', () => {
  const size = [5, 4, 3] as const;
  /** Left-handed: slices descend along the normal, so that the program has to turn them. */
  const space = {
    qfac: -1,
    spacing: [1, 1, 2] as const,
    spatialUnit: 2,
    qformCode: 0,
    sformCode: 2,
    quaternion: [0, 0, 0] as const,
    qoffset: [0, 0, 0] as const,
    srow: [-1, 0, 0, 4, 0, 1, 0, -3, 0, 0, 2, 7],
  };
  const header = formatHeader({
    dimensions: size,
    datatype: 4,
    bitsPerVoxel: 16,
    space,
    description: '',
  });
  const value = (i: number, j: number, k: number) => 10 * i + 100 * j + 1000 * k;
  const image = Int16Array.from({ length: 60 }, (_, n) =>
    value(n % 5, Math.floor(n / 5) % 4, Math.floor(n / 20))
  );
  const file = at('left-handed.nii');
  writeFileSync(file, Buffer.concat([header, Buffer.from(image.buffer)]));
  const marked = (name: string) => {
    const bytes = readFileSync(at(name));
    return [...bytes.subarray(352)].flatMap((label, n) =>
      label ? [[n % 5, Math.floor(n / 5) % 4, Math.floor(n / 20)]] : []
    );
  };
  const run = (...args: readonly string[]) => cordon('segment', '--input', file, ...args);

  it('counts voxels as the file does: --seed, --slice and --box', async () => {
    const exact = ['--param', 'lower=1120', '--param', 'upper=1120'];
    await run(
      '--method',
      'region-growing',
      ...exact,
      '--seed',
      '2,1,1',
      '--output',
      at('seed.nii')
    );
    expect(marked('seed.nii')).toEqual([[2, 1, 1]]);
    const all = ['--method', 'threshold', '--param', 'lower=-1', '--param', 'upper=5000'];
    await run(...all, '--slice', '2', '--output', at('slice2.nii'));
    expect(marked('slice2.nii')).toHaveLength(20);
    expect(new Set(marked('slice2.nii').map(([, , k]) => k))).toEqual(new Set([2]));
    await run(...all, '--box', '1,2,0,3,3,1', '--output', at('box2.nii'));
    expect(marked('box2.nii')).toEqual([
      [1, 2, 0],
      [2, 2, 0],
    ]);
  });

  it('gives the output the grid and affine of the input, bit for bit', async () => {
    await run('--method', 'threshold', '--param', 'lower=500', '--output', at('same.nii'));
    const [ours, theirs] = [readFileSync(at('same.nii')), readFileSync(file)];
    expect(ours.subarray(40, 48)).toEqual(theirs.subarray(40, 48));
    expect(ours.subarray(76, 92)).toEqual(theirs.subarray(76, 92));
    expect(ours.subarray(252, 328)).toEqual(theirs.subarray(252, 328));
    const expected = [...image].flatMap((one, n) => (one >= 500 && one <= 3000 ? [n] : []));
    const found = [...ours.subarray(352)].flatMap((one, n) => (one ? [n] : []));
    expect(found).toEqual(expected);
  });

  it('starts from a --segment of the same file grid', async () => {
    await run(
      '--method',
      'threshold',
      '--param',
      'lower=1100',
      '--param',
      'upper=1100',
      '--output',
      at('one.nii')
    );
    await run('--method', 'margin', '--segment', at('one.nii'), '--output', at('around.nii'));
    expect(marked('around.nii')).toEqual(expect.arrayContaining([[0, 1, 1]]));
    expect(marked('around.nii').length).toBeGreaterThan(1);
  });

  it('does not write a DICOM SEG, which has to refer to DICOM images', async () => {
    const refused = await runCli([
      'segment',
      '--input',
      file,
      '--method',
      'otsu',
      '--output',
      at('no.dcm'),
    ]);
    expect(refused.status).toBe(2);
    expect(refused.err).toMatch(
      /^error\[USAGE\]: DICOM SEG cannot be written for this image — .*\n$/
    );
  });
});
