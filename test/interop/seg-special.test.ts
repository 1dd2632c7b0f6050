/**
 * Cases beside the matrix: radiographs without a position, names of segments in any script, the codes that the writer
 * uses itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CORDON_EQUIPMENT,
  planesOf,
  readImageSeries,
  readSegmentation,
  segmentationInfo,
  writeSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { code } from '@cordon/extension-workbench/pure';
import { CODES } from '../../extensions/dicom-seg/src/seg/codes';
import { dcmqiProgram, describeWithToolkits, runToolkit } from './dicom-toolkits';
import { phantomInstances } from './phantom-series';
import { describeWithGate, gateFolder, runGate } from './seg-gate';
import { blockLabels, organ, readFolder } from './seg-sources';

const data = join(__dirname, '..', '..', '..', 'shared', 'data');
const describeData = existsSync(data) || process.env['CI'] === 'true' ? describe : describe.skip;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-special-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lines of dciodvfy that begin with Error. */
function errorsOf(file: string): string[] {
  const { stdout, stderr } = spawnSync('dciodvfy', ['-new', file], { encoding: 'latin1' });
  return `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'));
}

describeData('a radiograph', () => {
  const readImage = async () => {
    const name = join(data, 'seg-highdicom/test_files/dx_image.dcm');
    return readImageSeries([{ name, bytes: new Uint8Array(readFileSync(name)) }]);
  };

  it('is a volume of one slice that says it has no place in the patient', async () => {
    const series = await readImage();
    expect(series.isPatientPositioned).toBe(false);
    expect(series.volume.geometry.size[2]).toBe(1);
    expect(series.warnings[0]).toMatch(/does not say where it lies/);
  });

  describeWithGate('and its segmentation', () => {
    it.each(['binary', 'labelmap'] as const)(
      '%s: has no dciodvfy error, loads in dcmtk, comes back',
      async (encoding) => {
        const series = await readImage();
        const { geometry } = series.volume;
        const voxels = Uint8Array.from({ length: geometry.voxelCount }, (_, at) =>
          Number(at % 7 < 3)
        );
        const labels = { geometry, layers: [voxels], segments: [organ(1)] };
        const { parts } = writeSegmentation({
          source: series.instances,
          planes: planesOf(labels, series.instances),
          segments: labels.segments,
          encoding,
          seriesDescription: 'Lungs',
          equipment: CORDON_EQUIPMENT,
        });
        const file = join(folder, `dx-${encoding}.dcm`);
        writeFileSync(file, Buffer.concat(parts));
        if (encoding === 'binary') {
          expect(errorsOf(file)).toEqual([]);
        }
        const stored = await readSegmentation(new Uint8Array(Buffer.concat(parts)), {
          source: series.instances,
        });
        expect(stored.notices.map(({ code }) => code)).toEqual(['MATCHED_BY_REFERENCE']);
        expect([...stored.labels.layers[0]]).toEqual([...voxels]);
      }
    );
  });
});

const NAMES = [
  'Größe',
  '左腎',
  '오른쪽 폐',
  'Печень',
  '<img src=x onerror=alert(1)>',
  'a\\b\u0007c',
  'x'.repeat(90),
];

describeWithGate('names of segments', () => {
  const write = () => {
    const source = phantomInstances({
      columns: 8,
      rows: 8,
      slices: NAMES.length,
      patientName: 'Müller=山田=홍',
    });
    const planes = source.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer: 0,
      voxels: new Uint8Array(64).fill(k + 1),
    }));
    return writeSegmentation({
      source,
      planes,
      segments: NAMES.map((label, index) => organ(index + 1, { label })),
      seriesDescription: 'Ümläute \\ und <b>Auszeichnung</b>',
      creatorName: 'Ärztin^Jürgen',
      equipment: CORDON_EQUIPMENT,
    });
  };

  it('come back as they were, or as the standard allows, which is said', async () => {
    const written = write();
    const { labels, seriesDescription, creatorName } = await readSegmentation(
      new Uint8Array(Buffer.concat(written.parts))
    );
    expect(labels.segments.map(({ label }) => label)).toEqual([
      ...NAMES.slice(0, 5),
      'a/b c',
      'x'.repeat(64),
    ]);
    expect(written.warnings).toHaveLength(2);
    expect([seriesDescription, creatorName]).toEqual([
      'Ümläute / und <b>Auszeichnung</b>',
      'Ärztin^Jürgen',
    ]);
    const info = await segmentationInfo(new Uint8Array(Buffer.concat(written.parts)));
    expect(info).toMatchObject({
      kind: 'segmentation',
      patientName: 'Müller=山田=홍',
      modality: 'SEG',
    });
    expect(info.segmentation?.segments[1]).toMatchObject({ label: '左腎', voxels: 64 });
  });

  it('pass dciodvfy, and the dcmtk reader loads the object', () => {
    const file = join(folder, 'names.dcm');
    writeFileSync(file, Buffer.concat(write().parts));
    expect(errorsOf(file)).toEqual([]);
    const { stdout } = spawnSync(join(gateFolder(), 'segcheck'), [file], { encoding: 'utf8' });
    expect(stdout).toContain(`ok segments=${NAMES.length} frames=${NAMES.length}`);
  });

  describeWithToolkits('in highdicom', () => {
    it('are the same', () => {
      const file = join(folder, 'names-hd.dcm');
      writeFileSync(file, Buffer.concat(write().parts));
      const { labels } = runToolkit<{ labels: string[] }>(
        `import highdicom as hd\ns = hd.seg.segread(P['file'])\nR['labels'] = [s.get_segment_description(n).segment_label for n in s.segment_numbers]`,
        { file }
      );
      expect(labels.slice(0, 5)).toEqual(NAMES.slice(0, 5));
    });

    it('and the codes that the writer uses are those of the current tables', () => {
      const codes = Object.values(CODES).map(({ value, scheme, meaning }) => ({
        value,
        scheme,
        meaning,
      }));
      const found = runToolkit<Record<string, string>>(
        `from pydicom.sr._concepts_dict import concepts
for c in P:
    for name, entries in concepts[c['scheme']].items():
        if c['value'] in entries: R[c['value']] = entries[c['value']][0]`,
        codes
      );
      // Meanings may gain a plural or a tag in parentheses from one edition to the next.
      for (const { value, meaning } of codes) {
        expect(found[value]?.toLowerCase()).toContain(meaning.toLowerCase());
      }
    });
  });
});

describeWithGate('a segment that was looked for and not found', () => {
  const make = async (encoding: 'binary' | 'labelmap') => {
    const source = join(folder, `not-found-${encoding}`);
    const spec = { folder: source, rows: 21, columns: 19, slices: 5, geometry: 'axial' };
    writeFileSync(`${source}.json`, JSON.stringify([{ ...spec, text: 'latin1', modality: 'CT' }]));
    execFileSync('/usr/bin/python3', [join(__dirname, 'make_series.py'), `${source}.json`]);
    const series = await readImageSeries(readFolder(source));
    const { geometry } = series.volume;
    const layers = [blockLabels([...geometry.size], 1)];
    const segments = [organ(1), organ(2, { label: 'Metastasis' })];
    const written = writeSegmentation({
      ...{ source: series.instances, segments, encoding, equipment: CORDON_EQUIPMENT },
      ...{ planes: planesOf({ geometry, layers, segments }, series.instances) },
      ...{ seriesDescription: 'Staging', creatorName: 'Doe^Jane' },
    });
    const file = join(folder, `not-found-${encoding}.dcm`);
    const bytes = new Uint8Array(Buffer.concat(written.parts));
    writeFileSync(file, bytes);
    return { source, series, written, file, bytes, voxels: layers[0] };
  };

  it.each(['binary', 'labelmap'] as const)(
    '%s: is named to the user, passes the validators and comes back without voxels',
    async (encoding) => {
      const { source, series, written, file, bytes, voxels } = await make(encoding);
      expect(written.warnings).toEqual([
        '“Metastasis” has no voxels: it is stored as looked for and not found.',
      ]);
      const { passed, output } = runGate(file, source);
      expect(passed ? '' : output).toBe('');
      const { labels, notices } = await readSegmentation(bytes, { source: series.instances });
      expect(notices).toEqual([]);
      expect(labels.segments.map(({ label }) => label)).toEqual([organ(1).label, 'Metastasis']);
      expect([...labels.layers[0]]).toEqual([...voxels]);
    }
  );

  describeWithToolkits('in other toolkits', () => {
    it('is a segment of no voxels in highdicom, and no obstacle for dcmqi', async () => {
      const { file, voxels } = await make('binary');
      const out = join(folder, 'not-found-dcmqi');
      const found = runToolkit<{ labels: string[]; voxels: number[]; files: number }>(
        `import glob, os, subprocess, highdicom as hd
s = hd.seg.segread(P['file'])
R['labels'] = [s.get_segment_description(n).segment_label for n in s.segment_numbers]
v = s.get_volume(combine_segments=False).array
R['voxels'] = [int((v[..., n] > 0).sum()) for n in range(v.shape[-1])]
os.makedirs(P['out'])
subprocess.run([P['program'], '--inputDICOM', P['file'], '--outputDirectory', P['out'], '--outputType', 'nrrd'], check=True, capture_output=True)
R['files'] = len(glob.glob(P['out'] + '/*.nrrd'))`,
        { file, out, program: dcmqiProgram('segimage2itkimage') }
      );
      const marked = voxels.filter((value) => value !== 0).length;
      expect(found.labels).toEqual([organ(1).label, 'Metastasis']);
      expect(found.voxels).toEqual([marked, 0]);
      expect(found.files).toBeGreaterThan(0);
    });
  });
});

describeWithGate('an edited segmentation with all that a segment can say', () => {
  const recipe = JSON.stringify({
    ...{ cordonRecipe: 1, steps: Array.from({ length: 4000 }, (_, n) => `ä${n}`) },
  });
  const left = code('7771000', 'SCT', 'Left');

  it.each(['binary', 'labelmap'] as const)('%s: passes the validators', async (encoding) => {
    const source = join(folder, `edited-${encoding}`);
    const spec = { folder: source, rows: 21, columns: 19, slices: 5, geometry: 'oblique' };
    writeFileSync(`${source}.json`, JSON.stringify([{ ...spec, text: 'korean', modality: 'MR' }]));
    execFileSync('/usr/bin/python3', [join(__dirname, 'make_series.py'), `${source}.json`]);
    const series = await readImageSeries(readFolder(source));
    const { geometry } = series.volume;
    const layers = [blockLabels([...geometry.size], 2)];
    const segments = [
      organ(1, {
        ...{ description: 'two\nlines', typeModifiers: [left], anatomicRegionModifiers: [left] },
        anatomicRegion: code('818983003', 'SCT', 'Abdomen'),
        algorithm: { ...organ(1).algorithm, parameters: recipe },
        ...{ trackingId: 'Lesion 1', trackingUid: '2.25.77' },
      }),
      organ(2, {
        type: code('A-CODE-OF-MORE-THAN-SIXTEEN', '99SITE', 'Thing of the site'),
        algorithm: { type: 'SEMIAUTOMATIC', name: 'Brush' },
      }),
    ];
    const common = {
      ...{ source: series.instances, encoding, seriesDescription: 'Edit', creatorName: 'Doe^Jane' },
      equipment: CORDON_EQUIPMENT,
    };
    const first = writeSegmentation({
      ...common,
      ...{ segments, planes: planesOf({ geometry, layers, segments }, series.instances) },
    });
    const stored = await readSegmentation(new Uint8Array(Buffer.concat(first.parts)), {
      source: series.instances,
    });
    const { labels } = stored;
    const second = writeSegmentation({
      ...common,
      segments: labels.segments,
      planes: planesOf(labels, series.instances),
      predecessor: stored,
    });
    const file = join(folder, `edited-${encoding}.dcm`);
    writeFileSync(file, Buffer.concat(second.parts));
    expect(labels.segments[0].algorithm.parameters).toBe(recipe);
    const { passed, output } = runGate(file, source);
    expect(passed ? '' : output).toBe('');
  });
});
