/** WADO-RS of the embedded archive over HTTP: metadata, frames, bulk data and whole files. */
import { deflateRawSync } from 'node:zlib';
import {
  encodeElements,
  encodeMeta,
  EXPLICIT_BIG,
  EXPLICIT_LITTLE,
  IMPLICIT_LITTLE,
  makeImage,
  SEG_STORAGE,
  type TestImage,
} from '../../../test/support/part10';
import { partsOf, startTestGateway, store, type TestGateway } from '../../../test/support/gateway';
import type { JsonDataset } from '../dicom/json';

let server: TestGateway;
beforeAll(async () => {
  server = await startTestGateway();
});
afterAll(() => server.stop());

let next = 0;
/** Stores an image in a series of its own. @returns its address and bytes */
async function put(image: TestImage): Promise<{ url: string; file: Buffer }> {
  const series = `1.2.3.${++next}`;
  const instance = `${series}.1`;
  const file = makeImage({ ...image, series, instance });
  const answer = await store(server.dicomWebUrl, [file]);
  expect(answer.status).toBe(200);
  return {
    url: `${server.dicomWebUrl}/studies/1.2.3/series/${series}/instances/${instance}`,
    file,
  };
}
const ANY_SYNTAX = 'multipart/related; type=application/octet-stream; transfer-syntax=*';
const get = (url: string, accept?: string) => fetch(url, accept ? { headers: { accept } } : {});
const pixels = (bytes: number, seed = 1) =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + seed) % 251);

