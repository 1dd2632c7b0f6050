/**
 * The embedded archive: DICOM Part 10 files in a folder, `<study>/<series>/<instance>.dcm`.
 *
 * A file enters through `.incoming/`: written, flushed to disk, checked, renamed. A process that dies in between
 * leaves only a file in `.incoming/`, which the next start removes. The index is built from headers at start.
 * One process per folder (a lock file sees to it). There is no deletion.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { CordonError } from '@cordon/extension-workbench/pure';
import { readHeader } from '../dicom/file';
import type { DicomHeader } from '../dicom/reader';
import { checkConsistency, checkStorageClass, FAILURE, type Refusal } from './admission';
import { Catalog } from './catalog';
import { describeInstance, type InstanceDescription } from './description';
import { lockFolder } from './folder-lock';
import { inParallel } from './parallel';
import { checkPixelData } from './pixel-check';
import { sameDataset } from './same-dataset';
import { walk } from './walk';

/** What a file's arrival led to. */
export type StoreOutcome =
  | { readonly status: 'stored' | 'identical'; readonly description: InstanceDescription }
  | {
      readonly status: 'refused';
      readonly refusal: Refusal;
      readonly description?: InstanceDescription;
    };

export interface SkippedFile {
  /** Path relative to the archive's folder. */
  readonly file: string;
  readonly why: string;
}

const INCOMING = '.incoming';
const READERS = 8;

export class Archive {
  readonly catalog = new Catalog();
  /** Files in the folder that could not be read at start. */
  readonly skipped: SkippedFile[] = [];
  private tail: Promise<unknown> = Promise.resolve();

  private release: () => Promise<void> = () => Promise.resolve();

  private constructor(readonly directory: string) {}

  /**
   * Opens a folder, created when missing, and reads the header of every `.dcm` file in it.
   * @throws CordonError ARCHIVE_UNUSABLE when the folder cannot be created or read, ARCHIVE_IN_USE
   */
  static async open(directory: string): Promise<Archive> {
    const archive = new Archive(resolve(directory));
    try {
      await mkdir(archive.directory, { recursive: true });
      archive.release = await lockFolder(archive.directory);
      await rm(archive.incoming, { recursive: true, force: true });
      await mkdir(archive.incoming);
      await archive.readIndex();
    } catch (error) {
      await archive.release();
      if (error instanceof CordonError) throw error;
      throw new CordonError({
        code: 'ARCHIVE_UNUSABLE',
        what: `the archive folder ${archive.directory} cannot be used`,
        why: error instanceof Error ? error.message : String(error),
        remedy: 'give a folder that you may write to with --archive',
        cause: error,
      });
    }
    return archive;
  }

  private get incoming(): string {
    return join(this.directory, INCOMING);
  }

  /** A path for a new file that `accept` will take. */
  stagingPath(): string {
    return join(this.incoming, `${randomUUID()}.part`);
  }

  /**
   * Checks a staged file and files it. The staged file is gone afterwards, whatever the outcome.
   * Arrivals are handled one after another, so that two requests cannot file one UID twice.
   * @param studyUid the only study that the file may belong to
   */
  accept(stagedPath: string, studyUid?: string): Promise<StoreOutcome> {
    const outcome = this.tail.then(() => this.acceptNow(stagedPath, studyUid));
    this.tail = outcome.catch(() => undefined);
    return outcome;
  }

  /** Waits until every accepted file is filed, then gives the folder free. */
  async close(): Promise<void> {
    await this.tail;
    await this.release();
  }

  private async acceptNow(stagedPath: string, studyUid?: string): Promise<StoreOutcome> {
    try {
      return await this.checkAndFile(stagedPath, studyUid);
    } finally {
      await rm(stagedPath, { force: true });
    }
  }

  private async checkAndFile(stagedPath: string, studyUid?: string): Promise<StoreOutcome> {
    let header: DicomHeader;
    let description: InstanceDescription;
    try {
      header = await readHeader(stagedPath);
      description = describeInstance(header);
      await checkPixelData(stagedPath, header);
    } catch (error) {
      if (!(error instanceof CordonError)) throw error;
      return {
        status: 'refused',
        refusal: { reason: FAILURE.cannotUnderstand, comment: error.why },
      };
    }
    const existing = this.catalog.instance(description.sopInstanceUid);
    if (existing) {
      if (await sameDataset(stagedPath, existing.path)) return { status: 'identical', description };
      const comment = 'an instance with this SOPInstanceUID and other content is already stored';
      return {
        status: 'refused',
        refusal: { reason: FAILURE.duplicateInstance, comment },
        description,
      };
    }
    const refusal =
      checkStorageClass(description, studyUid) ?? checkConsistency(description, this.catalog);
    if (refusal) return { status: 'refused', refusal, description };
    const folder = join(this.directory, description.studyUid, description.seriesUid);
    const path = join(folder, `${description.sopInstanceUid}.dcm`);
    await flush(stagedPath);
    const created = await mkdir(folder, { recursive: true });
    await rename(stagedPath, path);
    await flushFolders(folder, created ? dirname(created) : folder);
    this.catalog.add(description, path);
    return { status: 'stored', description };
  }

  private async readIndex(): Promise<void> {
    const paths: string[] = [];
    for await (const path of walk(this.directory)) {
      if (path.endsWith('.dcm') && !path.startsWith(this.incoming)) paths.push(path);
    }
    const described = await inParallel(paths, READERS, async (path) => {
      try {
        return { path, description: describeInstance(await readHeader(path)) };
      } catch (error) {
        if (!(error instanceof CordonError)) throw error;
        return { path, why: error.why };
      }
    });
    for (const one of described) {
      const why = one.description ? this.whyNotIndexed(one.description) : one.why;
      if (why) this.skipped.push({ file: relative(this.directory, one.path), why });
      else if (one.description) this.catalog.add(one.description, one.path);
    }
  }

  /** Files that were put into the folder by hand must be as consistent as stored ones. */
  private whyNotIndexed(description: InstanceDescription): string | undefined {
    if (this.catalog.instance(description.sopInstanceUid))
      return 'its SOPInstanceUID is there twice';
    return (checkStorageClass(description) ?? checkConsistency(description, this.catalog))?.comment;
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the new names durable: the folder, and its parents up to the one in which a folder was created. */
async function flushFolders(folder: string, top: string): Promise<void> {
  for (let at = folder; at.length >= top.length; at = resolve(at, '..')) {
    const handle = await open(at, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
