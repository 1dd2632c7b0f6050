/**
 * Storing: "saved" only after reading back; whatever the archive does, the work can be stored again and exactly one
 * object results.
 */
import {
  CORDON_EQUIPMENT,
  parseDicom,
  readSegmentation,
  storeSegmentation,
  writeSegmentation,
  type WrittenSegmentation,
} from '@cordon/extension-dicom-seg/pure';
import { describeWithOrthanc, startOrthanc, type Orthanc } from '../support/orthanc';
import { firstPart } from './multipart';
import { phantomInstances } from './phantom-series';
import { blockLabels, organ } from './seg-sources';
import { startStowServer, type StowServer } from './stow-server';

function segmentation(encoding: 'binary' | 'labelmap' = 'binary'): WrittenSegmentation {
  const source = phantomInstances({ columns: 33, rows: 35, slices: 4 });
  const voxels = blockLabels([33, 35, 4], 3);
  return writeSegmentation({
    source,
    planes: source.map(({ sopInstanceUid }, k) => ({
      sopInstanceUid,
      layer: 0,
      voxels: voxels.subarray(k * 33 * 35, (k + 1) * 33 * 35),
    })),
    segments: [organ(1), organ(2), organ(3)],
    encoding,
    seriesDescription: 'Stored by a test',
    equipment: CORDON_EQUIPMENT,
  });
}

const quick = { readBackDelaysMs: [10, 20] };

