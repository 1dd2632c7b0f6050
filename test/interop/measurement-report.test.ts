/**
 * Measurement reports: no error in dciodvfy, a tree for dsrdump, and in highdicom and dcmqi the very numbers that NumPy
 * finds in the stored segmentation and its images. Reports of those two are read by us.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CORDON_EQUIPMENT,
  planesOf,
  readImageSeries,
  readMeasurementReport,
  readSegmentation,
  segmentationInfo,
  writeMeasurementReport,
  writeSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { code } from '@cordon/extension-workbench/pure';
import { SR_CODES, UNITS } from '../../extensions/dicom-seg/src/sr/sr-codes';
import { dcmqiProgram, describeWithToolkits, runToolkit } from './dicom-toolkits';
import { describeWithGate } from './seg-gate';
import { organ, readFolder } from './seg-sources';

const data = join(__dirname, '..', '..', '..', 'shared', 'data');
const folder = mkdtempSync(join(tmpdir(), 'cordon-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CASES = [
  { name: 'ct', geometry: 'oblique', modality: 'CT', slope: '1.37' },
  { name: 'tilt', geometry: 'tilt', modality: 'CT', slope: '1' },
  { name: 'uneven', geometry: 'uneven', modality: 'CT', slope: '1' },
  { name: 'mr', geometry: 'sagittal', modality: 'MR', slope: '1' },
] as const;

interface Files {
  readonly source: string;
  readonly seg: string;
  readonly report: string;
}

/** A ball and a block that overlap it, stored, read back, and measured on what was read. */
async function write({ name }: (typeof CASES)[number]): Promise<Files> {
  const source = join(folder, name);
  const series = await readImageSeries(readFolder(source));
  const { geometry } = series.volume;
  const [columns, rows, slices] = geometry.size;
  const where = (inside: (i: number, j: number, k: number) => boolean, number: number) =>
    Uint8Array.from({ length: columns * rows * slices }, (_, at) => {
      const [j, k] = [Math.floor(at / columns) % rows, Math.floor(at / (columns * rows))];
      return inside(at % columns, j, k) ? number : 0;
    });
  const ball = where((i, j, k) => Math.hypot(i - 20, j - 18, 3 * (k - 3)) < 9.5, 1);
  const block = where((i, j, k) => i > 22 && i < 31 && j > 9 && j < 20 && k > 1, 2);
  const segments = [
    organ(1, { label: 'Läsion <b>', trackingId: 'Lesion 1', trackingUid: '2.25.77' }),
    organ(2, {
      layer: 1,
      typeModifiers: [code('7771000', 'SCT', 'Left')],
      anatomicRegion: code('818983003', 'SCT', 'Abdomen'),
      algorithm: { type: 'MANUAL', name: '' },
    }),
  ];
  const written = writeSegmentation({
    source: series.instances,
    planes: planesOf({ geometry, layers: [ball, block], segments }, series.instances),
    ...{ segments, seriesDescription: 'Two', equipment: CORDON_EQUIPMENT },
  });
  const bytes = new Uint8Array(Buffer.concat(written.parts));
  const stored = await readSegmentation(bytes, { source: series.instances });
  const report = writeMeasurementReport({
    ...{ stored, series, seriesDescription: 'Measured', observerName: 'Doe^Jürgen' },
    equipment: CORDON_EQUIPMENT,
  });
  mkdirSync(join(folder, `${name}-seg`));
  const files = {
    source,
    seg: join(folder, `${name}-seg`, 'seg.dcm'),
    report: join(folder, `${name}-report.dcm`),
  };
  writeFileSync(files.seg, bytes);
  writeFileSync(files.report, Buffer.concat(report.parts));
  return files;
}

