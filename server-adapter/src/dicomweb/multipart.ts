/** multipart/related (RFC 2387): splitting a request body as it streams in, and writing an answer. */
import { badRequest, type HttpError } from './http-error';

const CRLF = Buffer.from('\r\n');
const HEADER_END = Buffer.from('\r\n\r\n');
const MAX_PART_HEADER_BYTES = 8 * 1024;

/** One part while it is being received. */
export interface PartSink {
  write(chunk: Buffer): Promise<void>;
  /** The part is complete. */
  end(): Promise<void>;
}

/** Parameters of a media type: `multipart/related; type="application/dicom"; boundary=x`. */
export interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parses a Content-Type, or one element of an Accept header. Names in lower case. */
export function parseMediaType(text: string): MediaType {
  const pieces = text.match(/(?:[^;"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const parameters = new Map<string, string>();
  for (const piece of pieces.slice(1)) {
    const at = piece.indexOf('=');
    if (at < 0) continue;
    const value = piece.slice(at + 1).trim();
    const bare = value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
    parameters.set(piece.slice(0, at).trim().toLowerCase(), bare);
  }
  return { type: (pieces[0] ?? '').trim().toLowerCase(), parameters };
}

/**
 * Splits a body into parts and hands each to a sink of `onPart`; holds at most one chunk and a delimiter in memory.
 * @param onPart called with a part's header names and values, in lower case
 * @returns the number of parts
 * @throws HttpError 400 BAD_MULTIPART when the body is cut off or malformed; the sinks of unfinished parts are not ended
 */
export async function splitMultipart(
  body: AsyncIterable<Buffer>,
  boundary: string,
  onPart: (headers: ReadonlyMap<string, string>) => Promise<PartSink>
): Promise<number> {
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // A leading CRLF lets the first boundary, which may be the very first bytes, be found like all others.
  let pending: Buffer = CRLF;
  let sink: PartSink | undefined;
  let state: 'preamble' | 'afterDelimiter' | 'headers' | 'body' | 'done' = 'preamble';
  let parts = 0;

  /** Consumes what can be consumed of `pending`; true when it made progress. */
  const step = async (): Promise<boolean> => {
    switch (state) {
      case 'preamble':
      case 'body': {
        const at = pending.indexOf(delimiter);
        const safe = at >= 0 ? at : Math.max(0, pending.length - delimiter.length + 1);
        if (safe > 0 && sink) await sink.write(pending.subarray(0, safe));
        pending = pending.subarray(at >= 0 ? at + delimiter.length : safe);
        if (at < 0) return false;
        if (sink) {
          await sink.end();
          parts++;
          sink = undefined;
        }
        state = 'afterDelimiter';
        return true;
      }
      case 'afterDelimiter': {
        if (pending.length < 2) return false;
        if (pending.toString('latin1', 0, 2) === '--') {
          state = 'done';
          return false;
        }
        const at = pending.indexOf(CRLF);
        if (at < 0) return tooLong(pending.length);
        if (pending.toString('latin1', 0, at).trim() !== '')
          throw malformed('a boundary is followed by text');
        // The CRLF stays: it begins the header block, so that a part without headers ends at once.
        pending = pending.subarray(at);
        state = 'headers';
        return true;
      }
      case 'headers': {
        const at = pending.indexOf(HEADER_END);
        if (at < 0) return tooLong(pending.length);
        if (at > MAX_PART_HEADER_BYTES) return tooLong(at);
        sink = await onPart(parseHeaders(pending.toString('latin1', 0, at)));
        // Two bytes stay, so that an empty part's delimiter, which begins with them, is found.
        pending = pending.subarray(at + 2);
        const own = sink;
        sink = skipFirst(own, CRLF.length);
        state = 'body';
        return true;
      }
      case 'done':
        pending = Buffer.alloc(0);
        return false;
    }
  };

  for await (const chunk of body) {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
    while (await step());
  }
  if (!isDone(state)) throw malformed('its closing boundary is missing');
  return parts;
}

const isDone = (state: string): boolean => state === 'done';

/** Drops the first `count` bytes: the line end that closes the header block. */
function skipFirst(sink: PartSink, count: number): PartSink {
  let left = count;
  return {
    async write(chunk) {
      const drop = Math.min(left, chunk.length);
      left -= drop;
      if (chunk.length > drop) await sink.write(chunk.subarray(drop));
    },
    end: () => sink.end(),
  };
}

function parseHeaders(block: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of block.split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  return headers;
}

function tooLong(length: number): false {
  if (length > MAX_PART_HEADER_BYTES) throw malformed('the header of a part is too long');
  return false;
}

const malformed = (why: string): HttpError =>
  badRequest(
    'BAD_MULTIPART',
    'the multipart body cannot be read',
    why,
    'send it again; nothing of the broken part was stored'
  );

/** Writes a multipart/related answer. */
export function multipartChunks(boundary: string) {
  return {
    /** Begins a part. */
    head: (contentType: string, location?: string): Buffer =>
      Buffer.from(
        `\r\n--${boundary}\r\nContent-Type: ${contentType}\r\n` +
          `${location ? `Content-Location: ${location}\r\n` : ''}\r\n`,
        'latin1'
      ),
    /** Ends the answer. */
    tail: (): Buffer => Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'),
  };
}
