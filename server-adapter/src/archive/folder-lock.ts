/** Keeps two processes from using one archive folder: they would not know of each other's files. */
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CordonError } from '@cordon/extension-workbench/pure';
import { errorCode } from '../error-code';

const LOCK = '.lock';
/** Folders that this process holds; a lock with our own process id that is not among them is a dead process's. */
const held = new Set<string>();

/**
 * Takes a folder. A lock that a dead process left is taken over.
 * @returns the function that releases it
 * @throws CordonError ARCHIVE_IN_USE
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK);
  if (held.has(folder)) throw inUse(folder, process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      held.add(folder);
      return async () => {
        held.delete(folder);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      const owner = Number(await readFile(path, 'utf8').catch(() => '0'));
      if (owner !== process.pid && isAlive(owner)) throw inUse(folder, owner);
      await rm(path, { force: true });
    }
  }
  throw inUse(folder, 0);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user answers EPERM.
    return errorCode(error) === 'EPERM';
  }
}

const inUse = (folder: string, pid: number): CordonError =>
  new CordonError({
    code: 'ARCHIVE_IN_USE',
    what: `the archive folder ${folder} cannot be used`,
    why: `another gateway uses it (process ${pid})`,
    remedy: 'stop that gateway, or give another folder with --archive',
  });
