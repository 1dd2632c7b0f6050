import { Geometry, normalize, cross, type LabelVolume } from '@cordon/extension-workbench/pure';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithPython, runPython } from '../../../test/support/python';
import { gridAt, labelVolume } from '../../../test/support/segments';
import { readNiftiImage } from './read-nifti';
import { writeNiftiLabels } from './write-nifti';

const folder = mkdtempSync(join(tmpdir(), 'cordon-nifti-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);

/** Files of every kind that nibabel writes, with the positions and values that nibabel gives for their voxels. */
const writeWithNibabel = `
import nibabel as nib
rng = np.random.default_rng(5)
shape = (5, 4, 3)
tilt = nib.eulerangles.euler2mat(0.3, -0.2, 0.5)
def affine(signs, spacing, rotation=np.eye(3), offset=(-7, 11, 13)):
    full = np.eye(4)
    full[:3, :3] = rotation @ np.diag(np.multiply(signs, spacing))
    full[:3, 3] = offset
    return full
affines = {
  'ras': affine((1, 1, 1), (0.7, 1.5, 3)), 'las': affine((-1, 1, 1), (0.7, 1.5, 3)),
  'lps': affine((-1, -1, 1), (0.7, 1.5, 3)), 'rai': affine((1, 1, -1), (0.7, 1.5, 3)),
  'oblique': affine((1, 1, 1), (0.7, 1.5, 3), tilt), 'mirrored': affine((1, -1, 1), (2, 2, 5), tilt),
  'permuted': np.array([[0, 0, 4, 1], [2, 0, 0, 2], [0, 3, 0, 3], [0, 0, 0, 1]], float),
}
for name, a in affines.items():
    data = rng.integers(-900, 900, shape).astype('int16')
    nib.save(nib.Nifti1Image(data, a), P['folder'] + '/' + name + '.nii.gz')
for name in ('uint8', 'int8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64'):
    info = np.iinfo(name) if 'int' in name else None
    data = rng.integers(max(info.min, -2**20), min(info.max, 2**20), shape).astype(name) if info else rng.normal(size=shape).astype(name)
    for order in '<>':
        header = nib.Nifti1Header(endianness=order)
        header.set_data_dtype(name)
        image = nib.Nifti1Image(data, affines['oblique'], header)
        nib.save(image, P['folder'] + '/' + name + ('le' if order == '<' else 'be') + '.nii')
scaled = nib.Nifti1Image(rng.integers(0, 4000, shape).astype('uint16'), affines['las'])
scaled.header.set_slope_inter(1, -1024)
nib.save(scaled, P['folder'] + '/offset.nii')
scaled.header.set_slope_inter(0.25, 10)
nib.save(scaled, P['folder'] + '/scaled.nii')
only_q = nib.Nifti1Image(rng.integers(0, 9, shape).astype('uint8'), None)
only_q.header.set_qform(affines['mirrored'], code=1); only_q.header.set_sform(None, code=0)
nib.save(only_q, P['folder'] + '/qform.nii')
metres = nib.Nifti1Image(rng.integers(0, 9, shape).astype('uint8'), affines['oblique'] * np.array([[1e-3]] * 3 + [[1]]))
metres.header.set_xyzt_units('meter'); nib.save(metres, P['folder'] + '/metres.nii')
import glob, os
for path in sorted(glob.glob(P['folder'] + '/*.nii*')):
    image = nib.load(path); name = os.path.basename(path).split('.')[0]
    O[name] = np.asarray(image.get_fdata(), 'float64').T
    R[name] = image.affine.ravel().tolist()
`;

interface Fixture {
  readonly name: string;
  readonly file: Uint8Array;
  readonly affine: readonly number[];
  readonly values: ArrayLike<number>;
}

describeWithPython(['numpy', 'nibabel'], 'NIfTI and nibabel', () => {
  const fixtures: Fixture[] = [];

  beforeAll(async () => {
    const made = await runPython({ script: writeWithNibabel, values: { folder } });
    for (const [name, affine] of Object.entries(made.values)) {
      const path = ['.nii', '.nii.gz'].map((end) => at(name + end)).find(exists)!;
      const values = made.array(name).data;
      fixtures.push({ name, file: readFileSync(path), affine: affine as number[], values });
    }
  });

  it('wrote one file of each kind', () => {
    expect(fixtures).toHaveLength(31);
  });

  it('agree on the value and the place in the patient of every voxel', () => {
    for (const { name, file, affine, values } of fixtures) {
      const { volume, template } = readNiftiImage(file);
      const toMm = name === 'metres' ? 1000 : 1;
      const { size } = volume.geometry;
      expect(size).toEqual([5, 4, 3]);
      for (let k = 0; k < 3; k++) {
        for (let j = 0; j < 4; j++) {
          for (let i = 0; i < 5; i++) {
            const own = template.isFlipped ? 2 - k : k;
            const value = volume.voxels[i + 5 * (j + 4 * own)];
            expect([name, value]).toEqual([name, Math.fround(values[i + 5 * (j + 4 * k)])]);
            const [x, y, z] = volume.geometry.ijkToLps([i, j, own]);
            const ras = [0, 1, 2].map(
              (r) =>
                (affine[4 * r] * i + affine[4 * r + 1] * j + affine[4 * r + 2] * k) * toMm +
                affine[4 * r + 3] * toMm
            );
            expect(Math.hypot(x + ras[0], y + ras[1], z - ras[2])).toBeLessThan(1e-4);
          }
        }
      }
    }
  });

  it('keep whole numbers in the smallest array', () => {
    const arrayOf = (name: string) =>
      readNiftiImage(fixtures.find((one) => one.name === name)!.file).volume.voxels.constructor
        .name;
    expect(['int8le', 'uint16be', 'offset', 'scaled', 'int32le', 'float64be'].map(arrayOf)).toEqual(
      ['Int16Array', 'Uint16Array', 'Int16Array', 'Float32Array', 'Float32Array', 'Float32Array']
    );
  });

  it('an output has the grid, the affine and all its codes of the input, bit for bit', async () => {
    const script = `
import nibabel as nib
for name in P['names']:
    out, source = nib.load(P['folder'] + '/out-' + name + '.nii.gz'), nib.load(P['paths'][name])
    same = ['dim', 'qform_code', 'sform_code', 'quatern_b', 'quatern_c', 'quatern_d', 'qoffset_x', 'qoffset_y',
            'qoffset_z', 'srow_x', 'srow_y', 'srow_z']
    equal = all(np.array_equal(out.header[f], source.header[f]) for f in same)
    equal = equal and np.array_equal(out.header['pixdim'][:4], source.header['pixdim'][:4])
    equal = equal and out.header.get_xyzt_units()[0] == source.header.get_xyzt_units()[0]
    R[name] = [bool(equal), bool(np.array_equal(out.affine, source.affine))]
    O[name] = np.asarray(out.dataobj).T
`;
    const paths: Record<string, string> = {};
    for (const { name, file, values } of fixtures) {
      const { volume, template } = readNiftiImage(file);
      const layer = Uint8Array.from(volume.voxels, (value) => (value > 0 ? 1 : 0));
      const written = writeNiftiLabels(labelVolume(volume.geometry, layer, [1]), {
        template,
        compress: true,
      });
      writeFileSync(at(`out-${name}.nii.gz`), written.bytes);
      paths[name] = ['.nii', '.nii.gz'].map((end) => at(name + end)).find(exists)!;
      expect(values).toHaveLength(60);
    }
    const names = Object.keys(paths);
    const result = await runPython({ script, values: { folder, names, paths } });
    for (const { name, values } of fixtures) {
      expect([name, result.values[name]]).toEqual([name, [true, true]]);
      const positive = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0));
      expect(Uint8Array.from(result.array(name).data)).toEqual(positive);
    }
  });

  it('agree on the affine of grids from DICOM: qform and sform, sheared only in the sform', async () => {
    const oblique = new Geometry({
      columns: 3,
      rows: 2,
      pixelSpacingMm: [0.5, 0.75],
      rowDirection: normalize([1, 2, 0.5]),
      columnDirection: normalize(cross([0.3, -0.2, 1], [1, 2, 0.5])),
      slicePositionsLps: [[10, -20, 30]],
      sliceThicknessMm: 2,
    });
    const upright = new Geometry({
      ...oblique.toOptions(),
      slicePositionsLps: [0, 1, 2, 3].map((k) => {
        const [x, y, z] = oblique.normal;
        return [10 + 2 * k * x, -20 + 2 * k * y, 30 + 2 * k * z] as const;
      }),
    });
    const sheared = gridAt(3, 2, [1, 1], [0, 2, 4], [0, 0.5, 1]);
    const grids: Record<string, Geometry> = { oblique, upright, sheared };
    const expected: Record<string, number[]> = {};
    for (const [name, geometry] of Object.entries(grids)) {
      const labels = labelVolume(geometry, new Uint8Array(geometry.voxelCount).fill(1), [1]);
      writeFileSync(at(`grid-${name}.nii`), writeNiftiLabels(labels, { compress: false }).bytes);
      expected[name] = affineByDefinition(geometry);
    }
    const script = `
import nibabel as nib
for name in P['names']:
    image = nib.load(P['folder'] + '/grid-' + name + '.nii')
    R[name] = {'affine': image.affine.ravel().tolist(), 'codes': [int(image.header['qform_code']), int(image.header['sform_code'])],
               'qform': image.header.get_qform().ravel().tolist(), 'zooms': [float(z) for z in image.header.get_zooms()]}
`;
    const { values } = await runPython({ script, values: { folder, names: Object.keys(grids) } });
    for (const name of Object.keys(grids)) {
      const { affine, codes, qform } = values[name] as {
        readonly affine: number[];
        readonly codes: number[];
        readonly qform: number[];
      };
      affine.forEach((value, n) => {
        expect(value).toBeCloseTo(expected[name][n], 5);
      });
      expect(codes).toEqual(name === 'sheared' ? [0, 1] : [1, 1]);
      if (name !== 'sheared') {
        qform.forEach((value, n) => {
          expect(value).toBeCloseTo(expected[name][n], 5);
        });
      }
    }
  });

  it('overlapping segments are volumes of their own', async () => {
    const geometry = gridAt(2, 2, [1, 1], [0]);
    const labels: LabelVolume = {
      ...labelVolume(geometry, Uint8Array.of(1, 1, 0, 0), [1]),
      layers: [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 2, 2, 0)],
      segments: [
        labelVolume(geometry, Uint8Array.of(1), [1]).segments[0],
        { ...labelVolume(geometry, Uint8Array.of(1), [2]).segments[0], layer: 1 },
      ],
    };
    const written = writeNiftiLabels(labels, { compress: false });
    expect(written.warnings).toEqual([
      'Segments overlap: each of the 2 is a volume of its own in the file.',
    ]);
    writeFileSync(at('overlap.nii'), written.bytes);
    const script = `
import nibabel as nib
O['data'] = np.asarray(nib.load(P['folder'] + '/overlap.nii').dataobj).T
`;
    const { data, shape } = (await runPython({ script, values: { folder } })).array('data');
    expect(shape).toEqual([2, 1, 2, 2]);
    expect([...data]).toEqual([1, 1, 0, 0, 0, 1, 1, 0]);
  });
});

/** Columns of the affine from the positions of four voxels, in RAS. */
function affineByDefinition(geometry: Geometry): number[] {
  const origin = geometry.ijkToLps([0, 0, 0]);
  const columns = (
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ] as const
  ).map((ijk) => geometry.ijkToLps(ijk).map((value, axis) => value - origin[axis]));
  const lps = [...columns, origin];
  const signs = [-1, -1, 1];
  return [
    ...[0, 1, 2].flatMap((axis) => lps.map((column) => signs[axis] * column[axis])),
    0,
    0,
    0,
    1,
  ];
}

function exists(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false; // that is the question
  }
}
