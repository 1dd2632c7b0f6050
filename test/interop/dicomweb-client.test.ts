/** The viewer's own DICOMweb client against the embedded archive: search, metadata, frames, files and store. */
import { api } from 'dicomweb-client';
import type { JsonDataset } from '../../server-adapter/src/dicom/json';
import { makeImage } from '../support/part10';
import { startTestGateway, type TestGateway } from '../support/gateway';
import { FetchXmlHttpRequest } from '../support/xml-http-request';

let server: TestGateway;
/** What is used of the client; its own declarations ask for parameters that are optional. */
interface Client {
  storeInstances(options: { datasets: ArrayBuffer[] }): Promise<unknown>;
  searchForStudies(options: {
    queryParams: { PatientName: string; limit: number };
  }): Promise<JsonDataset[]>;
  searchForSeries(options: { studyInstanceUID: string }): Promise<JsonDataset[]>;
  searchForInstances(options: typeof ids): Promise<JsonDataset[]>;
  retrieveSeriesMetadata(options: typeof ids): Promise<JsonDataset[]>;
  retrieveStudyMetadata(options: { studyInstanceUID: string }): Promise<JsonDataset[]>;
  retrieveInstanceFrames(
    options: typeof ids & { sopInstanceUID: string; frameNumbers: number[] }
  ): Promise<ArrayBuffer[]>;
  retrieveInstance(options: typeof ids & { sopInstanceUID: string }): Promise<ArrayBuffer>;
  retrieveSeries(options: typeof ids): Promise<ArrayBuffer[]>;
  retrieveBulkData(options: { BulkDataURI: string }): Promise<ArrayBuffer[]>;
}
let client: Client;
const ids = { studyInstanceUID: '1.2.3', seriesInstanceUID: '1.2.3.4' };
const pixels = Uint8Array.from({ length: 64 }, (_, i) => i);
const toArrayBuffer = (bytes: Buffer) => new Uint8Array(bytes).buffer;

beforeAll(async () => {
  Object.assign(globalThis, { XMLHttpRequest: FetchXmlHttpRequest });
  server = await startTestGateway();
  client = new api.DICOMwebClient({
    url: server.dicomWebUrl,
    singlepart: false,
    verbose: false,
  }) as unknown as Client;
});
afterAll(() => server.stop());

it('stores, finds, and gets back what it stored', async () => {
  const file = makeImage({ frames: 2, pixels });
  await client.storeInstances({ datasets: [toArrayBuffer(file)] });
  const studies = await client.searchForStudies({
    queryParams: { PatientName: '*test*', limit: 101 },
  });
  expect(studies).toHaveLength(1);
  const series = await client.searchForSeries({ studyInstanceUID: ids.studyInstanceUID });
  expect(series).toHaveLength(1);
  const instances = await client.searchForInstances(ids);
  expect(instances).toHaveLength(1);
  const sopInstanceUID = '1.2.3.4.5';
  const [metadata] = await client.retrieveSeriesMetadata(ids);
  expect(metadata['00280008']).toEqual({ vr: 'IS', Value: [2] });
  expect(
    await client.retrieveStudyMetadata({ studyInstanceUID: ids.studyInstanceUID })
  ).toHaveLength(1);
  const frames = await client.retrieveInstanceFrames({
    ...ids,
    sopInstanceUID,
    frameNumbers: [2, 1],
  });
  expect(frames.map((frame) => Buffer.from(frame))).toEqual([
    Buffer.from(pixels.subarray(32)),
    Buffer.from(pixels.subarray(0, 32)),
  ]);
  expect(Buffer.from(await client.retrieveInstance({ ...ids, sopInstanceUID }))).toEqual(file);
  const files = await client.retrieveSeries(ids);
  expect(files.map((one) => Buffer.from(one))).toEqual([file]);
  const bulk = await client.retrieveBulkData({
    BulkDataURI: metadata['7FE00010']?.BulkDataURI ?? '',
  });
  expect(Buffer.from(bulk[0])).toEqual(Buffer.from(pixels));
});

it('sees a refused store as an error', async () => {
  const other = makeImage({ frames: 2, pixels: new Uint8Array(64) });
  await expect(client.storeInstances({ datasets: [toArrayBuffer(other)] })).rejects.toMatchObject({
    status: 409,
  });
});
