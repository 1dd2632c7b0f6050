/**
 * The command line against archives: our own over HTTP, a real Orthanc, and servers that answer what they should not.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { readdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cordon, runCli, temporaryFolder } from '../../../test/support/cli';
import { startTestGateway, storeBody, type TestGateway } from '../../../test/support/gateway';
import { describeWithOrthanc, startOrthanc, type Orthanc } from '../../../test/support/orthanc';
import {
  BLOCK_VOXELS,
  BLOCKS,
  phantomFiles,
  SERIES,
  STUDY,
  writePhantom,
} from '../../../test/support/phantom-files';
import type { SegmentReport } from './segment';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const TOKEN = 'very-secret-token';
const bright = ['--method', 'threshold', '--param', 'lower=90', '--param', 'upper=110'];
const from = (url: string, ...args: readonly string[]) => [
  ...['segment', '--dicomweb', url, '--study', STUDY, '--series', SERIES],
  ...bright,
  ...args,
];

/** Segments from the archive into the archive, then reads the result back from it. */
async function roundTrip(url: string): Promise<void> {
  const run = await cordon(...from(url, '--output', `dicomweb:${url}`, '--json'));
  const report = run.json<SegmentReport>();
  expect(report.segments[0].voxels).toBe(BLOCK_VOXELS);
  expect(report.output).toBe(`dicomweb:${url}`);
  const found = await fetch(`${url}/studies/${STUDY}/series?Modality=SEG`, {
    headers: { accept: 'application/dicom+json' },
  });
  const series = (await found.json()) as Record<string, { Value?: string[] }>[];
  expect(series).toHaveLength(1);
  const uid = series[0]['0020000E'].Value?.[0] ?? '';
  expect(uid).toMatch(/^2\.25\./);
}

describe('the embedded archive', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
    const stored = await fetch(`${gateway.dicomWebUrl}/studies`, {
      method: 'POST',
      headers: {
        'content-type': 'multipart/related; type="application/dicom"; boundary=test-boundary',
      },
      body: storeBody(phantomFiles(BLOCKS).map(({ bytes }) => bytes)) as Uint8Array<ArrayBuffer>,
    });
    expect(stored.status).toBe(200);
  });
  afterAll(() => gateway.stop());

  it('gives the series and keeps the segmentation', () => roundTrip(gateway.dicomWebUrl));

  it('gives the same labels as the files', async () => {
    writePhantom(at('blocks'), BLOCKS);
    await cordon(...from(gateway.dicomWebUrl, '--output', at('a.nii')));
    await cordon('segment', '--input', at('blocks'), ...bright, '--output', at('b.nii'));
    expect((await cordon('compare', at('a.nii'), at('b.nii'))).out).toMatch(/Dice 1\.0000/);
  });

  it('says when it has no such series', async () => {
    const args = [
      'segment',
      '--dicomweb',
      gateway.dicomWebUrl,
      '--study',
      STUDY,
      '--series',
      '1.2.3.99',
    ];
    const run = await runCli([...args, ...bright, '--output', at('x.nii')]);
    expect(run.status).toBe(1);
    expect(run.err).toMatch(/^error\[DICOMWEB_NOTHING_FOUND\]: .*check --study and --series\n$/);
  });
});

describeWithOrthanc('a real Orthanc', () => {
  let orthanc: Orthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc();
    await orthanc.add(phantomFiles(BLOCKS).map(({ bytes }) => bytes));
  });
  afterAll(() => orthanc.stop());

  it('gives the series and keeps the segmentation', async () => {
    await roundTrip(orthanc.dicomWebUrl);
    expect(await orthanc.countInstances()).toBe(7);
  });
});

