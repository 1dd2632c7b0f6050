/**
 * STOW-RS to another server. Each instance is received into a file and checked before anything is sent: readable,
 * complete, a storage class, of the same patient as the study on the server, and not replacing other content.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { CordonError } from '@cordon/extension-workbench/pure';
import { checkStorageClass, FAILURE, type Refusal } from '../archive/admission';
import { describeInstance, type InstanceDescription } from '../archive/description';
import { checkPixelData } from '../archive/pixel-check';
import { sameDataset } from '../archive/same-dataset';
import { readHeader } from '../dicom/file';
import type { JsonDataset } from '../dicom/json';
import { DICOM_JSON, type DicomWebAnswer, type StoreRequest } from '../dicomweb/backend';
import { multipartChunks, parseMediaType } from '../dicomweb/multipart';
import { receiveParts, type StoreLimits } from '../dicomweb/receive';
import { storeAnswer, type RefusedInstance } from '../dicomweb/store-response';
import { asDatasets } from './rewrite';
import { statusError, type Upstream } from './upstream';

interface Staged {
  readonly path: string;
  readonly description: InstanceDescription;
}

export async function storeUpstream(
  upstream: Upstream,
  request: StoreRequest,
  limits: StoreLimits,
  newPath: () => string
): Promise<DicomWebAnswer> {
  const paths: string[] = [];
  const toSend: Staged[] = [];
  const stored: InstanceDescription[] = [];
  const refused: RefusedInstance[] = [];
  try {
    await receiveParts(request.body, request.boundary, limits, newPath, (path) => {
      paths.push(path);
      return Promise.resolve();
    });
    const seen = new Set<string>();
    for (const path of paths) {
      const checked = await check(upstream, request, path, newPath);
      if ('refusal' in checked) refused.push(toRefused(checked.refusal, checked.description));
      else if (checked.alreadyThere || seen.has(checked.description.sopInstanceUid))
        stored.push(checked.description);
      else toSend.push({ path, description: checked.description });
      if (checked.description) seen.add(checked.description.sopInstanceUid);
    }
    if (toSend.length) {
      const failures = await forward(upstream, request, toSend);
      for (const { description } of toSend) {
        const refusal = failures.get(description.sopInstanceUid);
        if (refusal) refused.push(toRefused(refusal, description));
        else stored.push(description);
      }
    }
    return storeAnswer(stored, refused, request.baseUrl);
  } finally {
    await Promise.all(paths.map((path) => rm(path, { force: true })));
  }
}

const toRefused = (refusal: Refusal, description?: InstanceDescription): RefusedInstance => ({
  sopClassUid: description?.sopClassUid ?? '',
  sopInstanceUid: description?.sopInstanceUid ?? '',
  reason: refusal.reason,
  comment: refusal.comment,
});

type Checked =
  | { readonly description: InstanceDescription; readonly alreadyThere: boolean }
  | { readonly refusal: Refusal; readonly description?: InstanceDescription };

async function check(
  upstream: Upstream,
  request: StoreRequest,
  path: string,
  newPath: () => string
): Promise<Checked> {
  let description: InstanceDescription;
  try {
    const header = await readHeader(path);
    description = describeInstance(header);
    await checkPixelData(path, header);
  } catch (error) {
    if (!(error instanceof CordonError)) throw error;
    return { refusal: { reason: FAILURE.cannotUnderstand, comment: error.why } };
  }
  const refusal =
    checkStorageClass(description, request.study) ??
    (await checkPatient(upstream, request, description));
  if (refusal) return { refusal, description };
  const existing = await fetchExisting(upstream, request, description, newPath);
  if (existing === undefined) return { description, alreadyThere: false };
  try {
    if (await sameDataset(path, existing)) return { description, alreadyThere: true };
  } finally {
    await rm(existing, { force: true });
  }
  const comment = 'an instance with this SOPInstanceUID and other content is already stored';
  return { refusal: { reason: FAILURE.duplicateInstance, comment }, description };
}

async function search(
  upstream: Upstream,
  { authorization, signal }: StoreRequest,
  path: string,
  query: URLSearchParams
): Promise<JsonDataset[]> {
  const answer = await upstream.json({
    method: 'GET',
    path,
    query,
    accept: DICOM_JSON,
    authorization,
    signal,
  });
  return asDatasets(answer) ?? [];
}

/** The study on the server must be of the same patient, and all its known series in their studies. */
async function checkPatient(
  upstream: Upstream,
  request: StoreRequest,
  { studyUid, seriesUid, patientId, modality, referencedSeriesUids }: InstanceDescription
): Promise<Refusal | undefined> {
  const mismatch = (comment: string): Refusal => ({ reason: FAILURE.dataSetMismatch, comment });
  const studies = await search(
    upstream,
    request,
    '/studies',
    new URLSearchParams({ StudyInstanceUID: studyUid })
  );
  const owner = studies.find((study) => first(study, '0020000D') === studyUid);
  if (owner && first(owner, '00100020') !== patientId)
    return mismatch('the study already belongs to another PatientID');
  for (const uid of new Set([seriesUid, ...referencedSeriesUids])) {
    const found = await search(
      upstream,
      request,
      '/series',
      new URLSearchParams({ SeriesInstanceUID: uid })
    );
    const known = found.filter((series) => first(series, '0020000E') === uid);
    if (known.some((series) => first(series, '0020000D') !== studyUid)) {
      return mismatch(
        uid === seriesUid
          ? 'the series already belongs to another study'
          : 'it refers to a series of another study'
      );
    }
    if (uid === seriesUid && known.some((series) => first(series, '00080060') !== modality)) {
      return mismatch('the series already has another modality');
    }
  }
  return undefined;
}

