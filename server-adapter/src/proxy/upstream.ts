/**
 * HTTP client for the one DICOMweb server that the gateway was started with. Follows no redirects, sends nothing
 * anywhere else, and turns every failure into an error that says what to do.
 */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CordonError } from '@cordon/extension-workbench/pure';
import { HttpError } from '../dicomweb/http-error';
import { errorCode } from '../error-code';

export interface UpstreamOptions {
  /** DICOMweb root, http or https, without credentials in it. */
  readonly url: string;
  /** Value of the Authorization header for every request; without it the caller's own is passed on. */
  readonly authorization?: string;
  /** Milliseconds until the first byte of an answer, and between two. */
  readonly timeoutMs?: number;
  /** Largest JSON answer that is read, bytes. */
  readonly maxJsonBytes?: number;
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the DICOMweb root, built by `resourcePath`. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly accept: string;
  readonly authorization?: string;
  /** Public host and scheme, so that the server can write addresses that the browser can use. */
  readonly forwarded?: string;
  readonly signal?: AbortSignal;
  readonly contentType?: string;
  readonly contentLength?: number;
  readonly body?: AsyncIterable<Buffer>;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_JSON_BYTES = 512 * 1024 * 1024;

export class Upstream {
  private readonly root: URL;
  private readonly agent: HttpAgent;
  private readonly timeoutMs: number;

  /** @throws CordonError BAD_DICOMWEB_URL */
  constructor(private readonly options: UpstreamOptions) {
    this.root = checkedUrl(options.url);
    const secure = this.root.protocol === 'https:';
    this.agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: 32 });
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  close(): void {
    this.agent.destroy();
  }

  /**
   * Sends a request and resolves with the answer's head; its body is still to be read.
   * @throws HttpError 502 unreachable or redirecting, 504 silent
   */
  async send(request: UpstreamRequest): Promise<IncomingMessage> {
    const answer = await this.exchange(request);
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      answer.resume();
      throw failed(
        'UPSTREAM_REDIRECTS',
        'it answered with a redirect, which is not followed',
        'give the final address with --dicomweb'
      );
    }
    return answer;
  }

  /**
   * Sends a request and parses a JSON answer; undefined for an empty one (204).
   * @throws HttpError as `send`, and when the answer is an error or no JSON
   */
  async json(request: UpstreamRequest): Promise<unknown> {
    return (await this.jsonAnswer(request)).value;
  }

  /** The same with the Warning header. */
  async jsonAnswer(
    request: UpstreamRequest
  ): Promise<{ readonly value: unknown; readonly warning?: string }> {
    const answer = await this.send(request);
    const text = await this.text(answer);
    const status = answer.statusCode ?? 0;
    if (status >= 400) throw statusError(status);
    const { warning } = answer.headers;
    if (status === 204 || text.trim() === '') return { value: undefined, warning };
    return { value: parseJson(text, answer.headers['content-type']), warning };
  }

  /** The whole body as text. */
  async text(answer: IncomingMessage): Promise<string> {
    const limit = this.options.maxJsonBytes ?? DEFAULT_MAX_JSON_BYTES;
    const chunks: Buffer[] = [];
    let total = 0;
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        total += chunk.length;
        if (total > limit) {
          answer.destroy();
          throw failed(
            'UPSTREAM_TOO_LARGE',
            `its answer is larger than ${limit} bytes`,
            'open a smaller study'
          );
        }
        chunks.push(chunk);
      }
    } catch (error) {
      throw error instanceof HttpError ? error : connectionError(error);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  private exchange(request: UpstreamRequest): Promise<IncomingMessage> {
    const query = request.query?.size ? `?${request.query}` : '';
    const path = `${this.root.pathname}${request.path}${query}`;
    const authorization = this.options.authorization ?? request.authorization;
    const send = this.root.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const outgoing = send({
        agent: this.agent,
        protocol: this.root.protocol,
        hostname: this.root.hostname.replace(/^\[|\]$/g, ''),
        port: this.root.port,
        method: request.method,
        path,
        signal: request.signal,
        headers: {
          accept: request.accept,
          'accept-encoding': 'identity',
          ...(authorization ? { authorization } : {}),
          ...(request.forwarded ? { forwarded: request.forwarded } : {}),
          ...(request.contentType ? { 'content-type': request.contentType } : {}),
          ...(request.contentLength !== undefined
            ? { 'content-length': request.contentLength }
            : {}),
        },
      });
      outgoing.setTimeout(this.timeoutMs, () => outgoing.destroy(new SilentServer()));
      outgoing.once('error', (error) => {
        // The server may close an idle connection at the moment of its reuse: nothing was received, ask again.
        const stale = outgoing.reusedSocket && errorCode(error) === 'ECONNRESET' && !request.body;
        if (stale) this.exchange(request).then(resolve, reject);
        else reject(connectionError(error));
      });
      outgoing.once('response', resolve);
      if (request.body)
        writeBody(request.body, outgoing).catch((error: unknown) =>
          outgoing.destroy(asError(error))
        );
      else outgoing.end();
    });
  }
}

