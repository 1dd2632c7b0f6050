/**
 * Every grey image of the shared data, in every transfer syntax, has the values that pydicom finds; what pydicom cannot
 * decode is decoded by dcmtk first.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readImageSeries } from '@cordon/extension-dicom-seg/pure';
import { describeWithPython, runPython } from '../support/python';

const data = join(__dirname, '..', '..', '..', 'shared', 'data');

/** Files that must be read, and how far a value may be off (lossy decoders differ by one stored value). */
const files: readonly (readonly [string, number])[] = [
  ['dicom-pydicom-testfiles/CT_small.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_implicit.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_bigendian.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_expb.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_padded.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_RLE.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_jp2klossless.dcm', 0],
  ['dicom-pydicom-testfiles/MR_small_jpeg_ls_lossless.dcm', 0],
  ['dicom-pydicom-testfiles/JPEG2000.dcm', 1],
  ['dicom-pydicom-testfiles/image_dfl.dcm', 0],
  ['dicom-pydicom-testfiles/JPGExtended.dcm', 1],
  ['dicom-pydicom-testfiles/JPEG-lossy.dcm', 1],
  ['dicom-pydicom-testfiles/693_J2KI.dcm', 1],
  ['dicom-pydicom-data/693_J2KR.dcm', 0],
  ['dicom-pydicom-data/JLSL_16_15_1_1F.dcm', 0],
  ['dicom-pydicom-data/JPEG-LL.dcm', 0],
  ['dicom-pydicom-data/JPGLosslessP14SV1_1s_1f_8b.dcm', 0],
  ['dicom-pydicom-data/MR-SIEMENS-DICOM-WithOverlays.dcm', 0],
  ['dicom-pydicom-data/MR2_J2KR.dcm', 0.01],
  ['dicom-pydicom-data/RG3_J2KR.dcm', 0],
  ['dicom-pydicom-data/explicit_VR-UN.dcm', 0],
  ['dicom-pydicom-data/eCT_Supplemental.dcm', 0],
  ['dicom-pydicom-data/vlut_04.dcm', 0],
  ['dicom-pydicom-data/mlut_18.dcm', 0],
  ['dicom-cornerstone-transfer-syntaxes/CT1_J2KR', 0],
  ['dicom-cornerstone-transfer-syntaxes/CT2_J2KR', 0],
  ['dicom-cornerstone-transfer-syntaxes/CTImage.dcm', 0],
  ...(existsSync(data) ? readdirSync(join(data, 'dicom-cornerstone-transfer-syntaxes')) : [])
    .filter((name) => /^CTImage\.dcm_/.test(name) && !/4\.5[35]\.dcm$/.test(name))
    .map((name) => {
      const isLossy = /4\.(50|51|81|91)\.dcm$/.test(name);
      return [`dicom-cornerstone-transfer-syntaxes/${name}`, isLossy ? 2 : 0] as const;
    }),
];

const script = `
import pydicom, subprocess, tempfile, warnings
warnings.simplefilter('ignore')
from pydicom.pixel_data_handlers.util import apply_modality_lut
def load(path):
    d = pydicom.dcmread(path, force=True)
    if 'TransferSyntaxUID' not in d.file_meta: d.file_meta.TransferSyntaxUID = '1.2.840.10008.1.2'
    ts = d.file_meta.TransferSyntaxUID
    tool = {'1.2.840.10008.1.2.4.80': 'dcmdjpls', '1.2.840.10008.1.2.4.81': 'dcmdjpls'}.get(ts)
    if tool is None and ts in ('1.2.840.10008.1.2.4.50','1.2.840.10008.1.2.4.51','1.2.840.10008.1.2.4.57','1.2.840.10008.1.2.4.70'): tool = 'dcmdjpeg'
    if tool:
        out = tempfile.NamedTemporaryFile(suffix='.dcm').name
        subprocess.run([tool, path, out], check=True, env={**os.environ, 'DCMDICTPATH': '/usr/share/libdcmtk17/dicom.dic'})
        d = pydicom.dcmread(out)
    return d
slopes = []
for n, path in enumerate(P['files']):
    d = load(path)
    a = d.pixel_array
    if d.PixelRepresentation and d.BitsStored < d.BitsAllocated:
        s = d.BitsAllocated - d.BitsStored
        a = (a << s) >> s
    if 'SharedFunctionalGroupsSequence' in d:
        g = d.SharedFunctionalGroupsSequence[0]
        f = d.PerFrameFunctionalGroupsSequence
        positions = [[float(v) for v in x.PlanePositionSequence[0].ImagePositionPatient] for x in f]
        t = (g if 'PixelValueTransformationSequence' in g else f[0]).PixelValueTransformationSequence[0]
        o = np.array([float(v) for v in (g if 'PlaneOrientationSequence' in g else f[0]).PlaneOrientationSequence[0].ImageOrientationPatient])
        a = a[np.argsort(np.array(positions) @ np.cross(o[:3], o[3:]))] * float(t.RescaleSlope) + float(t.RescaleIntercept)
        slopes.append(float(t.RescaleSlope))
    else:
        a = apply_modality_lut(a, d)
        slopes.append(float(d.get('RescaleSlope', 1)))
    O['a%d' % n] = a.astype('<f4').ravel()
R['slopes'] = slopes
`;

const isPresent = existsSync(data);
(isPresent || process.env['CI'] === 'true' ? describe : describe.skip)('values of images', () => {
  describeWithPython(['pydicom', 'numpy', 'PIL'], 'against pydicom and dcmtk', () => {
    it.each([0, 1])('are the same in both programs (part %#)', async (part) => {
      const chosen = files.filter((_, index) => index % 2 === part);
      const result = await runPython({
        script,
        values: { files: chosen.map(([name]) => join(data, name)) },
      });
      const slopes = result.values['slopes'] as readonly number[];
      for (const [index, [name, tolerance]] of chosen.entries()) {
        const bytes = new Uint8Array(readFileSync(join(data, name)));
        const { volume } = await readImageSeries([{ name, bytes }]);
        const expected = result.array(`a${index}`).data;
        let worst = volume.voxels.length === expected.length ? 0 : Infinity;
        for (let at = 0; at < expected.length; at++) {
          worst = Math.max(worst, Math.abs(volume.voxels[at] - expected[at]));
        }
        expect({ name, isClose: worst <= tolerance * Math.abs(slopes[index]) || worst }).toEqual({
          name,
          isClose: true,
        });
      }
    });
  });
});
