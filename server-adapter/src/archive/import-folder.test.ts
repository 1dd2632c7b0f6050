/** --import: a folder of anything. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  encodeElements,
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  makeImage,
  type TestItem,
} from '../../../test/support/part10';
import { describeWithSharedData, sharedData } from '../../../test/support/shared-data';
import { readHeader } from '../dicom/file';
import { Archive } from './archive';
import { importFolder } from './import-folder';

let folder: string;
let archive: Archive;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-import-'));
  archive = await Archive.open(join(folder, 'archive'));
  await mkdir(join(folder, 'in', 'a', 'b', 'c'), { recursive: true });
});
afterEach(async () => {
  await archive.close();
  await rm(folder, { recursive: true, force: true });
});
const put = (name: string, bytes: Uint8Array | string) =>
  writeFile(join(folder, 'in', name), bytes);

const identity = (instance: string): TestItem => [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00080018, 'UI', instance],
  [0x00080060, 'CS', 'CT'],
  [0x00100020, 'LO', 'P1'],
  [0x0020000d, 'UI', '1.2.3'],
  [0x0020000e, 'UI', '1.2.3.4'],
];

it('takes every DICOM file whatever its name and depth, and lists the others with the reason', async () => {
  await put('one.dcm', makeImage({ instance: '1.1' }));
  await put('a/IM0001', makeImage({ instance: '1.2' }));
  await put('a/b/c/deep.jpg', makeImage({ instance: '1.3' }));
  await put('a/notes.txt', 'These are notes.');
  await put('a/empty', '');
  await put('a/b/cut.dcm', makeImage({ instance: '1.4' }).subarray(0, 400));
  await put('a/b/other-patient.dcm', makeImage({ instance: '1.5', patientId: 'OTHER' }));
  await put('a/b/twice.dcm', makeImage({ instance: '1.1' }));
  const report = await importFolder(archive, join(folder, 'in'));
  expect(report.imported).toBe(3);
  expect(report.alreadyThere).toBe(1);
  expect(report.skipped.map(({ file }) => file).sort()).toEqual([
    'a/b/cut.dcm',
    'a/b/other-patient.dcm',
    'a/empty',
    'a/notes.txt',
  ]);
  expect(Object.fromEntries(report.skipped.map(({ file, why }) => [file, why]))).toMatchObject({
    'a/notes.txt': expect.stringContaining('DICM'),
    'a/b/cut.dcm': expect.stringContaining('cut off'),
    'a/b/other-patient.dcm': expect.stringContaining('PatientID'),
  });
  expect(archive.catalog.instanceCount).toBe(3);
});

it('is the same when it is repeated', async () => {
  await put('one.dcm', makeImage());
  await importFolder(archive, join(folder, 'in'));
  expect(await importFolder(archive, join(folder, 'in'))).toMatchObject({
    imported: 0,
    alreadyThere: 1,
    skipped: [],
  });
});

it.each([
  ['implicit', IMPLICIT_LITTLE],
  ['explicit', EXPLICIT_LITTLE],
])('gives a file without preamble (%s) the head that Part 10 asks for', async (_name, encoding) => {
  const dataset = encodeElements(identity('1.9'), encoding);
  await put('bare', dataset);
  expect(await importFolder(archive, join(folder, 'in'))).toMatchObject({
    imported: 1,
    skipped: [],
  });
  const [{ path }] = archive.catalog.select('1.2.3');
  const header = await readHeader(path);
  expect(header).toMatchObject({
    hasPreamble: true,
    transferSyntaxUid: encoding.transferSyntaxUid,
  });
  expect(header.bytes.subarray(header.datasetOffset)).toEqual(dataset);
});

it('does not follow links out of the folder', async () => {
  await writeFile(join(folder, 'outside.dcm'), makeImage());
  await symlink(join(folder, 'outside.dcm'), join(folder, 'in', 'link.dcm'));
  await symlink(folder, join(folder, 'in', 'loop'));
  expect(await importFolder(archive, join(folder, 'in'))).toMatchObject({ imported: 0 });
});

it('names a folder that is not there', async () => {
  await expect(importFolder(archive, join(folder, 'nowhere'))).rejects.toMatchObject({
    code: 'IMPORT_UNREADABLE',
  });
});

it('reads a thousand files at start within seconds', async () => {
  const series = join(archive.directory, '1.2.3', '1.2.3.4');
  await mkdir(series, { recursive: true });
  for (let n = 1; n <= 1000; n++) {
    await writeFile(
      join(series, `${n}.dcm`),
      makeImage({ instance: `1.2.3.4.${n}`, rows: 64, columns: 64 })
    );
  }
  await archive.close();
  const started = Date.now();
  const again = await Archive.open(archive.directory);
  expect(again.catalog.instanceCount).toBe(1000);
  expect(Date.now() - started).toBeLessThan(10_000);
});

describeWithSharedData(['dicom-pydicom-testfiles'], 'real odd files', () => {
  it('are imported or skipped with a reason, never a failure', async () => {
    const report = await importFolder(archive, sharedData('dicom-pydicom-testfiles'));
    expect(report.imported).toBeGreaterThan(30);
    const why = new Map(report.skipped.map(({ file, why: reason }) => [basename(file), reason]));
    expect(why.get('README.txt')).toMatch(/DICM|element/);
    expect(why.get('DICOMDIR')).toMatch(/DICOMDIR/);
    expect(why.get('MR_truncated.dcm')).toMatch(/cut off|shorter/);
    expect([...why.values()].every((reason) => reason.length > 10)).toBe(true);
  });
});
