/** `npm ci` refuses a lock file that leaves out optional packages of other platforms; npm may write such a file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

it('names every optional package', () => {
  const text = readFileSync(join(__dirname, '../../package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as {
    packages: Readonly<Record<string, LockedPackage | undefined>>;
  };
  const missing = Object.entries(packages).flatMap(([path, locked]) =>
    Object.keys(locked?.optionalDependencies ?? {}).filter((name) => !isThere(packages, path, name))
  );
  expect(missing).toEqual([]);
  const unverified = Object.entries(packages).filter(
    ([path, locked]) => path.includes('node_modules/') && !locked?.link && !locked?.integrity
  );
  expect(unverified.map(([path]) => path)).toEqual([]);
});

/** Whether a package that lies at `path` finds `name`, beside itself or further up. */
function isThere(
  packages: Readonly<Record<string, LockedPackage | undefined>>,
  path: string,
  name: string
): boolean {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  ) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}
