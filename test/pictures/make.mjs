/**
 * `npm run pictures`: makes the pictures of the documentation anew, on real data. Those of the viewer need Chromium, the
 * prebuilt viewer and a built plugin: run `npm test` or `npm start` once before. Those of the classical methods need the images
 * beside the repository and Python with Pillow. `npm run pictures -- viewer`, `-- tasks`, `-- methods [ID…]` makes some only.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [kind, ...ids] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const folder = await mkdtemp(path.join(here, '..', '..', '.cache', 'pictures-'));
try {
  await build({
    entryPoints: {
      viewer: path.join(here, 'pictures.ts'),
      methods: path.join(here, 'methods/pictures.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
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
  const load = (name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href);
  if (kind !== 'methods') await (await load('viewer')).makePictures(kind);
  if (kind === undefined || kind === 'methods')
    await (await load('methods')).makeMethodPictures(ids);
} finally {
  await rm(folder, { recursive: true, force: true });
}
