/**
 * A shipped network for whole heads on the command line: a real head stored in three ways, and what is no head. Volumes, axes and files
 * are made and compared by numpy, nibabel and pydicom while the test runs.
 */
import type { ObjectInfo } from '@cordon/extension-dicom-seg/pure';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt, spawnCli, temporaryFolder } from '../../../test/support/cli';
import { describeWithPython, runPython } from '../../../test/support/python';
import { describeWithSharedData, sharedData } from '../../../test/support/shared-data';
import type { SegmentReport } from './segment';

jest.setTimeout(240_000);

const models = resolve(__dirname, '../../../models');
/** The quick one where it is shipped: the steps around both are the same. */
const METHOD = ['brain-anatomy-unet-fast', 'brain-anatomy-unet'].find((id) =>
  existsSync(join(models, id, 'metadata.json'))
)!;

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

/** A series, averaged over blocks of `factor` voxels, as NIfTI in two orders of axes and as axial DICOM images. */
const STORE = `
import glob, os, pydicom, nibabel as nib
from pydicom.uid import generate_uid
slices = [pydicom.dcmread(path) for path in glob.glob(P['images'] + '/**/*.dcm', recursive=True)]
row, col = (np.array(slices[0].ImageOrientationPatient[a:a + 3], float) for a in (0, 3))
normal = np.cross(row, col)
slices.sort(key=lambda d: float(np.dot(normal, d.ImagePositionPatient)))
first, last = (np.array(d.ImagePositionPatient, float) for d in (slices[0], slices[-1]))
rescale = lambda d: d.pixel_array.T * float(d.get('RescaleSlope', 1)) + float(d.get('RescaleIntercept', 0))
image = np.stack([rescale(d) for d in slices], -1)
lps = np.eye(4)
lps[:3, 0], lps[:3, 1] = row * float(slices[0].PixelSpacing[1]), col * float(slices[0].PixelSpacing[0])
lps[:3, 2], lps[:3, 3] = (last - first) / (len(slices) - 1), first
n = P['factor']
size = [extent // n for extent in image.shape]
image = image[tuple(slice(0, extent * n) for extent in size)].reshape(size[0], n, size[1], n, size[2], n).mean((1, 3, 5)).round().astype(np.int16)
lps[:3, 3] += lps[:3, :3].sum(1) * (n - 1) / 2
lps[:3, :3] *= n
plain = nib.Nifti1Image(image, np.diag([-1, -1, 1, 1]) @ lps)
nib.save(plain, P['folder'] + '/plain.nii.gz')
turn = nib.orientations.ornt_transform(nib.io_orientation(plain.affine), nib.orientations.axcodes2ornt(P['turned']))
nib.save(plain.as_reoriented(turn), P['folder'] + '/turned.nii.gz')
# Axial images: columns to the patient's left, rows to the back, slices to the head.
axial = plain.as_reoriented(nib.orientations.ornt_transform(nib.io_orientation(plain.affine), nib.orientations.axcodes2ornt('LPS')))
affine, voxels = np.diag([-1, -1, 1, 1]) @ axial.affine, np.asarray(axial.dataobj)
steps = np.linalg.norm(affine[:3, :3], axis=0)
os.makedirs(P['folder'] + '/axial')
series = generate_uid()
for k in range(voxels.shape[2]):
    d = slices[0].copy(); d.file_meta = slices[0].file_meta
    d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = generate_uid(); d.SeriesInstanceUID = series
    d.Rows, d.Columns, d.InstanceNumber = voxels.shape[1], voxels.shape[0], k + 1
    d.PixelSpacing = [f'{steps[1]:.10g}', f'{steps[0]:.10g}']; d.SliceThickness = f'{steps[2]:.10g}'
    for key in ('SpacingBetweenSlices', 'SliceLocation', 'RescaleSlope', 'RescaleIntercept', 'WindowCenter', 'WindowWidth'):
        if key in d: del d[key]
    d.ImageOrientationPatient = [f'{v:.10g}' for v in np.concatenate([affine[:3, 0] / steps[0], affine[:3, 1] / steps[1]])]
    d.ImagePositionPatient = [f'{v:.10g}' for v in affine[:3, 3] + k * affine[:3, 2]]
    d.PixelRepresentation, d.BitsAllocated, d.BitsStored, d.HighBit = 1, 16, 16, 15
    d.PixelData = np.ascontiguousarray(voxels[:, :, k].T).tobytes()
    d.save_as(f"{P['folder']}/axial/{k}.dcm")
`;

/** Labels of the three, brought to one order of axes by their affines. */
const COMPARE = `
import nibabel as nib
a, b, c = (nib.as_closest_canonical(nib.load(P['folder'] + '/' + name)) for name in P['files'])
def placed(i):
    """Labels on the grid of a; a segmentation object holds the slices with something in them only."""
    offset = np.linalg.inv(a.affine) @ i.affine
    first = offset[:3, 3].round().astype(int)
    labels = np.zeros(a.shape, int)
    labels[tuple(slice(f, f + n) for f, n in zip(first, i.shape))] = np.asarray(i.dataobj)
    offset[:3, 3] -= first
    return labels, float(np.abs(offset - np.eye(4)).max())
(x, _), (y, turnedApart), (z, axialApart) = (placed(i) for i in (a, b, c))
R['apart'] = max(turnedApart, axialApart)
R['labelled'], R['structures'] = int((x > 0).sum()), len(np.unique(x)) - 1
R['turned'], R['axial'] = int((x != y).sum()), int((x != z).sum())
# The patient's left is the lower index of axis 0.
middle = np.argwhere(x > 0)[:, 0].mean()
left, right = (float(np.argwhere(np.isin(x, labels))[:, 0].mean()) for labels in (range(1, 14), range(14, 27)))
R['leftIsLeft'] = bool(left < middle < right)
`;