describe('storing in an archive that fails', () => {
  let server: StowServer;
  beforeEach(async () => {
    server = await startStowServer();
  });
  afterEach(() => server.stop());

  it('is saved when the archive gives the same bytes back', async () => {
    const written = segmentation();
    const receipt = await storeSegmentation(written, server, quick);
    expect(receipt.verified).toBe('bytes');
    const body = 2 * 2 + written.byteLength;
    expect(Number(server.received[0]['content-length'])).toBeGreaterThan(body);
    expect(server.received[0]['transfer-encoding']).toBeUndefined();
    expect(server.received[0]['content-type']).toMatch(
      /^multipart\/related; type="application\/dicom"/
    );
    expect(Buffer.from(server.objects.get(written.sopInstanceUid)!)).toEqual(
      Buffer.concat(written.parts)
    );
  });

  it.each([
    [401, 'STORE_UNAUTHORIZED'],
    [403, 'STORE_FORBIDDEN'],
    [404, 'STORE_NO_DICOMWEB'],
    [409, 'STORE_CONFLICT'],
    [413, 'STORE_TOO_LARGE'],
    [415, 'STORE_UNSUPPORTED'],
    [500, 'STORE_SERVER_ERROR'],
    [503, 'STORE_SERVER_ERROR'],
  ])('names what %d means, and stores at the next attempt', async (status, code) => {
    const written = segmentation();
    server.faults.push({ kind: 'status', status });
    const error = await storeSegmentation(written, server, quick).catch((e: unknown) => e);
    expect(error).toMatchObject({ code, remedy: expect.stringContaining('is kept') as string });
    expect(server.objects.size).toBe(0);
    expect((await storeSegmentation(written, server, quick)).verified).toBe('bytes');
    expect(server.objects.size).toBe(1);
  });

  it('takes a web page for what it is', async () => {
    server.faults.push({
      kind: 'status',
      status: 200,
      type: 'text/html',
      body: '<!doctype html><p>Hi',
    });
    await expect(storeSegmentation(segmentation(), server, quick)).rejects.toMatchObject({
      code: 'STORE_NO_DICOMWEB',
      why: 'the archive answered 200 with a web page',
    });
  });

  it('is saved, once, when the answer is lost after success', async () => {
    const written = segmentation();
    server.faults.push({ kind: 'answer-lost' });
    expect((await storeSegmentation(written, server, quick)).verified).toBe('bytes');
    expect((await storeSegmentation(written, server, quick)).verified).toBe('bytes');
    expect([...server.objects.keys()]).toEqual([written.sopInstanceUid]);
  });

  it('is saved when the answer stops half way', async () => {
    server.faults.push({ kind: 'half-open' });
    const receipt = await storeSegmentation(segmentation(), { ...server, timeoutMs: 200 }, quick);
    expect(receipt.verified).toBe('bytes');
  });

  it('says when nothing is answered', async () => {
    server.faults.push({ kind: 'silence' });
    await expect(
      storeSegmentation(segmentation(), { url: server.url, timeoutMs: 100 }, quick)
    ).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
  });

  it('says when the connection breaks, and when there is none', async () => {
    server.faults.push({ kind: 'cut' });
    await expect(storeSegmentation(segmentation(), server, quick)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
    await server.stop();
    await expect(storeSegmentation(segmentation(), server, quick)).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
    });
  });

  it('does not believe a success that stored nothing', async () => {
    server.faults.push({ kind: 'forgets' });
    await expect(storeSegmentation(segmentation(), server, quick)).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND_AFTERWARDS',
    });
  });

  it('gives the reason of a failure inside a successful answer', async () => {
    server.faults.push({ kind: 'fails-inside', reason: 0xa701 });
    await expect(storeSegmentation(segmentation(), server, quick)).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      why: 'out of resources (0xA701)',
    });
  });

  it('notices that the archive holds something else under the identifier', async () => {
    const written = segmentation();
    server.transform = (stored) => {
      const other = stored.slice();
      // The highest pixel bits: the header stays as it is.
      other[other.length - 300] ^= 0xff;
      return other;
    };
    await expect(storeSegmentation(written, server, quick)).rejects.toMatchObject({
      code: 'STORE_DIFFERS',
      why: 'the voxels differ',
    });
  });

  it('accepts an object that the archive encoded anew, by its values', async () => {
    const written = segmentation();
    server.transform = (stored) => withLongerPreamble(stored);
    const receipt = await storeSegmentation(written, server, quick);
    expect(receipt.verified).toBe('values');
    expect(receipt.warnings).toHaveLength(1);
  });

  it('can be cancelled', async () => {
    server.faults.push({ kind: 'silence' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    await expect(
      storeSegmentation(segmentation(), server, { signal: controller.signal })
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('sends the token to the archive and asks for it anew each time', async () => {
    let asked = 0;
    const headers = () => ({ authorization: `Bearer token-${++asked}` });
    await storeSegmentation(segmentation(), { url: server.url, headers }, quick);
    expect(server.received[0].authorization).toBe('Bearer token-1');
    expect(asked).toBe(2);
  });
});

/** Another encoding of the same values: a preamble that is not zero. */
function withLongerPreamble(file: Uint8Array): Uint8Array {
  const other = file.slice();
  other.fill(0x20, 0, 128);
  return other;
}

describeWithOrthanc('storing in Orthanc', () => {
  let orthanc: Orthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc();
  });
  afterAll(() => orthanc.stop());

  it.each(['binary', 'labelmap'] as const)('keeps a %s object byte for byte', async (encoding) => {
    const written = segmentation(encoding);
    const before = await orthanc.countInstances();
    const receipt = await storeSegmentation(written, { url: orthanc.dicomWebUrl });
    expect(receipt.verified).toBe('bytes');
    await storeSegmentation(written, { url: orthanc.dicomWebUrl });
    expect(await orthanc.countInstances()).toBe(before + 1);
  });

  it('finds the series and the instance by QIDO-RS, and the file opens again', async () => {
    const written = segmentation();
    await storeSegmentation(written, { url: orthanc.dicomWebUrl });
    const url = `${orthanc.dicomWebUrl}/studies/${written.studyInstanceUid}/series?Modality=SEG`;
    const series = (await (await fetch(url)).json()) as unknown[];
    expect(series).toHaveLength(1);
    const file = await fetch(
      `${orthanc.dicomWebUrl}/studies/${written.studyInstanceUid}/series/${written.seriesInstanceUid}` +
        `/instances/${written.sopInstanceUid}`,
      { headers: { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' } }
    );
    const body = new Uint8Array(await file.arrayBuffer());
    const bytes = firstPart(body, file.headers.get('content-type') ?? '')!;
    expect(parseDicom(bytes).data.text('SOPInstanceUID')).toBe(written.sopInstanceUid);
    expect((await readSegmentation(bytes)).labels.segments).toHaveLength(3);
  });

  it('notices that Orthanc kept an older object of the same identifier', async () => {
    const written = segmentation();
    await storeSegmentation(written, { url: orthanc.dicomWebUrl });
    const [header, pixels] = written.parts;
    const changed = pixels.slice();
    changed[40] ^= 0xff;
    const parts = [header, changed];
    await expect(
      storeSegmentation({ ...written, parts, sha256: '0'.repeat(64) }, { url: orthanc.dicomWebUrl })
    ).rejects.toMatchObject({ code: 'STORE_DIFFERS' });
  });

  it('asks to log in when Orthanc wants a password', async () => {
    const locked = await startOrthanc({ user: { name: 'alice', password: 'secret' } });
    try {
      const written = segmentation();
      const url = locked.dicomWebUrl;
      await expect(storeSegmentation(written, { url })).rejects.toMatchObject({
        code: 'STORE_UNAUTHORIZED',
      });
      const headers = () => ({ authorization: `Basic ${btoa('alice:secret')}` });
      expect((await storeSegmentation(written, { url, headers })).verified).toBe('bytes');
    } finally {
      await locked.stop();
    }
  });
});
