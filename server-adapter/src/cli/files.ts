/**
 * @file Reading and writing of files for the command line, with errors that say what to do.
 */
import { CordonError } from '@cordon/extension-workbench/pure';
import { mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** The bytes of one file. Throws `INPUT_UNREADABLE`. */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** All files below the given files and folders, sorted by path. Throws `INPUT_UNREADABLE`. */
export async function filesBelow(inputs: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const input of inputs) {
    let isFolder: boolean;
    try {
      isFolder = (await stat(input)).isDirectory();
      if (!isFolder) found.add(input);
      else {
        const entries = await readdir(input, { recursive: true, withFileTypes: true });
        for (const entry of entries) {
          if (entry.isFile()) found.add(path.join(entry.parentPath, entry.name));
        }
      }
    } catch (cause) {
      throw unreadable(input, cause);
    }
  }
  return [...found].sort();
}

/** Whether writing `file` would replace one of these files, or one below these folders. */
export async function wouldReplace(file: string, paths: readonly string[]): Promise<boolean> {
  const target = await realPlace(file);
  const exists = await stat(target).then(
    () => true,
    () => false
  );
  for (const one of paths) {
    const below = path.relative(await realPlace(one), target);
    if (below === '') return true;
    if (exists && below.split(path.sep)[0] !== '..' && !path.isAbsolute(below)) return true;
  }
  return false;
}

/** Where a file is or would be: a link is not the file. */
async function realPlace(file: string): Promise<string> {
  const { dir, base } = path.parse(path.resolve(file));
  return realpath(file).catch(async () => path.join(await realpath(dir).catch(() => dir), base));
}

/** Throws `OUTPUT_UNWRITABLE` when a file cannot be made there: asked before long work, not after it. */
export async function requireWritable(file: string): Promise<void> {
  const probe = `${file}.${process.pid}.part`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const existing = await stat(file).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    const handle = await open(probe, 'w');
    await handle.close();
    await rm(probe);
  } catch (cause) {
    throw unwritable(file, cause);
  }
}

/** Writes a file whole or not at all: beside it first, flushed, then renamed. Throws `OUTPUT_UNWRITABLE`. */
export async function writeOutput(file: string, parts: readonly Uint8Array[]): Promise<void> {
  const aside = `${file}.${process.pid}.part`;
  try {
    const handle = await open(aside, 'w');
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (cause) {
    await rm(aside, { force: true });
    throw unwritable(file, cause);
  }
}

const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as Partial<NodeJS.ErrnoException>;
  switch (code ?? '') {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'ENOSPC':
      return 'the disk is full';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return message ?? String(cause);
  }
};

const unreadable = (file: string, cause: unknown) =>
  new CordonError({
    code: 'INPUT_UNREADABLE',
    what: `${file} cannot be read`,
    why: reasonOf(cause),
    remedy: 'check the path',
    cause,
  });

const unwritable = (file: string, cause: unknown) =>
  new CordonError({
    code: 'OUTPUT_UNWRITABLE',
    what: `${file} cannot be written`,
    why: reasonOf(cause),
    remedy: 'choose another place for the output',
    cause,
  });
