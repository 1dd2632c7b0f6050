/** What answers DICOMweb requests: the embedded archive or another server behind the gateway. */
import type { Readable } from 'node:stream';
import type { MediaType } from './multipart';
import type { DicomWebResource } from './resource';

export interface DicomWebRequest {
  readonly resource: Exclude<DicomWebResource, { kind: 'store' }>;
  readonly query: URLSearchParams;
  /** Elements of the Accept header, in order; empty when there was none. */
  readonly accept: readonly MediaType[];
  /** Public address of the DICOMweb root, without a trailing slash, for links in answers. */
  readonly baseUrl: string;
  /** Bearer token or other credential that the caller sent; only ever passed on to the configured server. */
  readonly authorization?: string;
  /** Fires when the caller went away. */
  readonly signal: AbortSignal;
}

export interface StoreRequest {
  readonly study?: string;
  readonly body: AsyncIterable<Buffer>;
  readonly boundary: string;
  readonly baseUrl: string;
  readonly authorization?: string;
  readonly signal: AbortSignal;
}

export interface DicomWebAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly warning?: string;
  readonly body?: string | Buffer | Readable;
}

export interface DicomWebBackend {
  answer(request: DicomWebRequest): Promise<DicomWebAnswer>;
  store(request: StoreRequest): Promise<DicomWebAnswer>;
  /** Finishes what was begun; no request comes after it. */
  close(): Promise<void>;
}

export const DICOM_JSON = 'application/dicom+json';
