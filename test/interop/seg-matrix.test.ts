/**
 * The matrix of encodings, sizes, geometries, modalities, character sets and segments, pairwise: every object passes the
 * validators, and highdicom and dcmqi find every voxel where it belongs.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CORDON_EQUIPMENT,
  planesOf,
  readImageSeries,
  readSegmentation,
  writeSegmentation,
  type ImageSeries,
  type ProbabilityPlane,
  type WrittenSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import type { LabelLayer, LabelSegment } from '@cordon/extension-workbench/pure';
import { encodeNpy } from '../support/npy';
import { dcmqiProgram, describeWithToolkits, runToolkit } from './dicom-toolkits';
import { describeWithGate, gateMissing, runGate } from './seg-gate';
import { pairwise } from './pairwise';
import { readFolder } from './seg-sources';
import { testMasks, testSegments, type TestMasks } from './matrix-labels';

const cases = pairwise({
  encoding: [
    'binary',
    'labelmap',
    'labelmap16',
    'labelmap-rle',
    'labelmap16-rle',
    'fractional',
    'fractional-rle',
  ],
  size: ['64x60', '33x35', '512x512', '1x7'],
  geometry: [
    'axial',
    'descending',
    'oblique',
    'tilt',
    'uneven',
    'single',
    'sagittal',
    'coronal',
    'enhanced',
  ],
  modality: ['CT', 'MR', 'PT'],
  text: ['ascii', 'latin1', 'japanese', 'korean', 'utf8'],
  segments: ['one', 'overlapping', 'twenty'],
} as const).map((one, index) => ({ ...one, name: `${index}-${Object.values(one).join('-')}` }));

type MatrixCase = (typeof cases)[number];

interface Prepared {
  readonly masks: TestMasks;
  readonly series: ImageSeries;
  readonly written: WrittenSegmentation;
  readonly source: string;
  readonly file: string;
  readonly truth: string;
}

const folder = mkdtempSync(join(tmpdir(), 'cordon-matrix-'));
const emptyFolder = join(folder, 'none');
const prepared = new Map<string, Prepared>();

function makeSources(): void {
  const specs = cases.map((one) => {
    const [rows, columns] = one.size.split('x').map(Number);
    return {
      folder: join(folder, one.name),
      rows,
      columns,
      slices: one.geometry === 'single' ? 1 : 6,
      geometry: one.geometry === 'single' ? 'axial' : one.geometry,
      text: one.text,
      modality: one.geometry === 'enhanced' ? 'CT' : one.modality,
    };
  });
  writeFileSync(join(folder, 'specs.json'), JSON.stringify(specs));
  execFileSync('/usr/bin/python3', [join(__dirname, 'make_series.py'), join(folder, 'specs.json')]);
}

async function prepare(one: MatrixCase): Promise<Prepared> {
  const source = join(folder, one.name);
  const series = await readImageSeries(readFolder(source));
  const { geometry } = series.volume;
  const masks = testMasks(geometry.size, one.segments);
  const segments = testSegments(masks, one.encoding.startsWith('labelmap16') ? 300 : 1);
  const encoding = one.encoding.split(/16|-/)[0] as 'binary' | 'labelmap' | 'fractional';
  const written = writeSegmentation({
    source: [...series.instances].reverse(),
    planes:
      encoding === 'fractional'
        ? []
        : planesOf({ geometry, ...layersOf(masks, segments) }, series.instances),
    probabilities: encoding === 'fractional' ? probabilitiesOf(masks, segments, series) : undefined,
    segments,
    encoding,
    compression: one.encoding.endsWith('-rle') ? 'rle' : 'native',
    seriesDescription: 'Matrix',
    creatorName: 'Doe^Jane',
    equipment: CORDON_EQUIPMENT,
  });
  const file = join(folder, `${one.name}.dcm`);
  writeFileSync(file, Buffer.concat(written.parts));
  const [columns, rows, slices] = geometry.size;
  const truth = join(folder, `${one.name}.npy`);
  writeFileSync(
    truth,
    encodeNpy({ data: masks.values, shape: [masks.count, slices, rows, columns] })
  );
  return { masks, series, written, source, file, truth };
}

/** One layer for segments that do not overlap, one each for those that do. */
function layersOf(
  masks: TestMasks,
  segments: readonly LabelSegment[]
): { layers: LabelLayer[]; segments: readonly LabelSegment[] } {
  const wide = segments.some(({ number }) => number > 255);
  const count = masks.overlap ? masks.count : 1;
  const layers = Array.from({ length: count }, () =>
    wide ? new Uint16Array(masks.voxels) : new Uint8Array(masks.voxels)
  );
  segments.forEach((segment, index) => {
    const layer = layers[masks.overlap ? index : 0];
    for (let at = 0; at < masks.voxels; at++) {
      if (masks.values[index * masks.voxels + at] > 0) layer[at] = segment.number;
    }
  });
  return { layers, segments };
}

