/** Receives the DICOM parts of a STOW-RS request into files, one after another, within limits. */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { badRequest, HttpError } from './http-error';
import { parseMediaType, splitMultipart, type PartSink } from './multipart';

export interface StoreLimits {
  /** Largest request body, bytes. */
  readonly maxRequestBytes: number;
  /** Most instances in one request. */
  readonly maxParts: number;
}
export const defaultStoreLimits: StoreLimits = { maxRequestBytes: 2 * 1024 ** 3, maxParts: 10_000 };

export const tooLarge = (limit: number): HttpError =>
  new HttpError({
    status: 413,
    code: 'STORE_TOO_LARGE',
    what: 'the request is too large to store',
    why: `at most ${Math.floor(limit / 1024 ** 2)} MiB are accepted in one request`,
    remedy: 'send fewer instances in one request, or use --import for a whole folder',
  });

/**
 * Writes every part to a new file.
 * @param newPath gives a path for each part
 * @param onComplete called for each complete part, in order; it owns the file from then on
 * @throws HttpError 400 or 413; files of incomplete parts are removed
 */
export async function receiveParts(
  body: AsyncIterable<Buffer>,
  boundary: string,
  limits: StoreLimits,
  newPath: () => string,
  onComplete: (path: string) => Promise<void>
): Promise<void> {
  let parts = 0;
  let unfinished: { file: FileHandle; path: string } | undefined;
  const onPart = async (headers: ReadonlyMap<string, string>): Promise<PartSink> => {
    const type = parseMediaType(headers.get('content-type') ?? 'application/dicom').type;
    if (type !== 'application/dicom') {
      throw badRequest(
        'BAD_MULTIPART',
        'a part of the request is not a DICOM file',
        'only parts of type application/dicom are accepted',
        'store DICOM files; metadata with separate bulk data is not supported'
      );
    }
    if (++parts > limits.maxParts) throw tooLarge(limits.maxRequestBytes);
    const path = newPath();
    const file = await open(path, 'wx');
    unfinished = { file, path };
    return {
      async write(chunk) {
        for (let done = 0; done < chunk.length;) {
          done += (await file.write(chunk, done)).bytesWritten;
        }
      },
      async end() {
        unfinished = undefined;
        await file.close();
        await onComplete(path);
      },
    };
  };
  try {
    const count = await splitMultipart(counted(body, limits.maxRequestBytes), boundary, onPart);
    if (count === 0) {
      throw badRequest(
        'BAD_MULTIPART',
        'nothing was stored',
        'the request holds no part',
        'send at least one instance'
      );
    }
  } finally {
    if (unfinished) {
      await unfinished.file.close();
      await rm(unfinished.path, { force: true });
    }
  }
}

async function* counted(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > limit) throw tooLarge(limit);
    yield chunk;
  }
}
