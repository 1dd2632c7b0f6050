/** Reads headers from disk without the pixel data: starts with 64 KiB and takes more only when needed. */
import { open, type FileHandle } from 'node:fs/promises';
import {
  defaultReadLimits,
  NeedMoreBytes,
  notDicom,
  parseHeader,
  type DicomHeader,
  type ReadLimits,
} from './reader';

const FIRST_READ_BYTES = 64 * 1024;
/** A header longer than this is not read: nothing real comes near it. */
const MAX_HEADER_BYTES = 256 * 1024 * 1024;

/**
 * @throws CordonError DICOM_UNREADABLE when the file is no DICOM file or is cut off
 */
export async function readHeader(
  path: string,
  limits: ReadLimits = defaultReadLimits
): Promise<DicomHeader> {
  const file = await open(path, 'r');
  try {
    return await readHeaderFrom(file, limits);
  } finally {
    await file.close();
  }
}

export async function readHeaderFrom(
  file: FileHandle,
  limits: ReadLimits = defaultReadLimits
): Promise<DicomHeader> {
  const { size } = await file.stat();
  for (let wanted = FIRST_READ_BYTES; ; wanted *= 4) {
    const count = Math.min(wanted, size);
    const bytes = await readRange(file, 0, count);
    try {
      return parseHeader(bytes, limits);
    } catch (error) {
      if (!(error instanceof NeedMoreBytes)) throw error;
      if (count >= MAX_HEADER_BYTES) throw notDicom('its header is longer than 256 MiB');
      if (count >= size)
        throw notDicom('it ends in the middle of an element: it is cut off or damaged');
    }
  }
}

/** Exactly `length` bytes at `offset`. @throws CordonError DICOM_UNREADABLE at the end of the file */
export async function readRange(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw notDicom('it ends before its last value: it is cut off');
    done += bytesRead;
  }
  return bytes;
}
