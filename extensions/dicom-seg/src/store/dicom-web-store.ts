/**
 * @file A DICOMweb archive (PS3.18), and requests to it with a time limit.
 */
import { abortError } from '@cordon/extension-workbench/pure';
import { storeError } from './errors';

export interface DicomWebStore {
  /** DICOMweb root, for example `https://pacs.example.org/dicom-web`. */
  readonly url: string;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Asked anew for each request, so that a renewed token is used. Sent to this archive only. */
  readonly headers?: () => HeadersInit | Promise<HeadersInit>;
  /** For an answer to begin (ms). Default 30 s, and 1 s more for each 2 MB that are sent. */
  readonly timeoutMs?: number;
}

export interface ArchiveRequest {
  readonly method: 'GET' | 'POST';
  /** Below the root, beginning with a slash. */
  readonly path: string;
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: Blob;
  readonly signal?: AbortSignal;
}

export interface ArchiveAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/**
 * One request with its whole answer. Never follows a redirect: the token is for this archive.
 * Rejects with `STORE_UNREACHABLE`, `STORE_TIMEOUT` or `CANCELLED`.
 */
export async function request(
  store: DicomWebStore,
  wanted: ArchiveRequest
): Promise<ArchiveAnswer> {
  const headers = new Headers(await store.headers?.());
  headers.set('accept', wanted.accept);
  if (wanted.contentType !== undefined) headers.set('content-type', wanted.contentType);
  const limit = store.timeoutMs ?? 30_000 + (wanted.body?.size ?? 0) / 2_000;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), limit);
  const signal = wanted.signal ? AbortSignal.any([wanted.signal, timer.signal]) : timer.signal;
  const url = `${store.url.replace(/\/+$/, '')}${wanted.path}`;
  try {
    const answer = await (store.fetch ?? fetch)(url, {
      method: wanted.method,
      headers,
      // A Blob has a known size: Content-Length is sent, not a chunked body that some archives drop silently.
      body: wanted.body,
      redirect: 'error',
      signal,
    });
    return {
      status: answer.status,
      contentType: answer.headers.get('content-type') ?? '',
      bytes: new Uint8Array(await answer.arrayBuffer()),
    };
  } catch (cause) {
    if (wanted.signal?.aborted) throw abortError();
    if (timer.signal.aborted) {
      throw storeError(
        'STORE_TIMEOUT',
        `no complete answer within ${Math.round(limit / 1000)} s`,
        cause
      );
    }
    throw storeError('STORE_UNREACHABLE', reasonOf(cause), cause);
  } finally {
    clearTimeout(timeout);
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
  return `${cause.message}${inner}`;
}