class SilentServer extends Error {}
const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));

async function writeBody(
  body: AsyncIterable<Buffer>,
  outgoing: ReturnType<typeof httpRequest>
): Promise<void> {
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) {
      await new Promise<void>((resolve) => {
        outgoing.once('drain', resolve);
        outgoing.once('close', resolve);
      });
    }
  }
  outgoing.end();
}

function checkedUrl(text: string): URL {
  const refuse = (why: string) =>
    new CordonError({
      code: 'BAD_DICOMWEB_URL',
      what: 'the address given with --dicomweb cannot be used',
      why,
      remedy: 'give the DICOMweb root, for example http://127.0.0.1:8042/dicom-web',
    });
  if (!URL.canParse(text)) throw refuse('it is not an address');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse('it is neither http nor https');
  if (url.username || url.password) {
    throw refuse(
      'it holds a password; set CORDON_DICOMWEB_USER and CORDON_DICOMWEB_PASSWORD instead'
    );
  }
  if (url.search || url.hash) throw refuse('it has a query or a fragment');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** An error of the server behind the gateway. */
export const failed = (
  code: string,
  why: string,
  remedy: string,
  status = 502,
  cause?: unknown
): HttpError =>
  new HttpError({ status, code, what: 'the image archive could not be used', why, remedy, cause });

function connectionError(error: unknown): HttpError {
  if (error instanceof SilentServer) {
    return failed(
      'UPSTREAM_TIMEOUT',
      'it did not answer in time',
      'try again; if it lasts, ask who runs the archive',
      504,
      error
    );
  }
  const code = errorCode(error) || 'connection failed';
  return failed(
    'UPSTREAM_UNREACHABLE',
    `no connection to it (${code})`,
    'check that the archive runs and that the address given with --dicomweb is right',
    502,
    error
  );
}

/** What an error status of the server means for the person in front of the viewer. */
export function statusError(status: number): HttpError {
  if (status === 401 || status === 403) {
    return failed(
      'UPSTREAM_REFUSED',
      `it refused access (${status})`,
      'sign in again, or check the credentials that the gateway uses',
      status
    );
  }
  if (status === 404) {
    return failed(
      'NOT_FOUND',
      'it does not hold this study, series or instance',
      'search the study list again',
      404
    );
  }
  if (status === 413)
    return failed(
      'STORE_TOO_LARGE',
      'it does not accept so much data at once',
      'ask who runs the archive for a larger limit',
      413
    );
  if (status >= 500) {
    return failed(
      'UPSTREAM_FAILED',
      `it reported an error of its own (${status})`,
      'try again; if it lasts, ask who runs the archive'
    );
  }
  return failed(
    'UPSTREAM_REJECTED',
    `it did not accept the request (${status})`,
    'the archive may lack this service; see its DICOMweb conformance statement',
    400
  );
}

function parseJson(text: string, contentType: string | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const html = /^\s*</.test(text) || (contentType ?? '').includes('html');
    throw failed(
      'UPSTREAM_NOT_DICOMWEB',
      html ? 'it answered with a web page instead of DICOM JSON' : 'its answer is not valid JSON',
      'check that the address given with --dicomweb is a DICOMweb root and needs no login page',
      502,
      error
    );
  }
}
