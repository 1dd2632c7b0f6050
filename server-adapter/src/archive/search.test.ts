/** QIDO-RS of the embedded archive over HTTP: the filters that the viewer's study list sends, levels, paging. */
import { makeImage } from '../../../test/support/part10';
import { startTestGateway, store, type TestGateway } from '../../../test/support/gateway';
import type { JsonDataset } from '../dicom/json';

let server: TestGateway;

const studies = [
  {
    study: '1.2.1',
    patientId: 'ABC-1',
    patientName: 'Meyer^Anna',
    studyDate: '20240110',
    studyDescription: 'Brain MR',
    accessionNumber: 'A100',
    modality: 'MR',
  },
  {
    study: '1.2.2',
    patientId: 'ABC-2',
    patientName: 'Meier^Otto',
    studyDate: '20240215',
    studyDescription: 'Chest CT',
    accessionNumber: 'A200',
    modality: 'CT',
  },
  {
    study: '1.2.3',
    patientId: 'XYZ-3',
    patientName: 'Brown*^Bob',
    studyDate: '20231231',
    studyDescription: 'Knee',
    accessionNumber: 'B300',
    modality: 'CR',
  },
] as const;

beforeAll(async () => {
  server = await startTestGateway();
  const files = studies.flatMap((study) =>
    [1, 2].map((number) =>
      makeImage({
        ...study,
        series: `${study.study}.9`,
        instance: `${study.study}.9.${number}`,
        instanceNumber: 3 - number,
      })
    )
  );
  const seg = makeImage({
    ...studies[1],
    modality: 'SEG',
    series: '1.2.2.8',
    instance: '1.2.2.8.1',
    sopClass: '1.2.840.10008.5.1.4.1.1.66.4',
  });
  expect((await store(server.dicomWebUrl, [...files, seg])).status).toBe(200);
});
afterAll(() => server.stop());

async function get(path: string): Promise<JsonDataset[]> {
  const answer = await fetch(`${server.dicomWebUrl}${path}`, {
    headers: { accept: 'application/dicom+json' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('application/dicom+json');
  return (await answer.json()) as JsonDataset[];
}
const uids = (found: readonly JsonDataset[], tag = '0020000D') =>
  found.map((one) => one[tag]?.Value?.[0]);

describe('study search', () => {
  it('lists the newest study first', async () => {
    expect(uids(await get('/studies'))).toEqual(['1.2.2', '1.2.1', '1.2.3']);
  });

  it.each([
    ['PatientName=*meyer*', ['1.2.1']],
    ['PatientName=me%3Fer*', ['1.2.2', '1.2.1']],
    ['PatientName=Meyer%5EAnna', ['1.2.1']],
    ['PatientName=Meyer', []],
    ['PatientName=*brown%5C*', ['1.2.3'].slice(1)],
    ['00100020=*abc*', ['1.2.2', '1.2.1']],
    ['PatientID=XYZ-3', ['1.2.3']],
    ['AccessionNumber=*200*', ['1.2.2']],
    ['StudyDescription=*ct*', ['1.2.2']],
    ['StudyDate=20240110-20240215', ['1.2.2', '1.2.1']],
    ['StudyDate=-20240110', ['1.2.1', '1.2.3']],
    ['StudyDate=20240201-', ['1.2.2']],
    ['StudyDate=20240110', ['1.2.1']],
    ['ModalitiesInStudy=MR', ['1.2.1']],
    ['ModalitiesInStudy=SEG', ['1.2.2']],
    ['ModalitiesInStudy=MR,CR', ['1.2.1', '1.2.3']],
    ['ModalitiesInStudy=MR%5CCT', ['1.2.2', '1.2.1']],
    ['StudyInstanceUID=1.2.3', ['1.2.3']],
    ['StudyInstanceUID=1.2.3,1.2.1', ['1.2.1', '1.2.3']],
    ['StudyInstanceUID=1.2', []],
    ['limit=1', ['1.2.2']],
    ['limit=2&offset=1', ['1.2.1', '1.2.3']],
    ['PatientName=*me*&StudyDate=20240201-&limit=101&offset=0&fuzzymatching=false', ['1.2.2']],
    ['PatientName=', ['1.2.2', '1.2.1', '1.2.3']],
  ])('%s', async (query, expected) => {
    expect(uids(await get(`/studies?${query}`))).toEqual(expected);
  });

  it('answers a hostile wildcard at once', async () => {
    const started = Date.now();
    await get(`/studies?PatientName=${'*a'.repeat(500)}b`);
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('returns what a study list shows, counted over all series', async () => {
    const [study] = await get('/studies?StudyInstanceUID=1.2.2');
    expect(study).toMatchObject({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00080061': { vr: 'CS', Value: ['CT', 'SEG'] },
      '00081030': { vr: 'LO', Value: ['Chest CT'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Meier^Otto' }] },
      '00201206': { vr: 'IS', Value: [2] },
      '00201208': { vr: 'IS', Value: [3] },
      '00081190': { vr: 'UR', Value: [`${server.dicomWebUrl}/studies/1.2.2`] },
    });
  });

  it('adds included attributes that the index does not hold', async () => {
    const [without] = await get('/studies?StudyInstanceUID=1.2.1');
    const [study] = await get('/studies?StudyInstanceUID=1.2.1&includefield=PixelSpacing,00280004');
    expect(without['00280030']).toBeUndefined();
    expect(study['00280030']).toEqual({ vr: 'DS', Value: [0.5, 0.25] });
    expect(study['00280004']).toEqual({ vr: 'CS', Value: ['MONOCHROME2'] });
  });

  it('warns when it ignores a parameter', async () => {
    const answer = await fetch(`${server.dicomWebUrl}/studies?Nonsense=1`);
    expect(answer.headers.get('warning')).toMatch(/^299 /);
    expect((await fetch(`${server.dicomWebUrl}/studies`)).headers.get('warning')).toBeNull();
  });
});

describe('series and instance search', () => {
  it('finds the series of a study, and by modality across studies', async () => {
    expect(uids(await get('/studies/1.2.2/series'), '0020000E').sort()).toEqual([
      '1.2.2.8',
      '1.2.2.9',
    ]);
    expect(uids(await get('/series?Modality=SEG'), '0020000E')).toEqual(['1.2.2.8']);
    expect(await get('/studies/9.9/series')).toEqual([]);
  });

  it('counts the instances of a series', async () => {
    const [series] = await get('/studies/1.2.1/series');
    expect(series['00201209']).toEqual({ vr: 'IS', Value: [2] });
  });

  it('lists instances by number, with size and transfer syntax', async () => {
    const found = await get('/studies/1.2.1/series/1.2.1.9/instances');
    expect(uids(found, '00080018')).toEqual(['1.2.1.9.2', '1.2.1.9.1']);
    expect(found[0]).toMatchObject({
      '00280010': { vr: 'US', Value: [4] },
      '00083002': { vr: 'UI', Value: ['1.2.840.10008.1.2.1'] },
    });
    expect(
      uids(await get('/studies/1.2.2/instances?SOPInstanceUID=1.2.2.8.1'), '00080018')
    ).toEqual(['1.2.2.8.1']);
    expect(uids(await get('/instances?SOPInstanceUID=1.2.3.9.1'), '00080018')).toEqual([
      '1.2.3.9.1',
    ]);
  });
});
