/**
 * Segmentations by dcmqi, highdicom and pydicom's collection, read by us and compared with the truth that came with
 * them (NRRD) or with what pydicom unpacks at test time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import {
  readImageSeries,
  readSegmentation,
  type StoredSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { countVoxels } from '@cordon/extension-workbench/pure';
import { describeWithPython, runPython } from '../support/python';
import { describeWithToolkits, runToolkit } from './dicom-toolkits';
import { readFolder } from './seg-sources';

const data = join(__dirname, '..', '..', '..', 'shared', 'data');
const bytesOf = (path: string) => new Uint8Array(readFileSync(join(data, path)));

interface Nrrd {
  readonly size: readonly number[];
  readonly origin: readonly number[];
  readonly values: Int16Array;
}

/** NRRD of 16 bit labels in LPS, as dcmqi writes it. */
function readNrrd(path: string): Nrrd {
  const raw = readFileSync(join(data, path));
  const end = raw.indexOf('\n\n');
  const field = (name: string) =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(raw.toString('latin1', 0, end))?.[1] ?? '';
  const body = gunzipSync(raw.subarray(end + 2));
  expect([field('type'), field('space')]).toEqual(['short', 'left-posterior-superior']);
  return {
    size: field('sizes').split(' ').map(Number),
    origin: field('space origin').replace(/[()]/g, '').split(',').map(Number),
    values: new Int16Array(new Uint8Array(body).buffer),
  };
}

/** Voxels of a segment that differ from those of one label. */
function differences(
  { labels }: StoredSegmentation,
  number: number,
  nrrd: Nrrd,
  label: number
): number {
  expect(labels.geometry.size).toEqual(nrrd.size);
  labels.geometry.slicePositionsLps[0].forEach((value, axis) => {
    expect(value).toBeCloseTo(nrrd.origin[axis], 3);
  });
  const segment = labels.segments.find((one) => one.number === number)!;
  const layer = labels.layers[segment.layer];
  let wrong = 0;
  nrrd.values.forEach((value, at) => {
    if ((layer[at] === number) !== (value === label)) wrong++;
  });
  return wrong;
}

const isPresent = existsSync(data);
const describeData = isPresent || process.env['CI'] === 'true' ? describe : describe.skip;

describeData('segmentations of dcmqi', () => {
  const folder = 'seg-dcmqi/segmentations';

  it.each(['23x38x3', '24x38x3'])('%s equals its NRRD, on the grid of its images', async (size) => {
    const series = await readImageSeries(readFolder(join(data, folder, size, 'image')));
    const stored = await readSegmentation(bytesOf(`${folder}/${size}/seg/label.seg`), {
      source: series.instances,
    });
    expect(stored.grid).toBe('source');
    expect(stored.labels.geometry.matches(series.volume.geometry)).toBe(true);
    const truth = readNrrd(`${folder}/${size}/nrrd/label.nrrd`);
    expect(differences(stored, 1, truth, 1)).toBe(0);
    expect(countVoxels(stored.labels, stored.labels.segments[0])).toBeGreaterThan(100);
  });

  it('liver equals its NRRD and lies on the CT', async () => {
    const series = await readImageSeries(readFolder(join(data, folder, 'ct-3slice')));
    const stored = await readSegmentation(bytesOf(`${folder}/liver.dcm`), {
      source: series.instances,
    });
    expect(stored.grid).toBe('source');
    expect(differences(stored, 1, readNrrd(`${folder}/liver_seg.nrrd`), 1)).toBe(0);
    expect(stored.labels.segments[0]).toMatchObject({
      label: 'Liver',
      type: { value: 'T-62000', scheme: 'SRT', meaning: 'Liver' },
      colour: [expect.closeTo(221, -1), expect.closeTo(130, -1), expect.closeTo(101, -1)],
    });
  });

  it('a label map without padding value equals its NRRD', async () => {
    const stored = await readSegmentation(bytesOf(`${folder}/sparse-labelmap-noppv.dcm`));
    const truth = readNrrd(`${folder}/sparse_labelmap_noppv_seg.nrrd`);
    const [label] = new Set(truth.values.filter((value) => value !== 0));
    const { number } = stored.labels.segments[0];
    expect(differences(stored, number, truth, label)).toBe(0);
  });

  it('sr-example has its segment with tracking', async () => {
    const stored = await readSegmentation(bytesOf('seg-dcmqi/sr-example/seg.dcm'));
    expect(stored.labels.segments).toHaveLength(1);
    expect(countVoxels(stored.labels, stored.labels.segments[0])).toBeGreaterThan(0);
  });
});

