/**
 * `npm run pictures`: makes the pictures of the documentation anew, with the real viewer on real data. Needs Chromium, the
 * prebuilt viewer and a built plugin: run `npm test` or `npm start` once before.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(path.join(here, '..', '..', '.cache', 'pictures-'));
try {
  const outfile = path.join(folder, 'pictures.mjs');
  await build({
    entryPoints: [path.join(here, 'pictures.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['cordon-source'],
    logLevel: 'warning',
    define: { __dirname: JSON.stringify(path.join(here, '..', 'support')) },
    plugins: [
      {
        name: 'externals',
        setup({ onResolve }) {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@cordon/')
              ? undefined
              : { path, external: true }
          );
        },
      },
    ],
  });
  const { makePictures } = await import(pathToFileURL(outfile).href);
  await makePictures();
} finally {
  await rm(folder, { recursive: true, force: true });
}