describe('metadata', () => {
  it('is DICOM JSON with numbers as numbers and pixel data as an address that works', async () => {
    const { url } = await put({ pixels: pixels(32) });
    const answer = await get(`${url}/metadata`, 'application/dicom+json');
    expect(answer.headers.get('content-type')).toContain('application/dicom+json');
    const [json] = (await answer.json()) as JsonDataset[];
    expect(json['00280030']).toEqual({ vr: 'DS', Value: [0.5, 0.25] });
    expect(json['00200013']).toEqual({ vr: 'IS', Value: [1] });
    expect(json['00280010']).toEqual({ vr: 'US', Value: [4] });
    expect(json['00080050']).toEqual({ vr: 'SH' });
    expect(json['7FE00010']).toEqual({ vr: 'OW', BulkDataURI: `${url}/bulkdata/7FE00010` });
    const [part] = await partsOf(await get(json['7FE00010']!.BulkDataURI!));
    expect(part.bytes).toEqual(Buffer.from(pixels(32)));
  });

  it.each([
    ['ISO_IR 100', Buffer.from('Müller^Jörg', 'latin1'), { Alphabetic: 'Müller^Jörg' }],
    [
      'ISO_IR 192',
      Buffer.from('Žižka^Ján=山田', 'utf8'),
      { Alphabetic: 'Žižka^Ján', Ideographic: '山田' },
    ],
    [
      '\\ISO 2022 IR 87',
      Buffer.concat([
        Buffer.from('Yamada^Tarou='),
        Buffer.from('1b2442', 'hex'),
        Buffer.from('3b334544', 'hex'),
        Buffer.from('1b2842', 'hex'),
        Buffer.from('^'),
        Buffer.from('1b2442', 'hex'),
        Buffer.from('42404f3a', 'hex'),
        Buffer.from('1b2842', 'hex'),
      ]),
      { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎' },
    ],
    [
      '\\ISO 2022 IR 149',
      Buffer.concat([
        Buffer.from('Hong^Gildong='),
        Buffer.from('1b242943fbf3', 'hex'),
        Buffer.from('^'),
        Buffer.from('1b242943d1ced4d7', 'hex'),
      ]),
      { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞' },
    ],
  ])('gives names of %s as UTF-8', async (characterSet, name, expected) => {
    const { url } = await put({
      extra: [
        [0x00080005, 'CS', characterSet],
        [0x00100010, 'PN', name],
      ],
    });
    const answer = await get(`${url}/metadata`);
    const [json] = (await answer.json()) as JsonDataset[];
    expect(json['00080005']).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    expect(json['00100010']).toEqual({ vr: 'PN', Value: [expected] });
  });

  it('writes short binary values inline and long ones as addresses, also inside sequences', async () => {
    const long = pixels(5000);
    const { url } = await put({
      extra: [
        [0x00281201, 'OW', pixels(8)],
        [0x54000100, 'SQ', [[[0x54001010, 'OW', long]], [[0x54001010, 'OW', pixels(6)]]]],
      ],
    });
    const [json] = (await (await get(`${url}/metadata`)).json()) as JsonDataset[];
    expect(json['00281201']).toEqual({
      vr: 'OW',
      InlineBinary: Buffer.from(pixels(8)).toString('base64'),
    });
    const [first, second] = json['54000100']!.Value as JsonDataset[];
    expect(first['54001010']).toEqual({
      vr: 'OW',
      BulkDataURI: `${url}/bulkdata/54000100/1/54001010`,
    });
    expect(second['54001010']!.InlineBinary).toBe(Buffer.from(pixels(6)).toString('base64'));
    const [part] = await partsOf(await get(first['54001010']!.BulkDataURI!));
    expect(part.bytes).toEqual(Buffer.from(long));
    expect((await get(`${url}/bulkdata/54000100/3/54001010`)).status).toBe(404);
  });

  it('comes for a series and a study, in the order of instance numbers', async () => {
    const series = '1.2.3.5000';
    const files = [3, 1, 2].map((n) =>
      makeImage({ series, instance: `${series}.${n}`, instanceNumber: n })
    );
    await store(server.dicomWebUrl, files);
    const answer = await get(`${server.dicomWebUrl}/studies/1.2.3/series/${series}/metadata`);
    const json = (await answer.json()) as JsonDataset[];
    expect(json.map((one) => one['00200013']?.Value?.[0])).toEqual([1, 2, 3]);
    const study = (await (
      await get(`${server.dicomWebUrl}/studies/1.2.3/metadata`)
    ).json()) as JsonDataset[];
    expect(study.length).toBeGreaterThan(3);
  });
});

describe('native frames', () => {
  it.each([
    ['explicit little endian', EXPLICIT_LITTLE],
    ['implicit little endian', IMPLICIT_LITTLE],
    ['big endian, turned', EXPLICIT_BIG],
  ])('%s', async (_name, encoding) => {
    const all = pixels(96);
    const { url } = await put({ encoding, frames: 3, pixels: all });
    const parts = await partsOf(await get(`${url}/frames/3,1`, ANY_SYNTAX));
    expect(parts.map(({ bytes }) => bytes)).toEqual([
      Buffer.from(all.subarray(64)),
      Buffer.from(all.subarray(0, 32)),
    ]);
    expect(parts[0].type).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1');
  });

  it('of a deflated file, which is kept as it came', async () => {
    const all = pixels(32);
    const instance = '1.2.3.7000.1';
    const plain = makeImage({ series: '1.2.3.7000', instance, pixels: all });
    const metaLength = 132 + 12 + plain.readUInt32LE(140);
    const uid = '1.2.840.10008.1.2.1.99';
    const file = Buffer.concat([
      encodeMeta('1.2.840.10008.5.1.4.1.1.2', instance, uid),
      deflateRawSync(plain.subarray(metaLength)),
    ]);
    expect((await store(server.dicomWebUrl, [file])).status).toBe(200);
    const url = `${server.dicomWebUrl}/studies/1.2.3/series/1.2.3.7000/instances/${instance}`;
    const [frame] = await partsOf(await get(`${url}/frames/1`, ANY_SYNTAX));
    expect(frame.bytes).toEqual(Buffer.from(all));
    const [whole] = await partsOf(
      await get(url, 'multipart/related; type="application/dicom"; transfer-syntax=*')
    );
    expect(whole.bytes).toEqual(file);
  });

  const seg = (rows: number, columns: number, frames: number): TestImage => ({
    rows,
    columns,
    frames,
    bitsAllocated: 1,
    modality: 'SEG',
    sopClass: SEG_STORAGE,
    pixels: pixels(Math.ceil((rows * columns * frames) / 8)),
  });

  it('of one bit a pixel, where each begins at a byte', async () => {
    const { url } = await put(seg(4, 4, 3));
    const parts = await partsOf(await get(`${url}/frames/2,3`, ANY_SYNTAX));
    expect(parts.map(({ bytes }) => bytes)).toEqual([
      Buffer.from(pixels(6).subarray(2, 4)),
      Buffer.from(pixels(6).subarray(4)),
    ]);
  });

  it('of one bit a pixel are refused where frames share a byte; the whole is still there', async () => {
    const { url } = await put(seg(3, 5, 3));
    const answer = await get(`${url}/frames/2`, ANY_SYNTAX);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'FRAMES_NOT_ALIGNED' } });
    const [part] = await partsOf(await get(`${url}/bulkdata/7FE00010`));
    expect(part.bytes.subarray(0, 6)).toEqual(Buffer.from(pixels(6)));
  });

  it('that are not there give 404, a bad list 400', async () => {
    const { url } = await put({});
    expect((await get(`${url}/frames/2`, ANY_SYNTAX)).status).toBe(404);
    expect((await get(`${url}/frames/0`, ANY_SYNTAX)).status).toBe(400);
    expect((await get(`${url}/frames/1,,2`, ANY_SYNTAX)).status).toBe(400);
    expect((await get(`${url}/frames/1-3`, ANY_SYNTAX)).status).toBe(400);
  });
});

