import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { BLOCK_VOXELS, BLOCKS, writePhantom } from '../../../test/support/phantom-files';
import { describeWithPython, runPython } from '../../../test/support/python';
import { gridAt, labelVolume } from '../../../test/support/segments';
import { readNiftiLabels } from '../nifti/read-nifti';
import { writeNiftiLabels } from '../nifti/write-nifti';
import type { SegmentComparison } from './compare';
import { parseRecipe } from '@cordon/extension-workbench/pure';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const series = writePhantom(at('blocks'), BLOCKS);
const threshold = (lower: number, upper: number, output: string, ...more: readonly string[]) =>
  cordon(
    ...['segment', '--method', 'threshold', '--input', series, '--output', at(output)],
    ...['--param', `lower=${lower}`, '--param', `upper=${upper}`, ...more]
  );
const compare = async (a: string, b: string) =>
  (await cordon('compare', at(a), at(b), '--json')).json<{ segments: SegmentComparison[] }>()
    .segments;

describe('cordon compare', () => {
  beforeAll(async () => {
    await threshold(90, 110, 'block.dcm', '--label', 'Block');
    await threshold(90, 110, 'block.nii.gz');
    await threshold(90, 110, 'block-slice.dcm', '--slice', '2', '--label', 'Block');
    await threshold(0, 200, 'both.nii');
  });

  it('prints the measures of the contract', async () => {
    const [found] = await compare('block.dcm', 'block.nii.gz');
    expect(Object.keys(found)).toEqual([
      'label',
      'dice',
      'jaccard',
      'hd95Mm',
      'assdMm',
      'referenceMl',
      'candidateMl',
    ]);
    expect(found).toMatchObject({ label: 'Block', dice: 1, jaccard: 1, hd95Mm: 0, assdMm: 0 });
    expect(found.referenceMl).toBeCloseTo((BLOCK_VOXELS * 0.25) / 1000, 9);
    expect(found.candidateMl).toBeCloseTo((BLOCK_VOXELS * 0.25) / 1000, 6);
  });

  it('counts by hand: one of four slices', async () => {
    const [found] = await compare('block.dcm', 'block-slice.dcm');
    expect(found.dice).toBeCloseTo((2 * 56) / (224 + 56), 12);
    expect(found.jaccard).toBeCloseTo(56 / 224, 12);
    // Slices 1 to 4 against slice 2: the last lies 4 mm away, and holds more than 5 % of the surface.
    expect(found.hd95Mm).toBe(4);
    expect((await cordon('compare', at('block.dcm'), at('block-slice.dcm'))).out).toBe(
      'Block: Dice 0.4000, Jaccard 0.2500, HD95 4.000 mm, ASSD ' +
        `${found.assdMm?.toFixed(3)} mm, ${found.referenceMl.toFixed(2)} ml and ${found.candidateMl.toFixed(2)} ml\n`
    );
  });

  it('says null where one side is empty', async () => {
    const { labels } = readNiftiLabels(readFileSync(at('block.nii.gz')));
    const empty = { ...labels, layers: [new Uint8Array(labels.geometry.voxelCount)] };
    writeFileSync(at('empty.nii'), writeNiftiLabels(empty, { compress: false }).bytes);
    const [found] = await compare('block.nii.gz', 'empty.nii');
    expect(found).toMatchObject({
      dice: 0,
      jaccard: 0,
      hd95Mm: null,
      assdMm: null,
      candidateMl: 0,
    });
  });

  it('matches by code, then by label, then by number, and lists what has no partner', async () => {
    const geometry = gridAt(6, 1, [1, 1], [0]);
    const write = (name: string, values: readonly number[], numbers: readonly number[]) => {
      const labels = labelVolume(geometry, Uint8Array.from(values), numbers);
      writeFileSync(at(name), writeNiftiLabels(labels, { compress: false }).bytes);
    };
    write('three.nii', [1, 1, 2, 2, 3, 3], [1, 2, 3]);
    write('two.nii', [1, 1, 0, 2, 4, 4], [1, 2, 4]);
    const run = await cordon('compare', at('three.nii'), at('two.nii'), '--json');
    const { segments } = run.json<{ segments: SegmentComparison[] }>();
    expect(segments.map(({ label, dice }) => [label, dice])).toEqual([
      ['Segment 1', 1],
      ['Segment 2', 2 / 3],
      ['Segment 3', 0],
      ['Segment 4', 0],
    ]);
    expect(run.err).toBe(
      'warning: "Segment 3" is only in the reference.\nwarning: "Segment 4" is only in the candidate.\n'
    );
  });

  it('refuses segmentations of different images', async () => {
    const other = writePhantom(at('elsewhere'), {
      ...BLOCKS,
      heightsMm: [0.7, 2.7, 4.7, 6.7, 8.7, 10.7],
    });
    await cordon('segment', '--method', 'otsu', '--input', other, '--output', at('elsewhere.dcm'));
    const run = await runCli(['compare', at('block.dcm'), at('elsewhere.dcm')]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[GRIDS_DIFFER\]: /);
  });
});

