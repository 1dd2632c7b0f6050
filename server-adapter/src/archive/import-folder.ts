/** `--import DIR`: copies every readable DICOM file below a folder into the archive and lists the others. */
import { copyFile, open, stat, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { CordonError } from '@cordon/extension-workbench/pure';
import { readHeader, readRange } from '../dicom/file';
import type { DicomHeader } from '../dicom/reader';
import { TAG } from '../dicom/element';
import { encodeFileMeta } from '../dicom/writer';
import { ValueReader } from '../dicom/values';
import type { Archive, SkippedFile } from './archive';
import { walk } from './walk';

export interface ImportReport {
  readonly folder: string;
  readonly imported: number;
  /** Files whose content was in the archive already. */
  readonly alreadyThere: number;
  /** Files that were left out, with the reason; paths relative to the folder. */
  readonly skipped: readonly SkippedFile[];
}

/**
 * @throws CordonError IMPORT_UNREADABLE when the folder itself cannot be read
 */
export async function importFolder(archive: Archive, folder: string): Promise<ImportReport> {
  const root = resolve(folder);
  const skipped: SkippedFile[] = [];
  let imported = 0;
  let alreadyThere = 0;
  try {
    if (!(await stat(root)).isDirectory()) throw new Error('it is not a folder');
    for await (const path of walk(root)) {
      const outcome = await importFile(archive, path);
      if (outcome === 'stored') imported++;
      else if (outcome === 'identical') alreadyThere++;
      else skipped.push({ file: relative(root, path), why: outcome.why });
    }
  } catch (error) {
    if (error instanceof CordonError) throw error;
    throw new CordonError({
      code: 'IMPORT_UNREADABLE',
      what: `the folder ${folder} cannot be imported`,
      why: error instanceof Error ? error.message : String(error),
      remedy: 'give a folder that exists and may be read',
      cause: error,
    });
  }
  return { folder, imported, alreadyThere, skipped };
}

async function importFile(
  archive: Archive,
  path: string
): Promise<'stored' | 'identical' | { why: string }> {
  let header: DicomHeader;
  try {
    header = await readHeader(path);
  } catch (error) {
    if (error instanceof CordonError) return { why: error.why };
    return { why: error instanceof Error ? error.message : String(error) };
  }
  if (header.mediaSopClassUid === MEDIA_DIRECTORY) {
    return { why: 'it is a DICOMDIR, a list of other files' };
  }
  const staged = archive.stagingPath();
  if (header.hasPreamble) await copyFile(path, staged);
  else await writeFile(staged, await asPart10(path, header));
  const outcome = await archive.accept(staged);
  return outcome.status === 'refused' ? { why: outcome.refusal.comment } : outcome.status;
}

const MEDIA_DIRECTORY = '1.2.840.10008.1.3.10';

/** A file without preamble gets one, and file meta information that says how its data set is encoded. */
async function asPart10(path: string, header: DicomHeader): Promise<Buffer> {
  const values = new ValueReader(header);
  const meta = encodeFileMeta({
    sopClassUid: values.text(TAG.sopClassUid),
    sopInstanceUid: values.text(TAG.sopInstanceUid),
    transferSyntaxUid: header.transferSyntaxUid,
  });
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return Buffer.concat([
      meta,
      await readRange(file, header.datasetOffset, size - header.datasetOffset),
    ]);
  } finally {
    await file.close();
  }
}