/** Volume (mm³) and statistics of each segment, from the files alone; and what highdicom reads in the report. */
const HIGHDICOM = `
import glob, numpy as np, pydicom, highdicom as hd
for e in P:
    src = [pydicom.dcmread(f) for f in glob.glob(e['source'] + '/*.dcm')]
    o = np.array(src[0].ImageOrientationPatient, float)
    normal = np.cross(o[:3], o[3:])
    offset = lambda d: np.array(d.ImagePositionPatient, float) @ normal
    src.sort(key=offset)
    z = np.array([offset(d) for d in src])
    # Each slice reaches half way to its neighbours; those at the ends reach as far outwards.
    gaps = np.diff(z)
    extent = (np.r_[gaps[0], gaps] + np.r_[gaps, gaps[-1]]) / 2
    values = np.stack([d.pixel_array * float(d.get('RescaleSlope', 1)) + float(d.get('RescaleIntercept', 0)) for d in src])
    seg = hd.seg.segread(e['seg'])
    masks = seg.get_pixels_by_source_instance([d.SOPInstanceUID for d in src], assert_missing_frames_are_empty=True) > 0
    area = float(src[0].PixelSpacing[0]) * float(src[0].PixelSpacing[1])
    truth = []
    for n in range(masks.shape[3]):
        m, v = masks[..., n], values[masks[..., n]]
        truth.append(dict(Volume=float((m.sum((1, 2)) * extent).sum() * area), Mean=float(v.mean()), **{
            'Standard Deviation': float(v.std()), 'Minimum': float(v.min()), 'Maximum': float(v.max()), 'Median': float(np.median(v))}))
    report = hd.sr.srread(e['report'])
    groups = []
    for g in report.content.get_volumetric_roi_measurement_groups():
        found = {}
        for m in g.get_measurements():
            key = m.derivation.meaning if m.derivation is not None else m.name.meaning
            found[key] = float(m.value)
        groups.append(dict(
            found=found, units=sorted({m.unit.value for m in g.get_measurements()}), tracking=[g.tracking_identifier, str(g.tracking_uid)],
            finding=[g.finding_type.value, g.finding_category.value], sites=[s.value.value for s in g.finding_sites],
            segment=[str(g.referenced_segment.referenced_sop_instance_uid), int(g.referenced_segment.referenced_segment_numbers[0])]))
    R[e['report']] = dict(truth=truth, groups=groups, seg=str(seg.SOPInstanceUID), language='en',
                          patient=str(report.PatientName), sourcePatient=str(src[0].PatientName))
`;

type Numbers = Readonly<Record<string, number>>;

interface Found {
  readonly truth: readonly Numbers[];
  readonly groups: readonly {
    readonly found: Numbers;
    readonly units: readonly string[];
    readonly tracking: readonly string[];
    readonly finding: readonly string[];
    readonly sites: readonly string[];
    readonly segment: readonly (string | number)[];
  }[];
  readonly seg: string;
  readonly patient: string;
  readonly sourcePatient: string;
}

const files = new Map<string, Files>();