/** Where each segment lies: number of voxels, and moments of their places in the patient, unpacked by highdicom. */
const MOMENTS = `
import numpy as np, highdicom as hd
for path in P:
    s = hd.seg.segread(path)
    shared = s.SharedFunctionalGroupsSequence[0]
    points = {}
    for n, item in enumerate(s.PerFrameFunctionalGroupsSequence):
        group = lambda name: getattr(item if name in item else shared, name)[0]
        frame = s.get_stored_frame(n + 1)
        o = np.array(group('PlaneOrientationSequence').ImageOrientationPatient, float)
        dy, dx = (float(x) for x in group('PixelMeasuresSequence').PixelSpacing)
        corner = np.array(group('PlanePositionSequence').ImagePositionPatient, float)
        if s.SegmentationType == 'LABELMAP': masks = {v: frame == v for v in np.unique(frame) if v != 0}
        else:
            least = 0.5 * s.get('MaximumFractionalValue', 1)
            masks = {group('SegmentIdentificationSequence').ReferencedSegmentNumber: frame >= least}
        for v, mask in masks.items():
            j, i = np.nonzero(mask)
            points.setdefault(int(v), []).append(corner + i[:, None] * o[:3] * dx + j[:, None] * o[3:] * dy)
    R[path] = {}
    for v, parts in points.items():
        p = np.concatenate(parts)
        if len(p): R[path][str(v)] = [len(p)] + p.mean(0).tolist() + (p.T @ p / len(p)).flatten().tolist()
`;

/** The same of ours. */
function momentsOf({ labels }: StoredSegmentation): Record<string, number[]> {
  const [columns, rows] = labels.geometry.size;
  const result: Record<string, number[]> = {};
  for (const { number, layer } of labels.segments) {
    const sums = new Array<number>(13).fill(0);
    labels.layers[layer].forEach((value, at) => {
      if (value !== number) return;
      const k = Math.floor(at / (columns * rows));
      const p = labels.geometry.ijkToLps([at % columns, Math.floor(at / columns) % rows, k]);
      const terms = [1, ...p, ...p.flatMap((a) => p.map((b) => a * b))];
      terms.forEach((term, index) => (sums[index] += term));
    });
    const [count] = sums;
    if (count > 0) result[number] = sums.map((sum, index) => (index === 0 ? sum : sum / count));
  }
  return result;
}

describeData('segmentations of the collections', () => {
  describeWithToolkits('against highdicom', () => {
    const names = [
      ...['binary', 'binary_overlap', 'binary_single_frame', 'binary_fractional'].map(
        (name) => `seg-highdicom/test_files/seg_image_ct_${name}.dcm`
      ),
      ...['liver', 'liver_nonbyte_aligned'].map((name) => `dicom-pydicom-data/${name}.dcm`),
      'seg-dcmqi/segmentations/23x38x3/seg/label.seg',
      'seg-dcmqi/segmentations/24x38x3/seg/label.seg',
      'seg-dcmqi/segmentations/liver.dcm',
      'seg-dcmqi/segmentations/sparse-labelmap-noppv.dcm',
      'seg-dcmqi/sr-example/seg.dcm',
    ];

    it('lie at the same places in the patient', async () => {
      const files = names.map((name) => join(data, name));
      const expected = runToolkit<Record<string, Record<string, number[]>>>(MOMENTS, files);
      for (const name of names) {
        const ours = momentsOf(await readSegmentation(bytesOf(name)));
        const theirs = expected[join(data, name)];
        expect({ name, segments: Object.keys(ours) }).toEqual({
          name,
          segments: Object.keys(theirs),
        });
        for (const [number, moments] of Object.entries(theirs)) {
          expect({ name, number, voxels: ours[number][0] }).toEqual({
            name,
            number,
            voxels: moments[0],
          });
          moments.forEach((moment, index) => {
            const scale = Math.max(1, Math.abs(moment));
            expect(Math.abs(ours[number][index] - moment) / scale).toBeLessThan(1e-6);
          });
        }
      }
    }, 120_000);
  });
});

/** Voxels of every segment, unpacked by pydicom frame by frame. */
const COUNTS = `
import pydicom, zlib
for path in P['files']:
    d = pydicom.dcmread(path)
    shared = d.SharedFunctionalGroupsSequence[0]
    counts = {}
    frames = d.pixel_array
    if frames.ndim == 2: frames = frames[None]
    for frame, item in zip(frames, d.PerFrameFunctionalGroupsSequence):
        g = item if 'SegmentIdentificationSequence' in item else shared
        n = str(g.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        threshold = 0.5 * d.get('MaximumFractionalValue', 1)
        counts[n] = counts.get(n, 0) + int((frame >= threshold).sum())
    R[path] = counts
`;

