/** Whether a file that arrives is one that is already stored. */
import { open, stat } from 'node:fs/promises';
import { readHeader, readRange } from '../dicom/file';

/** Whether two files hold the same data set in the same encoding; file meta information may differ. */
export async function sameDataset(path: string, otherPath: string): Promise<boolean> {
  const header = await readHeader(path);
  const other = await readHeader(otherPath);
  if (header.transferSyntaxUid !== other.transferSyntaxUid) return false;
  const length = (await stat(path)).size - header.datasetOffset;
  if (length !== (await stat(otherPath)).size - other.datasetOffset) return false;
  const [left, right] = await Promise.all([open(path, 'r'), open(otherPath, 'r')]);
  try {
    const CHUNK = 1024 * 1024;
    for (let done = 0; done < length; done += CHUNK) {
      const count = Math.min(CHUNK, length - done);
      const mine = await readRange(left, header.datasetOffset + done, count);
      const theirs = await readRange(right, other.datasetOffset + done, count);
      if (!mine.equals(theirs)) return false;
    }
    return true;
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}