describeWithGate('a measurement report', () => {
  beforeAll(async () => {
    const specs = CASES.map(({ name, ...spec }) => ({
      ...{ folder: join(folder, name), rows: 36, columns: 40, slices: 6, text: 'japanese' },
      ...spec,
    }));
    writeFileSync(join(folder, 'specs.json'), JSON.stringify(specs));
    const script = join(__dirname, 'make_series.py');
    execFileSync('/usr/bin/python3', [script, join(folder, 'specs.json')]);
    for (const one of CASES) files.set(one.name, await write(one));
  }, 120_000);

  it.each(CASES.map(({ name }) => name))('%s: has no error in dciodvfy or dsrdump', (name) => {
    const { report } = files.get(name)!;
    const checked = spawnSync('dciodvfy', ['-new', report], { encoding: 'latin1' });
    const lines = `${checked.stdout}${checked.stderr}`.split('\n');
    expect(lines.filter((line) => line.startsWith('Error'))).toEqual([]);
    const dumped = spawnSync('dsrdump', [report], { encoding: 'utf8' });
    expect(dumped.status).toBe(0);
    expect(dumped.stderr.split('\n').filter((line) => line.startsWith('E:'))).toEqual([]);
    expect(dumped.stdout).toContain('Imaging Measurement Report');
    expect(dumped.stdout).toMatch(/Verification Flag\s*: UNVERIFIED/);
  });

  it('comes back in our own reader', async () => {
    const { report, seg } = files.get('ct')!;
    const bytes = new Uint8Array(readFileSync(report));
    const { groups, isVerified, isComplete } = readMeasurementReport(bytes);
    const { sopInstanceUid } = await segmentationInfo(new Uint8Array(readFileSync(seg)));
    expect([isVerified, isComplete]).toEqual([false, false]);
    expect(groups).toHaveLength(2);
    expect(groups[0]).toMatchObject({
      ...{ trackingId: 'Lesion 1', trackingUid: '2.25.77', finding: { value: '10200004' } },
      segment: { sopInstanceUid, segmentNumber: 1 },
    });
    expect(groups[1].findingSite).toMatchObject({ value: '818983003' });
    expect(
      groups[0].measurements.map(({ name, derivation }) => (derivation ?? name).meaning)
    ).toEqual(['Volume', 'Mean', 'Standard Deviation', 'Minimum', 'Maximum', 'Median']);
  });

  describeWithToolkits('in other toolkits', () => {
    it('says in highdicom what NumPy finds in the stored segmentation', () => {
      const found = runToolkit<Record<string, Found>>(
        HIGHDICOM,
        [...files.values()].map((one) => ({ ...one }))
      );
      for (const { name, modality } of CASES) {
        const { truth, groups, seg, patient, sourcePatient } = found[files.get(name)!.report];
        expect(groups).toHaveLength(2);
        groups.forEach((group, index) => {
          expect(Object.keys(group.found).sort()).toEqual(Object.keys(truth[index]).sort());
          for (const [key, value] of Object.entries(truth[index])) {
            expect({ key, ratio: group.found[key] / value }).toEqual({
              key,
              ratio: value === 0 ? NaN : expect.closeTo(1, 6),
            });
          }
          expect(group.segment).toEqual([seg, index + 1]);
          expect(group.units).toEqual([modality === 'CT' ? "[hnsf'U]" : '1', 'mm3'].sort());
        });
        expect(groups[0].tracking).toEqual(['Lesion 1', '2.25.77']);
        expect(groups[1].sites).toEqual(['818983003']);
        expect(patient).toBe(sourcePatient);
      }
    });

    it('is read by dcmqi', () => {
      const { report } = files.get('ct')!;
      const out = join(folder, 'tid1500.json');
      execFileSync(
        dcmqiProgram('tid1500reader'),
        ['--inputDICOM', report, '--outputMetadata', out],
        {
          stdio: 'pipe',
        }
      );
      const { Measurements } = JSON.parse(readFileSync(out, 'utf8')) as {
        readonly Measurements: readonly {
          readonly measurementItems: readonly { value: string }[];
        }[];
      };
      expect(Measurements).toHaveLength(2);
      const [volume] = readMeasurementReport(new Uint8Array(readFileSync(report))).groups[0]
        .measurements;
      expect(Number(Measurements[0].measurementItems[0].value) / volume.value).toBeCloseTo(1, 6);
    });

    it('uses codes of the current tables', () => {
      const codes = [...Object.values(SR_CODES), ...Object.values(UNITS)].map((one) => ({
        ...one,
      }));
      const found = runToolkit<Record<string, string>>(
        `from pydicom.sr._concepts_dict import concepts
for c in P:
    for name, entries in concepts[c['scheme']].items():
        if c['value'] in entries: R[c['scheme'] + c['value']] = entries[c['value']][0]`,
        codes
      );
      expect(codes.filter(({ scheme, value }) => found[scheme + value] === undefined)).toEqual([]);
    });

    it.each([
      'seg-highdicom/test_files/sr_document.dcm',
      'seg-highdicom/test_files/sr_document_with_multiple_groups.dcm',
      'seg-dcmqi/sr-example/sr.dcm',
    ])('%s of others holds the same groups and numbers for us as for pydicom', (name) => {
      const file = join(data, name);
      if (!existsSync(file) && process.env['CI'] !== 'true') return;
      const { groups } = readMeasurementReport(new Uint8Array(readFileSync(file)));
      const expected = runToolkit<{ groups: readonly (readonly number[])[] }>(
        `import pydicom
d = pydicom.dcmread(P['file'])
named = lambda items, value: [i for i in items if i.ConceptNameCodeSequence[0].CodeValue == value]
number = lambda m: float(m.get('FloatingPointValue', m.NumericValue))
R['groups'] = [[number(n.MeasuredValueSequence[0]) for n in g.ContentSequence if n.ValueType == 'NUM' and len(n.MeasuredValueSequence)]
               for c in named(d.ContentSequence, '126010') for g in named(c.ContentSequence, '125007')]`,
        { file }
      );
      expect(groups.map(({ measurements }) => measurements.map(({ value }) => value))).toEqual(
        expected.groups
      );
    });
  });
});
