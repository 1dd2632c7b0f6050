/**
 * Real images through the command line: a chest CT, a sagittal head MR, one MR in seven transfer syntaxes, hippocampus MR in
 * NIfTI. References are computed by scikit-image, pydicom and scipy while the test runs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { describeWithPython, runPython } from '../../../test/support/python';
import { describeWithSharedData, sharedData, sharedFiles } from '../../../test/support/shared-data';
import type { SegmentComparison } from './compare';
import type { SegmentReport } from './segment';

/** Whole series are read, written and computed twice over, beside whatever else the machine does. */
jest.setTimeout(180_000);

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);

/** Unpacks an archive of the shared data and returns the folder. */
function unpacked(data: string, archive: string): string {
  const target = at(data);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xf', sharedData(data, archive), '-C', target]);
  return target;
}

const otsuOfPydicom = `
import glob, pydicom, nibabel as nib
from skimage.filters import threshold_otsu
slices = [pydicom.dcmread(path) for path in glob.glob(P['images'] + '/**/*.dcm', recursive=True)]
normal = np.cross(slices[0].ImageOrientationPatient[:3], slices[0].ImageOrientationPatient[3:])
slices.sort(key=lambda d: float(np.dot(normal, d.ImagePositionPatient)))
image = np.stack([d.pixel_array * float(d.get('RescaleSlope', 1)) + float(d.get('RescaleIntercept', 0)) for d in slices])
threshold = threshold_otsu(image.astype('int32'))
ours = nib.load(P['labels'])
data = np.asarray(ours.dataobj).T
R['differences'] = int((data != (image > threshold)).sum())
R['threshold'] = float(threshold)
k, j, i = (slices.__len__() - 1, 7, 5)
d = slices[k]
row, col = np.array(d.ImageOrientationPatient[:3], float), np.array(d.ImageOrientationPatient[3:], float)
lps = np.array(d.ImagePositionPatient, float) + row * float(d.PixelSpacing[1]) * i + col * float(d.PixelSpacing[0]) * j
R['off'] = float(np.abs((ours.affine @ [i, j, k, 1])[:3] * [-1, -1, 1] - lps).max())
`;

describeWithSharedData(['dicom-chest-ct-lidc', 'dicom-brain-mprage'], 'real DICOM series', () => {
  describeWithPython(['pydicom', 'nibabel', 'skimage'], 'against pydicom and scikit-image', () => {
    it.each([
      ['dicom-chest-ct-lidc', 'ct.tar.xz'],
      ['dicom-brain-mprage', 'mprage.tar.xz'],
    ])('Otsu of %s: every voxel and its place in the patient', async (data, archive) => {
      const images = unpacked(data, archive);
      const labels = at(`${data}.nii`);
      const run = await cordon(
        'segment',
        '--method',
        'otsu',
        '--input',
        images,
        '--output',
        labels
      );
      const { values } = await runPython({ script: otsuOfPydicom, values: { images, labels } });
      expect(values.differences).toBe(0);
      expect(values.off).toBeLessThan(1e-3);
      expect(run.out).toContain(`${values.threshold as number}`);
    });
  });

  it('a SEG of the chest CT is read back and made again voxel for voxel', async () => {
    const input = join(folder, 'dicom-chest-ct-lidc');
    const body = [
      '--method',
      'otsu',
      '--slice',
      '70',
      '--label',
      'Body',
      '--code',
      'SCT:818983003:Abdomen',
    ];
    await cordon('segment', '--input', input, ...body, '--output', at('body.dcm'));
    const again = await runCli([
      'rerun',
      at('body.dcm'),
      '--input',
      input,
      '--output',
      at('again.dcm'),
    ]);
    expect(again.status).toBe(0);
    expect(again.out).toContain('1 Body: equal voxel for voxel');
  });
});

/** Groups of files of one image, all lossless. */
const sameImages = {
  'an MR': () =>
    sharedFiles('dicom-dcmqa-transfer-syntax/In').filter((file) => /\.dcm$/.test(file)),
  'a CT': () =>
    sharedFiles('dicom-cornerstone-transfer-syntaxes').filter(
      (file) => /CTImage\.dcm/.test(file) && !/4\.(50|51|53|55|81|91)\.dcm$/.test(file)
    ),
};