function first(dataset: JsonDataset, tag: string): string {
  const value = dataset[tag]?.Value?.[0];
  return typeof value === 'string' ? value : '';
}

/** Downloads the instance with the same UID into a file; undefined when the server has none. */
async function fetchExisting(
  upstream: Upstream,
  request: StoreRequest,
  { studyUid, seriesUid, sopInstanceUid }: InstanceDescription,
  newPath: () => string
): Promise<string | undefined> {
  const found = await search(
    upstream,
    request,
    '/instances',
    new URLSearchParams({ SOPInstanceUID: sopInstanceUid })
  );
  const there = found.find((instance) => first(instance, '00080018') === sopInstanceUid);
  if (!there) return undefined;
  const study = first(there, '0020000D') || studyUid;
  const series = first(there, '0020000E') || seriesUid;
  const answer = await upstream.send({
    method: 'GET',
    path: `/studies/${study}/series/${series}/instances/${sopInstanceUid}`,
    accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
    authorization: request.authorization,
    signal: request.signal,
  });
  if (answer.statusCode !== 200) {
    answer.resume();
    throw statusError(answer.statusCode ?? 500);
  }
  const boundary =
    parseMediaType(answer.headers['content-type'] ?? '').parameters.get('boundary') ?? '';
  const received: string[] = [];
  const limits: StoreLimits = { maxRequestBytes: Number.MAX_SAFE_INTEGER, maxParts: 1 };
  await receiveParts(answer, boundary, limits, newPath, (path) => {
    received.push(path);
    return Promise.resolve();
  });
  return received[0];
}

/** Sends the instances in one request. @returns refusals by SOPInstanceUID */
async function forward(
  upstream: Upstream,
  request: StoreRequest,
  instances: readonly Staged[]
): Promise<Map<string, Refusal>> {
  const boundary = randomUUID();
  const { head, tail } = multipartChunks(boundary);
  const sizes = await Promise.all(instances.map(async ({ path }) => (await stat(path)).size));
  const partHead = head('application/dicom');
  const contentLength = sizes.reduce((sum, size) => sum + size + partHead.length, tail().length);
  async function* body() {
    for (const { path } of instances) {
      yield partHead;
      yield* createReadStream(path) as AsyncIterable<Buffer>;
    }
    yield tail();
  }
  const answer = await upstream.send({
    method: 'POST',
    path: request.study ? `/studies/${request.study}` : '/studies',
    accept: DICOM_JSON,
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    contentLength,
    body: body(),
    authorization: request.authorization,
    signal: request.signal,
  });
  const status = answer.statusCode ?? 500;
  const text = await upstream.text(answer);
  // 409 and 400 come with a response that tells the instances apart; other errors are about the whole request.
  const response =
    status < 300 || status === 409 || status === 400 ? readResponse(text) : undefined;
  if (!response) throw statusError(status < 400 ? 502 : status);
  return refusals(response, instances);
}

function readResponse(text: string): JsonDataset | undefined {
  try {
    const dataset = asDatasets(JSON.parse(text))?.[0];
    return dataset && ('00081199' in dataset || '00081198' in dataset) ? dataset : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An instance that the server does not name as stored was not stored. */
function refusals(response: JsonDataset, instances: readonly Staged[]): Map<string, Refusal> {
  const uids = (tag: string): string[] =>
    (response[tag]?.Value ?? []).flatMap((item) =>
      typeof item === 'object' && item !== null ? [first(item as JsonDataset, '00081155')] : []
    );
  const accepted = new Set(uids('00081199'));
  const refusal: Refusal = {
    reason: FAILURE.processingFailure,
    comment: 'the archive did not accept the instance',
  };
  return new Map(
    instances
      .map(({ description }) => description.sopInstanceUid)
      .filter((uid) => !accepted.has(uid))
      .map((uid) => [uid, refusal])
  );
}