describe('compressed frames', () => {
  const JLS = '1.2.840.10008.1.2.4.80';
  const stream = (seed: number, length = 20) =>
    Buffer.concat([
      Buffer.from('ffd8', 'hex'),
      Buffer.from(pixels(length - 4, seed)),
      Buffer.from('ffd9', 'hex'),
    ]);
  const frames = [stream(1), stream(2), stream(3)];
  const compressed = (image: TestImage): TestImage => ({
    transferSyntaxUid: JLS,
    frames: 3,
    ...image,
  });
  const halves = (all: readonly Buffer[]) =>
    all.flatMap((one) => [one.subarray(0, 10), one.subarray(10)]);

  it.each([
    ['one fragment a frame', compressed({ fragments: frames })],
    [
      'several fragments with a basic offset table',
      compressed({ fragments: halves(frames), offsetTable: [0, 36, 72] }),
    ],
    ['several fragments without a table', compressed({ fragments: halves(frames) })],
    [
      'an extended offset table',
      compressed({
        fragments: halves(frames),
        extra: [[0x7fe00001, 'OB', Buffer.from(BigUint64Array.of(0n, 36n, 72n).buffer)]],
      }),
    ],
  ])('%s', async (_name, image) => {
    const { url } = await put(image);
    const parts = await partsOf(await get(`${url}/frames/1,3`, ANY_SYNTAX));
    expect(parts.map(({ bytes }) => bytes)).toEqual([frames[0], frames[2]]);
    expect(parts[0].type).toBe(`application/octet-stream; transfer-syntax=${JLS}`);
    const bulk = await partsOf(await get(`${url}/bulkdata/7FE00010`));
    expect(bulk.map(({ bytes }) => bytes)).toEqual(frames);
    expect(bulk[0].type).toBe(`image/jls; transfer-syntax=${JLS}`);
  });

  it('of a single frame are put together from all fragments', async () => {
    const { url } = await put({ transferSyntaxUid: JLS, fragments: halves([frames[0]]) });
    const [part] = await partsOf(await get(`${url}/frames/1`, '*/*'));
    expect(part.bytes).toEqual(frames[0]);
    expect(part.type).toContain('image/jls');
  });

  it.each([
    ['multipart/related; type="image/jls"', 200],
    ['multipart/related; type="image/jpeg"', 406],
    ['multipart/related; type="image/jpeg", multipart/related; type="image/jls"', 200],
    ['multipart/related; type="application/octet-stream"', 406],
    [`multipart/related; type="application/octet-stream"; transfer-syntax=${JLS}`, 200],
    [
      'multipart/related; type="application/octet-stream"; transfer-syntax=1.2.840.10008.1.2.1',
      406,
    ],
    ['application/json', 406],
  ])('asked for as %s: %i', async (accept, status) => {
    const { url } = await put(compressed({ fragments: frames }));
    const answer = await get(`${url}/frames/1`, accept);
    expect(answer.status).toBe(status);
    if (status === 406)
      expect(await answer.json()).toMatchObject({ error: { code: 'NOT_ACCEPTABLE' } });
    else await answer.arrayBuffer();
  });
});

describe('whole files', () => {
  it('come as multipart, byte for byte, for instance, series and study', async () => {
    const { url, file } = await put({ pixels: pixels(32, 9) });
    const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
    const [part] = await partsOf(await get(url, accept));
    expect(part.bytes).toEqual(file);
    expect(part.type).toContain('application/dicom');
    const series = await partsOf(await get(url.replace(/\/instances.*/, ''), accept));
    expect(series.map(({ bytes }) => bytes)).toEqual([file]);
    const study = await partsOf(await get(`${server.dicomWebUrl}/studies/1.2.3`, accept));
    expect(study.length).toBeGreaterThan(10);
  });

  it('one instance also comes alone', async () => {
    const { url, file } = await put({});
    const answer = await get(url, 'application/dicom');
    expect(answer.headers.get('content-type')).toContain('application/dicom');
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(file);
  });

  it('that are unknown give 404 with words', async () => {
    const answer = await get(`${server.dicomWebUrl}/studies/9.9.9`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error: { code: 'NOT_FOUND', remedy: expect.any(String) },
    });
  });
});

it('a header that lies about its sequence is refused, not read past its end', async () => {
  const body = encodeElements([[0x00081115, 'SQ', [[[0x0020000e, 'UI', '1.2']]]]], EXPLICIT_LITTLE);
  body.writeUInt32LE(0x7fffffff, 8);
  const file = Buffer.concat([
    encodeMeta('1.2.840.10008.5.1.4.1.1.2', '1.2', EXPLICIT_LITTLE.transferSyntaxUid),
    body,
  ]);
  expect((await store(server.dicomWebUrl, [file])).status).toBe(409);
});
