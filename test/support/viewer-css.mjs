/**
 * The stylesheets of the prebuilt viewer, joined; undefined while it is not fetched (see
 * server-adapter/scripts/fetch-viewer.mjs, which puts it into .cache/viewer/VERSION).
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const viewers = path.join(process.env.CORDON_CACHE ?? path.join(root, '.cache'), 'viewer');

/** @returns {string | undefined} the folder of the newest viewer in the cache */
function viewerFolder() {
  const versions = existsSync(viewers) ? readdirSync(viewers) : [];
  const version = versions.sort().findLast((name) => /^\d/.test(name));
  return version && path.join(viewers, version);
}

/** @returns {boolean} */
export const hasViewerCss = () => viewerFolder() !== undefined;

/** @returns {Promise<string | undefined>} */
export async function viewerCss() {
  const folder = viewerFolder();
  if (!folder) return undefined;
  const sheets = readdirSync(folder).filter((name) => name.endsWith('.css'));
  const texts = sheets.sort().map((name) => readFile(path.join(folder, name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