function probabilitiesOf(
  masks: TestMasks,
  segments: readonly LabelSegment[],
  { instances }: ImageSeries
): ProbabilityPlane[] {
  const pixels = masks.voxels / instances.length;
  return segments.flatMap((segment, index) =>
    instances.map(({ sopInstanceUid, frameNumber }, k) => {
      const from = index * masks.voxels + k * pixels;
      const voxels = Float32Array.from(masks.values.subarray(from, from + pixels), (v) => v / 255);
      return { sopInstanceUid, frameNumber, segmentNumber: segment.number, voxels };
    })
  );
}

/** The dcmtk reader of the gate takes native pixels only; dcmtk's own decoder makes them. */
function readableByDcmtk(file: string, isCompressed: boolean): string {
  if (!isCompressed) return file;
  const native = `${file}.native.dcm`;
  execFileSync('dcmdrle', [file, native]);
  return native;
}

describeWithGate('the matrix of segmentations', () => {
  beforeAll(async () => {
    mkdirSync(emptyFolder);
    makeSources();
    for (const one of cases) prepared.set(one.name, await prepare(one));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('falls back to binary where segments overlap, and says so', () => {
    const overlapping = cases.filter(
      (one) => one.segments === 'overlapping' && one.encoding.startsWith('labelmap')
    );
    expect(overlapping.length).toBeGreaterThan(0);
    for (const one of overlapping) {
      const { written, masks } = prepared.get(one.name)!;
      if (!masks.overlap) continue;
      expect(written.encoding).toBe('binary');
      expect(written.warnings.join()).toMatch(/overlap/);
    }
  });

  it.each(cases.map((one) => one.name))('%s passes the validators', (name) => {
    const { written, masks, file, source, series } = prepared.get(name)!;
    const hasPlanes = series.instances[0].frameNumber === undefined;
    let truth: string | undefined;
    if (hasPlanes && written.encoding !== 'fractional' && !masks.overlap) {
      const [columns, rows, slices] = series.volume.geometry.size;
      truth = `${file}.labels.npy`;
      const labels = new Uint16Array(masks.voxels);
      const numbers = [...written.numbers.values()];
      for (let at = 0; at < masks.values.length; at++) {
        if (masks.values[at] > 0)
          labels[at % masks.voxels] = numbers[Math.floor(at / masks.voxels)];
      }
      writeFileSync(truth, encodeNpy({ data: labels, shape: [slices, rows, columns] }));
    }
    // The checker does not look into enhanced images: it gets no source then, the toolkits below do.
    const { passed, output } = runGate(
      readableByDcmtk(file, written.encoding === 'fractional' && name.includes('-rle-')),
      hasPlanes ? source : emptyFolder,
      truth
    );
    expect(passed ? '' : output).toBe('');
    if (truth) expect(output).toContain('labelled voxels equal');
  });

  it('is read back by our own reader, voxel for voxel', async () => {
    for (const one of cases) {
      const { written, masks, series, file } = prepared.get(one.name)!;
      const bytes = new Uint8Array(Buffer.concat(written.parts));
      const threshold = 1 / 255;
      const options = { source: series.instances, fractionalThreshold: threshold };
      const { labels, grid, notices } = await readSegmentation(bytes, options);
      expect({ file, grid }).toEqual({ file, grid: 'source' });
      expect(notices.map(({ code }) => code)).toEqual(
        written.encoding === 'fractional' ? ['FRACTIONAL_THRESHOLD'] : []
      );
      let wrong = 0;
      labels.segments.forEach((segment, index) => {
        const layer = labels.layers[segment.layer];
        for (let at = 0; at < masks.voxels; at++) {
          const expected = masks.values[index * masks.voxels + at] > 0;
          if ((layer[at] === segment.number) !== expected) wrong++;
        }
      });
      expect({ file, wrong, segments: labels.segments.length }).toEqual({
        file,
        wrong: 0,
        segments: masks.count,
      });
    }
  });

  if (gateMissing() === undefined) {
    describeWithToolkits('in other toolkits', () => {
      it('is the same in highdicom: every voxel, and every position', () => {
        const entries = cases.map((one) => {
          const { file, source, truth, written } = prepared.get(one.name)!;
          return { file, source, truth, encoding: written.encoding, geometry: one.geometry };
        });
        const result = runToolkit<Record<string, unknown>>(HIGHDICOM, entries);
        expect(result).toEqual(
          Object.fromEntries(entries.map(({ file }) => [file, { wrong: 0, positions: true }]))
        );
      }, 300_000);

      it('is the same in dcmqi', () => {
        const entries = cases
          .filter((one) => {
            const { written } = prepared.get(one.name)!;
            // dcmqi wants a regular grid of several slices, and reads no fractional segments.
            const isRegular = !['tilt', 'uneven', 'single'].includes(one.geometry);
            return isRegular && written.encoding === 'binary';
          })
          .map((one) => {
            const { file, source, truth } = prepared.get(one.name)!;
            const out = join(folder, `${one.name}-dcmqi`);
            mkdirSync(out);
            return { file, source, truth, out };
          });
        expect(entries.length).toBeGreaterThan(4);
        const program = dcmqiProgram('segimage2itkimage');
        const result = runToolkit<Record<string, number>>(DCMQI, { program, entries });
        expect(result).toEqual(Object.fromEntries(entries.map(({ file }) => [file, 0])));
      }, 300_000);
    });
  }
});

/** Sorts source planes along the normal, and looks up every plane through highdicom. */
const PLANES = `
import glob, numpy as np, pydicom
def planes(folder):
    out = []
    for path in glob.glob(folder + '/*.dcm'):
        d = pydicom.dcmread(path, stop_before_pixels=True)
        if 'PerFrameFunctionalGroupsSequence' in d:
            o = d.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient
            for n, f in enumerate(d.PerFrameFunctionalGroupsSequence):
                out.append((d.SOPInstanceUID, n + 1, np.array(f.PlanePositionSequence[0].ImagePositionPatient, float)))
        else:
            o = d.ImageOrientationPatient
            out.append((d.SOPInstanceUID, None, np.array(d.ImagePositionPatient, float)))
    o = np.array(o, float)
    normal = np.cross(o[:3], o[3:])
    return sorted(out, key=lambda p: p[2] @ normal), o
`;

const HIGHDICOM = `
import highdicom as hd
${PLANES}
for e in P:
    s = hd.seg.segread(e['file'])
    truth = np.load(e['truth'])
    src, orientation = planes(e['source'])
    # Label maps are asked for as such: as separate segments, highdicom 0.28.2 loses numbers above 255.
    combined = e['encoding'] == 'labelmap'
    kw = dict(assert_missing_frames_are_empty=True, rescale_fractional=False, combine_segments=combined)
    if src[0][1] is None:
        got = s.get_pixels_by_source_instance([u for u, _, _ in src], **kw)
    else:
        got = s.get_pixels_by_source_frame(src[0][0], [n for _, n, _ in src], **kw)
    numbers = [n for n in s.segment_numbers if n != 0]
    got = np.stack([got == n for n in numbers]) if combined else np.moveaxis(got, -1, 0)
    wrong = int((got != truth).sum()) if e['encoding'] == 'fractional' else int(((got > 0) != (truth > 0)).sum())
    positions = True
    if e['geometry'] in ('tilt', 'uneven'):
        # No array with one affine can hold these: it must be said, not guessed.
        try: positions = s.get_volume(combine_segments=combined, skip_overlap_checks=True) is None
        except (ValueError, RuntimeError): pass
    else:
        v = s.get_volume(combine_segments=combined, skip_overlap_checks=True)
        ends = [v.affine[:3] @ np.array([k, 0, 0, 1]) for k in range(v.spatial_shape[0])]
        positions = all(min(np.abs(p - q[2]).max() for q in src) < 1e-4 for p in ends)
        corner = v.affine[:3] @ np.array([0, 2, 3, 1])
        expected = ends[0] + orientation[:3] * 0.7 * 3 + orientation[3:] * 0.9 * 2
        positions = bool(positions and np.abs(corner - expected).max() < 1e-4)
    R[e['file']] = dict(wrong=wrong, positions=positions)
`;

const DCMQI = `
import gzip, os, subprocess
${PLANES}
def nrrd(path):
    raw = open(path, 'rb').read()
    at = raw.index(b'\\n\\n')
    head = dict(l.split(': ', 1) for l in raw[:at].decode().split('\\n') if ': ' in l)
    data = gzip.decompress(raw[at + 2:]) if head['encoding'] == 'gzip' else raw[at + 2:]
    sizes = [int(x) for x in head['sizes'].split()]
    kind = {'short': '<i2', 'unsigned char': 'u1', 'uint8': 'u1', 'int16': '<i2', 'unsigned short': '<u2'}[head['type']]
    vec = lambda t: np.array([float(x) for x in t.strip('()').split(',')])
    axes = np.array([vec(x) for x in head['space directions'].split()])
    flip = {'left-posterior-superior': [1, 1, 1], 'right-anterior-superior': [-1, -1, 1]}[head['space']]
    return np.frombuffer(data, kind).reshape(sizes[::-1]), vec(head['space origin']) * flip, axes * flip
for e in P['entries']:
    subprocess.run([P['program'], '--inputDICOM', e['file'], '--outputDirectory', e['out'], '--outputType', 'nrrd'], check=True, capture_output=True)
    truth = np.load(e['truth']) > 0
    src, o = planes(e['source'])
    normal = np.cross(o[:3], o[3:])
    first = src[0][2]
    wrong = 0
    for index in range(truth.shape[0]):
        found = np.zeros_like(truth[index])
        path = '%s/%d.nrrd' % (e['out'], index + 1)
        if os.path.exists(path):
            array, origin, axes = nrrd(path)
            k, j, i = np.nonzero(array)
            lps = origin + i[:, None] * axes[0] + j[:, None] * axes[1] + k[:, None] * axes[2]
            x, y = (lps - first) @ o[:3] / 0.7, (lps - first) @ o[3:] / 0.9
            z = (lps - first) @ normal / 2.5
            c = np.stack([x, y, z], 1)
            if len(c) and np.abs(c - np.round(c)).max() > 1e-3: wrong += 10**6
            c = np.round(c).astype(int)
            found[c[:, 2], c[:, 1], c[:, 0]] = True
        wrong += int((found != truth[index]).sum())
    R[e['file']] = wrong
`;
