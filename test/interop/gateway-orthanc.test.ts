/** The gateway in front of a real Orthanc: searches, images and stores as the viewer does them. */
import { makeImage, SEG_STORAGE, type TestImage } from '../support/part10';
import { partsOf, startTestGateway, store, type TestGateway } from '../support/gateway';
import { describeWithOrthanc, startOrthanc, type Orthanc } from '../support/orthanc';
import type { JsonDataset } from '../../server-adapter/src/dicom/json';

describeWithOrthanc('in front of Orthanc', () => {
  let orthanc: Orthanc;
  let server: TestGateway;
  const pixels = Uint8Array.from({ length: 32 }, (_, i) => i * 3);
  const base: TestImage = {
    study: '1.2.826.1',
    series: '1.2.826.1.1',
    studyDescription: 'Described study',
    seriesDescription: 'Described series',
    pixels,
  };

  beforeAll(async () => {
    orthanc = await startOrthanc({
      user: { name: 'cordon', password: 'pass:wörd' },
      dicomWebRoot: '/rs/',
    });
    const authorization = `Basic ${Buffer.from('cordon:pass:wörd', 'utf8').toString('base64')}`;
    server = await startTestGateway({
      source: { kind: 'dicomweb', url: orthanc.dicomWebUrl, authorization },
    });
    await orthanc.add(
      [1, 2].map((n) => makeImage({ ...base, instance: `1.2.826.1.1.${n}`, instanceNumber: n }))
    );
  });
  afterAll(async () => {
    await server.stop();
    await orthanc.stop();
  });

  const json = async (path: string) => {
    const answer = await fetch(`${server.dicomWebUrl}${path}`, {
      headers: { accept: 'application/dicom+json' },
    });
    expect(answer.status).toBe(200);
    return (await answer.json()) as JsonDataset[];
  };
  const instance = (n: number) =>
    `/studies/1.2.826.1/series/1.2.826.1.1/instances/1.2.826.1.1.${n}`;

  it('lists studies with the description that Orthanc leaves out', async () => {
    const [study] = await json(
      '/studies?PatientName=*test*&limit=101&offset=0&fuzzymatching=false'
    );
    expect(study['00081030']).toEqual({ vr: 'LO', Value: ['Described study'] });
    expect(study['00080005']).toEqual({ vr: 'CS', Value: ['ISO_IR 192'] });
    expect(study['00080061']?.Value).toEqual(['CT']);
  });

  it('gives metadata whose bulk data address works through the gateway', async () => {
    const [metadata] = await json(`${instance(1)}/metadata`);
    const uri = metadata['7FE00010']?.BulkDataURI ?? '';
    expect(uri.startsWith(server.dicomWebUrl)).toBe(true);
    const [part] = await partsOf(await fetch(uri));
    expect(part.bytes.subarray(0, 32)).toEqual(Buffer.from(pixels));
    expect((await json('/studies/1.2.826.1/series/1.2.826.1.1/metadata')).length).toBe(2);
  });

  it('gives frames and whole files', async () => {
    const accept = 'multipart/related; type=application/octet-stream; transfer-syntax=*';
    const [frame] = await partsOf(
      await fetch(`${server.dicomWebUrl}${instance(2)}/frames/1`, { headers: { accept } })
    );
    expect(frame.bytes).toEqual(Buffer.from(pixels));
    const files = await partsOf(
      await fetch(`${server.dicomWebUrl}/studies/1.2.826.1/series/1.2.826.1.1`)
    );
    expect(files).toHaveLength(2);
    expect(files[0].bytes.toString('latin1', 128, 132)).toBe('DICM');
  });

  it('stores a segmentation once, accepts the same again and refuses other content', async () => {
    const seg: TestImage = {
      ...base,
      series: '1.2.826.1.2',
      instance: '1.2.826.1.2.1',
      modality: 'SEG',
      sopClass: SEG_STORAGE,
    };
    const before = await orthanc.countInstances();
    const first = await store(server.dicomWebUrl, [makeImage(seg)], { origin: server.url });
    expect(first.status).toBe(200);
    const response = (await first.json()) as JsonDataset;
    expect(response['00081199']?.Value).toHaveLength(1);
    expect((await store(server.dicomWebUrl, [makeImage(seg)])).status).toBe(200);
    const other = await store(server.dicomWebUrl, [
      makeImage({ ...seg, pixels: new Uint8Array(32).fill(9) }),
    ]);
    expect(other.status).toBe(409);
    expect(await orthanc.countInstances()).toBe(before + 1);
    const [kept] = await partsOf(
      await fetch(
        `${server.dicomWebUrl}/studies/1.2.826.1/series/1.2.826.1.2/instances/1.2.826.1.2.1`
      )
    );
    expect(kept.bytes).toEqual(makeImage(seg));
  });

  it.each<[string, TestImage]>([
    ['another PatientID', { ...base, instance: '9.1', patientId: 'OTHER' }],
    ['a series of another study', { ...base, study: '9.9', instance: '9.2' }],
    ['another modality in a known series', { ...base, instance: '9.3', modality: 'MR' }],
    [
      'a source series in another study',
      {
        ...base,
        study: '9.9',
        series: '9.9.1',
        instance: '9.4',
        modality: 'SEG',
        sopClass: SEG_STORAGE,
        extra: [[0x00081115, 'SQ', [[[0x0020000e, 'UI', '1.2.826.1.1']]]]],
      },
    ],
    ['a file that is cut off', { ...base, instance: '9.5', rows: 400 }],
  ])('refuses %s, and Orthanc never sees it', async (_name, image) => {
    const before = await orthanc.countInstances();
    expect((await store(server.dicomWebUrl, [makeImage({ ...image, pixels })])).status).toBe(409);
    expect(await orthanc.countInstances()).toBe(before);
  });

  it('stores the good ones of a mixed request', async () => {
    const before = await orthanc.countInstances();
    const answer = await store(server.dicomWebUrl, [
      makeImage({ ...base, series: '1.2.826.1.3', instance: '1.2.826.1.3.1' }),
      Buffer.from('no DICOM'),
      makeImage({ ...base, series: '1.2.826.1.3', instance: '1.2.826.1.3.2' }),
    ]);
    expect(answer.status).toBe(202);
    expect(await orthanc.countInstances()).toBe(before + 2);
  });

  it('says 401 in words when its credentials are wrong', async () => {
    const wrong = await startTestGateway({
      source: { kind: 'dicomweb', url: orthanc.dicomWebUrl, authorization: 'Basic eDp5' },
    });
    const answer = await fetch(`${wrong.dicomWebUrl}/studies`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'UPSTREAM_REFUSED' } });
    await wrong.stop();
  });

  it('answers what Orthanc does not know as not found', async () => {
    expect(
      (await fetch(`${server.dicomWebUrl}/studies/1.9.9/series/1.9/instances/1.9.1/metadata`))
        .status
    ).toBe(404);
    expect(await json('/studies/1.9.9/series')).toEqual([]);
  });
});