const writtenByNibabel = `
import nibabel as nib
image = nib.load(P['folder'] + '/block.nii.gz')
data = np.asarray(image.dataobj)
for name, codes in (('ras', 'RAS'), ('lip', 'LIP'), ('sal', 'SAL')):
    old = nib.orientations.io_orientation(image.affine)
    new = nib.orientations.ornt_transform(old, nib.orientations.axcodes2ornt(codes))
    turned = nib.orientations.apply_orientation(data, new)
    affine = image.affine @ nib.orientations.inv_ornt_aff(new, data.shape)
    nib.save(nib.Nifti1Image(turned, affine), P['folder'] + '/' + name + '.nii')
    R[name] = nib.aff2axcodes(affine) == tuple(codes)
`;

describeWithPython(['numpy', 'nibabel'], 'cordon convert', () => {
  it('brings labels that nibabel stored in other orders of axes back onto the images', async () => {
    const { values } = await runPython({ script: writtenByNibabel, values: { folder } });
    for (const name of ['ras', 'lip', 'sal']) {
      expect([name, values[name]]).toEqual([name, true]);
      await cordon('convert', at(`${name}.nii`), at(`${name}.dcm`), '--source', series);
      const [found] = await compare('block.dcm', `${name}.dcm`);
      expect([name, found.dice]).toEqual([name, 1]);
    }
  });

  it('SEG to NIfTI has the affine that the DICOM says', async () => {
    const run = await cordon(
      'convert',
      at('block.dcm'),
      at('converted.nii.gz'),
      '--source',
      series
    );
    expect(run.out).toBe(`1 Block\n${at('converted.nii.gz')}\n`);
    const script = `
import nibabel as nib
image = nib.load(P['file'])
R['affine'] = image.affine.tolist(); R['sum'] = int(np.asarray(image.dataobj).sum()); R['shape'] = list(image.shape)
R['corner'] = np.argwhere(np.asarray(image.dataobj))[0].tolist()
`;
    const { values } = await runPython({ script, values: { file: at('converted.nii.gz') } });
    // PixelSpacing 0.5\\0.25 (rows, columns), first voxel at (-10, 20, 0) LPS, slices 2 mm apart.
    expect(values).toEqual({
      affine: [
        [-0.25, 0, 0, 10],
        [0, -0.5, 0, -20],
        [0, 0, 2, 0],
        [0, 0, 0, 1],
      ],
      sum: BLOCK_VOXELS,
      shape: [20, 16, 6],
      corner: [4, 3, 1],
    });
  });
});

describe('cordon convert', () => {
  it('takes gaps within 5 % of their mean, with a warning, there and back', async () => {
    const uneven = writePhantom(at('uneven'), { ...BLOCKS, heightsMm: [0, 2.06, 4, 6, 8, 10] });
    const seg = ['segment', '--method', 'otsu', '--input', uneven, '--output', at('uneven.dcm')];
    await cordon(...seg);
    const there = await cordon('convert', at('uneven.dcm'), at('uneven.nii'), '--source', uneven);
    expect(there.err).toContain('NIfTI keeps only the mean');
    const back = await cordon('convert', at('uneven.nii'), at('back.dcm'), '--source', uneven);
    expect(back.err).toContain('each went to the slice of the same number');
    const [found] = await compare('uneven.dcm', 'back.dcm');
    expect(found.dice).toBe(1);
  });

  it('refuses larger gaps', async () => {
    const gappy = writePhantom(at('gappy'), { ...BLOCKS, heightsMm: [0, 2, 4, 6, 8, 13] });
    const run = await runCli([
      'segment',
      '--method',
      'otsu',
      '--input',
      gappy,
      '--output',
      at('gappy.nii'),
    ]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/error\[NIFTI_GRID_UNEVEN\]: .*at most 5 % are taken.*DICOM SEG.*\n$/);
  });

  it('refuses labels that reach beyond the images', async () => {
    const labels = labelVolume(
      gridAt(40, 16, [0.25, 0.5], [0, 2, 4, 6, 8, 10]),
      new Uint8Array(40 * 16 * 6).fill(1),
      [1]
    );
    writeFileSync(at('beyond.nii'), writeNiftiLabels(labels, { compress: false }).bytes);
    const run = await runCli(['convert', at('beyond.nii'), at('beyond.dcm'), '--source', series]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[(GRIDS_DIFFER|LABELS_BEYOND_IMAGES)\]/);
  });
});

