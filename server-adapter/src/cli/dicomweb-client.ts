/**
 * @file Requests to a DICOMweb archive from the command line. The bearer token goes to the archive only and into no message.
 */
import { abortError, CordonError } from '@cordon/extension-workbench/pure';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Of the header Warning; empty when there is none. */
  readonly warning: string;
  /** What the answer is, for messages: `a web page`, `application/json` … */
  readonly kind: string;
}

export interface RequestOptions {
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/** An answer must be complete within this time (ms). */
const TIMEOUT_MS = 120_000;

/** GET below the DICOMweb root. Answers 404 and 204 are handed out, other failures thrown as `DICOMWEB_…`. */
export async function requestFrom(
  rootUrl: string,
  path: string,
  accept: string,
  { token, signal }: RequestOptions
): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(rootUrl + path, {
      headers: { accept, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      redirect: 'error', // the token is for this archive
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const contentType = response.headers.get('content-type') ?? '';
    const answer = {
      status: response.status,
      contentType,
      bytes,
      warning: response.headers.get('warning') ?? '',
      kind: kindOf(bytes, contentType),
    };
    if (!response.ok && response.status !== 404) throw refusal(path, answer);
    return answer;
  } catch (cause) {
    if (cause instanceof CordonError) throw cause;
    if (signal?.aborted) throw abortError();
    if (timeout.aborted) {
      throw dicomWebError(
        'DICOMWEB_TIMEOUT',
        `no complete answer within ${TIMEOUT_MS / 1000} s`,
        cause
      );
    }
    throw dicomWebError(
      'DICOMWEB_UNREACHABLE',
      `${new URL(rootUrl).host}: ${reasonOf(cause)}`,
      cause
    );
  }
}

function refusal(path: string, { status, kind }: Answer): CordonError {
  const why = `${path} was answered with status ${status} and ${kind}`;
  if (status === 401 || status === 403) return dicomWebError('DICOMWEB_FORBIDDEN', why);
  return dicomWebError(status >= 500 ? 'DICOMWEB_SERVER_ERROR' : 'DICOMWEB_REFUSED', why);
}

const REMEDIES = {
  DICOMWEB_UNREACHABLE: 'check the address and that the archive is running',
  DICOMWEB_TIMEOUT: 'try again when the archive is less busy',
  DICOMWEB_FORBIDDEN: 'give a valid bearer token in CORDON_TOKEN',
  DICOMWEB_SERVER_ERROR: 'look into the log of the archive, or try again later',
  DICOMWEB_REFUSED: 'check the address: it must be the DICOMweb root',
  DICOMWEB_INCOMPLETE: 'raise the limit of answers in the archive, or give the files with --input',
  DICOMWEB_NOT_DICOM: 'check the address: it must be the DICOMweb root, often ending in /dicom-web',
} as const;

export const dicomWebError = (
  code: keyof typeof REMEDIES,
  why: string,
  cause?: unknown
): CordonError =>
  new CordonError({
    code,
    what: 'The images could not be fetched from the archive',
    why,
    remedy: REMEDIES[code],
    cause,
  });

function kindOf(bytes: Uint8Array, contentType: string): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 200));
  if (/html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(start)) return 'a web page';
  return (
    contentType.split(';')[0].trim() || (bytes.length === 0 ? 'nothing' : 'data of no stated kind')
  );
}

function reasonOf(cause: unknown): string {
  const { message, cause: inner } = cause as Partial<Error>;
  return (inner as Partial<Error> | undefined)?.message ?? message ?? String(cause);
}
