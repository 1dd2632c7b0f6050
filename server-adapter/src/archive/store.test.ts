/** STOW-RS into the embedded archive: what is accepted, what is refused and how, and that nothing is ever half there. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeImage, SEG_STORAGE } from '../../../test/support/part10';
import {
  startTestGateway,
  store,
  storeBody,
  type TestGateway,
} from '../../../test/support/gateway';
import type { JsonDataset } from '../dicom/json';
import { Archive } from './archive';
import { walk } from './walk';

let server: TestGateway;
beforeEach(async () => {
  server = await startTestGateway();
});
afterEach(() => server.stop());

const reasons = (response: JsonDataset) =>
  (response['00081198']?.Value ?? []).map((item) => (item as JsonDataset)['00081197']?.Value?.[0]);
const comments = (response: JsonDataset) =>
  (response['00081198']?.Value ?? []).map((item) => (item as JsonDataset)['00000902']?.Value?.[0]);
const storedUids = (response: JsonDataset) =>
  (response['00081199']?.Value ?? []).map((item) => (item as JsonDataset)['00081155']?.Value?.[0]);

async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of walk(folder)) found.push(path.slice(folder.length + 1));
  return found.filter((path) => path !== '.lock');
}

describe('accepting', () => {
  it('files an instance unchanged under its UIDs and names where it is', async () => {
    const file = makeImage({ study: '1.2', series: '1.2.3', instance: '1.2.3.4' });
    const answer = await store(server.dicomWebUrl, [file]);
    expect(answer.status).toBe(200);
    const response = (await answer.json()) as JsonDataset;
    const url = `${server.dicomWebUrl}/studies/1.2/series/1.2.3/instances/1.2.3.4`;
    expect(response['00081199']?.Value).toEqual([
      {
        '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
        '00081155': { vr: 'UI', Value: ['1.2.3.4'] },
        '00081190': { vr: 'UR', Value: [url] },
      },
    ]);
    expect(response['00081198']).toBeUndefined();
    expect(await readFile(join(server.archive, '1.2', '1.2.3', '1.2.3.4.dcm'))).toEqual(file);
  });

  it('accepts the same content again, also in another preamble, and stores it once', async () => {
    const file = makeImage();
    await store(server.dicomWebUrl, [file]);
    const again = Buffer.from(file);
    again.fill(7, 0, 128);
    const answer = await store(server.dicomWebUrl, [file, again]);
    expect(answer.status).toBe(200);
    expect(await filesBelow(server.archive)).toEqual(['1.2.3/1.2.3.4/1.2.3.4.5.dcm']);
    expect(await readFile(join(server.archive, '1.2.3', '1.2.3.4', '1.2.3.4.5.dcm'))).toEqual(file);
  });

  it('stores what it can of a mixed request and says which were refused', async () => {
    const good = makeImage({ instance: '1.5' });
    const answer = await store(server.dicomWebUrl, [
      good,
      Buffer.from('this is no DICOM file'),
      makeImage({ instance: '1.6', patientId: 'OTHER' }),
    ]);
    expect(answer.status).toBe(202);
    const response = (await answer.json()) as JsonDataset;
    expect(storedUids(response)).toEqual(['1.5']);
    expect(reasons(response)).toEqual([0xc000, 0xa900]);
    expect(await filesBelow(server.archive)).toEqual(['1.2.3/1.2.3.4/1.5.dcm']);
  });

  it('reads its folder again after a restart', async () => {
    await store(server.dicomWebUrl, [
      makeImage({ instance: '1.5' }),
      makeImage({ instance: '1.6', instanceNumber: 2 }),
    ]);
    await server.gateway.close();
    const archive = await Archive.open(server.archive);
    await archive.close();
    expect(archive.catalog.select('1.2.3').map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([
      '1.5',
      '1.6',
    ]);
    expect(archive.skipped).toEqual([]);
  });

  it('takes an instance addressed to its own study only', async () => {
    expect((await store(server.dicomWebUrl, [makeImage()], {}, '/studies/1.2.3')).status).toBe(200);
    const other = await store(
      server.dicomWebUrl,
      [makeImage({ instance: '1.9' })],
      {},
      '/studies/1.2.4'
    );
    expect(other.status).toBe(409);
    expect(reasons((await other.json()) as JsonDataset)).toEqual([0xa900]);
  });
});

describe('refusing', () => {
  async function refusal(file: Uint8Array): Promise<{ reason: unknown; comment: unknown }> {
    const before = await filesBelow(server.archive);
    const answer = await store(server.dicomWebUrl, [file]);
    expect(answer.status).toBe(409);
    const response = (await answer.json()) as JsonDataset;
    expect(response['00081199']).toBeUndefined();
    expect(await filesBelow(server.archive)).toEqual(before);
    return { reason: reasons(response)[0], comment: comments(response)[0] };
  }

  it('the same UID with other content, and keeps the first', async () => {
    const first = makeImage({ pixels: new Uint8Array(32).fill(1) });
    await store(server.dicomWebUrl, [first]);
    const { reason } = await refusal(makeImage({ pixels: new Uint8Array(32).fill(2) }));
    expect(reason).toBe(0x0111);
    expect(await readFile(join(server.archive, '1.2.3', '1.2.3.4', '1.2.3.4.5.dcm'))).toEqual(
      first
    );
  });

  it.each([
    [
      'another PatientID in a known study',
      { patientId: 'OTHER', instance: '9.1' },
      0xa900,
      /PatientID/,
    ],
    ['a known series in another study', { study: '9.9', instance: '9.2' }, 0xa900, /series/],
    ['another modality in a known series', { modality: 'MR', instance: '9.3' }, 0xa900, /modality/],
    [
      'a class that is no storage class',
      { sopClass: '1.2.840.10008.1.1', instance: '9.4' },
      0x0122,
      /class/,
    ],
    [
      'a study UID that climbs folders',
      { study: '../../etc', instance: '9.5' },
      0xc000,
      /StudyInstanceUID/,
    ],
    ['a UID of dots', { series: '..', instance: '9.6' }, 0xc000, /SeriesInstanceUID/],
    ['a UID of 65 digits', { instance: `1.${'2'.repeat(63)}` }, 0xc000, /SOPInstanceUID/],
    ['no study UID', { without: [0x0020000d], instance: '9.7' }, 0xc000, /missing/],
    [
      'pixels that are cut off',
      { rows: 100, pixels: new Uint8Array(32), instance: '9.8' },
      0xc000,
      /pixel data is shorter/,
    ],
    [
      'a SEG whose source series lies in another study',
      {
        study: '8.8',
        series: '8.8.1',
        instance: '9.9',
        modality: 'SEG',
        sopClass: SEG_STORAGE,
        extra: [[0x00081115, 'SQ', [[[0x0020000e, 'UI', '1.2.3.4']]]]] as const,
      },
      0xa900,
      /another study/,
    ],
  ] as const)('%s', async (_name, image, expectedReason, why) => {
    await store(server.dicomWebUrl, [makeImage()]);
    const { reason, comment } = await refusal(makeImage(image));
    expect(reason).toBe(expectedReason);
    expect(comment).toMatch(why);
  });

  it('a file that ends in the middle', async () => {
    const file = makeImage();
    for (const cut of [10, 32 + 12, 32 + 12 + 3]) {
      expect((await refusal(file.subarray(0, file.length - cut))).reason).toBe(0xc000);
    }
  });

  it('sequences nested beyond reason, quickly', async () => {
    const open = Buffer.concat([
      Buffer.from('40003002', 'hex').swap16().swap16(),
      Buffer.from('5351', 'hex'),
      Buffer.alloc(2),
      Buffer.from('ffffffff', 'hex'),
      Buffer.from('feff00e0ffffffff', 'hex'),
    ]);
    const file = Buffer.concat([
      makeImage({ without: [0x7fe00010] }),
      ...Array.from({ length: 5000 }, () => open),
    ]);
    const started = Date.now();
    const { comment } = await refusal(file);
    expect(comment).toMatch(/nested/);
    expect(Date.now() - started).toBeLessThan(2000);
  });
});

describe('the request itself', () => {
  const post = (headers: Readonly<Record<string, string>>, body: Uint8Array) =>
    fetch(`${server.dicomWebUrl}/studies`, { method: 'POST', headers, body: new Uint8Array(body) });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=test-boundary', 415],
    ['application/dicom', 415],
    ['multipart/related; type="application/dicom+json"; boundary=test-boundary', 415],
    ['multipart/related; type="application/dicom"', 400],
    ['multipart/related; type=application/dicom; boundary=test-boundary', 200],
    ['multipart/related; boundary="test-boundary"', 200],
  ])('as %s gives %i', async (contentType, status) => {
    const answer = await post({ 'content-type': contentType }, storeBody([makeImage()]));
    expect(answer.status).toBe(status);
    expect(await filesBelow(server.archive)).toHaveLength(status === 200 ? 1 : 0);
  });

  it('is refused without its closing boundary, and leaves nothing of the broken part', async () => {
    const body = storeBody([makeImage()]);
    const answer = await post(
      { 'content-type': 'multipart/related; type="application/dicom"; boundary=test-boundary' },
      body.subarray(0, body.length - 10)
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'BAD_MULTIPART' } });
    expect(await filesBelow(server.archive)).toEqual([]);
  });

  it('is refused when it is empty', async () => {
    const answer = await post(
      { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' },
      Buffer.from('\r\n--b--\r\n')
    );
    expect(answer.status).toBe(400);
  });

  it('is cut off at the size limit, announced or not', async () => {
    await server.stop();
    server = await startTestGateway({ storeLimits: { maxRequestBytes: 5000, maxParts: 10 } });
    const big = makeImage({ rows: 100, columns: 100 });
    expect((await store(server.dicomWebUrl, [big])).status).toBe(413);
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${server.dicomWebUrl}/studies`, {
        method: 'POST',
        headers: {
          'content-type': 'multipart/related; type="application/dicom"; boundary=test-boundary',
          'transfer-encoding': 'chunked',
        },
      });
      outgoing.once('response', (answer) => resolve(answer.statusCode));
      outgoing.once('error', reject);
      outgoing.end(storeBody([big]));
    });
    expect(status).toBe(413);
    expect(await filesBelow(server.archive)).toEqual([]);
    expect((await store(server.dicomWebUrl, [makeImage()])).status).toBe(200);
  });
});

describe('atomicity', () => {
  it('files one instance once when twenty requests bring it together', async () => {
    const file = makeImage();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => store(server.dicomWebUrl, [file]))
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
    expect(await filesBelow(server.archive)).toEqual(['1.2.3/1.2.3.4/1.2.3.4.5.dcm']);
  });

  it('never files two contents under one UID when they arrive together', async () => {
    const files = [1, 2, 3, 4].map((value) =>
      makeImage({ pixels: new Uint8Array(32).fill(value) })
    );
    const answers = await Promise.all(files.map((file) => store(server.dicomWebUrl, [file])));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  it('removes what a killed process left unfinished', async () => {
    const left = join(server.archive, '.incoming', 'left.part');
    await writeFile(left, makeImage().subarray(0, 300));
    await server.gateway.close();
    // The lock of a process that is gone.
    await writeFile(join(server.archive, '.lock'), '999999999');
    const archive = await Archive.open(server.archive);
    await archive.close();
    expect(await readdir(join(server.archive, '.incoming'))).toEqual([]);
    expect(archive.catalog.instanceCount).toBe(0);
  });

  it('gives its folder to nobody else while it is open', async () => {
    await expect(Archive.open(server.archive)).rejects.toMatchObject({ code: 'ARCHIVE_IN_USE' });
    expect((await store(server.dicomWebUrl, [makeImage()])).status).toBe(200);
    await server.gateway.close();
    await writeFile(join(server.archive, '.lock'), String(process.ppid));
    await expect(Archive.open(server.archive)).rejects.toMatchObject({ code: 'ARCHIVE_IN_USE' });
  });

  it('holds only whole files after being killed in the middle of a stream of stores', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cordon-kill-'));
    // Another process does what the archive does when files arrive, until it is killed without warning.
    const program = join(folder, 'store.cjs');
    const { build } = await import('esbuild');
    await build({
      stdin: { contents: killedProgram, resolveDir: __dirname, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      conditions: ['cordon-source'],
      logLevel: 'error',
    });
    const child = spawn(process.execPath, [program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve) => {
      let seen = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > 20) {
          child.kill('SIGKILL');
          resolve();
        }
      });
    });
    await new Promise((resolve) => child.once('close', resolve));
    const archive = await Archive.open(join(folder, 'archive'));
    expect(archive.skipped).toEqual([]);
    const whole = await readFile(join(folder, 'whole.dcm'));
    const instances = archive.catalog.select('1.2.3');
    expect(instances.length).toBeGreaterThan(0);
    for (const { path } of instances) expect((await readFile(path)).length).toBe(whole.length);
    expect(await readdir(join(folder, 'archive', '.incoming'))).toEqual([]);
    await rm(folder, { recursive: true, force: true });
  });
});

const killedProgram = `
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Archive } from './archive';
import { makeImage } from '../../../test/support/part10';
async function main() {
  const folder = process.argv[2];
  const image = (n: number) => makeImage({ instance: '1.2.3.4.' + String(100000 + n), rows: 256, columns: 256 });
  await writeFile(join(folder, 'whole.dcm'), image(0));
  const archive = await Archive.open(join(folder, 'archive'));
  for (let n = 0; ; n++) {
    const staged = archive.stagingPath();
    await writeFile(staged, image(n));
    await archive.accept(staged);
    process.stdout.write('.');
  }
}
void main();
`;