describe('a server that is no archive, or a failing one', () => {
  let server: Server;
  let url = '';
  let answer: (path: string, response: ServerResponse) => void;
  const seen: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.headers.authorization ?? '');
      answer(request.url ?? '', response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dicom-web`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const reply =
    (status: number, type: string, body: string) => (_: string, response: ServerResponse) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    };
  const list = JSON.stringify([{ '00080018': { vr: 'UI', Value: ['1.2.3'] } }]);

  it.each<[string, (path: string, response: ServerResponse) => void, string, RegExp]>([
    [
      'a web page',
      reply(200, 'text/html', '<!doctype html><h1>Login</h1>'),
      'DICOMWEB_NOT_DICOM',
      /a web page/,
    ],
    [
      'a failure',
      reply(500, 'text/html', '<html>Traceback at line 1</html>'),
      'DICOMWEB_SERVER_ERROR',
      /status 500 and a web page/,
    ],
    ['a refusal', reply(401, 'application/json', '{}'), 'DICOMWEB_FORBIDDEN', /CORDON_TOKEN/],
    ['another refusal', reply(400, 'text/plain', 'no'), 'DICOMWEB_REFUSED', /status 400/],
    ['nothing', reply(204, '', ''), 'DICOMWEB_NOTHING_FOUND', /./],
    ['an empty list', reply(200, 'application/dicom+json', '[]'), 'DICOMWEB_NOTHING_FOUND', /./],
    ['no list', reply(200, 'application/dicom+json', '{}'), 'DICOMWEB_NOT_DICOM', /list/],
    [
      'items without UID',
      reply(200, 'application/dicom+json', '[null]'),
      'DICOMWEB_NOT_DICOM',
      /without SOP Instance UID/,
    ],
    [
      'a redirect',
      (_, response) => {
        response.writeHead(302, { location: 'http://127.0.0.1:1/' });
        response.end();
      },
      'DICOMWEB_UNREACHABLE',
      /redirect/,
    ],
    [
      'half an answer',
      (_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('[');
        response.destroy();
      },
      'DICOMWEB_UNREACHABLE',
      /./,
    ],
    [
      'a web page instead of the image',
      (path, response) => {
        reply(
          200,
          path.includes('instances/') ? 'text/html' : 'application/dicom+json',
          path.includes('instances/') ? '<html>' : list
        )(path, response);
      },
      'DICOMWEB_NOT_DICOM',
      /instances\/1\.2\.3 was answered with a web page/,
    ],
    [
      'a cut off multipart answer',
      (path, response) => {
        reply(
          200,
          path.includes('instances/') ? 'multipart/related; boundary=b' : 'application/dicom+json',
          path.includes('instances/') ? '--b\r\n\r\nDICM' : list
        )(path, response);
      },
      'DICOMWEB_NOT_DICOM',
      /instances\/1\.2\.3/,
    ],
  ])('that answers with %s', async (_, behaviour, code, text) => {
    answer = behaviour;
    seen.length = 0;
    const run = await runCli(from(url, '--output', at('x.nii')), {
      environment: { CORDON_TOKEN: TOKEN },
    });
    expect(run.status).toBe(1);
    expect(run.err).toMatch(new RegExp(`^error\\[${code}\\]: [^\\n]+\\n$`));
    expect(run.err).toMatch(text);
    expect(run.err + run.out).not.toContain(TOKEN);
    expect(seen[0]).toBe(`Bearer ${TOKEN}`);
  });

  it('that is not there', async () => {
    const run = await runCli(from('http://127.0.0.1:9/dicom-web', '--output', at('x.nii')));
    expect(run.err).toMatch(/^error\[DICOMWEB_UNREACHABLE\]: .*127\.0\.0\.1:9/);
  });

  it('what cannot be stored is kept in a file, and the message says where', async () => {
    answer = reply(500, 'text/html', '<html>');
    writePhantom(at('blocks'), BLOCKS);
    const before = new Set(readdirSync('.'));
    const run = await runCli(
      ['segment', '--input', at('blocks'), ...bright, '--output', `dicomweb:${url}`],
      {
        environment: { CORDON_TOKEN: TOKEN },
      }
    );
    expect(run.status).toBe(1);
    const kept = /is kept in (cordon-unsaved-[\d.]+\.dcm)/.exec(run.err)?.[1] ?? '';
    try {
      expect(before.has(kept)).toBe(false);
      expect((await cordon('info', kept)).out).toContain(`${BLOCK_VOXELS} voxels`);
      expect(run.err).toMatch(/^error\[STORE_[A-Z_]+\]: [^\n]+\n$/);
      expect(run.err).not.toContain(TOKEN);
    } finally {
      rmSync(kept, { force: true });
    }
  });
});
