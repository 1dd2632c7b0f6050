/**
 * @file The object in a DICOMweb answer, which is multipart or, from some archives, single.
 */
import { parseMediaType, splitMultipart } from '../dicomweb/multipart';

/** The first part of the answer; undefined when it holds none or is cut off. */
export async function firstPart(
  bytes: Uint8Array,
  contentType: string
): Promise<Uint8Array | undefined> {
  const { type, parameters } = parseMediaType(contentType);
  if (type === 'application/dicom') return bytes;
  const boundary = parameters.get('boundary');
  if (!type.startsWith('multipart/') || boundary === undefined) return undefined;
  let first: Buffer[] | undefined;
  let isComplete = false;
  try {
    await splitMultipart(oneChunk(bytes), boundary, () => {
      const chunks: Buffer[] = [];
      const isFirst = first === undefined;
      first ??= chunks;
      return Promise.resolve({
        write: (chunk) => {
          if (isFirst) chunks.push(chunk);
          return Promise.resolve();
        },
        end: () => {
          isComplete = true;
          return Promise.resolve();
        },
      });
    });
  } catch {
    return undefined; // malformed: the caller says so with the address
  }
  return first && isComplete ? Buffer.concat(first) : undefined;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