const inSyntaxes = ['dicom-dcmqa-transfer-syntax', 'dicom-cornerstone-transfer-syntaxes'];
describeWithSharedData(inSyntaxes, 'one image in many transfer syntaxes', () => {
  it.each(['an MR', 'a CT'] as const)(
    'gives the same labels from all that are lossless: %s',
    async (what) => {
      const files = sameImages[what]();
      expect(files.length).toBeGreaterThanOrEqual(8);
      const results = new Map<string, string[]>();
      for (const [n, file] of files.entries()) {
        const output = at(`syntax-${n}.nii`);
        await cordon('segment', '--method', 'otsu', '--input', file, '--output', output);
        const labels = readFileSync(output).subarray(352).toString('latin1');
        results.set(labels, [...(results.get(labels) ?? []), file]);
      }
      expect([...results.values()].map((equal) => equal.length)).toEqual([files.length]);
    }
  );
});

describeWithSharedData(['brain-hippocampus-mr'], 'labels of real NIfTI', () => {
  describeWithPython(['nibabel', 'scipy'], 'against scipy', () => {
    it('compare measures a shifted copy of a hippocampus as scipy does', async () => {
      const labels = sharedData('brain-hippocampus-mr', 'labels', 'hippocampus_001.nii.gz');
      const script = `
import nibabel as nib
from scipy import ndimage
image = nib.load(P['labels']); data = np.asarray(image.dataobj).astype('uint8')
moved = np.roll(data, (2, -1, 3), (0, 1, 2))
nib.save(nib.Nifti1Image(moved, image.affine), P['moved'])
spacing = image.header.get_zooms()
R['segments'] = []
for n in (1, 2):
    a, b = data == n, moved == n
    sa, sb = a & ~ndimage.binary_erosion(a), b & ~ndimage.binary_erosion(b)
    ab = ndimage.distance_transform_edt(~sb, sampling=spacing)[sa]; ba = ndimage.distance_transform_edt(~sa, sampling=spacing)[sb]
    R['segments'].append({'dice': float(2 * (a & b).sum() / (a.sum() + b.sum())), 'jaccard': float((a & b).sum() / (a | b).sum()),
        'hd95Mm': float(max(np.percentile(ab, 95), np.percentile(ba, 95))), 'assdMm': float((ab.sum() + ba.sum()) / (len(ab) + len(ba))),
        'referenceMl': float(a.sum() * np.prod(spacing) / 1000)})
`;
      const moved = at('moved.nii.gz');
      const { values } = await runPython({ script, values: { labels, moved } });
      const run = await cordon('compare', labels, moved, '--json');
      const { segments } = run.json<{ segments: SegmentComparison[] }>();
      const expected = values.segments as unknown as Omit<SegmentComparison, 'label'>[];
      expect(segments).toHaveLength(2);
      segments.forEach((segment, n) => {
        for (const key of ['dice', 'jaccard', 'hd95Mm', 'assdMm', 'referenceMl'] as const) {
          expect([key, segment[key]]).toEqual([key, expect.closeTo(expected[n][key] as number, 5)]);
        }
      });
    });

    it('segments a real NIfTI image with its affine kept bit for bit', async () => {
      const image = sharedData('brain-hippocampus-mr', 'images', 'hippocampus_001.nii.gz');
      const output = at('hippocampus.nii.gz');
      const run = await cordon(
        'segment',
        '--method',
        'otsu',
        '--input',
        image,
        '--output',
        output,
        '--json'
      );
      const script = `
import nibabel as nib
from skimage.filters import threshold_otsu
source, ours = nib.load(P['image']), nib.load(P['output'])
data = np.asarray(source.dataobj)
R['affine'] = bool(np.array_equal(source.affine, ours.affine))
R['voxels'] = int(np.asarray(ours.dataobj).sum())
`;
      const { values } = await runPython({ script, values: { image, output } });
      expect(values.affine).toBe(true);
      expect(run.json<SegmentReport>().segments[0].voxels).toBe(values.voxels);
    });
  });
});
