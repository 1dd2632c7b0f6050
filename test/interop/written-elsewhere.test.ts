/**
 * Segmentations that highdicom, dcmqi and the viewer's own library write while the test runs, in every encoding and on
 * awkward geometry: read onto the images, and without them, every voxel where it belongs in the patient.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readImageSeries,
  readSegmentation,
  type ImageSeries,
  type StoredSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import type { LabelVolume } from '@cordon/extension-workbench/pure';
import { encodeNpy } from '../support/npy';
import { dcmqiProgram, describeWithToolkits, runToolkit } from './dicom-toolkits';
import { readFolder } from './seg-sources';

const [COLUMNS, ROWS, SLICES] = [35, 33, 6];
const GEOMETRIES = ['axial', 'descending', 'oblique', 'tilt', 'uneven', 'coronal'] as const;
type GeometryName = (typeof GEOMETRIES)[number];
const isEven = (geometry: GeometryName) => geometry !== 'tilt' && geometry !== 'uneven';
const NAMES = ['Liver', 'Kidney', 'Spleen'];

/** Slices ascending. Slice 1 is empty, and the object touches three sides of the image. */
const truth = new Uint8Array(COLUMNS * ROWS * SLICES);
for (let k = 0, at = 0; k < SLICES; k++) {
  for (let j = 0; j < ROWS; j++) {
    for (let i = 0; i < COLUMNS; i++, at++) {
      const label = (i + 3 * j + 5 * k) % 5;
      if (i > 3 && j > 2 && k !== 1 && label <= 3) truth[at] = label;
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'cordon-elsewhere-'));
const series = new Map<GeometryName, ImageSeries>();
/** By geometry, then by name. */
const written = new Map<GeometryName, Readonly<Record<string, string>>>();

function makeImages(): void {
  const specs = GEOMETRIES.map((geometry) => ({
    ...{ folder: join(folder, geometry), rows: ROWS, columns: COLUMNS, slices: SLICES },
    ...{ geometry, text: 'latin1', modality: 'CT' },
  }));
  writeFileSync(join(folder, 'specs.json'), JSON.stringify(specs));
  execFileSync('/usr/bin/python3', [join(__dirname, 'make_series.py'), join(folder, 'specs.json')]);
}

/** The viewer's library, in a process of its own: its modules want a bundler. */
function writeWithAdapters(): void {
  const raw = join(folder, 'descending.raw');
  const pixels = COLUMNS * ROWS;
  const slices = Array.from({ length: SLICES }, (_, k) =>
    truth.subarray(k * pixels, (k + 1) * pixels)
  );
  writeFileSync(raw, Buffer.concat(slices.reverse()));
  const jobs = GEOMETRIES.flatMap((geometry) =>
    ['bitmap', 'labelmap', 'overlap'].map((kind) => ({
      ...{ folder: join(folder, geometry), labels: raw, rows: ROWS, columns: COLUMNS, kind },
      out: join(folder, `${geometry}-viewer-${kind}.dcm`),
    }))
  );
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
  const bundle = join(__dirname, '..', 'support', 'bundle.mjs');
  const script = `
    const { bundleForNode } = await import(${JSON.stringify(bundle)});
    const job = await bundleForNode(${JSON.stringify(join(__dirname, 'adapters-writer.mjs'))}, 'adapters-writer.mjs');
    process.argv[2] = ${JSON.stringify(join(folder, 'jobs.json'))};
    await import(job);`;
  execFileSync('node', ['--input-type=module', '-e', script], { stdio: 'pipe' });
}

function writeWithToolkits(): void {
  const labels = join(folder, 'labels.npy');
  writeFileSync(labels, encodeNpy({ data: truth, shape: [SLICES, ROWS, COLUMNS] }));
  const entries = GEOMETRIES.map((geometry) => {
    const out = join(folder, `${geometry}-out`);
    mkdirSync(out);
    return {
      ...{ folder: join(folder, geometry), labels, out, isEven: isEven(geometry) },
      dcmqi: dcmqiProgram('itkimage2segimage'),
    };
  });
  const script = readFileSync(join(__dirname, 'write_elsewhere.py'), 'utf8');
  const files = runToolkit<Record<string, Record<string, string>>>(script, entries);
  GEOMETRIES.forEach((geometry, index) => {
    const viewer = ['bitmap', 'labelmap', 'overlap'].map((kind) => [
      `viewer-${kind}`,
      join(folder, `${geometry}-viewer-${kind}.dcm`),
    ]);
    written.set(geometry, {
      ...files[entries[index].out],
      ...(Object.fromEntries(viewer) as Record<string, string>),
    });
  });
}

const read = (geometry: GeometryName, name: string, withImages: boolean) =>
  readSegmentation(new Uint8Array(readFileSync(written.get(geometry)![name])), {
    source: withImages ? series.get(geometry)!.instances : undefined,
    onOtherGrid: 'refuse',
  });

/** Segment of label 1, 2 or 3 of the truth: by name, by its place in the list where names were changed. */
const segmentOf = ({ segments }: LabelVolume, label: number) =>
  segments.find((one) => one.label === NAMES[label - 1]) ?? segments[label - 1];

/** Voxels that are not where the truth has them, by their place in the patient. */
function misplaced({ labels }: StoredSegmentation, images: ImageSeries): number {
  const { geometry } = images.volume;
  const [columns, rows, slices] = labels.geometry.size;
  const found = new Uint8Array(truth.length);
  let outside = 0;
  for (const label of [1, 2, 3]) {
    const { number, layer } = segmentOf(labels, label);
    const voxels = labels.layers[layer];
    for (let at = 0; at < columns * rows * slices; at++) {
      if (voxels[at] !== number) continue;
      const k = Math.floor(at / (columns * rows));
      const place = labels.geometry.ijkToLps([at % columns, Math.floor(at / columns) % rows, k]);
      const ijk = geometry.lpsToIjk(place);
      const [i, j, s] = ijk.map(Math.round);
      const isOff = ijk.some((value, axis) => Math.abs(value - [i, j, s][axis]) > 0.01);
      if (isOff || i < 0 || j < 0 || s < 0 || i >= COLUMNS || j >= ROWS || s >= SLICES) outside++;
      else found[i + COLUMNS * (j + ROWS * s)] = label;
    }
  }
  return outside + truth.reduce((wrong, label, at) => wrong + Number(found[at] !== label), 0);
}

describeWithToolkits('segmentations written by others', () => {
  beforeAll(async () => {
    makeImages();
    writeWithToolkits();
    writeWithAdapters();
    for (const geometry of GEOMETRIES) {
      series.set(geometry, await readImageSeries(readFolder(join(folder, geometry))));
    }
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(GEOMETRIES)('%s: every voxel, on the images', async (geometry) => {
    const images = series.get(geometry)!;
    const results: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const name of Object.keys(written.get(geometry)!)) {
      const stored = await read(geometry, name, true);
      const codes = stored.notices.map(({ code }) => code);
      results[name] = { wrong: misplaced(stored, images), grid: stored.grid, codes };
      expected[name] = { wrong: 0, grid: 'source', codes: noticesOf(name) };
    }
    expect(results).toEqual(expected);
    expect(Object.keys(results).length).toBeGreaterThan(isEven(geometry) ? 23 : 22);
  });

  it.each(GEOMETRIES)('%s: every voxel, without the images', async (geometry) => {
    const images = series.get(geometry)!;
    const results: Record<string, number> = {};
    for (const name of Object.keys(written.get(geometry)!)) {
      results[name] = misplaced(await read(geometry, name, false), images);
    }
    expect(results).toEqual(Object.fromEntries(Object.keys(results).map((name) => [name, 0])));
  });

  it('codes, tracking, algorithm and colour of highdicom come through', async () => {
    const { labels } = await read('oblique', 'highdicom-labelmap-rle', true);
    expect(labels.segments).toHaveLength(3);
    expect(segmentOf(labels, 2)).toMatchObject({
      number: 2,
      label: 'Kidney',
      category: { value: '91723000', scheme: 'SCT' },
      type: { value: '64033007', scheme: 'SCT', meaning: 'Kidney' },
      trackingId: 'Kidney 1',
      trackingUid: '2.25.1002',
      algorithm: { type: 'AUTOMATIC', name: 'Algo', version: '1.5', family: { scheme: 'DCM' } },
    });
  });

  it.each([
    ['latin1', ['Größe', 'Fête', 'Año']],
    ['japanese', ['左腎臓', 'ー能表', '脂肪']],
    ['korean', ['오른쪽 폐', '간', '비장']],
    ['chinese', ['肝脏', '乡诚積', '脾']],
    ['markup', ['<img src=x onerror=alert(1)>', '"><script>1</script>', '&lt;b&gt;']],
  ])('names in %s are text, whatever their bytes', async (script, names) => {
    const { labels } = await read('axial', `names-${script}`, true);
    expect(labels.segments.map(({ label }) => label)).toEqual(names);
  });

  it('a hundred structures keep their numbers, also those without voxels', async () => {
    const { labels } = await read('axial', 'highdicom-hundred', true);
    expect(labels.segments.map(({ number }) => number)).toEqual(
      Array.from({ length: 104 }, (_, index) => index + 1)
    );
    expect(labels.layers).toHaveLength(1);
  });

  it('fractions are marked as a copy that is not for export', async () => {
    const stored = await read('axial', 'highdicom-fractional-jpegls', true);
    expect([stored.isForExport, stored.encoding]).toEqual([false, 'fractional']);
  });
});

/** What reading must say about a file, and nothing else. */
function noticesOf(name: string): string[] {
  if (name.includes('fractional')) return ['FRACTIONAL_THRESHOLD'];
  if (name === 'viewer-bitmap' || name === 'viewer-overlap') return ['BYTE_PADDED_FRAMES'];
  return [];
}