describe('cordon convert to STL', () => {
  /** Volume that the triangles enclose (divergence theorem), mm³; positive when they look outwards. */
  const enclosedMm3 = (stl: Buffer) => {
    let sum = 0;
    for (let triangle = 0; triangle < stl.readUInt32LE(80); triangle++) {
      const corner = (index: number) =>
        [0, 1, 2].map((part) => stl.readFloatLE(84 + 50 * triangle + 12 * (index + 1) + 4 * part));
      const [a, b, c] = [corner(0), corner(1), corner(2)];
      sum += a[0] * (b[1] * c[2] - b[2] * c[1]);
      sum += a[1] * (b[2] * c[0] - b[0] * c[2]);
      sum += a[2] * (b[0] * c[1] - b[1] * c[0]);
    }
    return sum / 6;
  };

  it('writes a closed surface around the block', async () => {
    await threshold(90, 110, 'solid.dcm', '--label', 'Block');
    const run = await cordon('convert', at('solid.dcm'), at('solid.stl'));
    expect(run.out).toBe(`${at('solid.stl')}\n`);
    const stl = readFileSync(at('solid.stl'));
    expect(stl.length).toBe(84 + 50 * stl.readUInt32LE(80));
    // The surface runs through the outermost voxels and is rounded at the edges: a little less than the voxels' volume.
    const share = enclosedMm3(stl) / (BLOCK_VOXELS * 0.25);
    expect(share).toBeGreaterThan(0.6);
    expect(share).toBeLessThan(1.02);
  });
});

describe('cordon rerun', () => {
  const rerun = (seg: string, input: string, output: string) =>
    runCli(['rerun', at(seg), '--input', input, '--output', at(output)]);

  it.each<[string, readonly string[]]>([
    ['threshold', ['--param', 'lower=90', '--param', 'upper=110', '--slice', '2']],
    ['otsu', ['--box', '0,0,0,12,12,5']],
    ['region-growing', ['--param', 'lower=0', '--param', 'upper=200', '--seed', '5,5,2']],
  ])('makes %s again voxel for voxel', async (method, args) => {
    const seg = `${method}.dcm`;
    await cordon('segment', '--method', method, '--input', series, '--output', at(seg), ...args);
    const run = await rerun(seg, series, `again-${seg}`);
    expect(run).toMatchObject({ status: 0, err: '' });
    expect(run.out).toContain('equal voxel for voxel');
    const [found] = await compare(seg, `again-${seg}`);
    expect(found.dice).toBe(1);
  });

  it('makes an operation on a segment from a file again, without the file', async () => {
    await threshold(90, 110, 'start.nii.gz');
    const args = [
      '--method',
      'margin',
      '--segment',
      at('start.nii.gz'),
      '--output',
      at('margin.dcm'),
    ];
    await cordon('segment', '--input', series, ...args);
    const run = await rerun('margin.dcm', series, 'margin-again.nii');
    expect(run).toMatchObject({ status: 0, err: '' });
    const [found] = await compare('margin.dcm', 'margin-again.nii');
    expect(found.dice).toBe(1);
  });

  it('says so, with its status, when the segment was edited by hand', async () => {
    const bytes = readFileSync(at('otsu.dcm'));
    const marker = Buffer.from('"handEdited":false');
    const where = bytes.indexOf(marker);
    expect(where).toBeGreaterThan(0);
    bytes.write('"handEdited":true ', where, 'latin1');
    writeFileSync(at('edited.dcm'), bytes);
    const run = await rerun('edited.dcm', series, 'edited-again.dcm');
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[RERUN_HAND_EDITED\]: .*1 of 1 segments.*\n$/);
    expect(run.out).toContain('run again up to that');
    expect((await compare('otsu.dcm', 'edited-again.dcm'))[0].dice).toBe(1);
  });

  it('says so, with its status, when the images are others', async () => {
    const other = writePhantom(at('other'), {
      ...BLOCKS,
      value: (i, j, k) => BLOCKS.value(i, j, k) + (i === 5 ? 500 : 0),
    });
    const run = await rerun('threshold.dcm', other, 'other.nii');
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^warning: .*other pixels.*\nerror\[RERUN_DIFFERS\]: .*7 voxels.*\n$/);
  });

  it('refuses a segment without a recipe', async () => {
    await cordon('convert', at('start.nii.gz'), at('converted.dcm'), '--source', series);
    const run = await rerun('converted.dcm', series, 'x.dcm');
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[RECIPE_MISSING\]/);
  });

  it('the recipe in the object is one that the workbench reads', async () => {
    const run = await cordon('info', at('threshold.dcm'), '--json');
    const { segmentation } = run.json<{ segmentation: { segments: { recipe: unknown }[] } }>();
    const recipe = parseRecipe(JSON.stringify(segmentation.segments[0].recipe));
    expect(recipe.steps[0].region).toEqual({ kind: 'slice', axis: 2, index: 2 });
  });
});

