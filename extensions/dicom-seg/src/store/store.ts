/**
 * @file Stores an object by STOW-RS and reads it back: "saved" means that the archive gave the same object back.
 *
 * The same bytes go out at every attempt, under one SOP Instance UID, so a lost answer or a double click leaves exactly
 * one object. Whatever happens, the caller still has its work: nothing here changes it.
 */
import { isAbort, type Progress } from '@cordon/extension-workbench/pure';
import { Sha256 } from '../part10/sha256';
import { request, type ArchiveAnswer, type DicomWebStore } from './dicom-web-store';
import { storeError } from './errors';
import { firstPart, multipartBody } from './multipart';
import { sameObject } from './same-object';
import { parseStoreResponse } from './store-response';

export interface StorableObject {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** Of the file, hexadecimal. */
  readonly sha256: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

export interface StoreOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Waits between attempts to read back (ms); archives may take a moment to index. Default 250, 1000, 3000. */
  readonly readBackDelaysMs?: readonly number[];
}

export interface StoreReceipt {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  /** `bytes`: the archive gave back the very file; `values`: it encoded it anew, and all its values are equal. */
  readonly verified: 'bytes' | 'values';
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

type SentOutcome =
  | { readonly kind: 'accepted' }
  /** The archive may have it or not: reading back decides. */
  | { readonly kind: 'unsure'; readonly error: Error };

/**
 * Stores an object. Resolves only when it was read back and found equal; rejects with a `STORE_*` error otherwise, with
 * `CANCELLED` when the signal fired (the archive may have it then; storing again is safe).
 */
export async function storeObject(
  object: StorableObject,
  store: DicomWebStore,
  options: StoreOptions = {}
): Promise<StoreReceipt> {
  options.onProgress?.({ fraction: 0, message: 'Sending' });
  const sent = await send(object, store, options.signal);
  options.onProgress?.({ fraction: 0.6, message: 'Reading back' });
  const stored = await readBack(object, store, options, sent);
  if (stored === undefined) {
    throw sent.kind === 'unsure'
      ? sent.error
      : storeError('STORE_NOT_FOUND_AFTERWARDS', `${object.sopInstanceUid} is not found`);
  }
  const verified = await compare(object, stored);
  options.onProgress?.({ fraction: 1, message: 'Saved' });
  return {
    sopInstanceUid: object.sopInstanceUid,
    seriesInstanceUid: object.seriesInstanceUid,
    studyInstanceUid: object.studyInstanceUid,
    verified,
    warnings:
      verified === 'bytes'
        ? []
        : ['The archive encoded the object anew; all its values are equal.'],
  };
}

/** Stores a segmentation; see {@link storeObject}. */
export const storeSegmentation = storeObject;

async function send(
  object: StorableObject,
  store: DicomWebStore,
  signal: AbortSignal | undefined
): Promise<SentOutcome> {
  const boundary = `cordon-${object.sha256.slice(0, 32)}`;
  const { body, contentType } = multipartBody(object.parts, boundary);
  let answer: ArchiveAnswer;
  try {
    answer = await request(store, {
      method: 'POST',
      path: `/studies/${object.studyInstanceUid}`,
      accept: 'application/dicom+json',
      contentType,
      body,
      signal,
    });
  } catch (error) {
    if (isAbort(error) || !(error instanceof Error)) throw error;
    return { kind: 'unsure', error };
  }
  return judge(object, answer);
}

/** Refusals that leave no doubt are thrown. */
function judge(object: StorableObject, answer: ArchiveAnswer): SentOutcome {
  const { status } = answer;
  const text = new TextDecoder().decode(answer.bytes.subarray(0, 1_000_000));
  const why = `the archive answered ${status}${excerpt(text, answer.contentType)}`;
  if (status === 401) throw storeError('STORE_UNAUTHORIZED', why);
  if (status === 403) throw storeError('STORE_FORBIDDEN', why);
  if (status === 404 || status === 405) throw storeError('STORE_NO_DICOMWEB', why);
  if (status === 413) throw storeError('STORE_TOO_LARGE', why);
  if (status === 415) throw storeError('STORE_UNSUPPORTED', why);
  if (status >= 500) return { kind: 'unsure', error: storeError('STORE_SERVER_ERROR', why) };
  const response = parseStoreResponse(text);
  const failed = response?.failed.find(
    ({ sopInstanceUid }) => sopInstanceUid === object.sopInstanceUid
  );
  if (status >= 400) {
    const reason = failed ? `${why}: ${failed.reason}` : why;
    // 409 is also what a second attempt gets when the first one did arrive.
    return { kind: 'unsure', error: storeError('STORE_CONFLICT', reason) };
  }
  if (failed) return { kind: 'unsure', error: storeError('STORE_REFUSED', failed.reason) };
  if (!response) return { kind: 'unsure', error: storeError('STORE_NO_DICOMWEB', why) };
  if (response.stored.length > 0 && !response.stored.includes(object.sopInstanceUid)) {
    const other = `it lists ${response.stored.join(', ')} instead of ${object.sopInstanceUid}`;
    return { kind: 'unsure', error: storeError('STORE_REFUSED', other) };
  }
  return { kind: 'accepted' };
}

/** The beginning of a text answer. */
function excerpt(text: string, contentType: string): string {
  if (/html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(text)) return ' with a web page';
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 160);
  return line === '' || !/json|text|xml/i.test(contentType) ? '' : `: ${line}`;
}

/** The stored object's bytes; undefined when the archive does not have it. */
async function readBack(
  object: StorableObject,
  store: DicomWebStore,
  options: StoreOptions,
  sent: SentOutcome
): Promise<Uint8Array | undefined> {
  // After a doubtful answer one look is enough; after a success the archive may still be indexing.
  const delays = options.readBackDelaysMs ?? [250, 1000, 3000];
  const attempts = sent.kind === 'accepted' ? [0, ...delays] : [0];
  const path =
    `/studies/${object.studyInstanceUid}/series/${object.seriesInstanceUid}` +
    `/instances/${object.sopInstanceUid}`;
  let answer: ArchiveAnswer | undefined;
  for (const delay of attempts) {
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    try {
      answer = await request(store, {
        method: 'GET',
        path,
        accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
        signal: options.signal,
      });
    } catch (error) {
      if (isAbort(error)) throw error;
      if (sent.kind === 'unsure') throw sent.error;
      const why = error instanceof Error ? error.message : String(error);
      throw storeError('STORE_NOT_VERIFIED', why, error);
    }
    const part = answer.status === 200 ? firstPart(answer.bytes, answer.contentType) : undefined;
    if (part) return part;
  }
  const status = answer?.status ?? 0;
  if (status === 404 || status === 410 || sent.kind === 'unsure') return undefined;
  throw storeError(
    'STORE_NOT_VERIFIED',
    `reading back was answered ${status} (${answer?.contentType})`
  );
}

async function compare(object: StorableObject, stored: Uint8Array): Promise<'bytes' | 'values'> {
  if (new Sha256().update(stored).hex() === object.sha256) return 'bytes';
  const sent = new Uint8Array(await new Blob([...object.parts]).arrayBuffer());
  const difference = await sameObject(sent, stored);
  if (difference !== undefined) throw storeError('STORE_DIFFERS', difference);
  return 'values';
}