function unpacked(data: string, archive: string): string {
  const target = at(data);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xf', sharedData(data, archive), '-C', target]);
  return target;
}

const stored = async (name: string, images: string, factor: number) => {
  const target = at(name);
  mkdirSync(target, { recursive: true });
  await runPython({ script: STORE, values: { images, folder: target, factor, turned: 'SLA' } });
  return (file: string) => join(target, file);
};

/** Runs the built program: the runtime of networks does not load inside of jest. */
const run = (args: readonly string[]) => spawnCli(args).done;

async function cordon(...args: readonly string[]) {
  const ended = await run(args);
  if (ended.status !== 0) throw new Error(`cordon ${args.join(' ')}\n${ended.err}`);
  return ended;
}

const segment = (input: string, output: string, ...more: readonly string[]) =>
  ['segment', '--method', METHOD, '--input', input, '--output', output, ...more] as const;

describeWithSharedData(['dicom-brain-mprage', 'dicom-chest-ct-lidc'], 'brain structures', () => {
  describeWithPython(['numpy', 'nibabel', 'pydicom'], `by ${METHOD}`, () => {
    beforeAll(ensureBuilt);

    it('are the same in the patient however the head is stored, in NIfTI and DICOM', async () => {
      const mprage = unpacked('dicom-brain-mprage', 'mprage.tar.xz');
      const head = await stored('head', mprage, 2);
      await cordon(...segment(head('plain.nii.gz'), head('a.nii.gz')));
      await cordon(...segment(head('turned.nii.gz'), head('b.nii.gz')));
      const csv = head('volumes.csv');
      const report = await cordon(
        ...segment(head('axial'), head('c.dcm'), '--volumes', csv, '--json')
      );
      await cordon('convert', head('c.dcm'), head('c.nii.gz'));

      const files = ['a.nii.gz', 'b.nii.gz', 'c.nii.gz'];
      const { values } = await runPython({
        script: COMPARE,
        values: { folder: head(''), files },
      });
      expect(values.apart).toBeLessThan(1e-3);
      expect(values.labelled).toBeGreaterThan(100_000);
      expect(values.structures).toBeGreaterThan(24);
      expect(values.leftIsLeft).toBe(true);
      expect(values.turned).toBe(0);
      // Positions in DICOM are rounded to decimal strings: a vote may tip over.
      expect(values.axial as number).toBeLessThan(1e-4 * (values.labelled as number));

      const { segments } = report.json<SegmentReport>();
      const labelled = new Map(segments.map((one) => [one.label, one.volumeMl]));
      const lines = readFileSync(csv, 'utf8').trim().split('\r\n');
      expect(lines[0]).toBe(
        'structure,code,left_ml,right_ml,unpaired_ml,total_ml,asymmetry_percent'
      );
      const hippocampus = lines.find((line) => line.startsWith('Hippocampus,'))!.split(',');
      expect(hippocampus[1]).toBe('SCT:5366008');
      expect(Number(hippocampus[2])).toBe(labelled.get('Hippocampus, left'));
      expect(Number(hippocampus[3])).toBe(labelled.get('Hippocampus, right'));
      expect(lines).toHaveLength(1 + 17);
    });

    it('say what each segment is, with its side', async () => {
      const info = await cordon('info', join(at('head'), 'c.dcm'), '--json');
      const { segmentation } = info.json<ObjectInfo>();
      const segments = segmentation!.segments;
      expect(segments).toHaveLength(30);
      const pair = segments.filter(({ type }) => type.includes('5366008'));
      expect(pair.map(({ label }) => label)).toEqual(['Hippocampus, left', 'Hippocampus, right']);
      expect(pair.map(({ modifiers }) => modifiers.join())).toEqual([
        expect.stringContaining('7771000'),
        expect.stringContaining('24028007'),
      ]);
    });

    it('are refused for a chest CT, as DICOM by its modality, as NIfTI by what was found', async () => {
      const ct = unpacked('dicom-chest-ct-lidc', 'ct.tar.xz');
      const asDicom = await run(segment(ct, at('ct.dcm')));
      expect([asDicom.status, asDicom.err]).toEqual([
        1,
        expect.stringContaining('error[METHOD_UNSUITABLE]'),
      ]);
      const chest = await stored('chest', ct, 2);
      const asNifti = await run(segment(chest('plain.nii.gz'), at('ct.nii.gz')));
      expect([asNifti.status, asNifti.err]).toEqual([
        1,
        expect.stringContaining('error[NOT_A_HEAD]'),
      ]);
      expect(existsSync(at('ct.nii.gz'))).toBe(false);
    });

    it('are refused for a phantom: a bottle of water with tubes', async () => {
      await runPython({
        values: { file: at('bottle.nii.gz') },
        script: `
import nibabel as nib
x, y, z = np.meshgrid(*[np.arange(n) * 2.0 - n for n in (100, 100, 110)], indexing='ij')
image = 900.0 * ((np.hypot(x, y) < 75) & (np.abs(z) < 95))
for angle in np.arange(8) * np.pi / 4:
    image[(np.hypot(x - 45 * np.cos(angle), y - 45 * np.sin(angle)) < 10) & (np.abs(z) < 80)] = 400 + 60 * angle
image += np.random.RandomState(0).normal(0, 12, image.shape)
nib.save(nib.Nifti1Image(image.astype(np.int16), np.diag([2.0, 2, 2, 1])), P['file'])
`,
      });
      const bottle = await run(segment(at('bottle.nii.gz'), at('bottle-labels.nii.gz')));
      expect([bottle.status, bottle.err]).toEqual([
        1,
        expect.stringContaining('error[NOT_A_HEAD]'),
      ]);
    });
  });
});