describeData('segmentations of highdicom and of pydicom', () => {
  describeWithPython(['pydicom', 'numpy'], 'against pydicom', () => {
    const native = [
      'seg-highdicom/test_files/seg_image_ct_binary.dcm',
      'seg-highdicom/test_files/seg_image_ct_binary_overlap.dcm',
      'seg-highdicom/test_files/seg_image_ct_binary_single_frame.dcm',
      'seg-highdicom/test_files/seg_image_ct_binary_fractional.dcm',
      'seg-highdicom/test_files/seg_image_cr_binary.dcm',
      'dicom-pydicom-data/liver.dcm',
      'dicom-pydicom-data/liver_expb.dcm',
      'dicom-pydicom-data/liver_nonbyte_aligned.dcm',
      'dicom-pydicom-testfiles/liver_1frame.dcm',
      'dicom-pydicom-testfiles/liver_expb_1frame.dcm',
    ];

    it('have the same number of voxels in every segment', async () => {
      const files = native.map((name) => join(data, name));
      const { values } = await runPython({ script: COUNTS, values: { files } });
      for (const name of native) {
        const { labels } = await readSegmentation(bytesOf(name));
        const counts = Object.fromEntries(
          labels.segments.map((segment) => [String(segment.number), countVoxels(labels, segment)])
        );
        expect({ name, counts }).toEqual({ name, counts: values[join(data, name)] });
      }
    });
  });

  // Other encodings of one object; most of them neither pydicom nor dcmtk can decode.
  it.each([
    ['liver_expb', 'liver'],
    ['liver_rle', 'liver'],
    ['liver_deflate', 'liver'],
    ['liver_j2k', 'liver'],
    ['liver_nonbyte_aligned_rle', 'liver_nonbyte_aligned'],
    ['liver_nonbyte_aligned_j2k', 'liver_nonbyte_aligned'],
    ['liver_nonbyte_aligned_deflate', 'liver_nonbyte_aligned'],
  ])('%s is %s, voxel for voxel', async (compressed, plain) => {
    const [a, b] = [
      await readSegmentation(bytesOf(`dicom-pydicom-data/${compressed}.dcm`)),
      await readSegmentation(bytesOf(`dicom-pydicom-data/${plain}.dcm`)),
    ];
    expect(Buffer.compare(Buffer.from(a.labels.layers[0]), Buffer.from(b.labels.layers[0]))).toBe(
      0
    );
    expect(countVoxels(a.labels, a.labels.segments[0])).toBeGreaterThan(1000);
  });

  it('overlapping segments come in layers of their own', async () => {
    const { labels } = await readSegmentation(
      bytesOf('seg-highdicom/test_files/seg_image_ct_binary_overlap.dcm')
    );
    expect(labels.layers).toHaveLength(2);
  });

  it('fractions are thresholded, and said so; probabilities come when asked for', async () => {
    const stored = await readSegmentation(
      bytesOf('seg-highdicom/test_files/seg_image_ct_binary_fractional.dcm'),
      { withProbabilities: true }
    );
    expect(stored.notices.map(({ code }) => code)).toContain('FRACTIONAL_THRESHOLD');
    expect(stored.isForExport).toBe(false);
    const [{ voxels }] = stored.probabilities;
    const inside = voxels.filter((value) => value >= 0.5).length;
    expect(inside).toBe(countVoxels(stored.labels, stored.labels.segments[0]));
  });

  it.each(['control', 'control_labelmap', 'dots', 'dots_tiled_full', 'numbers'])(
    'slide segmentation %s is refused',
    async (name) => {
      await expect(
        readSegmentation(bytesOf(`seg-highdicom/test_files/seg_image_sm_${name}.dcm`))
      ).rejects.toMatchObject({ code: 'SEG_SLIDE' });
    }
  );

  it('an image is refused as a segmentation', async () => {
    await expect(
      readSegmentation(bytesOf('seg-highdicom/test_files/ct_image.dcm'))
    ).rejects.toMatchObject({ code: 'SEG_NOT_A_SEGMENTATION' });
  });

  it('a segmentation of other images is refused, or read on its own grid with a notice', async () => {
    const series = await readImageSeries(
      readFolder(join(data, 'seg-dcmqi/segmentations/ct-3slice'))
    );
    const file = bytesOf('seg-dcmqi/segmentations/24x38x3/seg/label.seg');
    await expect(readSegmentation(file, { source: series.instances })).rejects.toMatchObject({
      code: 'SEG_OTHER_FRAME_OF_REFERENCE',
    });
    const own = await readSegmentation(file);
    expect(own.grid).toBe('own');
  });
});
