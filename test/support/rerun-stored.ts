/**
 * What the viewer has stored, made again on the command line from its recipes.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cordon } from './cli';

/** SOP Class UIDs of segmentations begin so. */
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66';

export interface Stored {
  /** Folder of the archive. */
  readonly archive: string;
  /** The file that is made. */
  readonly again: string;
  /** UID of the series that was segmented, where there are several. */
  readonly of?: string;
}

export interface Rerun {
  readonly label: string;
  readonly dice: number;
}

/** Dice of each segment stored in the folder of an archive with what its recipe gives. */
export async function rerunStored(
  { archive, again, of = '' }: Stored,
  ...input: readonly string[]
): Promise<readonly Rerun[]> {
  const stored = readdirSync(archive, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .find((file) => {
      const bytes = readFileSync(file);
      return bytes.subarray(0, 400).includes(SEGMENTATION) && bytes.includes(of);
    });
  if (stored === undefined) throw new Error('no segmentation is stored');
  await cordon('rerun', stored, ...input, '--output', again);
  const run = await cordon('compare', stored, again, '--json');
  return run.json<{ readonly segments: readonly Rerun[] }>().segments;
}
