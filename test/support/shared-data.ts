/**
 * Real images beside the repository (`../shared/data`), which the repository itself does not hold.
 * Tests that need them are skipped where they are missing, and fail there when CI is set.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../../../shared/data');

/** A file or folder of the shared data. */
export const sharedData = (...path: string[]): string => join(root, ...path);

/** Why a folder of the shared data cannot be used; undefined when it is there. */
export const sharedMissing = (folder: string): string | undefined =>
  existsSync(sharedData(folder))
    ? undefined
    : `${sharedData(folder)} is missing beside the repository`;

/** The files directly in a folder of the shared data; empty when it is missing. */
export function sharedFiles(folder: string): string[] {
  if (!existsSync(sharedData(folder))) return [];
  return readdirSync(sharedData(folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => sharedData(folder, entry.name));
}

/** `describe` for tests that need folders of the shared data. */
export function describeWithSharedData(
  folders: readonly string[],
  name: string,
  body: () => void
): void {
  const missing = folders.filter((folder) => !existsSync(sharedData(folder)));
  if (missing.length === 0) describe(name, body);
  else if (process.env.CI) {
    describe(name, () => {
      it('has its data', () => {
        throw new Error(
          `missing beside the repository: ${missing.map((one) => sharedData(one)).join(', ')}`
        );
      });
    });
  } else describe.skip(`${name} [${missing.join(', ')} missing]`, body);
}
