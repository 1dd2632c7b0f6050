/** @file Builds the extension of another vendor as its author would: one file, with its own copy of zod. */
import { build } from 'esbuild';
import { join, resolve } from 'node:path';

const source = resolve(__dirname, '../fixtures/third-party/extension.ts');

/** Writes the extension into a folder and returns its path. */
export async function buildThirdParty(folder: string): Promise<string> {
  const outfile = join(folder, 'vendor.mjs');
  await build({ entryPoints: [source], outfile, bundle: true, format: 'esm', target: 'es2022' });
  return outfile;
}