describe('cordon methods, models and info', () => {
  it('methods lists every method with its parameters, for people and as JSON', async () => {
    const run = await cordon('methods', '--json');
    const methods = run.json<{ id: string; parameters: { name: string; default: unknown }[] }[]>();
    const otsu = methods.find(({ id }) => id === 'otsu');
    expect(otsu?.parameters).toEqual([
      expect.objectContaining({ name: 'side', default: 'bright' }),
    ]);
    const { out } = await cordon('methods');
    for (const { id, parameters } of methods) {
      expect(out).toContain(`${id} — `);
      for (const { name } of parameters) expect(out).toContain(`--param ${name}=`);
    }
  });

  it('info of an image and of a NIfTI volume', async () => {
    const image = await cordon('info', join(series, '0-0.dcm'), '--json');
    expect(image.json()).toMatchObject({ kind: 'image', modality: 'CT', rows: 16, columns: 20 });
    const nifti = await cordon('info', at('block.nii.gz'), '--json');
    expect(nifti.json()).toMatchObject({
      kind: 'nifti',
      size: [20, 16, 6],
      spacingMm: [0.25, 0.5, 2],
    });
    const person = await cordon('info', at('block.dcm'));
    expect(person.out).toContain('1 Block: 224 voxels');
    expect(person.out).toContain('recipe: threshold 1.0.0 (lower=90, upper=110)');
  });

  it('models lists and verifies; a changed file is named', async () => {
    const installation = at('installation');
    mkdirSync(join(installation, 'models', 'tiny'), { recursive: true });
    const none = await runCli(['models'], { installation: at('nothing') });
    expect(none).toMatchObject({ status: 0, out: 'There is no model in this installation.\n' });
    const real = await runCli(['models', '--json']);
    const models = real.json<{ id: string }[]>();
    const verified = await runCli(['models', 'verify']);
    expect(verified.status).toBe(0);
    expect(verified.out.split('\n').filter((line) => line.endsWith(': as published'))).toHaveLength(
      models.length
    );
    writeFileSync(
      join(installation, 'models', 'index.json'),
      JSON.stringify({
        schema: 'cordon-models/1',
        models: [
          {
            id: 'tiny',
            title: 'Tiny',
            version: '1',
            task: 't',
            architecture: 'a',
            modalities: ['CT'],
            manifestSha256: '0'.repeat(64),
            bytes: 1,
            licence: 'MIT',
            status: 'experimental',
          },
        ],
      })
    );
    writeFileSync(join(installation, 'models', 'tiny', 'metadata.json'), '{}');
    const changed = await runCli(['models', 'verify', 'tiny'], { installation });
    expect(changed.status).toBe(1);
    expect(changed.out).toMatch(/^tiny: .*SHA-256 differs/);
    expect(changed.err).toMatch(/^error\[MODEL_FILE_CHANGED\]/);
  });
});
